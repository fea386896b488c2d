"""A turn from the inbox to the outbox: begun, postponed or finished, each in one transaction under the worker's claim."""

from __future__ import annotations

import json
import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Max
from django.db.models.functions import Now
from django.utils import timezone

from bot.conversations import albums, choices, ending, feedback, late_reports, leases, notices, pausing, private_turns, visits
from bot.conversations.assistant_client import Answer
from bot.conversations.cleaning import tidy
from bot.conversations.judging import TurnResult
from bot.conversations.language_button import payload_of_button
from bot.conversations.leases import Claim, hold
from bot.conversations.masking import mask, mask_deeply, mask_entities, mask_strictly
from bot.conversations.media import CONTENT_TYPE
from bot.conversations.models import Conversation, InboundMessage, Media, OutboundMessage, TurnDetails
from bot.conversations.never_stored import forget_numbers
from bot.conversations.news import ANSWERED, News, tell
from bot.conversations.opt_outs import ANSWERS
from bot.conversations.prepared import Given, Prepared
from bot.conversations.reply_parts import parts_masked
from bot.conversations.sentences import announce, say
from bot.conversations.text_parts import in_parts, send_rest
from bot.language.detect import detect
from bot.messages import Message, Place
from bot.sealing import SealError
from bot.sms.segments import segments
from bot.telegram.render import render
from bot.telegram.words import ASKS_LANGUAGE, command, language_choices

log = logging.getLogger(__name__)
Outcome = InboundMessage.Outcome
_ENDS = ("state", "outcome", "finished_at", "language")
_PRIVATE = ("private", "text_sealed", "text_masked", "location_sealed")
_SORRY = {False: "apology", True: "paused_danger"}  # by whether there may be danger
NOT_ANSWERS = {*ANSWERS.values(), "feedback_thanks", "feedback_sorry"}  # what a command or a vote gets
FIRST = {"sms": "sms_first", "telegram": "telegram_first"}  # sentences of `data/responses.yml`, where no page around the chat says it
_OLDEST = Prepared(lambda: InboundMessage.objects.filter(conversation=Given("conversation"), state="pending").order_by("id")[:1])
_BEGUN = Prepared(lambda: InboundMessage.objects.filter(id=Given("id"), state="pending"))
_PHOTOS = Prepared(lambda: Media.objects.filter(inbound=Given("inbound")).defer("content_sealed").order_by("position"))


@dataclass(frozen=True)
class Turn:
    """One message being answered. `text` is what the resident wrote, `choice` the payload when it is a choice."""

    claim: Claim
    inbound: int
    turn_id: UUID
    text: str
    choice: Optional[str]
    language: Optional[str]
    channel: str
    location: Optional[Place]
    received_at: datetime
    attempts: int  # this one included
    refusal: str
    media: Tuple[str, ...]  # the ids of its photos
    photos_wait: bool  # to be fetched and cleaned first, see `photos_in`
    began: float  # seconds of `time.monotonic`

    def request(self) -> Dict[str, Any]:
        """The turn as the assistant takes it."""
        return {
            "turn_id": self.turn_id.hex,
            "conversation": self.claim.conversation,
            "text": self.text,
            "choice": self.choice,
            "language": self.language,
            "channel": self.channel,
            "media": [{"id": media_id, "type": CONTENT_TYPE} for media_id in self.media],
            "location": vars(self.location) if self.location else None,
        }


Begun = Tuple[Claim, Optional[Turn]]  # a conversation to be served, and its message; None: it could not be begun with the others


def begin_due(owner: str, limit: int) -> List[Begun]:
    """Takes up to `limit` conversations with work to do, those that wait longest first, and begins the oldest message of each.

    One that could not be begun has no turn: whoever serves it finds out why by `begin`. Call it outside a transaction.
    """
    if not leases.are_any_due():
        return []
    begun: List[Begun] = []
    with transaction.atomic():
        for claim, conversation in leases.take(owner, limit):
            try:
                with transaction.atomic():
                    turn = _next(conversation, claim)
            except (OperationalError, InterfaceError):  # of the connection: with it all of them are given back
                raise
            except Exception as err:  # of this one: the others are served
                log.warning("conversation %s is not begun with the others: %s", claim.conversation, type(err).__name__)
                begun.append((claim, None))
            else:
                begun += [(claim, turn)] if turn else []
    return begun


