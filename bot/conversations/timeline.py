"""A conversation as its resident may see it again: what was said after a position, and whether an answer is due.

A position counts the messages of each side that are known already. In a conversation rows are only added, each under the lock of its
row, so the order of their ids is the order they can be seen in, and a count leaves none out, whichever process asks.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

from django.db.models import Count, Exists, OuterRef, Subquery
from django.utils import timezone

from bot.conversations.models import Conversation, InboundMessage, OutboundMessage, Route
from bot.conversations.private_turns import FORGOTTEN
from bot.conversations.sentences import say
from bot.messages import Message, Place
from bot.sealing import SealError, lookup_digest

MOST = 200  # messages of each side that are read at once: somebody else waits meanwhile


class Position(NamedTuple):
    """How many messages of the resident and of ours are known."""

    theirs: int
    ours: int


class State(NamedTuple):
    """Differs from an earlier one when there is something new. `waiting`: a message of the resident is not answered yet."""

    conversation: str
    latest_theirs: Optional[int]
    latest_ours: Optional[int]
    waiting: bool


@dataclass(frozen=True)
class Line:
    """One message. `provider_id`: the resident's; None: it is ours, `language` is known then. `number`: of its side, from 1.

    `photos`: how many the resident sent with it.
    """

    number: int
    at: datetime
    message: Message
    provider_id: Optional[str] = None
    language: Optional[str] = None
    photos: int = 0


@dataclass(frozen=True)
class Timeline:
    """`state` None: nothing was said yet. `more`: was said already, after this position."""

    lines: Tuple[Line, ...]
    position: Position
    state: Optional[State]
    more: bool = False

    @property
    def waiting(self) -> bool:
        return bool(self.state and self.state.waiting)


class EndedError(Exception):
    """More is known of the conversation than there is: it was deleted."""


def states(channel: str, lookups: Sequence[str]) -> Dict[str, State]:
    """The states of conversations, by the digest of their address; one that has not begun is left out. One query."""
    theirs = InboundMessage.objects.filter(conversation=OuterRef("conversation")).order_by("-id")
    ours = OutboundMessage.objects.filter(conversation=OuterRef("conversation")).order_by("-id")
    rows = Route.objects.filter(channel=channel, address_lookup__in=lookups).values_list(
        "address_lookup",
        "conversation",
        Subquery(theirs.values("id")[:1]),
        Subquery(ours.values("id")[:1]),
        Exists(theirs.filter(state=InboundMessage.State.PENDING)),
    )
    return {lookup: State(*state) for lookup, *state in rows}


def after(channel: str, address: str, known: Position) -> Timeline:
    """What was said after a position, oldest first, up to MOST of each side. Ours count as sent with it. Raises EndedError."""
    lookup = lookup_digest(channel, address)
    state = states(channel, [lookup]).get(lookup)
    while True:
        found = _read(state, known)
        before, state = state, states(channel, [lookup]).get(lookup)
        if state == before:  # nothing came in between, so state and lines fit each other
            return found


def _read(state: Optional[State], known: Position) -> Timeline:
    conversation = Conversation.objects.filter(key=state.conversation).first() if state else None
    if conversation is None:
        if any(known):
            raise EndedError
        return Timeline((), known, None)
    there = Position(conversation.inbound.count(), conversation.outbound.count())
    if there.theirs < known.theirs or there.ours < known.ours:
        raise EndedError
    asked = list(conversation.inbound.annotate(photos=Count("media")).order_by("id")[known.theirs : known.theirs + MOST])
    answered = list(conversation.outbound.select_related("inbound").order_by("id")[known.ours : known.ours + MOST])
    if len(asked) == MOST:  # an answer does not come before its question
        answered = list(takewhile(lambda row: row.inbound_id <= asked[-1].pk, answered))
    if len(answered) == MOST:  # nor a question before the answers to those before it
        asked = list(takewhile(lambda row: row.pk <= answered[-1].inbound_id, asked))
    lines = [_theirs(conversation, number, row) for number, row in enumerate(asked, known.theirs + 1)]
    lines += [_ours(conversation, number, row) for number, row in enumerate(answered, known.ours + 1)]
    lines.sort(key=lambda line: (line.at, line.provider_id is None))
    _mark_sent(answered)
    position = Position(known.theirs + len(asked), known.ours + len(answered))
    return Timeline(tuple(lines), position, state, more=position != there)


def _theirs(conversation: Conversation, number: int, row: Any) -> Line:
    """`row`: an InboundMessage with the number of its `photos`."""
    try:
        place = Place.from_dict(json.loads(conversation.unseal(row.location_sealed, "location"))) if row.location_sealed else None
        message = Message(conversation.unseal(row.text_sealed, "inbound"), place=place)
    except SealError:
        message = Message(row.text_masked)
    if row.text_masked == FORGOTTEN:
        message = Message(say("forgotten", row.language or conversation.language))
    return Line(number, row.received_at, message, provider_id=row.provider_id, photos=row.photos)


def _ours(conversation: Conversation, number: int, row: OutboundMessage) -> Line:
    try:
        message = Message.from_dict(json.loads(conversation.unseal(row.body_sealed, "outbound")))
    except SealError:
        message = Message(row.text_masked)
    if row.text_masked == FORGOTTEN:
        message = Message(say("forgotten", row.inbound.language))
    at = max(row.created_at, row.inbound.received_at)  # hosts' clocks disagree; an answer never comes before its question
    return Line(number, at, message, language=row.inbound.language)


def _mark_sent(rows: List[OutboundMessage]) -> None:
    unsent = [row.pk for row in rows if row.sent_at is None]  # given up, perhaps, because nobody fetched it for long
    if unsent:
        OutboundMessage.objects.filter(pk__in=unsent).update(state=OutboundMessage.State.SENT, sent_at=timezone.now())
