"""Retention: conversations past their time are disposed of, with their keys and everything below them; one is at its resident's wish."""

from __future__ import annotations

from datetime import date, timedelta
from typing import List

from django.db import connection, transaction
from django.db.models.functions import Now

from bot.conversations.attempts import REMEMBERED
from bot.conversations.bill_access import SILENCE
from bot.conversations.models import (
    Attempts,
    BillSession,
    BillVerification,
    Chart,
    Conversation,
    Disposal,
    Heartbeat,
    InboundMessage,
    Media,
    Submission,
)
from bot.sealing import lookup_digest

BATCH = 200  # conversations in one transaction: residents wait meanwhile
_SILENT_PROCESSES = timedelta(days=1)


def dispose(today: date) -> int:
    """Disposes of every conversation whose time was over before `today`. Returns how many. Leaves a counted record of each batch."""
    total = 0
    while count := _dispose_batch(today):
        total += count
    if total:
        write_over()
    return total


def write_over() -> None:
    """What was deleted from SQLite leaves its file too: the write-ahead log still has the rows as they were written."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _dispose_batch(today: date) -> int:
    with transaction.atomic():
        over = Conversation.objects.filter(dispose_after__lt=today).select_for_update(skip_locked=True)
        keys = [row.key for row in over.only("key")[:BATCH]]
        _delete(keys)
        return len(keys)


def erase(channel: str, address: str) -> bool:
    """Disposes of a resident's conversation at their wish. Returns whether there was one. A turn under way can no longer be written."""
    with transaction.atomic():
        theirs = Conversation.objects.filter(route__channel=channel, route__address_lookup=lookup_digest(channel, address))
        keys = [row.key for row in theirs.select_for_update(of=("self",)).only("key")]
        _delete(keys)
        return bool(keys)


def _delete(keys: List[str]) -> None:
    if not keys:
        return
    messages = InboundMessage.objects.filter(conversation__in=keys).count()
    Submission.objects.filter(conversation__in=keys).delete()
    Conversation.objects.filter(key__in=keys).delete()
    Disposal.objects.create(conversations=len(keys), messages=messages)


def dispose_of_pictures() -> None:
    """Photos and charts whose own time is over; those of disposed conversations went with them."""
    Media.objects.filter(expires_at__lt=Now()).delete()
    Chart.objects.filter(expires_at__lt=Now()).delete()


def forget_bill_access() -> None:
    """Sessions, codes and counters that count no longer."""
    for model in (BillSession, BillVerification):
        model.objects.filter(expires_at__lt=Now()).delete()
    BillSession.objects.filter(used_at__lt=Now() - SILENCE).delete()
    Attempts.objects.filter(at__lt=Now() - REMEMBERED).delete()
    write_over()


def forget_silent_processes() -> None:
    """Heartbeats of processes that ended long ago."""
    Heartbeat.objects.filter(at__lt=Now() - _SILENT_PROCESSES).delete()
