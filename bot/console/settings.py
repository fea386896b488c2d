"""Django settings of the console: its own addresses, its own middleware, nobody else's."""

from __future__ import annotations

from typing import Any, Dict, List

from bot.city import city
from bot.conversations.settings import *  # noqa: F403
from bot.conversations.settings import DATABASES, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "bot.console"]
# Each request runs in a thread of its own under ASGI: a connection kept for the next one would never be used again.
DATABASES = {"default": {**DATABASES["default"], "CONN_MAX_AGE": 0}}
ROOT_URLCONF = "bot.console.urls"
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
APPEND_SLASH = False

MIDDLEWARE = [
    "bot.console.middleware.security_headers",
    "django.middleware.security.SecurityMiddleware",
    "bot.console.middleware.Sessions",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "bot.console.middleware.end_long_sessions",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
]
TEMPLATES: List[Dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "bot.console.words.words",
            ]
        },
    }
]

USE_I18N = True
LANGUAGES = [("en", "English"), ("fr", "Français")]
TIME_ZONE = str(city().timezone)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "inbox"
LOGOUT_REDIRECT_URL = "sign_in"
CSRF_FAILURE_VIEW = "bot.console.problems.csrf_failure"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME = "console_session"
SESSION_COOKIE_AGE = 30 * 60  # seconds without a request
SESSION_SAVE_EVERY_REQUEST = True  # the idle time starts again with each request
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = False  # served over plain HTTP on loopback
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
