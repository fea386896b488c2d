"""A step of a build is a process of its own, and none outlives the build."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.publishing import children

HALF_MADE = """
import sys, time
from pathlib import Path
from bot.publishing.children import behind
behind()
place = Path(sys.argv[1])
try:
    place.write_text("half")
    print("begun", flush=True)
    time.sleep(60)
finally:
    place.unlink()
"""
DEAF = "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(os.getpid(), flush=True); time.sleep(60)"


class _StopError(Exception):
    """Carries the line at which the step was stopped."""


def stop(line: str = "") -> None:
    raise _StopError(line)


def test_a_step_that_is_stopped_puts_away_what_it_began(tmp_path: Path) -> None:
    with pytest.raises(_StopError):
        children.run(["-c", HALF_MADE, str(tmp_path / "draft")], os.environ, line=stop, touch=lambda: None)
    assert list(tmp_path.iterdir()) == []


def test_a_step_that_does_not_listen_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "ENDS_S", 0.2)
    with pytest.raises(_StopError) as stopped:
        children.run(["-c", DEAF], os.environ, line=stop, touch=lambda: None)
    with pytest.raises(ProcessLookupError):
        os.kill(int(str(stopped.value)), 0)


def test_a_step_that_says_nothing_is_stopped_by_the_sign_that_somebody_is_at_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "TOUCH_S", 0.1)
    with pytest.raises(_StopError):
        children.run(["-c", "import time; time.sleep(60)"], os.environ, touch=stop)


def test_a_step_that_fails_says_its_last_words() -> None:
    with pytest.raises(children.ChildError, match="No space left"):
        children.run(["-c", "raise SystemExit('at first\\nNo space left')"], os.environ, touch=lambda: None)
