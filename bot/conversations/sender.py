"""The sender's steps: what is due is taken from the outbox, per conversation in order, delivered, and what came of it written down.

A message counts as being sent from the moment it is taken until SENDING has passed. After a crash in between it is taken once more, and
its channel learns that it may have arrived. Channels that nobody writes to (REST) are read by whoever asked; what they never fetch fails in
the end.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Callable, Dict, FrozenSet, List, Mapping, Optional, Tuple

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from bot import sealing
from bot.conversations import opt_outs, pacing, suppressions, turn_metrics, visits
from bot.conversations.logs import about_turn
from bot.conversations.models import SYNTHETIC, OptOut, OutboundMessage, Route
from bot.conversations.prepared import Given, Prepared, PreparedUpdate
from bot.conversations.suppressions import Unreachable
from bot.messages import Message

log = logging.getLogger(__name__)

SENDING = timedelta(seconds=60)  # longer than any provider's time-out
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (1, 5, 20, 60, 300))  # after these tries it has failed
LONGEST_PAUSE = timedelta(minutes=10)  # whatever a provider asks for
KEPT_WHILE_AWAY = timedelta(hours=1)  # unless the provider fails for everybody: then it is kept as long as its choices count
KEPT_FOR_FETCHING = timedelta(hours=1)
UNDER_WAY = "sending"  # as `error_code`, until it is known what came of a try
State = OutboundMessage.State
_TAKE = PreparedUpdate(
    lambda: OutboundMessage.objects.filter(id=Given("id")), attempts=Given("attempts"), error_code=UNDER_WAY, due_at=Now() + SENDING
)
_SENT = PreparedUpdate(  # unless the provider has reported meanwhile what became of it
    lambda: OutboundMessage.objects.filter(id=Given("id"), provider_id=""),
    provider_id=Given("provider_id"),
    state=State.SENT,
    sent_at=Given("at"),
    error_code="",
)


class SendError(Exception):
    """Not delivered, as far as is known. `code` is the provider's reason.

    retry: a later try may succeed. The channel must not send twice what an earlier try may have sent, see `Delivery`.
    opted_out: the provider says that this address wants no messages.
    unreachable: what the failure says about the address, if anything.
    pause: how long the provider wants to be left alone, if it says so.
    """

    def __init__(
        self,
        detail: str,
        *,
        retry: bool,
        code: str = "",
        opted_out: bool = False,
        unreachable: Optional[Unreachable] = None,
        pause: timedelta = timedelta(0),
    ) -> None:
        super().__init__(detail)
        self.retry, self.code, self.opted_out, self.unreachable, self.pause = retry, code, opted_out, unreachable, pause


@dataclass(frozen=True)
class Delivery:
    """A message on its way to an address.

    number: of its row in the outbox; never changes, never comes again.
    known: None on the first try. On later ones the provider's ids of the conversation's other messages: an earlier try may have
        arrived without our knowing, and is none of these.
    unclear: an earlier try was cut off before we knew what came of it.
    """

    number: int
    address: str
    message: Message
    language: Optional[str]
    known: Optional[FrozenSet[str]] = None
    unclear: bool = False


Deliver = Callable[[Delivery], str]  # returns the provider's id for the message; raises SendError


@dataclass(frozen=True)
class Taken:
    """A row of the outbox that nobody else takes for SENDING, and what it says."""

    row: OutboundMessage
    delivery: Delivery

    @property
    def channel(self) -> str:
        return self.row.conversation.channel


@dataclass(frozen=True)
class Result:
    """What came of one try: the provider's id, or why not."""

    taken: Taken
    provider_id: str = ""
    error: Optional[SendError] = None


