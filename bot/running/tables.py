"""What the command line does with the database: its tables, the console's accounts and the unanswered topics."""

from __future__ import annotations

from typing import Callable, Sequence

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

    return _with_database(work)


def add_user(name: str, roles: Sequence[str]) -> int:
    """Adds a console account with roles and shows its password once. Returns the exit code."""

    def work() -> None:
        from bot.console import accounts

        try:
            say(f"Password of {name}, shown only now: {accounts.add_user(name, roles)}")
        except accounts.AccountError as err:
            raise _RefusedError(f"{err}.") from err

    return _with_database(work)


def find_topics() -> int:
    """Finds the unanswered topics of the record anew and says how many there are. Returns the exit code."""

    def work() -> None:
        from bot.evaluation.asking import encoder
        from bot.knowledge.problems import KnowledgeError
        from bot.knowledge.store import knowledge
        from bot.language.encoder_files import EncoderFilesError
        from bot.review import topics

        try:
            say(f"unanswered topics: {topics.find(encoder().encode, knowledge().articles)}")
        except (KnowledgeError, EncoderFilesError) as err:
            raise _RefusedError(str(err)) from err

    return _with_database(work)


class _RefusedError(RuntimeError):
    """What was asked for cannot be done; the message says why."""


def _with_database(work: Callable[[], None]) -> int:
    from bot.conversations import database

    database.setup("bot.console.settings")  # the console's own tables are among those to migrate
    from django.db import Error

    try:
        work()
    except Error as err:
        complain(f"The database of DATABASE_URL refuses: {database_words(err)}")
        return 1
    except _RefusedError as err:
        complain(str(err))
        return 1
    return 0


def database_words(err: Exception) -> str:
    """The first line of a database error: what is wrong, without the statement. It names host and user, never the password."""
    return (str(err).splitlines() or [type(err).__name__])[0]