def begin(claim: Claim) -> Optional[Turn]:
    """The conversation's oldest unanswered message; None when there is none left, and the claim is over.

    Raises LeaseLostError; SealError when the master key is wrong.
    """
    with transaction.atomic():
        return _next(hold(claim), claim)


def _next(conversation: Conversation, claim: Claim) -> Optional[Turn]:
    while True:
        inbound = _OLDEST.first(conversation=conversation.pk)
        if inbound is None:
            _let_go(conversation, due_at=None)
            return None
        inbound.conversation = conversation
        complete_at = albums.complete_at(inbound)
        if complete_at:
            _let_go(conversation, due_at=complete_at)
            return None
        try:
            albums.join(conversation, inbound)
            text = conversation.unseal(inbound.text_sealed, "inbound")
            if send_rest(inbound, text):
                _close(conversation, inbound, Outcome.ANSWERED)
                continue
            return _opened(conversation, inbound, claim, text)
        except SealError:  # a damaged row or a lost key: this message cannot be read, and holds up nobody else
            _apologise_unread(conversation, inbound)
            log.error("turn %s cannot be opened", inbound.turn_id.hex)


def _apologise_unread(conversation: Conversation, inbound: InboundMessage) -> None:
    """Ends a message that cannot be begun. Without its conversation's key no sentence can be sealed: then the gateway says one.

    Raises SealError when it is the master key that is wrong.
    """
    language = conversation.language or inbound.language or detect(inbound.text_masked)
    danger = pausing.may_tell_of_danger(inbound.text_masked)
    if not conversation.key_is_lost():
        _send(conversation, inbound, (), (), [Message(say(_SORRY[danger], language))], language)
    _close(conversation, inbound, Outcome.APOLOGISED, danger=danger)


def _close(conversation: Conversation, inbound: InboundMessage, outcome: InboundMessage.Outcome, *, danger: bool = False) -> None:
    inbound.state, inbound.outcome, inbound.finished_at = InboundMessage.State.DONE, outcome, timezone.now()
    inbound.save(update_fields=["state", "outcome", "finished_at"])
    tell(News(ANSWERED, conversation.channel, inbound.turn_id.hex))
    visits.record(conversation, inbound, TurnResult(outcome, danger=danger), replied=False)


def give_up(claim: Claim, is_late: Callable[[datetime], bool]) -> None:
    """Apologises for the message of a conversation that fails each time it is tried, once it is late: those behind it would wait for ever.

    Args:
        is_late: of the time a message came. Before that the conversation stays claimed, and is tried again when the lease is over.
    Raises:
        LeaseLostError, SealError: as `begin`.
    """
    with transaction.atomic():
        conversation = hold(claim)
        inbound = _OLDEST.first(conversation=conversation.pk)
        if inbound is None or not is_late(inbound.received_at):
            return
        inbound.conversation = conversation
        _apologise_unread(conversation, inbound)
        _let_go(conversation, due_at=Now())
        log.error("turn %s is given up", inbound.turn_id.hex)


def _opened(conversation: Conversation, inbound: InboundMessage, claim: Claim, text: str) -> Turn:
    if inbound.choice is None and not inbound.refusal:
        inbound.choice = choices.take_typed(conversation, inbound, text)
    choice = choices.opened(conversation, inbound.choice).payload if inbound.choice else _payload_of_command(conversation, text)
    if choice in choices.VOTES:
        feedback.count(conversation, inbound, choice)
    photos = _PHOTOS.all(inbound=inbound.pk)
    inbound.attempts += 1
    inbound.save(update_fields=["choice", "refusal", "language", "attempts"])
    return Turn(
        claim=claim,
        inbound=inbound.pk,
        turn_id=inbound.turn_id,
        text=text,
        choice=choice,
        # A command of a text message is answered in its own language.
        language=(inbound.language if inbound.refusal in ANSWERS.values() else None) or conversation.language or inbound.language,
        channel=conversation.channel,
        location=_location(conversation, inbound),
        received_at=inbound.received_at,
        attempts=inbound.attempts,
        refusal=inbound.refusal,
        media=tuple(photo.pk for photo in photos),
        photos_wait=not all(photo.ready for photo in photos),
        began=time.monotonic(),
    )


