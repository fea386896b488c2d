"""The sender: delivers from the outbox, per conversation in order, to channels that are written to.

A message counts as being sent from the moment it is taken until SENDING has passed; a crash in between sends it at most
once more. Channels that nobody writes to (REST) are read by whoever asked; what they never fetch fails in the end.
"""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Callable, List, Mapping, Optional, Tuple

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now
from django.utils import timezone

from bot import sealing
from bot.conversations.models import OutboundMessage, Route
from bot.messages import Message

log = logging.getLogger(__name__)

SENDING = timedelta(seconds=60)  # longer than any provider's time-out
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (1, 5, 20, 60, 300))  # after these tries it has failed
KEPT_FOR_FETCHING = timedelta(hours=1)
State = OutboundMessage.State


class SendError(Exception):
    """Not delivered. `retry`: it certainly did not arrive and may later."""

    def __init__(self, detail: str, *, retry: bool) -> None:
        super().__init__(detail)
        self.retry = retry


# Delivers a message in a language to an address; returns the provider's id for it. Raises SendError.
Deliver = Callable[[str, Message, Optional[str]], str]


def deliver_next(channels: Mapping[str, Deliver]) -> bool:
    """Delivers one message that is due. Returns False when there is none. Call it outside a transaction."""
    row = _take(list(channels))
    if row is None:
        return False
    try:
        address, message = _opened(row)
        row.provider_id = channels[row.conversation.channel](address, message, row.inbound.language)
        row.state, row.sent_at = State.SENT, timezone.now()
    except SendError as err:
        log.warning("message %s, try %d: %s", row.pk, row.attempts, err)
        if err.retry and row.attempts <= len(PAUSES):
            row.due_at = timezone.now() + PAUSES[row.attempts - 1]
        else:
            row.state = State.FAILED
    row.save(update_fields=["provider_id", "state", "sent_at", "due_at"])
    return True


def _take(channels: List[str]) -> Optional[OutboundMessage]:
    """The oldest message that is due and first in its conversation, so that what follows it waits for it."""
    earlier = OutboundMessage.objects.filter(conversation=OuterRef("conversation"), state=State.PENDING, id__lt=OuterRef("id"))
    due = OutboundMessage.objects.filter(~Exists(earlier), state=State.PENDING, due_at__lte=Now(), conversation__channel__in=channels)
    if not due.exists():  # a plain read: an idle worker takes no write lock
        return None
    with transaction.atomic():
        row = due.select_for_update(skip_locked=True, of=("self",)).select_related("conversation", "inbound").order_by("id").first()
        if row is not None:
            row.attempts += 1
            row.due_at = timezone.now() + SENDING
            row.save(update_fields=["attempts", "due_at"])
        return row


def _opened(row: OutboundMessage) -> Tuple[str, Message]:
    """Where to and what. Raises SendError."""
    try:
        route = Route.objects.get(conversation=row.conversation)
        address = sealing.unseal_with_master(route.address_sealed, f"route:{route.conversation_id}")
        return address, Message.from_dict(json.loads(row.conversation.unseal(row.body_sealed, "outbound")))
    except (sealing.SealError, Route.DoesNotExist) as err:
        raise SendError("cannot be opened", retry=False) from err


def give_up_unfetched(channels: Mapping[str, Deliver]) -> int:
    """Marks as failed what was to be fetched and never was. Returns how many."""
    waiting = OutboundMessage.objects.filter(state=State.PENDING, created_at__lt=Now() - KEPT_FOR_FETCHING)
    return waiting.exclude(conversation__channel__in=list(channels)).update(state=State.FAILED)
