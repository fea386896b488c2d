"""What stands before several copies of a part: a connection goes to the next copy that takes it."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager, suppress
from typing import Iterator, Sequence, Tuple

PIECE = 65_536  # bytes

Stream = Tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Balancer:
    """Takes turns among the copies' ports. All it knows of their health is that one refuses a connection; it is passed over."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._ports, self._next = ports, 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, to its end."""
        with suppress(OSError):
            try:
                copy_reader, copy_writer = await self._connected()
                await asyncio.gather(_passed_on(reader, copy_writer), _passed_on(copy_reader, writer))
            finally:
                writer.close()

    async def _connected(self) -> Stream:
        """A connection to a copy. Raises ConnectionRefusedError when none takes it."""
        for _ in self._ports:
            port = self._ports[self._next % len(self._ports)]
            self._next += 1
            with suppress(ConnectionRefusedError):
                return await asyncio.open_connection("127.0.0.1", port)
        raise ConnectionRefusedError


async def _passed_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(PIECE):
            writer.write(piece)
            await writer.drain()
    with suppress(OSError):
        writer.close()


async def _ended(server: asyncio.Server) -> None:
    server.close()
    connections = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in connections:
        task.cancel()
    await asyncio.gather(*connections, return_exceptions=True)


@contextmanager
def balanced(port: int, copies: Sequence[int]) -> Iterator[None]:
    """Serves on a loopback port until the end."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="balancer", daemon=True).start()
    starting = asyncio.start_server(Balancer(copies).serve, "127.0.0.1", port)
    server = asyncio.run_coroutine_threadsafe(starting, loop).result()
    try:
        yield
    finally:
        asyncio.run_coroutine_threadsafe(_ended(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
