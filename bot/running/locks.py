"""Who uses a state folder: one `resident up` at a time, and no parts left over from an earlier one.

Locks of the operating system: they go when their process goes, so there is no stale file to clean up.
"""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from typing import IO, List, Optional

from bot.running.problems import StartError
from bot.running.terminal import say
from bot.settings import SettingError

_held: List[IO[str]] = []  # a lock lasts as long as its file is open


def run_folder(state: Path) -> Path:
    """The folder of pid files, locks and the manager's configuration. Made when missing.

    Raises:
        SettingError: it cannot be made or written.
    """
    folder = state / "run"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        raise SettingError(f"RESIDENT_STATE: the state folder cannot be made ({err.strerror})") from err
    if not os.access(folder, os.W_OK):
        raise SettingError("RESIDENT_STATE: the state folder cannot be written")
    return folder


def take_turn(state: Path, *, patience_s: float) -> None:
    """Makes this process the one that runs the parts of this state folder.

    Args:
        patience_s: how long to wait for the parts of an earlier run that are ending.
    Raises:
        StartError: another one runs, or parts of an earlier one do not end.
    """
    folder = run_folder(state)
    own = _lock(folder / "up.lock", fcntl.LOCK_EX)
    if own is None:
        other = (folder / "up.pid").read_text(encoding="ascii") if (folder / "up.pid").exists() else "unknown"
        raise StartError(
            f"It is already running (process {other}). Stop it there with Ctrl-C, or give this one its own RESIDENT_STATE and ports."
        )
    (folder / "up.pid").write_text(str(os.getpid()), encoding="ascii")
    _held.append(own)
    if not wait_for_parts(state, patience_s=0):
        say("Waiting for the parts of an earlier run to end")
    if not wait_for_parts(state, patience_s=patience_s):
        raise StartError("Parts of an earlier run are still there. End them (`ps ax | grep resident` shows them) and try again.")


def wait_for_parts(state: Path, *, patience_s: float) -> bool:
    """Whether every part of this state folder has ended; waits for those that are ending."""
    until = time.monotonic() + patience_s
    while (parts := _lock(run_folder(state) / "parts.lock", fcntl.LOCK_EX)) is None:
        if time.monotonic() > until:
            return False
        time.sleep(0.2)
    parts.close()
    return True


def mark_part(state: Path) -> None:
    """Called by each part under the manager: while it lives, `wait_for_parts` waits."""
    file = (run_folder(state) / "parts.lock").open("a", encoding="ascii")
    fcntl.flock(file, fcntl.LOCK_SH)  # whoever looks holds it for a moment only
    _held.append(file)


def _lock(path: Path, how: int) -> Optional[IO[str]]:
    file = path.open("a", encoding="ascii")
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
        return file
    except BlockingIOError:
        file.close()
        return None
