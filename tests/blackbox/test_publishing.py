"""An answer is corrected, published through the gates and taken back, while residents write all the time.

The version changes an answer and no way of asking, so its model is the one that is there.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Iterator, List

import pytest

from tests.blackbox.system import System
from tests.running import ROOT

pytestmark = [pytest.mark.blackbox, pytest.mark.xdist_group("publishing")]
QUESTION = "they skipped my garbage again"
NEW_ANSWER = "Put the cart out again on Saturday morning. Nobody needs to call. The Region knows the streets that were missed."
ROLLBACK_S = 30.0
PROPOSED = f"""
from bot.conversations.database import setup; setup("bot.console.settings")
from bot.review.models import Proposal
Proposal.objects.create(
    kind="answer", label="article/garbage_missed", words="say that they come back", language="en", by="clerk", decided_by="ed",
    state="approved", article={{"answer": {{"en": "{NEW_ANSWER}"}}}},
)
"""


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    running = System(tmp_path_factory.mktemp("publishing"))
    try:
        running.wait_until_ready()
        yield running
    finally:
        running.close()


class Crowd:
    """Residents who write one after the other until they are told to stop; each must be answered."""

    def __init__(self, system: System) -> None:
        self.system, self._enough = system, threading.Event()
        self.answers: List[str] = []
        self._threads = [threading.Thread(target=self._write) for _ in range(2)]

    def __enter__(self) -> Crowd:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._enough.set()
        for thread in self._threads:
            thread.join()

    def _write(self) -> None:
        while not self._enough.is_set():
            try:
                self.answers.append(self.system.resident().says(QUESTION).text)
            except Exception as err:
                self.answers.append(f"no answer: {err!r}")


def resident(system: System, *words: str) -> str:
    """What a command of ours prints; it must succeed."""
    command = [sys.executable, str(Path(sys.executable).with_name("resident")), *words]
    done = subprocess.run(command, cwd=ROOT, env=system.environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def changed_over(system: System, version: str) -> None:
    system.wait_for(lambda: f"Version {version} answers" in system.text())


def test_an_answer_is_published_and_taken_back_and_no_message_is_lost(system: System) -> None:
    assert NEW_ANSWER not in system.resident().says(QUESTION).text
    subprocess.run([sys.executable, "-c", PROPOSED], check=True, cwd=ROOT, env=system.environ)
    shown = resident(system, "publish", "build")
    assert "FAIL" not in shown.replace("FAIL  What residents wrote lately", "")
    assert "garbage_missed" in shown
    refused = subprocess.run(
        [sys.executable, str(Path(sys.executable).with_name("resident")), "publish", "go-live", "1"],
        cwd=ROOT,
        env=system.environ,
        capture_output=True,
        text=True,
    )
    assert refused.returncode == 1  # the resident above asked: what they were told changes, and nobody has accepted that
    assert "What residents wrote lately" in refused.stderr
    clerk = system.clerk()
    page = clerk.get(f"{system.console}/publish/1", timeout=30)
    assert NEW_ANSWER in page.text
    form = {"topic": "waste", "decision": "accept", "csrfmiddlewaretoken": clerk.cookies["csrftoken"]}
    assert clerk.post(f"{system.console}/publish/1/judge", form, timeout=30).status_code == 200
    with Crowd(system) as crowd:
        resident(system, "publish", "go-live", "1")
        changed_over(system, "1")
        assert NEW_ANSWER in system.resident().says(QUESTION).text
        begun = time.monotonic()
        resident(system, "publish", "rollback")
        changed_over(system, "release")
        took = time.monotonic() - begun
        assert NEW_ANSWER not in system.resident().says(QUESTION).text
    assert took < ROLLBACK_S
    assert len(crowd.answers) >= 4
    assert [answer for answer in crowd.answers if NEW_ANSWER not in answer and "Look for a sticker" not in answer] == []
