"""Conversations for use outside of the console, masked: one row for each turn, read in pages and written as they come."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import Any, Dict, Iterator, List, Optional

from django.db.models import Prefetch, Q

from bot.city import city
from bot.conversations.models import InboundMessage, OutboundMessage
from bot.review.cells import csv_lines

PAGE = 1_000  # turns
COLUMNS = (
    *("conversation", "turn", "at", "channel", "language", "resident", "assistant"),
    *("understood", "confidence", "outcome", "helped", "private"),
)


def rows(first: date, last: date) -> Iterator[Dict[str, Any]]:
    """The turns of these days, both included, as the city counts days; oldest first. Keys are COLUMNS."""
    begin, end = (datetime.combine(day, time(), city().timezone) for day in (first, last + timedelta(days=1)))
    after: Optional[InboundMessage] = None
    while True:
        found = _page(begin, end, after)
        yield from map(_row, found)
        if len(found) < PAGE:
            return
        after = found[-1]


def _page(begin: datetime, end: datetime, after: Optional[InboundMessage]) -> List[InboundMessage]:
    replies = OutboundMessage.objects.exclude(state=OutboundMessage.State.HELD).only("inbound", "text_masked").order_by("position")
    turns = InboundMessage.objects.filter(received_at__gte=begin, received_at__lt=end).order_by("received_at", "id")
    if after is not None:
        turns = turns.filter(Q(received_at__gt=after.received_at) | Q(received_at=after.received_at, id__gt=after.pk))
    turns = turns.defer("text_sealed", "location_sealed").select_related("details", "feedback")
    return list(turns.prefetch_related(Prefetch("replies", replies))[:PAGE])


def _row(turn: InboundMessage) -> Dict[str, Any]:
    details, feedback = getattr(turn, "details", None), getattr(turn, "feedback", None)
    intents = [part.get("intent") or {} for part in details.understood] if details else []
    values = (
        turn.conversation_id,
        turn.pk,
        turn.received_at.astimezone(city().timezone).isoformat(timespec="seconds"),
        turn.channel,
        turn.language,
        turn.text_masked,
        "\n".join(reply.text_masked for reply in turn.replies.all()),
        ", ".join(str(intent.get("name")) for intent in intents),
        intents[0].get("confidence") if intents else None,
        turn.outcome or None,
        feedback.helped if feedback else None,
        turn.private,
    )
    return dict(zip(COLUMNS, values, strict=True))


def as_csv(found: Iterator[Dict[str, Any]]) -> Iterator[str]:
    """Lines of a CSV file, its header first."""
    return csv_lines(chain([COLUMNS], (tuple(row.values()) for row in found)), mark=False)


def as_jsonl(found: Iterator[Dict[str, Any]]) -> Iterator[str]:
    """One line of JSON for each turn."""
    return (json.dumps(row, ensure_ascii=False) + "\n" for row in found)
