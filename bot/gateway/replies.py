"""Waiting for turns to be done, and fetching what was answered."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Dict, List, Optional, Sequence, Set, Tuple
from uuid import UUID

from django.db import Error

from bot.conversations.models import Conversation, InboundMessage, OutboundMessage
from bot.conversations.news import LOOK_S
from bot.conversations.prepared import Given, Prepared
from bot.conversations.sentences import say
from bot.gateway.work import in_database
from bot.messages import Message
from bot.sealing import SealError

log = logging.getLogger(__name__)
DATABASE_PAUSE_S = 0.5
_LATELY = 1_000  # turns that were done before their request came to wait
_TURN = Prepared(lambda: InboundMessage.objects.filter(turn_id=Given("turn_id")))
_CONVERSATION = Prepared(lambda: Conversation.objects.filter(key=Given("key")))
_REPLIES = Prepared(lambda: OutboundMessage.objects.filter(inbound=Given("inbound")).order_by("position"))


@dataclass(frozen=True)
class Replies:
    """What was answered, never empty, and in which language as far as is known. `inbound`: the row they answer, when they are its own."""

    messages: Tuple[Message, ...]
    language: Optional[str]
    inbound: Optional[int] = None


class DoneTurns:
    """Tells waiting requests when their turns are done: by the news, and where those are lost by one query for all, however many wait."""

    def __init__(self) -> None:
        self._waiting: Dict[UUID, Set[asyncio.Future[None]]] = {}
        self._lately: Dict[UUID, None] = {}  # oldest first
        self._watch: Optional[asyncio.Task[None]] = None

    def done(self, turn_id: UUID) -> None:
        """This turn is done. For the event loop's thread."""
        self._lately[turn_id] = None
        if len(self._lately) > _LATELY:
            del self._lately[next(iter(self._lately))]
        for done in self._waiting.get(turn_id, ()):
            if not done.done():
                done.set_result(None)

    async def wait(self, turn_id: UUID, limit_s: float) -> bool:
        """Whether the turn was done within the limit."""
        if turn_id in self._lately:
            return True
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(turn_id, set()).add(done)
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._look())
        try:
            await asyncio.wait_for(done, limit_s)
        except asyncio.TimeoutError:
            return False
        finally:
            self._waiting[turn_id].discard(done)
            if not self._waiting[turn_id]:
                del self._waiting[turn_id]
        return True

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            if not self._waiting:
                return
            try:
                done = await in_database(partial(finished, list(self._waiting)))
            except Error as err:
                log.warning("the database does not answer: %s", type(err).__name__)
                await asyncio.sleep(DATABASE_PAUSE_S)
                continue
            for turn_id in done:
                self.done(turn_id)


def finished(turn_ids: Sequence[UUID]) -> List[UUID]:
    """Those of these turns that are done."""
    places = 1 << (len(turn_ids) - 1).bit_length()  # queries for a few numbers of turns are kept, whatever number waits
    filled = [*turn_ids, *[turn_ids[0]] * (places - len(turn_ids))]
    return [row.turn_id for row in _done_among(places).all(**{f"turn_{place}": turn_id for place, turn_id in enumerate(filled)})]


@cache
def _done_among(count: int) -> Prepared[InboundMessage]:
    """Those of so many turns that are done."""
    given: Any = [Given(f"turn_{number}") for number in range(count)]
    return Prepared(lambda: InboundMessage.objects.filter(turn_id__in=given, state=InboundMessage.State.DONE).only("turn_id"))


def fetch(turn_id: UUID) -> Replies:
    """The replies to a finished turn, in order."""
    inbound = _TURN.one(turn_id=turn_id)
    conversation = _CONVERSATION.one(key=inbound.conversation_id)
    language = inbound.language or conversation.language
    try:
        messages = tuple(
            Message.from_dict(json.loads(conversation.unseal(row.body_sealed, "outbound"))) for row in _REPLIES.all(inbound=inbound.pk)
        )
    except SealError:
        log.error("the replies to turn %s cannot be opened", turn_id.hex)
        messages = ()
    return Replies(messages or (Message(say("apology", language)),), language, inbound.pk)


def late(turn_id: UUID) -> Replies:
    """What to say when a turn is not done in time: the message is kept, the answer is not there."""
    language = InboundMessage.objects.select_related("conversation").get(turn_id=turn_id).conversation.language
    return Replies((Message(say("late", language)),), language)
