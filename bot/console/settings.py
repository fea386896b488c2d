"""Django settings of the console: its own addresses, its own middleware, nobody else's."""

from __future__ import annotations

from typing import Any, Dict, List
from urllib.parse import urlsplit

from bot.city import city
from bot.conversations.settings import *  # noqa: F403
from bot.conversations.settings import DATABASES, INSTALLED_APPS
from bot.settings import settings

PUBLIC = urlsplit(settings().console_public_url or "")  # where a proxy takes staff's requests; empty: nowhere
HTTPS = PUBLIC.scheme == "https"
INSTALLED_APPS = [*INSTALLED_APPS, "bot.console"]
# Each request runs in a thread of its own under ASGI: a connection kept for the next one would never be used again.
DATABASES = {"default": {**DATABASES["default"], "CONN_MAX_AGE": 0}}
ROOT_URLCONF = "bot.console.urls"
OURS = urlsplit(settings().console_url)  # where the gateway asks for its health
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *(part.hostname for part in (PUBLIC, OURS) if part.hostname)]
CSRF_TRUSTED_ORIGINS = [PUBLIC.geturl()] if PUBLIC.hostname else []
APPEND_SLASH = False

MIDDLEWARE = [
    "bot.console.middleware.security_headers",
    "bot.console.middleware.behind_proxy",
    "django.middleware.security.SecurityMiddleware",
    "bot.console.middleware.Sessions",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "bot.console.middleware.whole_texts",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "bot.console.middleware.end_long_sessions",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "bot.console.middleware.own_password_first",
    "bot.console.middleware.lead_back",
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
                "bot.console.switches.in_force",
            ]
        },
    }
]

USE_I18N = True
LANGUAGES = [("en", "English"), ("fr", "Français")]
TIME_ZONE = str(city().timezone)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
SHORTEST_PASSWORD = 12
AUTH_PASSWORD_VALIDATORS: List[Dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ["username"]}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": SHORTEST_PASSWORD}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "inbox"
CSRF_FAILURE_VIEW = "bot.console.problems.csrf_failure"
# A browser takes a cookie named __Host- only over HTTPS and from this very host, and sends it nowhere else.
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-console_session" if HTTPS else "console_session"
SESSION_COOKIE_AGE = 30 * 60  # seconds without a request
SESSION_SAVE_EVERY_REQUEST = True  # the idle time starts again with each request
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_SSL_HOST = PUBLIC.netloc if HTTPS else None
SECURE_REDIRECT_EXEMPT = ["^health$"]  # the gateway asks for it, on a private network
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
