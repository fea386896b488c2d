"""The action server's threads: calls to the city in some, work that only needs the record in others, which no slow city system takes up."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import Callable, TypeVar
from weakref import WeakKeyDictionary

CITY_THREADS = 24  # of `asyncio.to_thread`: the turns of a worker (WORKER_THREADS) and half of another's
RECORD_THREADS = 4  # each call takes milliseconds. Each thread of either kind may keep a connection: docs/production.md, sizing
Result = TypeVar("Result")
_record: WeakKeyDictionary[asyncio.AbstractEventLoop, ThreadPoolExecutor] = WeakKeyDictionary()


def set_threads() -> None:
    """For the running loop: Python's own number of threads goes by the processors, six on a small machine, and all work shares them."""
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(CITY_THREADS, "city"))
    _record[loop] = ThreadPoolExecutor(RECORD_THREADS, "record")


async def in_record(work: Callable[..., Result], *given: object) -> Result:
    """As `asyncio.to_thread`, for work at the record alone."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_record.get(loop), partial(copy_context().run, work, *given))
