"""What the console reads of the record: masked text only, a page at a time, never by offset."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, List, Optional, Tuple

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from bot.conversations.models import Conversation, InboundMessage, OutboundMessage

CONVERSATIONS_PER_PAGE = 50
WAITING = "waiting"


@dataclass(frozen=True)
class Row:
    """One conversation in the list. `outcome` is one of the groups of words `outcomes`."""

    key: str
    channel: str
    language: Optional[str]
    last_message_at: datetime
    messages: int
    last_text: str
    outcome: str


def _read() -> QuerySet[OutboundMessage]:
    """Without the rest of long texts that nobody asked for."""
    return OutboundMessage.objects.exclude(state=OutboundMessage.State.HELD)


def _count(rows: QuerySet[Any]) -> Coalesce:
    rows = rows.filter(conversation=OuterRef("pk")).order_by().values("conversation")
    return Coalesce(Subquery(rows.annotate(number=Count("pk")).values("number"), output_field=IntegerField()), 0)


def _after(place: str) -> Q:
    """The conversations behind a place in the list. Raises ValueError when the place is not one of ours."""
    at, _, key = place.partition("~")
    moment = datetime.fromisoformat(at)
    if moment.tzinfo is None or not key.isalnum():
        raise ValueError("not a place: it has a time with its zone, and a key")
    return Q(last_message_at__lt=moment) | Q(last_message_at=moment, key__gt=key)


def conversation_page(after: str = "", size: int = CONVERSATIONS_PER_PAGE) -> Tuple[List[Row], Optional[str]]:
    """Conversations with the newest activity first, and the place where the next page starts (None: this is the last).

    Args:
        after: the place the page before gave; empty for the first page.
    Raises:
        ValueError: `after` is not a place.
    """
    last = InboundMessage.objects.filter(conversation=OuterRef("pk")).order_by("-id")
    found = Conversation.objects.annotate(
        received=_count(InboundMessage.objects.all()),
        answered=_count(_read()),
        last_text=Subquery(last.values("text_masked")[:1]),
        last_outcome=Subquery(last.values("outcome")[:1]),
    )
    if after:
        found = found.filter(_after(after))
    found = found.order_by("-last_message_at", "key")
    columns = ("key", "channel", "language", "last_message_at", "received", "answered", "last_text", "last_outcome")
    rows = [
        Row(key, channel, language, at, received + answered, text or "", outcome or WAITING)
        for key, channel, language, at, received, answered, text, outcome in found.values_list(*columns)[: size + 1]
    ]
    if len(rows) <= size:
        return rows, None
    end = rows[size - 1]
    return rows[:size], f"{end.last_message_at.isoformat()}~{end.key}"
