"""Work that blocks, off the event loop: a few threads whose database connections are kept."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Callable, TypeVar

from bot.conversations.database import usable_connection

THREADS = 8  # each keeps a connection; PostgreSQL allows 100 to all processes together unless told otherwise
Result = TypeVar("Result")


@lru_cache(maxsize=1)
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, "database")


async def in_database(work: Callable[[], Result]) -> Result:
    """What `work` returns, done in a thread that may use the database."""
    return await asyncio.get_running_loop().run_in_executor(_threads(), _connected, work)


def _connected(work: Callable[[], Result]) -> Result:
    with usable_connection():
        return work()
