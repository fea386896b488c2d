"""Django settings every Django process starts from; the gateway and the console add their own on top.

Only Django reads this module. The values come from `bot.settings` and `bot.secrets`.
"""

from __future__ import annotations

from typing import Any, Dict

import dj_database_url

from bot.secrets import secrets
from bot.settings import SettingError, settings


def database(url: str) -> Dict[str, Any]:
    """Django's entry for a record database URL. Raises SettingError for anything but SQLite and PostgreSQL."""
    try:
        entry: Dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=300, conn_health_checks=True))
    except (ValueError, KeyError):
        entry = {"ENGINE": ""}
    if entry["ENGINE"] == "django.db.backends.sqlite3":
        entry["ENGINE"] = "bot.conversations.sqlite_in_line"
        ours: Dict[str, Any] = {
            "timeout": 20,  # seconds a writer waits for the one before it
            "transaction_mode": "IMMEDIATE",  # a read that turns into a write half-way is refused at once, whatever the timeout
            # FULL: an acknowledged message survives a power cut in WAL mode too. secure_delete: what is disposed of is overwritten.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA wal_autocheckpoint=1000;",
        }
    elif entry["ENGINE"] == "django.db.backends.postgresql":
        ours = {
            "connect_timeout": 5,
            "tcp_user_timeout": 5000,  # milliseconds; without it a dead network holds a connection for a quarter of an hour
            "keepalives_idle": 10,  # and for one that is waited for
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "options": "-c statement_timeout=10000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=30000",
        }
    else:
        raise SettingError("DATABASE_URL must start with sqlite:/// or postgresql://")
    entry["OPTIONS"] = {**ours, **entry.get("OPTIONS", {})}
    return entry


SECRET_KEY = secrets().django_secret_key
DEBUG = False
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LOGGING_CONFIG = None  # each process sets up its own log, masked
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# The console's tables are migrated with the record's: one database, one migration.
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "bot.conversations",
    "bot.review",  # whoever deletes a conversation deletes what staff said of it
]
DATABASES = {"default": database(settings().record_database_url)}
