"""Connections of the servers residents and staff reach: one that does not say what it wants is closed."""

from __future__ import annotations

import asyncio
from typing import Any, Optional

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_ARRIVES_WITHIN_S = 15.0  # with its headers; `bot.bodies` bounds what follows


class PromptConnection(H11Protocol):
    """uvicorn's own in Python, which bounds the size of the headers; its other one does not, and neither bounds their time."""

    _waiting: Optional[asyncio.TimerHandle] = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._arrived()
        elif self._waiting is None:  # the first bytes of the next request; before them uvicorn counts the idle time
            self._wait()

    def connection_lost(self, exc: Optional[Exception]) -> None:
        self._arrived()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(HEAD_ARRIVES_WITHIN_S, self.transport.close)

    def _arrived(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
