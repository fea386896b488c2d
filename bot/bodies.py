"""Requests' bodies, bounded before Django sees them: in size, and in the time they may take to arrive."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import dataclass
from typing import Any, Awaitable, Callable, Dict, List, Mapping, Optional

from bot.gateway.limits import place

Scope = Dict[str, Any]
Event = Mapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MAX_BYTES = 256 * 1024  # ten thousand characters, every one of them escaped in JSON, with room to spare
ARRIVES_WITHIN_S = 15.0
LARGE_AT_ONCE, LARGE_OF_ONE_PLACE, LARGE_ARRIVES_WITHIN_S = 40, 3, 60.0
DISCARDS_BYTES, DISCARDS_WITHIN_S = 64 * 1024 * 1024, 10.0  # read and thrown away, so that a caller still sending gets to see the answer


class _TooLargeError(Exception):
    pass


class _GoneError(Exception):
    pass


@dataclass(frozen=True)
class Larger:
    """How many bytes a path may get with a POST, from whom: `lets_in` takes the header `Authorization`."""

    most: int
    lets_in: Callable[[str], bool]


class BoundedBodies:
    """An ASGI application in front of another: 413 for a body too large (at once, when its length is announced), 408 for one too slow.

    `larger`: the paths that may get more. Those take LARGE_AT_ONCE bodies at the same time, since all are held in memory, and
    LARGE_OF_ONE_PLACE of a network address; 503 beyond. Who is not let in is answered by the application, which gets no body then.
    """

    def __init__(self, app: App, larger: Optional[Mapping[str, Larger]] = None) -> None:
        self.app, self.larger = app, larger or {}
        self._large: Counter[str] = Counter()  # under way, by place

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        larger = self.larger.get(scope["path"]) if scope["method"] == "POST" else None
        if larger is None:
            await self._pass_on(scope, receive, send, MAX_BYTES, ARRIVES_WITHIN_S)
        elif larger.lets_in(_header(scope, b"authorization").decode("latin-1")):
            await self._take_large(scope, receive, send, larger.most)
        else:
            await self._answer_unread(scope, receive, send)

    async def _take_large(self, scope: Scope, receive: Receive, send: Send, most: int) -> None:
        caller = place(scope["client"][0] if scope["client"] else "")
        if self._large.total() >= LARGE_AT_ONCE or self._large[caller] >= LARGE_OF_ONE_PLACE:
            await _refuse(503, "too many large bodies at once", receive, send)
            return
        self._large[caller] += 1
        try:
            await self._pass_on(scope, receive, send, most, LARGE_ARRIVES_WITHIN_S)
        finally:
            self._large[caller] -= 1
            self._large = +self._large  # without those that have none

    async def _answer_unread(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def closing(event: Event) -> None:
            if event["type"] == "http.response.start":
                await send({**event, "headers": [*event["headers"], (b"connection", b"close")]})
            else:
                await send({**event, "more_body": True})
                if not event.get("more_body", False):
                    await _discard_and_end(receive, send)

        await self.app(scope, _replay(b"", _nothing), closing)

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
    length = _header(scope, b"content-length")
    return int(length) if length.isdigit() else 0


def _header(scope: Scope, name: bytes) -> bytes:
    return next((value for given, value in scope["headers"] if given == name), b"")


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


async def _nothing() -> Event:
    """Never comes."""
    return await asyncio.get_running_loop().create_future()  # type: ignore[no-any-return]


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
    await _discard_and_end(receive, send)


async def _discard_and_end(receive: Receive, send: Send) -> None:
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
