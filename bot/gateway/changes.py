"""Waiting until something is new in a conversation, whichever process wrote it."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from contextlib import contextmanager, suppress
from functools import partial
from typing import Iterator, Optional, Set, Tuple

from django.db import Error

from bot.conversations.news import GATHER_S, LOOK_S
from bot.conversations.timeline import State, states
from bot.gateway.work import in_database

log = logging.getLogger(__name__)
DATABASE_PAUSE_S = 0.5
AT_ONCE = 800  # waiting requests; fewer than the connections the server takes, so that messages still get in
PER_CONVERSATION = 4  # one browser waits once, whatever its tabs; a second device and a reload come on top

Waiting = Tuple[str, Optional[State], "asyncio.Future[None]"]


class Changes:
    """Tells waiting requests that their conversation has changed: one query for all of them, however many wait."""

    def __init__(self, channel: str) -> None:
        self.channel, self.closed = channel, False
        self.heard = 0  # how often there was news
        self._places: Counter[str] = Counter()
        self._waiting: Set[Waiting] = set()
        self._news = asyncio.Event()
        self._watch: Optional[asyncio.Task[None]] = None

    @contextmanager
    def place(self, lookup: str) -> Iterator[bool]:
        """Whether there is room for one more request that waits, and keeps its place."""
        room = not self.closed and self._places.total() < AT_ONCE and self._places[lookup] < PER_CONVERSATION
        self._places[lookup] += room
        try:
            yield room
        finally:
            self._places[lookup] -= room
            if not self._places[lookup]:
                del self._places[lookup]

    async def wait(self, lookup: str, known: Optional[State], heard: int, limit_s: float) -> bool:
        """Whether the state is another than `known` within the limit. `heard`: what that said before `known` was read."""
        if heard != self.heard:  # it may be about this conversation
            self._news.set()
        changed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting = (lookup, known, changed)
        self._waiting.add(waiting)
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._look())
        try:
            await asyncio.wait_for(changed, limit_s)
        except asyncio.TimeoutError:
            return False
        finally:
            self._waiting.discard(waiting)
        return True

    def look(self) -> None:
        """Something has changed. For the event loop's thread."""
        self.heard += 1
        self._news.set()

    def close(self) -> None:
        """Lets nobody wait any longer: the process ends. May be called from a signal handler."""
        self.closed = True

    async def _look(self) -> None:
        while self._waiting:
            self._news.clear()
            asked = list(self._waiting)
            try:
                found = await in_database(partial(states, self.channel, list({lookup for lookup, *_ in asked})))
            except Error as err:
                log.warning("the database does not answer: %s", type(err).__name__)
                await asyncio.sleep(DATABASE_PAUSE_S)
                continue
            for lookup, known, changed in asked:
                if (self.closed or found.get(lookup) != known) and not changed.done():
                    changed.set_result(None)
            await asyncio.sleep(GATHER_S)
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._news.wait(), LOOK_S)
