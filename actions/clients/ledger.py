"""The time an action has for its calls, and the record of what it called."""

from __future__ import annotations

import time
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Dict, Iterator, List, Optional, Sequence

UNLIMITED_S = 60.0
MOST_LOST_S = 5.0  # of an action's 8 s, on one system that does not answer


@dataclass(frozen=True)
class Call:
    """One exchange as the action's report lists it: no query, no path parameter. `status` None: no answer; `note` may say why."""

    host: str
    call: str
    status: Optional[int]
    ms: int
    note: str = ""


@dataclass
class Ledger:
    """The time an action has and the calls it made."""

    deadline: float  # of `time.monotonic`
    calls: List[Call] = field(default_factory=list)
    lost_s: Dict[str, float] = field(default_factory=dict)  # by system: on calls without an answer


_ledger: ContextVar[Optional[Ledger]] = ContextVar("ledger", default=None)


@contextmanager
def ledger(budget_s: float) -> Iterator[Ledger]:
    """Within this, calls end by the deadline and are written down, in threads started by `asyncio.to_thread` too."""
    kept = Ledger(time.monotonic() + budget_s)
    token = _ledger.set(kept)
    try:
        yield kept
    finally:
        _ledger.reset(token)


def seconds_left() -> float:
    """Seconds of the action's budget; outside of an action, plenty."""
    kept = _ledger.get()
    return UNLIMITED_S if kept is None else kept.deadline - time.monotonic()


def seconds_for(system: str) -> float:
    """Seconds that may still be spent on asking one system: no single one may cost the resident all the time there is."""
    kept = _ledger.get()
    return UNLIMITED_S if kept is None else min(seconds_left(), MOST_LOST_S - kept.lost_s.get(system, 0.0))


def lose(system: str, seconds: float) -> None:
    """Writes down seconds that were spent on a system for nothing."""
    kept = _ledger.get()
    if kept is not None:
        kept.lost_s[system] = kept.lost_s.get(system, 0.0) + seconds


def write_down(call: Call) -> None:
    """Adds a call to the ledger of the running action, if one runs."""
    kept = _ledger.get()
    if kept is not None:
        kept.calls.append(call)


def report_of(calls: Sequence[Call]) -> List[Dict[str, Any]]:
    """The calls in the shape of `docs/architecture.md`, "The turn"."""
    return [{name: value for name, value in vars(call).items() if name != "note" or value} for call in calls]