def take(channel: str, most: int) -> List[Taken]:
    """Up to `most` messages that may be sent now, each the first in its conversation, so that what follows it waits for it.

    The oldest go first, but first tries before later ones: what a provider does not take holds up nobody else. All are taken in one
    transaction, since whoever wants to write meanwhile waits. Call it outside of one.
    """
    taken: List[Taken] = []
    while not taken and pacing.is_free(channel) and _ANY_DUE.exists(channel=channel):  # plain reads: an idle worker takes no write lock
        with transaction.atomic():
            found = list(_to_take(channel)[:most])
            for row in found:
                row.attempts += 1
                try:
                    delivery = _opened(row)
                except SendError as err:
                    if err.retry:
                        err.code = row.error_code  # an earlier try may be unclear still
                    _write_failure(row, err)
                    continue
                except sealing.SealError:
                    log.error("message %s is left for later: MASTER_KEY is not the one it was sealed with", row.pk)
                    OutboundMessage.objects.filter(pk=row.pk).update(due_at=Now() + SENDING)
                    continue
                if not pacing.occupy(row):
                    return taken
                _TAKE.make(id=row.pk, attempts=row.attempts)
                taken.append(Taken(row, delivery))
        if not found:
            break
    return taken


def _to_take(channel: str) -> QuerySet[OutboundMessage]:
    """Locked, with all that a delivery is made of. To make this query takes longer than to see that nothing is due."""
    rows = _due(channel).select_for_update(skip_locked=True, of=("self",))
    return rows.select_related("conversation__route", "inbound").order_by("attempts", "id")


def _due(channel: Any) -> QuerySet[OutboundMessage]:
    earlier = OutboundMessage.objects.filter(conversation=OuterRef("conversation"), state=State.PENDING, id__lt=OuterRef("id"))
    due = OutboundMessage.objects.filter(~Exists(earlier), _is_due(), state=State.PENDING, conversation__channel=channel)
    return due.exclude(conversation__key__startswith=SYNTHETIC).filter(pacing.past("conversation__route__free_at"))


_ANY_DUE = Prepared(lambda: _due(Given("channel")).only("id")[:1])


def _is_due() -> Q:
    """By the database's clock. A time further ahead than any we give was written before a clock was set back."""
    return Q(due_at__lte=Now()) | Q(due_at__gt=Now() + LONGEST_PAUSE)


def deliver(taken: Taken, channels: Mapping[str, Deliver]) -> Result:
    """One try, which may take as long as the provider's time-out. It does not touch the database."""
    try:
        return Result(taken, provider_id=channels[taken.channel](taken.delivery))
    except SendError as err:
        return Result(taken, error=err)
    except Exception:  # a fault of ours, which must not come back for ever
        log.exception("message %s cannot be delivered", taken.row.pk)
        return Result(taken, error=SendError("a fault of ours", retry=True))


def write_down(result: Result, *, away: bool = False) -> None:
    """Commits what came of a try. `away`: the provider fails for everybody."""
    row, err = result.taken.row, result.error
    if err is None:
        now = timezone.now()
        with about_turn(row.inbound.turn_id.hex):
            log.info("message %s was handed over: %s", row.pk, result.taken.channel)
        _SENT.make(id=row.pk, provider_id=result.provider_id, at=now)
        visits.reply_sent(row, now)
        transaction.on_commit(partial(turn_metrics.count_sent, result.taken.channel, row.created_at, now))
        return
    if err.opted_out:
        _opt_out(row)
    if err.unreachable is not None:
        suppressions.count_failure(*_whose(row), err.code, err.unreachable)
    _write_failure(row, err, away)


def _write_failure(row: OutboundMessage, err: SendError, away: bool = False) -> None:
    with about_turn(row.inbound.turn_id.hex):
        log.warning("message %s, try %d: %s", row.pk, row.attempts, err)
    again = row.attempts <= len(PAUSES) or (away and row.created_at > timezone.now() - KEPT_WHILE_AWAY)
    if err.retry and again:
        pause = max(PAUSES[min(row.attempts, len(PAUSES)) - 1], min(err.pause, LONGEST_PAUSE))
        change: Dict[str, Any] = {"due_at": Now() + pause}
    else:
        change = {"state": State.FAILED}
    outcome = "failed" if "state" in change else "later"
    transaction.on_commit(partial(turn_metrics.count_delivery, row.conversation.channel, outcome))
    # Unless the provider has reported meanwhile that it has the message.
    OutboundMessage.objects.filter(pk=row.pk, state=State.PENDING).update(error_code=err.code, attempts=row.attempts, **change)


