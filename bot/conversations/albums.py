"""Photos sent together that come one by one: one turn for all of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Optional

from django.db.models import Max, QuerySet
from django.utils import timezone

from bot.conversations.models import Conversation, InboundMessage

ARRIVES_WITHIN = timedelta(seconds=1)  # of its last photo so far; one that comes later has a turn of its own


def complete_at(inbound: InboundMessage) -> Optional[datetime]:
    """When the album of a message will have arrived, as far as anybody can know; None: it has, or there is none."""
    if not inbound.album:
        return None
    at = _waiting(inbound).order_by("-id").values_list("received_at", flat=True)[0] + ARRIVES_WITHIN
    return at if timedelta(0) < at - timezone.now() <= ARRIVES_WITHIN else None  # more was written before a clock was set back


def join(conversation: Conversation, inbound: InboundMessage) -> None:
    """Brings the rest of an album into the message that began it: the photos, and the words if that has none. Raises `SealError`."""
    if not inbound.album or inbound.refusal:
        return
    last = inbound.media.aggregate(Max("position"))["position__max"]  # one that could not be read is gone, and left a gap
    position = 0 if last is None else last + 1
    for later in _waiting(inbound).exclude(pk=inbound.pk).order_by("id"):
        for photo in later.media.only("position").order_by("position"):
            photo.inbound, photo.position = inbound, position
            photo.save(update_fields=["inbound", "position"])
            position += 1
        if not conversation.unseal(inbound.text_sealed, "inbound"):
            inbound.text_sealed, inbound.text_masked = later.text_sealed, later.text_masked
        inbound.private |= later.private
        inbound.forget_number |= later.forget_number
        inbound.notices = list(dict.fromkeys([*inbound.notices, *later.notices, *filter(None, [later.refusal])]))
        later.state, later.outcome, later.finished_at = InboundMessage.State.DONE, InboundMessage.Outcome.ANSWERED, timezone.now()
        later.save(update_fields=["state", "outcome", "finished_at"])
    inbound.save(update_fields=["text_sealed", "text_masked", "private", "forget_number", "notices"])


def _waiting(inbound: InboundMessage) -> QuerySet[InboundMessage]:
    return InboundMessage.objects.filter(conversation=inbound.conversation_id, album=inbound.album, state="pending", id__gte=inbound.pk)
