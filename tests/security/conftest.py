"""A billing gateway to attack."""

from __future__ import annotations

from bot.conversations.database import setup

setup()

from tests.actions.bills import bank, bank_folder, talk, untried  # noqa: E402, F401
from tests.conversations.conftest import database_url, postgres_template, record, sqlite_template  # noqa: E402, F401
