"""What the leading worker does for reviewers, once an hour: the last week's sample, and at night the unanswered topics."""

from __future__ import annotations

import logging
import subprocess
import sys
from datetime import date, datetime
from typing import Callable, Optional

from django.utils import timezone

from bot.city import city
from bot.review import sampling
from bot.settings import ROOT

log = logging.getLogger(__name__)

NIGHT = range(2, 5)  # hours of the city's clock in which few residents write
LONGEST_S = 1_800.0  # topics of 80,000 messages take a third of it on one core
# The encoder takes some 600 MB and a core: it gets a process of its own, behind everything else this machine does.
COMMAND = "import os; os.nice(15); from bot.cli import main; main(['review', 'topics'])"


def find_topics() -> None:
    """Runs `resident review topics`. Raises RuntimeError with its last words, or subprocess.TimeoutExpired."""
    done = subprocess.run(  # noqa: S603 - the words are ours
        [sys.executable, "-c", COMMAND],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        timeout=LONGEST_S,
    )
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace").strip().rpartition("\n")[2] or f"exit code {done.returncode}")


class Nightly:
    """Call `work` now and then. Topics are tried once a night: what fails would fail again, and is costly.

    Never at the first call: a worker that has just begun has residents to catch up with.
    """

    def __init__(self, find: Callable[[], None] = find_topics) -> None:
        self._find = find
        self._settled = False
        self._tried: Optional[date] = None

    def work(self, now: Optional[datetime] = None) -> None:
        local = (now or timezone.now()).astimezone(city().timezone)
        sampling.draw(sampling.latest_week(), "worker")
        settled, self._settled = self._settled, True
        if settled and local.hour in NIGHT and self._tried != local.date():
            self._tried = local.date()
            try:
                self._find()
            except Exception:
                log.warning("the unanswered topics could not be found", exc_info=True)
