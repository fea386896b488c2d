"""What the leading worker does for staff, once an hour: the last week's sample; at night the unanswered topics, and the source pages."""

from __future__ import annotations

import logging
import subprocess
import sys
from datetime import date, datetime
from typing import Callable, Optional

from django.utils import timezone

from bot.city import city
from bot.review import sampling
from bot.settings import ROOT, settings

log = logging.getLogger(__name__)

NIGHT = range(2, 5)  # hours of the city's clock in which few residents write
LONGEST_S = 1_800.0  # topics of 80,000 messages take a third of it on one core
LONGEST_LOOK_S = 3_600.0  # at source pages: 150 that are all silent take two thirds of it
# The encoder takes some 600 MB and a core: it gets a process of its own, behind everything else this machine does.
COMMAND = "import os, sys; os.nice(15); from bot.cli import main; main(sys.argv[1:])"


def find_topics() -> None:
    _run("review", "topics", longest_s=LONGEST_S)


def look_at_sources() -> None:
    if settings().sources_watch == "on":
        _run("knowledge", "sources", longest_s=LONGEST_LOOK_S)


def _run(*words: str, longest_s: float) -> None:
    """Runs a command of `resident`. Raises RuntimeError with its last words, or subprocess.TimeoutExpired."""
    done = subprocess.run(  # noqa: S603 - the words are ours
        [sys.executable, "-c", COMMAND, *words],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        timeout=longest_s,
    )
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace").strip().rpartition("\n")[2] or f"exit code {done.returncode}")


class Nightly:
    """Call `work` now and then. What is for the night is tried once a night: what fails would fail again, and is costly.

    Never at the first call: a worker that has just begun has residents to catch up with.
    """

    def __init__(self, find: Callable[[], None] = find_topics, look: Callable[[], None] = look_at_sources) -> None:
        self._for_the_night = (("the unanswered topics could not be found", find), ("the source pages could not be looked at", look))
        self._settled = False
        self._tried: Optional[date] = None

    def work(self, now: Optional[datetime] = None) -> None:
        local = (now or timezone.now()).astimezone(city().timezone)
        sampling.draw(sampling.latest_week(), "worker")
        settled, self._settled = self._settled, True
        if settled and local.hour in NIGHT and self._tried != local.date():
            self._tried = local.date()
            for failure, job in self._for_the_night:
                try:
                    job()
                except Exception:
                    log.warning(failure, exc_info=True)
