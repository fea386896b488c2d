"""The sender: delivers from the outbox, per conversation in order, to channels that are written to.

A message counts as being sent from the moment it is taken until SENDING has passed; a crash in between sends it at most
once more. Channels that nobody writes to (REST) are read by whoever asked; what they never fetch fails in the end.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Callable, Dict, FrozenSet, List, Mapping, Optional

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now
from django.utils import timezone

from bot import sealing
from bot.conversations import opt_outs
from bot.conversations.models import OptOut, OutboundMessage, Route
from bot.messages import Message

log = logging.getLogger(__name__)

SENDING = timedelta(seconds=60)  # longer than any provider's time-out
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (1, 5, 20, 60, 300))  # after these tries it has failed
KEPT_FOR_FETCHING = timedelta(hours=1)
State = OutboundMessage.State


class SendError(Exception):
    """Not delivered, as far as is known. `code` is the provider's reason.

    retry: a later try may succeed. The channel must not send twice what an earlier try may have sent, see `Delivery`.
    opted_out: the provider says that this address wants no messages.
    pause: how long the provider wants to be left alone, if it says so.
    """

    def __init__(self, detail: str, *, retry: bool, code: str = "", opted_out: bool = False, pause: timedelta = timedelta(0)) -> None:
        super().__init__(detail)
        self.retry, self.code, self.opted_out, self.pause = retry, code, opted_out, pause


@dataclass(frozen=True)
class Delivery:
    """A message on its way to an address.

    number: of its row in the outbox; never changes, never comes again.
    known: None on the first try. On later ones the provider's ids of the conversation's other messages: an earlier try may have
        arrived without our knowing, and is none of these.
    """

    number: int
    address: str
    message: Message
    language: Optional[str]
    known: Optional[FrozenSet[str]] = None


Deliver = Callable[[Delivery], str]  # returns the provider's id for the message; raises SendError


def deliver_next(channels: Mapping[str, Deliver]) -> bool:
    """Delivers one message that is due. Returns False when there is none. Call it outside a transaction."""
    row = _take(list(channels))
    if row is None:
        return False
    try:
        delivery = _opened(row)
    except SendError as err:
        _write_failure(row, err)
        return True
    try:
        provider_id = channels[row.conversation.channel](delivery)
    except SendError as err:
        if err.opted_out:
            _opt_out(row)
        _write_failure(row, err)
    except Exception:  # a fault of ours, which must not come back for ever
        log.exception("message %s cannot be delivered", row.pk)
        _write_failure(row, SendError("a fault of ours", retry=True))
    else:
        OutboundMessage.objects.filter(pk=row.pk).update(provider_id=provider_id, state=State.SENT, sent_at=timezone.now())
    return True


def _write_failure(row: OutboundMessage, err: SendError) -> None:
    log.warning("message %s, try %d: %s", row.pk, row.attempts, err)
    if err.retry and row.attempts <= len(PAUSES):
        change: Dict[str, Any] = {"due_at": timezone.now() + max(PAUSES[row.attempts - 1], err.pause)}
    else:
        change = {"state": State.FAILED}
    # Unless the provider has reported meanwhile that it has the message.
    OutboundMessage.objects.filter(pk=row.pk, state=State.PENDING).update(error_code=err.code, **change)


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


def _opt_out(row: OutboundMessage) -> None:
    route = row.conversation.route
    opt_outs.opt_out(route.channel, route.address_lookup, OptOut.Source.PROVIDER)


def _opened(row: OutboundMessage) -> Delivery:
    """Where to and what. Raises SendError, also when the resident opted out."""
    try:
        route = Route.objects.get(conversation=row.conversation)
        address = route.address()
        message = Message.from_dict(json.loads(row.conversation.unseal(row.body_sealed, "outbound")))
    except (sealing.SealError, Route.DoesNotExist) as err:
        raise SendError("cannot be opened", retry=False) from err
    if row.inbound.refusal not in opt_outs.ANSWERS.values() and opt_outs.has_opted_out(route.channel, route.address_lookup):
        raise SendError("the resident opted out", retry=False, code="opted_out")
    known = frozenset(row.conversation.outbound.exclude(pk=row.pk).values_list("provider_id", flat=True)) if row.attempts > 1 else None
    return Delivery(row.pk, address, message, row.inbound.language, known)


_PROGRESS = ("accepted", "scheduled", "queued", "sending", "sent", "delivered", "undelivered", "failed")
_FINAL = frozenset(_PROGRESS[-3:])


def report(number: int, provider_id: str, delivery: str, error_code: str, opted_out: bool) -> None:
    """Writes down what the provider says became of a message; reports may come late, twice, and out of order.

    A report for a message that we do not know to have arrived says so: it is not sent again. One about another provider's id than
    the row's is ignored, and so is a word that is none of Twilio's.
    """
    if delivery not in _PROGRESS:
        return
    with transaction.atomic():
        row = OutboundMessage.objects.select_for_update(of=("self",)).select_related("conversation__route").filter(pk=number).first()
        if row is None or row.provider_id not in ("", provider_id):
            return
        row.provider_id = provider_id
        if row.state == State.PENDING:
            row.state, row.sent_at = State.SENT, timezone.now()
        if row.delivery not in _FINAL and _PROGRESS.index(delivery) >= (_PROGRESS.index(row.delivery) if row.delivery else 0):
            row.delivery, row.error_code = delivery, error_code
            if delivery in ("undelivered", "failed"):
                row.state = State.FAILED
        row.save(update_fields=["provider_id", "state", "sent_at", "delivery", "error_code"])
        if opted_out:
            _opt_out(row)


def give_up_unfetched(channels: Mapping[str, Deliver]) -> int:
    """Marks as failed what was to be fetched and never was. Returns how many."""
    waiting = OutboundMessage.objects.filter(state=State.PENDING, created_at__lt=Now() - KEPT_FOR_FETCHING)
    return waiting.exclude(conversation__channel__in=list(channels)).update(state=State.FAILED)
