"""How late an event loop gets to what is due: what everybody in the process waits for, and whether it still turns."""

from __future__ import annotations

import asyncio
import time
from typing import Optional

from prometheus_client import Histogram

LOOK_EVERY_S = 0.5
STUCK_S = 30.0  # a loop blocked for so long does not come back

LAG = Histogram(
    "chatbot_event_loop_lag_seconds",
    "How late the event loop got to a task that was due.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


class LoopWatch:
    """Of the loop in which `begin` is called. The rest may be asked from any thread."""

    def __init__(self) -> None:
        self._turned_at: Optional[float] = None
        self._task: Optional[asyncio.Task[None]] = None

    def begin(self) -> None:
        """Watches the running loop from now on. Call it when the process serves."""
        self._turned_at = time.monotonic()
        self._task = asyncio.get_running_loop().create_task(self._watch())

    def is_serving(self) -> bool:
        """Whether the process has come so far that it serves, and its loop has turned lately."""
        return self._turned_at is not None and self.is_alive()

    def is_alive(self) -> bool:
        """Whether the loop has turned lately, or has not begun to."""
        return self._turned_at is None or time.monotonic() - self._turned_at < STUCK_S

    async def _watch(self) -> None:
        while True:
            due = time.monotonic() + LOOK_EVERY_S
            await asyncio.sleep(LOOK_EVERY_S)
            self._turned_at = time.monotonic()
            LAG.observe(max(0.0, self._turned_at - due))
