from __future__ import annotations

from tests.gateway.conftest import database_url, gateway, postgres_template, sqlite_template  # noqa: F401
