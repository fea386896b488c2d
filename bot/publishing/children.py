"""Steps of a build that take minutes, memory or another version's data: each a process of its own, behind everything else here."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from tempfile import TemporaryFile
from typing import IO, Callable, Mapping, Optional, Sequence

from bot.running.lifeline import end_with_parent
from bot.settings import ROOT

LONGEST_S = 3_600.0
TOUCH_S = 5.0
ENDS_S = 3.0  # that a step has to put away what it began, when it is given up
_NICE = 15


class ChildError(RuntimeError):
    """A step failed; the message is its last words."""


def behind() -> None:
    """Called by a step: it makes way for everything else and ends with whoever started it. Told to end, it puts away what it began."""
    os.nice(_NICE)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    end_with_parent()


def run(
    arguments: Sequence[str], environment: Mapping[str, str], *, line: Callable[[str], None] = lambda line: None, touch: Callable[[], None]
) -> None:
    """Runs a step to its end, or until `line` or `touch` raises. Raises ChildError.

    Args:
        arguments: of this Python.
        line: is given each line the step writes.
        touch: called every TOUCH_S, so that others see that somebody is at it.
    """
    with TemporaryFile() as errors:
        child = subprocess.Popen(  # noqa: S603 - the words are ours
            [sys.executable, *arguments],
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            _follow(child, line, touch)
        finally:
            _end(child)
        if child.returncode:
            errors.seek(0)
            words = errors.read().decode(errors="replace").strip()
            raise ChildError(words.rpartition("\n")[2] or f"exit code {child.returncode}")


def _end(child: subprocess.Popen[str]) -> None:
    child.terminate()
    with suppress(subprocess.TimeoutExpired):
        child.wait(ENDS_S)
    child.kill()
    child.wait()


def _follow(child: subprocess.Popen[str], line: Callable[[str], None], touch: Callable[[], None]) -> None:
    lines: queue.SimpleQueue[Optional[str]] = queue.SimpleQueue()

    def read(output: IO[str]) -> None:
        for row in output:
            lines.put(row.strip())
        lines.put(None)

    assert child.stdout  # noqa: S101 - it was asked for
    threading.Thread(target=read, args=[child.stdout], daemon=True).start()
    waited = 0.0
    while waited < LONGEST_S:
        try:
            row = lines.get(timeout=TOUCH_S)
        except queue.Empty:
            waited += TOUCH_S
            touch()
            continue
        if row is None:
            child.wait()
            return
        line(row)
    raise ChildError(f"It was not done within {LONGEST_S:.0f} s.")
