"""No process outlives the one that started it, however that one ended.

`resident up` starts the process manager, the manager starts the parts, and a `kill -9` of either tells its children
nothing. So each child looks at its parent and ends when it has gone.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path
from typing import Callable

from bot.settings import settings

LOOK_EVERY_S = 0.5
TO_END_S = 2.0  # that a process has when what it was doing is done or given up


def end_within_s() -> float:
    """How long a process that is told to end may take; then it is killed."""
    return settings().stop_within_s + TO_END_S


def end_with_parent() -> None:
    """From now on this process is told to end when its parent has gone, and killed when it does not in time."""
    parent = os.getppid()

    def end() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(end_within_s())
        os.kill(os.getpid(), signal.SIGKILL)

    _watch(lambda: os.getppid() == parent, end)


def end_with_make() -> None:
    """Under `make`, this process is told to end when make is gone or was interrupted alone.

    GNU make drops its handler on the first SIGINT and then waits for its child, which it takes to have had the signal
    from the terminal as well: `kill -INT` of make alone would wait for ever. Linux shows the dropped handler.
    """
    if "MAKELEVEL" not in os.environ:
        return
    parent = os.getppid()
    catches = _catches_interrupt(parent)
    _watch(lambda: os.getppid() == parent and _catches_interrupt(parent) == catches, lambda: os.kill(os.getpid(), signal.SIGTERM))


def _watch(all_is_well: Callable[[], bool], act: Callable[[], None]) -> None:
    def look() -> None:
        while all_is_well():
            time.sleep(LOOK_EVERY_S)
        act()

    threading.Thread(target=look, name="lifeline", daemon=True).start()


def _catches_interrupt(process: int) -> bool:
    """Whether a process has a handler for SIGINT; False where that cannot be seen (macOS)."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    caught = next((line.split()[1] for line in status.splitlines() if line.startswith("SigCgt:")), "0")
    return bool(int(caught, 16) >> (signal.SIGINT - 1) & 1)
