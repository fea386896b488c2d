"""Bringing the tables up to date."""

from __future__ import annotations

from typing import List

import pytest
from django.db import connection

from bot.conversations.database import migrate


def patience() -> str:
    """How long the database lets a statement take; SQLite, as long as it takes."""
    if connection.vendor == "sqlite":
        return "0"
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        return str(cursor.fetchone()[0])


def test_a_migration_may_take_as_long_as_it_takes_and_what_comes_after_it_may_not(record: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = patience()
    during: List[str] = []
    monkeypatch.setattr("django.core.management.call_command", lambda *_, **__: during.append(patience()))
    migrate()
    assert during == ["0"]
    assert patience() == before == ("10s" if connection.vendor == "postgresql" else "0")
