"""uvicorn as a process of ours runs it: with its event loop watched."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import List, Optional

import uvicorn

from bot.monitoring.loop import LoopWatch

FAILED_TO_START = 3  # the exit code of uvicorn's own command


class WatchedServer(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.loop_watch = LoopWatch()

    async def startup(self, sockets: Optional[List[socket.socket]] = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.loop_watch.begin()

    def serve_until_stopped(self) -> None:
        """Ends the process with FAILED_TO_START when it cannot serve."""
        with suppress(KeyboardInterrupt):  # raised again at the end by uvicorn
            self.run()
        if not self.started:
            raise SystemExit(FAILED_TO_START)
