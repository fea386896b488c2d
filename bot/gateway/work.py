"""Work that blocks, off the event loop: a few threads whose database connections are kept."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Callable, TypeVar

from django.db import OperationalError

from bot.conversations.database import usable_connection

THREADS = 8  # each keeps a connection; PostgreSQL allows 100 to all processes together unless told otherwise
LIMIT_S = 25.0  # longer than a database that works lets anybody wait, see `bot.conversations.settings`: this one hangs
Result = TypeVar("Result")


@lru_cache(maxsize=1)
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, "database")


async def in_database(work: Callable[[], Result]) -> Result:
    """What `work` returns, done in a thread that may use the database. Raises django.db.Error, also when nothing comes within LIMIT_S.

    What hangs may be done all the same, once the database goes on: a message that comes again is known then.
    """
    working = asyncio.get_running_loop().run_in_executor(_threads(), _connected, work)
    try:
        return await asyncio.wait_for(working, LIMIT_S)
    except asyncio.TimeoutError:
        raise OperationalError("no answer in time") from None


def _connected(work: Callable[[], Result]) -> Result:
    with usable_connection():
        return work()
