"""A TCP proxy that misbehaves: it stands in front of a server and delays, swallows, cuts and holds what passes.

A *hold* stops one exchange at a point that can be named by what is said there, such as the `COMMIT` behind an `INSERT INTO …`: a process is
killed exactly between two of its lines without a line of it knowing about tests.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Coroutine, Dict, Iterable, Iterator, List, Optional, Sequence

LIMIT_S = 60.0
_AT_ONCE = 65_536
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close with a reset


@lru_cache(maxsize=1)
def _loop() -> asyncio.AbstractEventLoop:
    """Where all proxies work."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="proxies", daemon=True).start()
    return loop


def _in_loop(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run_coroutine_threadsafe(work, _loop()).result(LIMIT_S)


@dataclass(frozen=True)
class Fault:
    """What happens to all that passes. The default is nothing.

    refused: each connection is reset. silent: nothing passes until the fault is over, and then all of it. delay_s: before each piece of an
    answer. drip_s: before each byte of one. most_bytes: of all answers on a connection together; then it is closed.
    """

    refused: bool = False
    silent: bool = False
    delay_s: float = 0.0
    drip_s: float = 0.0
    most_bytes: Optional[int] = None


@dataclass(eq=False)
class Hold:
    """One exchange, stopped. `marks`: pieces of requests that must pass on one connection, in order; the last one is held.

    answered: the request passes, and its answer is held. caller: whoever asked, once it is reached.
    """

    marks: Sequence[bytes]
    answered: bool
    caller: str = ""
    reached: threading.Event = field(default_factory=threading.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    forwards: bool = True

    def wait(self) -> None:
        """Until somebody is held."""
        assert self.reached.wait(LIMIT_S), f"nobody said {self.marks[-1]!r}"

    def release(self) -> None:
        """Lets what was held pass."""
        _loop().call_soon_threadsafe(self.over.set)

    def drop(self) -> None:
        """Throws away what was held, with its connection: whoever said it was killed."""
        self.forwards = False
        self.release()


class _Connection:
    def __init__(self, near: asyncio.StreamWriter, far: asyncio.StreamWriter) -> None:
        self.near, self.far = near, far
        self.answered = 0
        self.progress: Dict[Hold, int] = {}
        self.held_answer: Optional[Hold] = None

    def reset(self) -> None:
        for writer in (self.near, self.far):
            sock = writer.get_extra_info("socket")
            if sock is not None and sock.fileno() != -1:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            writer.transport.abort()


class Proxy:
    """Stands at `port` in front of `target`, both on loopback, for one `caller`, until it is closed."""

    def __init__(self, caller: str, port: int, target: int) -> None:
        self.caller, self.port, self.target = caller, port, target
        self.fault = Fault()
        self.asked = 0  # connections
        self.holds: List[Hold] = []
        self._connections: List[_Connection] = []
        self._passes = asyncio.Event()
        self._passes.set()
        self._server = _in_loop(asyncio.start_server(self._serve, "127.0.0.1", port))

    def close(self) -> None:
        _loop().call_soon_threadsafe(self._server.close)
        self.reset()

    def reset(self) -> None:
        """Ends every connection there is, abruptly."""

        async def end() -> None:
            for connection in list(self._connections):
                connection.reset()

        _in_loop(end())

    @contextmanager
    def failing(self, **how: Any) -> Iterator[None]:
        """A fault for a while, on connections there are and on new ones. `how`: fields of `Fault`."""
        self._begin(Fault(**how))
        if self.fault.refused:
            self.reset()
        try:
            yield
        finally:
            self._begin(Fault())

    def _begin(self, fault: Fault) -> None:
        self.fault = fault
        _loop().call_soon_threadsafe(self._passes.clear if fault.silent else self._passes.set)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked += 1
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        connection = _Connection(writer, far_writer)
        if self.fault.refused:
            connection.reset()
            return
        self._connections.append(connection)
        pumps = [
            asyncio.ensure_future(self._requests(reader, connection)),
            asyncio.ensure_future(self._answers(far_reader, connection)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            self._connections.remove(connection)
            for end in (writer, far_writer):
                end.close()

    async def _requests(self, reader: asyncio.StreamReader, connection: _Connection) -> None:
        while piece := await reader.read(_AT_ONCE):
            await self._passes.wait()
            if reader.at_eof():
                return  # whoever said it has gone meanwhile
            hold = self._held_by(piece, connection)
            if hold and hold.answered:
                connection.held_answer = hold
            elif hold and not await self._is_let_go(hold):
                return
            connection.far.write(piece)
            await connection.far.drain()

    async def _answers(self, reader: asyncio.StreamReader, connection: _Connection) -> None:
        while piece := await reader.read(_AT_ONCE):
            await self._passes.wait()
            hold, connection.held_answer = connection.held_answer, None
            if hold and not await self._is_let_go(hold):
                return
            fault = self.fault
            if fault.delay_s:
                await asyncio.sleep(fault.delay_s)
            if fault.most_bytes is not None:
                piece = piece[: max(0, fault.most_bytes - connection.answered)]
            for part in [piece[at : at + 1] for at in range(len(piece))] if fault.drip_s else [piece]:
                await asyncio.sleep(fault.drip_s)
                connection.near.write(part)
                await connection.near.drain()
            connection.answered += len(piece)
            if fault.most_bytes is not None and connection.answered >= fault.most_bytes:
                return

    def _held_by(self, piece: bytes, connection: _Connection) -> Optional[Hold]:
        for hold in self.holds:
            if hold.reached.is_set():
                continue
            reached, rest = connection.progress.get(hold, 0), piece
            while reached < len(hold.marks) and hold.marks[reached] in rest:
                rest = rest.partition(hold.marks[reached])[2]
                reached += 1
            connection.progress[hold] = reached
            if reached == len(hold.marks):
                return hold
        return None

    async def _is_let_go(self, hold: Hold) -> bool:
        hold.caller = self.caller
        hold.reached.set()
        await hold.over.wait()
        return hold.forwards


@contextmanager
def failing(proxies: Iterable[Proxy], **how: Any) -> Iterator[None]:
    """`Proxy.failing` at several proxies."""
    with ExitStack() as stack:
        for proxy in proxies:
            stack.enter_context(proxy.failing(**how))
        yield


@contextmanager
def holding(proxies: Iterable[Proxy], *marks: bytes, answered: bool = False) -> Iterator[Hold]:
    """Stops the next exchange that fits, at whichever of the proxies, see `Hold`; released at the end unless it was dropped."""
    hold, proxies = Hold(marks, answered), list(proxies)
    for proxy in proxies:
        proxy.holds.append(hold)
    try:
        yield hold
    finally:
        for proxy in proxies:
            proxy.holds.remove(hold)
        hold.release()