def _payload_of_command(conversation: Conversation, text: str) -> Optional[str]:
    if conversation.channel == "webchat":
        return payload_of_button(text)
    found = command(text) if conversation.channel == "telegram" else None
    return found.payload if found else None


def _location(conversation: Conversation, inbound: InboundMessage) -> Optional[Place]:
    return Place.from_dict(json.loads(conversation.unseal(inbound.location_sealed, "location"))) if inbound.location_sealed else None


def postpone(turn: Turn, pause: timedelta) -> None:
    """Gives the conversation back; its message may be tried again after the pause. Raises LeaseLostError."""
    with transaction.atomic():
        conversation = hold(turn.claim)
        _let_go(conversation, due_at=Now() + pause)


def _let_go(conversation: Conversation, due_at: Any) -> None:
    conversation.owner, conversation.lease_until, conversation.due_at = "", None, due_at
    conversation.save(update_fields=["owner", "lease_until", "due_at", "language"])


def answer(turn: Turn, given: Answer) -> Optional[Turn]:
    """Commits the answer with what was understood and done. Returns the conversation's next turn, as `begin` does."""
    danger = pausing.is_about_danger(given)
    return _finish(turn, given.messages, Outcome.ANSWERED, given.language or turn.language, given, danger=danger)


def apologise(turn: Turn) -> Optional[Turn]:
    """Commits one honest sentence in the place of an answer; in danger, whom to call. Returns the next turn."""
    language, danger = turn.language or detect(turn.text), pausing.may_tell_of_danger(turn.text)
    return _finish(turn, [Message(say(_SORRY[danger], language))], Outcome.APOLOGISED, language, danger=danger)


def pause(turn: Turn, texts: Mapping[str, str]) -> Optional[Turn]:
    """Commits what staff say while the channel is paused, by language. Returns the next turn."""
    language = turn.language or detect(turn.text)
    return _finish(turn, [Message(announce("paused", texts, language))], Outcome.PAUSED, language)


def refuse(turn: Turn) -> Optional[Turn]:
    """Commits the sentence for a message that is not for the assistant. Returns the next turn."""
    outcome = Outcome.RATED if turn.choice in choices.VOTES else Outcome.REFUSED
    offered = language_choices() if turn.refusal == ASKS_LANGUAGE else ()
    return _finish(turn, [Message(say(turn.refusal, turn.language), offered)], outcome, turn.language)


def _finish(
    turn: Turn,
    messages: Sequence[Message],
    outcome: InboundMessage.Outcome,
    language: Optional[str],
    given: Optional[Answer] = None,
    *,
    danger: bool = False,
) -> Optional[Turn]:
    details = _details(given) if given is not None else {}  # before the transaction: while one writes, others wait
    with transaction.atomic():
        conversation = hold(turn.claim)
        inbound = _BEGUN.one(id=turn.inbound)
        inbound.conversation = conversation
        done_to_it = _notices(conversation, inbound, language)
        if given is not None:
            private_turns.note(conversation, inbound, given)
            messages = feedback.asking(conversation, inbound, given, done_to_it, language)
        # Nothing comes before whom to call in danger; what a command or a vote gets is no answer.
        banners: Tuple[Message, ...] = ()
        if not danger and inbound.refusal not in NOT_ANSWERS:
            banners = (*notices.due(conversation, inbound, language), *late_reports.with_answer(conversation, language))
        _send(conversation, inbound, banners, done_to_it, messages, language)
        if given is not None:
            if inbound.private and not given.forget:
                details["understood"] = mask_deeply(mask_entities(given.understood))
            TurnDetails.objects.create(inbound=inbound, ms=round((time.monotonic() - turn.began) * 1000), **details)
            late_reports.note(inbound, given)
            conversation.language = language
        if inbound.forget_number:
            inbound.text_sealed = conversation.seal(forget_numbers(turn.text), "inbound")
        if given is not None and given.forget:
            private_turns.forget(conversation, inbound)
        inbound.state, inbound.outcome, inbound.finished_at, inbound.language = InboundMessage.State.DONE, outcome, timezone.now(), language
        inbound.save(update_fields=[*_ENDS, *_PRIVATE])
        tell(News(ANSWERED, conversation.channel, turn.turn_id.hex))
        if given is not None and given.dispose:
            ending.end(conversation, inbound)  # behind the turn's own words, so that none of them stays in the index
        visits.record(conversation, inbound, _result(outcome, given, danger))
        following = _following(conversation, turn.claim)
        if following is not None:
            conversation.save(update_fields=["language"])
        return following


