"""Retention: conversations past their time are disposed of, with their keys and everything below them; one is at its resident's wish.

How long is the city's to say, by class (`data/city.yml`); what the record itself sets, a year, is the most. What the assistant
keeps of a conversation, in tables of its own, goes first: what fails there is tried again as a whole.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import List, Sequence

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from bot.city import LONGEST_RETENTION_DAYS, city
from bot.conversations import assistant_rows
from bot.conversations.attempts import REMEMBERED
from bot.conversations.bill_access import SILENCE
from bot.conversations.database import delete_all
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
    SetAside,
    Submission,
    Visit,
)
from bot.conversations.texts_in import CHANNEL, SET_ASIDE_FOR
from bot.sealing import lookup_digest

ENDED = date(1970, 1, 1)  # as `dispose_after`: deleted by its resident, only the sentence that says so is left, see `ending`
BATCH = 200  # conversations in one transaction: residents wait meanwhile
PICTURES = 500  # likewise; some hundred kilobytes each
_SILENT_PROCESSES = timedelta(days=1)
Reason = Disposal.Reason


def with_private_turns() -> Exists:
    """Conversations in which somebody looked at their own bills."""
    return Exists(InboundMessage.objects.filter(conversation=OuterRef("pk"), private=True))


def with_danger() -> Exists:
    """Conversations that told of a danger."""
    emergency = Q(outcome=Visit.Outcome.EMERGENCY) | Q(needs=Visit.Needs.EMERGENCY)
    return Exists(Visit.objects.filter(emergency, conversation=OuterRef("pk")))


def over(today: date) -> QuerySet[Conversation]:
    """Conversations whose time is over `today`, a day where the city is: after a year at most, less as their class says."""
    days = city().retention
    silent = {kept: Q(last_message_at__lt=_begin(today - timedelta(days=kept))) for kept in vars(days).values()}
    due = Q(dispose_after__lte=today)
    if days.conversations < LONGEST_RETENTION_DAYS:
        due |= silent[days.conversations]
    for kept, members in ((days.bills, with_private_turns), (days.emergencies, with_danger)):
        if kept < days.conversations:
            due |= silent[kept] & Q(members())
    return Conversation.objects.filter(due).exclude(dispose_after=ENDED)


def today() -> date:
    """Today where the city is."""
    return timezone.now().astimezone(city().timezone).date()


def photos_over() -> QuerySet[Media]:
    """Photos whose own time is over, in conversations that stay."""
    return Media.objects.filter(Q(expires_at__lt=Now()) | Q(received_at__lt=_begin(today() - timedelta(days=city().retention.photos))))


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), city().timezone)


def dispose(today: date, *, reason: Disposal.Reason = Reason.TIME, by: str = "") -> int:
    """Disposes of every conversation whose time is over `today`. Returns how many. Leaves a counted record of each batch."""
    total = 0
    while count := _dispose_batch(today, reason, by):
        total += count
    if total:
        write_over()
    return total


def write_over() -> None:
    """What was deleted from SQLite leaves its file too: the write-ahead log still has the rows as they were written."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _dispose_batch(today: date, reason: Disposal.Reason, by: str) -> int:
    with transaction.atomic():
        rows = over(today).select_for_update(skip_locked=True, of=("self",))
        keys = [row.key for row in rows.only("key")[:BATCH]]
        _delete(keys, reason, by)
        return len(keys)


def erase(channel: str, address: str) -> bool:
    """Disposes of a resident's conversation at their wish. Returns whether there was one. A turn under way can no longer be written."""
    erased = erase_one(Q(route__channel=channel, route__address_lookup=lookup_digest(channel, address)), Reason.RESIDENT)
    if erased:
        write_over()
    return erased


def erase_one(which: Q, reason: Disposal.Reason, by: str = "") -> bool:
    """Disposes of a conversation now. Returns whether there was one. Call `write_over` behind the transaction it is in."""
    with transaction.atomic():
        keys = [row.key for row in Conversation.objects.filter(which).select_for_update(of=("self",)).only("key")]
        _delete(keys, reason, by)
        return bool(keys)


def _delete(keys: List[str], reason: Disposal.Reason, by: str) -> None:
    if keys:
        messages = InboundMessage.objects.filter(conversation__in=keys).count()
        remove(keys)
        Disposal.objects.create(conversations=len(keys), messages=messages, reason=reason, by=by)


def remove(keys: Sequence[str]) -> None:
    """Deletes conversations with everything about them, inside the caller's transaction, which holds their rows."""
    assistant_rows.erase(keys)
    _set_aside_texts(keys)
    Submission.objects.filter(conversation__in=keys).delete()
    Conversation.objects.filter(key__in=keys).delete()


def _set_aside_texts(keys: Sequence[str]) -> None:
    """Twilio lists its texts for longer than this: one that is not known any more would be taken for one that we missed."""
    lately = InboundMessage.objects.filter(conversation__in=keys, channel=CHANNEL, received_at__gt=timezone.now() - SET_ASIDE_FOR)
    rows = (SetAside(channel=CHANNEL, provider_id=sid) for sid in lately.values_list("provider_id", flat=True))
    SetAside.objects.bulk_create(rows, ignore_conflicts=True)


def dispose_of_pictures() -> int:
    """Photos and charts whose own time is over; those of disposed conversations went with them. Returns how many photos."""
    delete_all(Chart.objects.filter(expires_at__lt=Now()), PICTURES)
    return delete_all(photos_over(), PICTURES)


def forget_bill_access() -> None:
    """Sessions, codes and counters that count no longer."""
    for model in (BillSession, BillVerification):
        delete_all(model.objects.filter(expires_at__lt=Now()))
    delete_all(BillSession.objects.filter(used_at__lt=Now() - SILENCE))
    delete_all(Attempts.objects.filter(at__lt=Now() - REMEMBERED))
    write_over()


def forget_console_sessions() -> None:
    """Those that are over. Each try to sign in that comes to the second factor leaves one."""
    from django.contrib.sessions.models import Session  # which the gateway, that deletes conversations too, does not have

    delete_all(Session.objects.filter(expire_date__lt=Now()))


def forget_silent_processes() -> None:
    """Heartbeats of processes that ended long ago."""
    Heartbeat.objects.filter(at__lt=Now() - _SILENT_PROCESSES).delete()
