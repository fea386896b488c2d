"""What the command line does with the database: its tables and the console's accounts."""

from __future__ import annotations

from typing import Callable, Optional, Sequence

from bot.running.terminal import complain, say


def migrate() -> int:
    """Brings the tables up to date and makes the first console account when there is none. Returns the exit code."""

    def work() -> None:
        from bot.console.accounts import FIRST_ADMIN, ensure_first_admin
        from bot.conversations import database

        database.migrate()
        password = ensure_first_admin()
        if password is not None:
            say(f"First console account: {FIRST_ADMIN}, password {password} (shown only now; `resident console adduser NAME` makes more)")

    return with_database(work)


def add_user(name: str, roles: Sequence[str]) -> int:
    """Adds a console account with roles and shows its password once. Returns the exit code."""

    def work() -> None:
        from bot.console import accounts

        try:
            say(f"Password of {name}, shown only now: {accounts.add_user(name, roles)}")
        except accounts.AccountError as err:
            raise _RefusedError(f"{err}.") from err

    return with_database(work)


class _RefusedError(RuntimeError):
    """What was asked for cannot be done; the message says why."""


def with_database(work: Callable[[], Optional[int]]) -> int:
    """Runs `work` with Django set up; its exit code, or 1 with a sentence when the database refuses."""
    from bot.conversations import database

    database.setup("bot.console.settings")  # the console's own tables are among those to migrate
    from django.db import Error

    try:
        return work() or 0
    except Error as err:
        complain(f"The database of DATABASE_URL refuses: {database_words(err)}")
        return 1
    except _RefusedError as err:
        complain(str(err))
        return 1


def database_words(err: Exception) -> str:
    """The first line of a database error: what is wrong, without the statement. It names host and user, never the password."""
    return (str(err).splitlines() or [type(err).__name__])[0]