def _whose(row: OutboundMessage) -> Tuple[str, str]:
    """The channel and the look-up column of the address it is for."""
    route = row.conversation.route
    return route.channel, route.address_lookup


def _opt_out(row: OutboundMessage) -> None:
    opt_outs.opt_out(*_whose(row), OptOut.Source.PROVIDER)


def _opened(row: OutboundMessage) -> Delivery:
    """Where to and what.

    Raises:
        SendError: nothing is to be sent, also when the resident opted out or cannot be reached.
        SealError: the master key is wrong.
    """
    try:
        route = row.conversation.route
        address = route.address()
        message = Message.from_dict(json.loads(row.conversation.unseal(row.body_sealed, "outbound")))
    except (sealing.SealError, Route.DoesNotExist) as err:
        what = "the key of its conversation" if row.conversation.key_is_lost() else "it"
        raise SendError(f"{what} cannot be opened", retry=False) from err
    except Exception as err:  # a shape that this release cannot read, which must hold up nobody else
        raise SendError(f"it cannot be read: {type(err).__name__}", retry=True) from err
    if row.inbound.refusal not in opt_outs.ANSWERS.values() and opt_outs.has_opted_out(route.channel, route.address_lookup):
        raise SendError("the resident opted out", retry=False, code="opted_out")
    if suppressions.is_suppressed(route.channel, route.address_lookup):
        raise SendError("messages do not reach the resident", retry=False, code="suppressed")
    known = frozenset(row.conversation.outbound.exclude(pk=row.pk).values_list("provider_id", flat=True)) if row.attempts > 1 else None
    return Delivery(row.pk, address, message, row.inbound.language, known, unclear=row.error_code == UNDER_WAY)


_PROGRESS = ("accepted", "scheduled", "queued", "sending", "sent", "delivered", "undelivered", "failed")
_FINAL = frozenset(_PROGRESS[-3:])


def report(
    number: int, provider_id: str, delivery: str, error_code: str, opted_out: bool, unreachable: Optional[Unreachable] = None
) -> None:
    """Writes down what the provider says became of a message; reports may come late, twice, and out of order.

    A report for a message that we do not know to have arrived says so: it is not sent again. One about another provider's id than
    the row's is ignored, and so is a word that is none of Twilio's. `opted_out`, `unreachable`: as in `SendError`.
    """
    if delivery not in _PROGRESS:
        return
    with transaction.atomic():
        rows = OutboundMessage.objects.select_for_update(of=("self",)).select_related("conversation__route", "inbound")
        row = rows.filter(pk=number).first()
        if row is None or row.provider_id not in ("", provider_id):
            return
        row.provider_id = provider_id
        if row.state == State.PENDING:
            row.state, row.sent_at = State.SENT, timezone.now()
            visits.reply_sent(row, row.sent_at)
        if row.delivery not in _FINAL and _PROGRESS.index(delivery) >= (_PROGRESS.index(row.delivery) if row.delivery else 0):
            row.delivery, row.error_code = delivery, error_code
            if delivery in _FINAL:
                transaction.on_commit(partial(turn_metrics.count_report, row.conversation.channel, delivery))
            if delivery == "delivered":
                suppressions.lift(*_whose(row))
            elif delivery in _FINAL:
                row.state = State.FAILED
                if unreachable is not None:
                    suppressions.count_failure(*_whose(row), error_code, unreachable)
        row.save(update_fields=["provider_id", "state", "sent_at", "delivery", "error_code"])
        if opted_out:
            _opt_out(row)


def give_up_unfetched(channels: Mapping[str, Deliver]) -> int:
    """Marks as failed what was to be fetched and never was. Returns how many."""
    waiting = OutboundMessage.objects.filter(state=State.PENDING, created_at__lt=Now() - KEPT_FOR_FETCHING)
    return waiting.exclude(conversation__channel__in=list(channels)).update(state=State.FAILED)
