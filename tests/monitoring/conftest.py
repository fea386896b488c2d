from __future__ import annotations

from tests.conversations.conftest import assistant, assistant_port, database_url, postgres_template, record, sqlite_template  # noqa: F401