def _following(conversation: Conversation, claim: Claim) -> Optional[Turn]:
    """What `_next` says. A message that cannot be begun takes nothing back of the one before it: whoever claims it next finds out why."""
    try:
        with transaction.atomic():
            return _next(conversation, claim)
    except (OperationalError, InterfaceError):
        raise
    except Exception as err:
        log.warning("the next message of conversation %s is not begun: %s", claim.conversation, type(err).__name__)
        _let_go(conversation, due_at=Now())
        return None


def add(conversation: Conversation, inbound: InboundMessage, message: Message, language: Optional[str]) -> None:
    """One more message behind the replies to a turn that is over. Inside the caller's transaction, which holds the conversation's row."""
    last = inbound.replies.aggregate(Max("position"))["position__max"]
    _send(conversation, inbound, (), (), [message], language, first=0 if last is None else last + 1)
    tell(News(ANSWERED, conversation.channel, inbound.turn_id.hex))


def _result(outcome: InboundMessage.Outcome, given: Optional[Answer], danger: bool) -> TurnResult:
    if given is None:
        return TurnResult(outcome, danger=danger)
    understood = [] if given.forget else given.understood
    return TurnResult(outcome, understood, given.actions, given.slots_changed, form_open=given.form is not None, danger=danger)


def _notices(conversation: Conversation, inbound: InboundMessage, language: Optional[str]) -> Tuple[Message, ...]:
    """What was done to the message, in one message before the answer. Where it is the first answer, they read whom they write to."""
    keys, first = list(inbound.notices), FIRST.get(conversation.channel)
    if first and inbound.refusal not in ANSWERS.values() and not conversation.outbound.exists():
        keys.insert(0, first)
    text = "\n".join(say(key, language) for key in keys)
    return (Message(text),) if text else ()


def _send(
    conversation: Conversation,
    inbound: InboundMessage,
    banners: Sequence[Message],
    done_to_it: Sequence[Message],
    messages: Sequence[Message],
    language: Optional[str],
    first: int = 0,
) -> None:
    """`first`: the position of the first row."""
    offered, count = [], 0
    for message in messages:
        offered.append(choices.offer(conversation, inbound, message, count) if message.every_choice else message)
        count += len(message.every_choice)
    if conversation.texted:
        rows = in_parts(banners, done_to_it, offered, language)
    else:
        said = [*banners, *done_to_it, *offered]
        sent = render(said, language) if conversation.channel == "telegram" else said
        rows = [(message, OutboundMessage.State.PENDING) for message in sent]
    masked = mask_strictly if inbound.private else mask
    for position, (message, state) in enumerate(rows, first):
        OutboundMessage.objects.create(
            conversation=conversation,
            inbound=inbound,
            position=position,
            body_sealed=conversation.seal(json.dumps(message.to_dict()), "outbound"),
            text_masked=masked(tidy(message.text)),
            parts_masked=parts_masked(message, masked),
            segments=segments(message.text) if conversation.texted else 1,
            due_at=Now(),  # as everything that is due: by the database's clock, hosts disagree
            state=state,
        )


def _details(given: Answer) -> Dict[str, Any]:
    """What was understood and done, masked, as `TurnDetails` has it of a turn that is not private."""
    understood = [] if given.forget else given.understood
    return {
        "understood": mask_deeply(understood),
        "actions": mask_deeply(given.actions),
        "slots_changed": mask_deeply(given.slots_changed),
    }
