"""Residents who never stop, while one worker is replaced: memory, files and connections stay where they are.

SOAK_S: seconds, 60 unless set; `SOAK_S=1800 make test-faults` is the long one.
"""

from __future__ import annotations

import os
import signal
import statistics
import time
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Dict, List

import pytest

from tests.faults.conftest import ANSWER, QUESTION
from tests.faults.parts import WORKERS
from tests.faults.system import WATCHED, FaultSystem
from tests.faults.town import Caller, Town, behind

pytestmark = pytest.mark.faults
DEADLINE_S = 45
SOAK_S = float(os.environ.get("SOAK_S", "60"))
PEOPLE, SAMPLES = 6, 40
MOST_CONNECTIONS = 90  # PostgreSQL allows 100 unless told otherwise
MB = 1024 * 1024


@dataclass
class Watch:
    """What the parts use, sample by sample; `turns`: answered so far."""

    system: FaultSystem
    turns: List[int] = field(default_factory=list)
    memory_mb: Dict[str, List[float]] = field(default_factory=lambda: {part: [] for part in WATCHED})
    files: Dict[str, List[int]] = field(default_factory=lambda: {part: [] for part in WATCHED})
    connections: List[int] = field(default_factory=list)

    def look(self, turns: int) -> None:
        pids = {part: self.system.pid_of(part) for part in WATCHED}
        if not all(pids.values()):
            return  # one is being replaced
        self.turns.append(turns)
        for part, pid in pids.items():
            self.memory_mb[part].append(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / MB)
            self.files[part].append(len(os.listdir(f"/proc/{pid}/fd")))
        self.connections.append(int(self.system.rows("SELECT count(*) FROM pg_stat_activity WHERE datname = 'resident'")[0][0]))


def last_third(values: List[Any]) -> List[Any]:
    return values[-(len(values) // 3) :]


def middle_third(values: List[Any]) -> List[Any]:
    return values[len(values) // 3 : -(len(values) // 3)]


def per_thousand_turns(turns: List[int], values: List[Any]) -> float:
    """The slope of the second half, by least squares."""
    half = len(values) // 2
    return float(statistics.linear_regression(turns[half:], values[half:]).slope * 1000)


def converse(caller: Caller) -> None:
    """What one resident says in one go."""
    assert ANSWER in caller.says(QUESTION)
    assert caller.says("when is garbage day at 200 king st w?")
    assert caller.says("où puis-je payer ma contravention?")
    caller.describes_a_pothole()
    assert caller.chooses("Send it")


def test_nothing_grows_while_residents_never_stop(town: Town, record_property: Callable[[str, Any], None]) -> None:
    converse(town.caller())  # what is loaded once is loaded
    over = time.monotonic() + SOAK_S

    def talk() -> None:
        while time.monotonic() < over:
            converse(town.caller())

    def text() -> None:
        while time.monotonic() < over:
            town.phone().says("hello")

    people: List[Future[Any]] = [*(behind(talk) for _ in range(PEOPLE)), behind(text)]
    watch, replaced = Watch(town.system), False
    while time.monotonic() < over:
        watch.look(sum(len(caller.read) for caller in town.callers) + sum(len(phone.shows()) for phone in town.phones))
        if not replaced and time.monotonic() > over - 0.7 * SOAK_S:
            town.system.signals(WORKERS[1], signal.SIGTERM)
            replaced = True
        time.sleep(SOAK_S / SAMPLES)
    for person in people:
        person.result()
    record_property("soak", summary(watch))
    assert watch.turns[-1] > watch.turns[0]
    for part in WATCHED:
        memory, files = watch.memory_mb[part], watch.files[part]
        assert statistics.mean(last_third(memory)) < 1.15 * statistics.mean(middle_third(memory)) + 30, f"{part}: {memory}"
        assert max(last_third(files)) <= max(middle_third(files)) + 20, f"{part}: {files}"
    assert max(watch.connections) < MOST_CONNECTIONS
    assert max(last_third(watch.connections)) <= max(middle_third(watch.connections)) + 10


def summary(watch: Watch) -> Dict[str, Any]:
    """Turns, and by part memory and files at the end with their slopes per thousand turns."""
    return {
        "seconds": round(SOAK_S),
        "turns": watch.turns[-1],
        "connections": max(watch.connections),
        "parts": {
            part: {
                "memory_mb": round(watch.memory_mb[part][-1]),
                "memory_slope": round(per_thousand_turns(watch.turns, watch.memory_mb[part]), 1),
                "files": watch.files[part][-1],
                "files_slope": round(per_thousand_turns(watch.turns, watch.files[part]), 1),
            }
            for part in WATCHED
        },
    }
