from __future__ import annotations

from tests.console.conftest import console_database, console_template, console_url, postgres_console_template, staff, visitor

__all__ = ["console_database", "console_template", "console_url", "postgres_console_template", "staff", "visitor"]
