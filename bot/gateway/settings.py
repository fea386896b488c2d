"""Django settings of the gateway: the record, its own few addresses, no accounts, no sessions, no cookies."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List

from bot.conversations.settings import *  # noqa: F403

ROOT_URLCONF = "bot.gateway.urls"
INSTALLED_APPS = ["bot.conversations", "bot.review"]  # who deletes a conversation deletes what staff said of it
MIDDLEWARE = ["bot.gateway.security.security_headers"]
ALLOWED_HOSTS = ["*"]  # no answer depends on the name the gateway was called by
APPEND_SLASH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = None  # `bot.bodies` has bounded it before
TEMPLATES: List[Dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).resolve().parent / "templates"],
    }
]
