"""What the console reads of a conversation: masked text only, a page at a time, never by offset."""

from __future__ import annotations

from typing import List, Optional, Tuple

from django.db.models import Prefetch, QuerySet

from bot.conversations.models import Conversation, InboundMessage, OutboundMessage

TURNS_PER_PAGE = 100
WAITING = "waiting"


def _read() -> QuerySet[OutboundMessage]:
    """Without the rest of long texts that nobody asked for."""
    return OutboundMessage.objects.exclude(state=OutboundMessage.State.HELD)


def turns(
    conversation: Conversation, before: Optional[int] = None, size: int = TURNS_PER_PAGE
) -> Tuple[List[InboundMessage], Optional[int]]:
    """Turns of a conversation in the order they happened, the latest ones first found.

    Args:
        before: only turns older than this one's id.
    Returns:
        At most `size` turns with their details, replies and feedback, and the `before` of the page that holds the earlier ones.
    """
    replies = _read().only("inbound", "text_masked", "state").order_by("position")
    columns = ("received_at", "text_masked", "outcome", "language", "details__understood", "details__actions", "feedback__helped")
    found = InboundMessage.objects.filter(conversation=conversation).only(*columns)
    if before is not None:
        found = found.filter(id__lt=before)
    page = list(found.select_related("details", "feedback").prefetch_related(Prefetch("replies", replies)).order_by("-id")[: size + 1])
    earlier = page[size - 1].id if len(page) > size else None
    return page[:size][::-1], earlier
