"""The version that staff asked for in the console, built by the worker that leads: in a process of its own, behind everything else."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from typing import Optional

from django.db.models import F, Q
from django.utils import timezone

from bot.review.models import Version
from bot.settings import ROOT

QUESTIONS = ROOT / "tests" / "nlu"
SILENT = timedelta(seconds=60)  # who builds gives a sign every five; after so long nobody does
_COMMAND = "import os, sys; os.nice(15); from bot.cli import main; main(['publish', 'build', '--number', sys.argv[1]])"


def build_next() -> None:
    """Builds the version that nobody builds, if there is one; returns when that is over. What became of it is in its row."""
    version = waiting() if QUESTIONS.is_dir() else None  # an image of a container has no tests: somebody else builds
    if version is None:
        return
    still = Version.objects.filter(pk=version.pk, state=version.state)  # not when somebody stopped it this moment
    if not still.update(state=Version.State.BUILDING, tries=F("tries") + 1, touched_at=timezone.now()):
        return
    none = subprocess.DEVNULL
    command = [sys.executable, "-c", _COMMAND, str(version.pk)]
    subprocess.run(command, cwd=ROOT, stdin=none, stdout=none, stderr=none, check=False)  # noqa: S603 - the words are ours


def waiting() -> Optional[Version]:
    """The version that nobody builds and somebody should."""
    left = Q(state=Version.State.BUILDING, touched_at__lt=timezone.now() - SILENT)
    return Version.objects.filter(Q(state=Version.State.WAITING) | left).order_by("id").first()
