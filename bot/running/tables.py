"""What the command line does with the database: its tables, the console's accounts, the unanswered topics and the open data."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Callable, Optional, Sequence

from bot.running.terminal import complain, say
from bot.settings import settings


def migrate() -> int:
    """Brings the tables up to date and makes the first console account when there is none. Returns the exit code."""

    def work() -> None:
        from bot.console.accounts import FIRST_ADMIN, ensure_first_admin
        from bot.conversations import database, master_key

        database.migrate()
        if not master_key.fits():
            raise _RefusedError("MASTER_KEY is not the one that the record is sealed with: nothing may start with it.")
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


def fill_with_samples(*, only_if_empty: bool) -> int:
    """Has the running assistant answer the sample conversations. Returns the exit code."""

    def work() -> None:
        if settings().profile != "sandbox":
            raise _RefusedError("Sample conversations are for the sandbox city only: the record of a real city holds real residents.")
        from bot.console import samples
        from bot.conversations.models import Conversation

        if only_if_empty and Conversation.objects.exists():
            return
        try:
            samples.fill(say)
        except samples.SamplesError as err:
            raise _RefusedError(f"{err}.") from err

    return with_database(work)


def verify_audit() -> int:
    """Looks at every row of the audit log. Returns the exit code: 1 when it is broken."""

    def work() -> None:
        from bot.review import audit

        found = audit.check_all()
        if found.broken is not None:
            raise _RefusedError(f"{audit.BrokenError(found.broken)}.")
        say(f"The audit log is whole up to row {found.entry}.")

    return with_database(work)


def remove_audit_before(day: date) -> int:
    """Removes the rows of the audit log from before a day of the city's. Returns the exit code."""

    def work() -> None:
        from bot.city import city
        from bot.review import audit

        try:
            number = audit.remove_before(datetime.combine(day, time.min, city().timezone), audit.machine_user())
        except audit.BrokenError as err:
            raise _RefusedError(f"{err}. Nothing was removed.") from err
        say(f"Rows removed from the audit log: {number}")

    return with_database(work)


def write_statistics(first: date, last: date, file: Path) -> int:
    """Writes the open data of months to a CSV file and its description beside it. Returns the exit code."""

    def work() -> None:
        from bot.console.words import console_words
        from bot.review import audit, statistics

        said = {language: group["statistics"] for language, group in console_words().items()}
        audit.note(audit.machine_user(), "export", "statistics", f"{first:%Y-%m} to {last:%Y-%m}")
        try:
            description, rows = statistics.write(first, last, file, said)
        except statistics.MonthsError as err:
            raise _RefusedError(f"{err}.") from err
        except OSError as err:
            raise _RefusedError(f"{err.filename} cannot be written ({err.strerror}).") from err
        say(f"{file}: rows: {rows}. Its description: {description}")

    return with_database(work)


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
