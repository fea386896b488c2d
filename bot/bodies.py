"""Requests' bodies, bounded before Django sees them: in size, and in the time they may take to arrive."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Awaitable, Callable, Dict, List, Mapping, Optional

Scope = Dict[str, Any]
Event = Mapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MAX_BYTES = 256 * 1024  # ten thousand characters, every one of them escaped in JSON, with room to spare
ARRIVES_WITHIN_S = 15.0
LARGE_AT_ONCE, LARGE_ARRIVES_WITHIN_S = 40, 60.0
DISCARDS_BYTES, DISCARDS_WITHIN_S = 64 * 1024 * 1024, 10.0  # read and thrown away, so that a caller still sending gets to see the answer


class _TooLargeError(Exception):
    pass


class _GoneError(Exception):
    pass


class BoundedBodies:
    """An ASGI application in front of another: 413 for a body too large (at once, when its length is announced), 408 for one too slow.

    `larger`: how many bytes some paths may get. Those take LARGE_AT_ONCE bodies at the same time, since all are held in memory; 503 beyond.
    """

    def __init__(self, app: App, larger: Optional[Mapping[str, int]] = None) -> None:
        self.app, self.larger, self._large = app, larger or {}, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most = self.larger.get(scope["path"])
        if most is None:
            await self._pass_on(scope, receive, send, MAX_BYTES, ARRIVES_WITHIN_S)
        elif self._large >= LARGE_AT_ONCE:
            await _refuse(503, "too many large bodies at once", receive, send)
        else:
            self._large += 1
            try:
                await self._pass_on(scope, receive, send, most, LARGE_ARRIVES_WITHIN_S)
            finally:
                self._large -= 1

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send, most: int, within_s: float) -> None:
        try:
            if _announced(scope) > most:
                raise _TooLargeError
            body = await asyncio.wait_for(_read(receive, most), within_s)
        except _TooLargeError:
            await _refuse(413, f"the body is larger than {most} bytes", receive, send)
        except asyncio.TimeoutError:
            await _refuse(408, "the body took too long to arrive", receive, send)
        except _GoneError:
            return
        else:
            await self.app(scope, _replay(body, receive), send)


def _announced(scope: Scope) -> int:
    length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(length) if length.isdigit() else 0


async def _read(receive: Receive, most: int) -> bytes:
    chunks: List[bytes] = []
    size, more = 0, True
    while more:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise _GoneError
        chunks.append(event.get("body", b""))
        size += len(chunks[-1])
        if size > most:
            raise _TooLargeError
        more = event.get("more_body", False)
    return b"".join(chunks)


def _replay(body: bytes, receive: Receive) -> Receive:
    waiting: List[Event] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Event:
        return waiting.pop() if waiting else await receive()

    return replayed


async def _refuse(status: int, sentence: str, receive: Receive, send: Send) -> None:
    """Answers now, then discards what still arrives, then closes the connection."""
    body = json.dumps({"error": sentence}).encode()
    headers: Dict[bytes, bytes] = {
        b"content-type": b"application/json",
        b"content-length": str(len(body)).encode(),
        b"connection": b"close",
        b"x-content-type-options": b"nosniff",
        b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
        b"referrer-policy": b"no-referrer",
        b"cache-control": b"no-store",
    }
    await send({"type": "http.response.start", "status": status, "headers": list(headers.items())})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    try:
        await asyncio.wait_for(_discard(receive), DISCARDS_WITHIN_S)
    except asyncio.TimeoutError:
        pass
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _discard(receive: Receive) -> None:
    size = 0
    while size < DISCARDS_BYTES:
        event = await receive()
        size += len(event.get("body", b""))
        if not event.get("more_body", False):
            break
