"""Who serves a conversation: one worker at a time, by a lease on the conversation's row.

Times are compared on the database's clock, since hosts disagree. A lease or a due time further ahead than any we give
was written before a clock was set back; it counts as past, or the conversation would wait for the clock.
"""

from __future__ import annotations

import os
import secrets
import socket
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Iterable, List, Optional, Tuple

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from bot.conversations.models import Conversation, InboundMessage, Leadership
from bot.conversations.prepared import Given, Prepared, PreparedUpdate

LEASE = timedelta(seconds=10)  # a killed worker's conversations wait this long for the next one
RENEW_S = 2.5
LONGEST_POSTPONEMENT = timedelta(seconds=30)


@dataclass(frozen=True)
class Claim:
    """A conversation served by `owner`. A claim with an older number than the row's is void."""

    conversation: str
    owner: str
    number: int


class LeaseLostError(Exception):
    """Another worker has the conversation by now; what this one worked out must not be written."""


def process_name(part: str) -> str:
    """A name for this process that no other has, for example `worker-host-4711-9f3c2a10`."""
    return f"{part}-{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(4)}"


def _due() -> Q:
    free = Q(lease_until=None) | Q(lease_until__lt=Now()) | Q(lease_until__gt=Now() + 2 * LEASE)
    due = Q(due_at__lte=Now()) | Q(due_at__gt=Now() + LONGEST_POSTPONEMENT)
    return Q(due_at__isnull=False) & due & free  # said in so many words, the first lets databases use the small index


_DUE = Prepared(lambda: Conversation.objects.filter(_due()).only("key")[:1])
_HELD = Prepared(
    lambda: Conversation.objects.select_for_update().filter(key=Given("key"), owner=Given("owner"), lease_number=Given("lease_number"))
)
_TAKE = PreparedUpdate(
    lambda: Conversation.objects.filter(key=Given("key")),
    owner=Given("owner"),
    lease_until=Now() + LEASE,
    lease_number=F("lease_number") + 1,
)


def claim(owner: str, limit: int, waiting_longer_than: Optional[timedelta] = None) -> List[Claim]:
    """Takes up to `limit` conversations as `take` does, in a transaction of its own."""
    if not are_any_due():
        return []
    with transaction.atomic():
        return [claimed for claimed, _ in take(owner, limit, waiting_longer_than)]


def are_any_due() -> bool:
    """Whether a conversation has work to do. A plain read: an idle worker that asks first takes no write lock."""
    return _DUE.exists()


def take(owner: str, limit: int, waiting_longer_than: Optional[timedelta] = None) -> List[Tuple[Claim, Conversation]]:
    """Takes up to `limit` conversations with work to do, those that wait longest first, inside the caller's transaction.

    Args:
        waiting_longer_than: only conversations whose oldest unanswered message is older than this.
    """
    taken = []
    for row in _oldest_due(limit, waiting_longer_than).all():
        _TAKE.make(key=row.key, owner=owner)
        row.owner, row.lease_number = owner, row.lease_number + 1
        taken.append((Claim(row.key, owner, row.lease_number), row))
    return taken


@cache  # as many as a worker has threads, twice
def _oldest_due(limit: int, waiting_longer_than: Optional[timedelta]) -> Prepared[Conversation]:
    return Prepared(lambda: _oldest(waiting_longer_than).select_for_update(skip_locked=True)[:limit])


def _oldest(waiting_longer_than: Optional[timedelta]) -> QuerySet[Conversation]:
    due = Conversation.objects.filter(_due()).order_by("due_at")
    if waiting_longer_than is None:
        return due
    old = InboundMessage.objects.filter(conversation=OuterRef("pk"), state="pending", received_at__lt=Now() - waiting_longer_than)
    return due.filter(Exists(old))


def hold(claim: Claim) -> Conversation:
    """The claimed conversation with its row locked, inside the caller's transaction. Raises LeaseLostError."""
    row = _HELD.first(key=claim.conversation, owner=claim.owner, lease_number=claim.number)
    if row is None:
        raise LeaseLostError(claim.conversation)
    return row


def renew(claims: Iterable[Claim]) -> None:
    """Keeps conversations that are still being served."""
    for held in claims:
        _rows(held).update(lease_until=Now() + LEASE)


def give_back(claims: Iterable[Claim]) -> None:
    """Ends claims early: others may serve the conversations at once, and what this worker still works out is void."""
    for held in claims:
        _rows(held).update(owner="", lease_until=None, lease_number=F("lease_number") + 1)


def _rows(held: Claim) -> QuerySet[Conversation]:
    return Conversation.objects.filter(key=held.conversation, owner=held.owner, lease_number=held.number)


def resign(owner: str) -> None:
    """Lets others do at once what `owner` alone did."""
    Leadership.objects.filter(owner=owner).update(until=Now())


def lead(task: str, owner: str, for_: timedelta) -> bool:
    """Whether `owner` is the one process that does `task`, from now and `for_` so long."""
    with transaction.atomic():
        Leadership.objects.get_or_create(name=task, defaults={"owner": owner, "until": Now()})
        mine_or_free = Q(owner=owner) | Q(until__lt=Now()) | Q(until__gt=Now() + 2 * for_)
        return Leadership.objects.filter(mine_or_free, name=task).update(owner=owner, until=Now() + for_) == 1
