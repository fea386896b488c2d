"""Django settings of the sandbox city: plain views, no accounts, no ORM, reachable from this machine only."""

from __future__ import annotations

from pathlib import Path

DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
ROOT_URLCONF = "bot.sandbox.urls"
MIDDLEWARE = [
    "bot.sandbox.own_hosts.own_hosts",
    "bot.sandbox.misbehaving.fault_middleware",
]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [Path(__file__).parent / "templates"]}]
USE_TZ = True
APPEND_SLASH = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # No message and so no path: a place in a path is somebody's address. The traceback of an error follows by itself.
    "formatters": {"no_path": {"format": "%(asctime)s %(levelname)s %(name)s: a request failed"}},
    "handlers": {"errors": {"class": "logging.StreamHandler", "level": "ERROR", "formatter": "no_path"}},
    "loggers": {"django": {"handlers": ["errors"], "level": "ERROR", "propagate": False}},
}
