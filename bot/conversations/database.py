"""The way into the record's database for a process that is not Django's own."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Iterator

import django
from django.apps import apps

if TYPE_CHECKING:
    from django.db.models import QuerySet


def setup(settings_module: str = "bot.conversations.settings") -> None:
    """Sets Django up for this process, unless it is already. Call it before importing `bot.conversations.models`."""
    if apps.ready:
        return
    os.environ["DJANGO_SETTINGS_MODULE"] = settings_module
    django.setup()


def migrate() -> None:
    """Brings the database's tables up to date; makes the database file and its folder when there is none."""
    setup()
    from django.core.management import call_command
    from django.db import connection

    if connection.vendor == "sqlite":
        os.makedirs(os.path.dirname(str(connection.settings_dict["NAME"])), exist_ok=True)
    with _as_long_as_it_takes(connection):
        call_command("migrate", interactive=False, verbosity=0)


@contextmanager
def _as_long_as_it_takes(connection: Any) -> Iterator[None]:
    """An index on a year of messages takes longer than any other statement may."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET statement_timeout")


def answers() -> bool:
    """Whether the database can be read and has our tables. For any thread: its connection is closed again."""
    from django.db import Error, connection

    from bot.conversations.models import Heartbeat

    try:
        Heartbeat.objects.exists()
    except Error:
        return False
    finally:
        connection.close()
    return True


def delete_all(rows: QuerySet[Any], at_once: int = 5_000) -> int:
    """Deletes rows, so many in a statement that each ends in the time a statement has. Returns how many."""
    total = 0
    while keys := list(rows.values_list("pk", flat=True)[:at_once]):
        rows.filter(pk__in=keys).delete()
        total += len(keys)
    return total


@contextmanager
def usable_connection() -> Iterator[None]:
    """For work outside a Django request: a connection lost since its last use is replaced, one that failed is closed."""
    from django.db import close_old_connections

    close_old_connections()
    try:
        yield
    finally:
        close_old_connections()
