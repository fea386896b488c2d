"""Disposal as staff do it: what retention would take, and its doing; one person's conversation at once. All of it is in the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Optional, Tuple

from django.db import transaction
from django.db.models import Case, CharField, Min, Q, Value, When

from bot.conversations import retention
from bot.conversations.models import Disposal, InboundMessage
from bot.review import audit

CLASSES = ("bills", "emergencies", "conversations")  # as in the retention of `data/city.yml`; the first that fits a conversation is its


@dataclass(frozen=True)
class Due:
    """What of a class is over. `oldest`: when the one that was silent longest was written to last; None: there is none."""

    kind: str
    conversations: int
    messages: int
    oldest: Optional[datetime]


@dataclass(frozen=True)
class Plan:
    """What retention takes now."""

    classes: Tuple[Due, ...]
    photos: int

    @property
    def total(self) -> Due:
        moments = [due.oldest for due in self.classes if due.oldest]
        counts = (sum(due.conversations for due in self.classes), sum(due.messages for due in self.classes))
        return Due("", *counts, min(moments, default=None))

    @property
    def empty(self) -> bool:
        return not (self.total.conversations or self.photos)


def plan(today: date) -> Plan:
    """The dry run: nothing is changed."""
    kind = Case(
        When(retention.with_private_turns(), then=Value("bills")),
        When(retention.with_danger(), then=Value("emergencies")),
        default=Value("conversations"),
        output_field=CharField(),
    )
    over = retention.over(today).annotate(kind=kind)
    found = []
    for name in CLASSES:
        rows = over.filter(kind=name)
        count = rows.count()
        if count:
            messages = InboundMessage.objects.filter(conversation__in=rows.values("pk")).count()
            found.append(Due(name, count, messages, rows.aggregate(oldest=Min("last_message_at"))["oldest"]))
    return Plan(tuple(found), retention.photos_over().count())


def purge(today: date, by: str) -> Plan:
    """Does what `plan` says, which is what it returns."""
    planned = plan(today)
    if not planned.empty:
        total = planned.total
        audit.note(by, "purge", "retention", f"conversations: {total.conversations}, messages: {total.messages}, photos: {planned.photos}")
        retention.dispose_of_pictures()
        retention.dispose(today, by=by)
        retention.write_over()
    return planned


def forget(key: str, by: str, reason: str) -> bool:
    """Disposes of one conversation now. Returns whether there was one."""
    with transaction.atomic():
        found = retention.erase_one(Q(pk=key), Disposal.Reason.STAFF, by)
        if found:
            audit.note(by, "delete", f"conversation:{key}", reason)
    if found:
        retention.write_over()
    return found
