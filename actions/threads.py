"""The action server's threads: calls to the city in some, work that only needs the record in others, which no slow city system takes up."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import lru_cache, partial
from typing import Callable, TypeVar

CITY_THREADS = 24  # of `asyncio.to_thread`: the turns of a worker (WORKER_THREADS) and half of another's
RECORD_THREADS = 4  # each call takes milliseconds. Each thread of either kind may keep a connection: docs/production.md, sizing
Result = TypeVar("Result")


def set_city_threads() -> None:
    """For the running loop: Python's own number of threads goes by the processors, six on a small machine."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(CITY_THREADS, "city"))


@lru_cache(maxsize=1)
def _record_threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(RECORD_THREADS, "record")


async def in_record(work: Callable[..., Result], *given: object) -> Result:
    """As `asyncio.to_thread`, for work at the record alone."""
    return await asyncio.get_running_loop().run_in_executor(_record_threads(), partial(copy_context().run, work, *given))
