"""What city systems answered, kept for a while: asked for once, and told with its age when the system fails."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotInTimeError
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Callable, Dict, Generic, Hashable, Optional, Tuple, TypeVar

from actions.clients.errors import CityError, Failure
from actions.clients.ledger import seconds_left

MOST = 1000  # values of one kind
_STALE_WILL_DO = {Failure.UNREACHABLE, Failure.MALFORMED}

Value = TypeVar("Value")


@dataclass(frozen=True)
class Held(Generic[Value]):
    """A value. `as_of`: when it was read, set only when it is older than it should be because the system fails now."""

    value: Value
    as_of: Optional[datetime] = None


class Kept(Generic[Value]):
    """Values by key, in the memory of this process only. Safe to use from several threads.

    Never for balances, nor for anything else that is one person's or that money depends on: those are read each time.

    Args:
        ttl_s: how long a value is given without asking again.
        stale_s: how old a value may be that is given, with its age, when loading fails; 0: never.
        keep: whether a value is worth keeping, for example `bool`: nothing found now may be found in a minute.
        most: how many values are kept; the one not asked for the longest goes first.
        clock: seconds since 1970.
    """

    def __init__(
        self,
        *,
        ttl_s: float,
        stale_s: float = 0.0,
        keep: Callable[[Value], bool] = lambda value: True,
        most: int = MOST,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._ttl_s = ttl_s
        self._stale_s = stale_s
        self._keep = keep
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._values: OrderedDict[Hashable, Tuple[float, Value]] = OrderedDict()
        self._loading: Dict[Hashable, Future[Value]] = {}

    def get(self, key: Hashable, load: Callable[[], Value], *, fresh: bool = False) -> Held[Value]:
        """The kept value, else what `load` gives; of several callers one loads and the others wait for it.

        Args:
            fresh: ask now, and give no older value when that fails.
        Raises:
            what `load` raises, when no older value will do.
        """
        with self._lock:
            kept = None if fresh else self._value(key, self._ttl_s)
            if kept is not None:
                return Held(kept[1])
            first = key not in self._loading
            loading = self._loading.setdefault(key, Future())
        try:
            return Held(self._load(key, load, loading) if first else self._wait(loading, load))
        except CityError as err:
            older = None
            if err.failure in _STALE_WILL_DO and not fresh:
                with self._lock:
                    older = self._value(key, self._stale_s)
            if older is None:
                raise
            return Held(older[1], datetime.fromtimestamp(older[0], timezone.utc))

    def _value(self, key: Hashable, oldest_s: float) -> Optional[Tuple[float, Value]]:
        """When it was read, and the value; None when it is older than that."""
        found = self._values.get(key)
        if found is None or self._clock() - found[0] >= oldest_s:
            return None
        self._values.move_to_end(key)
        return found

    def _load(self, key: Hashable, load: Callable[[], Value], loading: Future[Value]) -> Value:
        try:
            value = load()
        except BaseException as err:
            with self._lock:
                del self._loading[key]
            loading.set_exception(err)
            raise
        with self._lock:
            del self._loading[key]
            if self._keep(value):
                self._values[key] = (self._clock(), value)
                self._values.move_to_end(key)
                while len(self._values) > self._most:
                    self._values.popitem(last=False)
            else:
                self._values.pop(key, None)
        loading.set_result(value)
        return value

    @staticmethod
    def _wait(loading: Future[Value], load: Callable[[], Value]) -> Value:
        """What the caller before is loading; when that takes longer than there is time, `load` says so in its own error."""
        try:
            return loading.result(max(0.0, seconds_left()))
        except NotInTimeError:
            return load()
