"""Leaves a city system alone that fails again and again: residents are told at once that it cannot be reached, and it can recover.

A system is a host and the first part of its paths: several city systems may share one host behind one door.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Callable, Deque, Dict, List, Optional, Tuple
from urllib.parse import urlsplit

FAILURES = 5  # in a row, each within WINDOW_S: two or three residents who got no answer
WINDOW_S = 60.0
FIRST_PAUSE_S = 2.0  # doubled with each probe that fails
LONGEST_PAUSE_S = 60.0


@dataclass(frozen=True)
class Admission:
    """Leave to make one call; `probe`: it decides whether others may follow. `Breaker.ended` must be told of every one."""

    probe: bool = False


class Breaker:
    """Of one system. Safe to use from several threads; `clock` is in seconds and never goes back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures: Deque[Tuple[float, bool]] = deque(maxlen=FAILURES)  # when, and whether it connected
        self._pause_s = 0.0  # 0: closed
        self._until = 0.0
        self._probing = False

    @property
    def is_open(self) -> bool:
        """Whether calls are refused, but for a probe now and then."""
        return self._pause_s > 0

    def admit(self, *, sends: bool) -> Optional[Admission]:
        """Leave to call; None while the system is left alone.

        Args:
            sends: the call hands something in. That is refused only when nothing connects: that reading fails says little of it.
        """
        with self._lock:
            if not self.is_open:
                return Admission()
            if self._clock() >= self._until and not self._probing:
                self._probing = True
                return Admission(probe=True)
            return Admission() if sends and any(connected for _, connected in self._failures) else None

    def ended(self, admission: Admission, worked: Optional[bool], *, connected: bool = True) -> None:
        """What became of a call; `worked` None: it says nothing of the system."""
        with self._lock:
            self._probing = self._probing and not admission.probe
            if worked:
                self._failures.clear()
                self._pause_s = 0.0
            elif worked is not None:
                self._fail(admission, connected)

    def _fail(self, admission: Admission, connected: bool) -> None:
        now = self._clock()
        self._failures.append((now, connected))
        if admission.probe:
            self._pause_s = min(self._pause_s * 2, LONGEST_PAUSE_S)
        elif not self.is_open and len(self._failures) == FAILURES and now - self._failures[0][0] <= WINDOW_S:
            self._pause_s = FIRST_PAUSE_S
        else:
            return
        self._until = now + self._pause_s


_breakers: Dict[str, Breaker] = {}
_making = threading.Lock()


def system_of(url: str) -> str:
    """The system a base address belongs to: `api.example/waste`."""
    parts = urlsplit(url)
    return f"{parts.netloc.rpartition('@')[2]}/{parts.path.strip('/').split('/')[0]}".rstrip("/")


def breaker_of(system: str) -> Breaker:
    """The one breaker of a system, for all clients of this process."""
    with _making:
        return _breakers.setdefault(system, Breaker())


def systems() -> Dict[str, bool]:
    """Every system called so far, and whether it is left alone now."""
    with _making:
        return {system: breaker.is_open for system, breaker in _breakers.items()}


def hosts_left_alone() -> List[str]:
    """The hosts with a system that is left alone now."""
    return sorted({system.split("/")[0] for system, is_open in systems().items() if is_open})


def forget_all() -> None:
    """Starts afresh, as a new process does. Clients ask for their breaker at each call, so it holds for all."""
    with _making:
        _breakers.clear()
