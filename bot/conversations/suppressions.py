"""Addresses that messages do not reach: after failures in a row nothing is sent there, so that the city does not go on paying for it.

Whoever writes to us can be reached: that ends it. It is no opt-out, which only the resident takes back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from datetime import timezone as zones
from typing import Optional

from django.db import transaction
from django.utils import timezone

from bot.conversations.database import delete_all
from bot.conversations.models import Suppression

FOR_GOOD = datetime(9999, 1, 1, tzinfo=zones.utc)
REMEMBERED = timedelta(days=30)  # a failure after a longer time is not "in a row" any more


@dataclass(frozen=True)
class Unreachable:
    """What a failure says about its address: after `times` of them in a row nothing is sent there for `lasts`; None: for good."""

    times: int
    lasts: Optional[timedelta]


def is_suppressed(channel: str, lookup: str) -> bool:
    return Suppression.objects.filter(channel=channel, address_lookup=lookup, until__gt=timezone.now()).exists()


def count_failure(channel: str, lookup: str, code: str, why: Unreachable) -> None:
    """One more message that did not arrive. Any other reason before it counts too: they arrive or they do not."""
    now = timezone.now()
    with transaction.atomic():
        rows = Suppression.objects.select_for_update()
        row, _ = rows.get_or_create(channel=channel, address_lookup=lookup, defaults={"code": code, "at": now})
        row.failures = row.failures + 1 if row.at > now - REMEMBERED else 1
        row.code, row.at = code, now
        if row.failures >= why.times:
            until = FOR_GOOD if why.lasts is None else now + why.lasts
            row.until = max(until, row.until or until)
        row.save()


def lift(channel: str, lookup: str) -> None:
    """The address can be reached: a message arrived there, or came from there."""
    rows = Suppression.objects.filter(channel=channel, address_lookup=lookup)
    if rows.exists():  # a plain read: nearly always there is none, and nothing to write
        rows.delete()


def forget() -> None:
    """What counts no longer: nothing failed for long, and nothing is held back."""
    now = timezone.now()
    delete_all(Suppression.objects.filter(at__lt=now - REMEMBERED).exclude(until__gt=now))
