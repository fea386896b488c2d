"""Notes which replies somebody has fetched: those of half a second in one change, and nobody waits for it.

Each change by itself would wait for SQLite's one right to write, and its resident with it.
"""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import List, Optional, Sequence

from django.db import Error
from django.utils import timezone

from bot.conversations.models import OutboundMessage
from bot.gateway.work import in_database

MARK_S = 0.5

_log = logging.getLogger(__name__)
_State = OutboundMessage.State


class Fetched:
    """For the event loop's thread. What a gateway that is killed has not marked yet counts as never fetched."""

    def __init__(self) -> None:
        self._turns: List[int] = []
        self._marking: Optional[asyncio.Task[None]] = None

    def note(self, inbound: int) -> None:
        """The replies to this message of the inbox were fetched."""
        self._turns.append(inbound)
        if self._marking is None or self._marking.done():
            self._marking = asyncio.create_task(self._mark_all())

    async def mark(self) -> None:
        """Marks what there is to mark; the next time, if the database does not answer."""
        some, self._turns = self._turns, []
        try:
            if some:
                await in_database(partial(mark_sent, some))
        except Error as err:
            self._turns += some
            _log.warning("fetched replies are not marked yet: %s", type(err).__name__)

    async def _mark_all(self) -> None:
        while self._turns:
            await asyncio.sleep(MARK_S)
            await self.mark()


def mark_sent(turns: Sequence[int]) -> None:
    """The replies to these messages of the inbox were fetched."""
    OutboundMessage.objects.filter(inbound__in=turns, state=_State.PENDING).update(state=_State.SENT, sent_at=timezone.now())
