"""What the leading worker does for reviewers."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import List, Tuple

import pytest

from bot.city import city
from bot.settings import ROOT, read_settings
from tests.console.processes import environment
from tests.conversations.doing import wait_until
from tests.conversations.processes import environment as worker_environment
from tests.conversations.processes import process
from tests.review.record import lost, turn
from tests.review.weeks import last_week, moment, sampled

pytestmark = pytest.mark.usefixtures("console_database")


def at(hour: int, day: int = 10) -> datetime:
    """An hour of the city's clock."""
    return datetime(2026, 11, day, hour, 30, tzinfo=city().timezone)


def test_a_worker_at_work_draws_the_sample_of_the_last_week(console_url: str, tmp_path: Path) -> None:
    row = turn("when is garbage", at=moment(last_week()))
    with process("bot.conversations.worker", worker_environment(console_url), tmp_path / "worker.log"):
        wait_until(lambda: sampled(last_week()) == [row.pk])


def test_topics_are_found_and_sources_looked_at_once_a_night_and_not_by_day() -> None:
    from bot.review.nightly import Nightly

    ran: List[str] = []
    nightly = Nightly(lambda: ran.append("found"), lambda: ran.append("looked"))
    for hour in range(24):
        nightly.work(at(hour))
    assert ran == ["found", "looked"]
    nightly.work(at(3, day=11))
    assert len(ran) == 4


@pytest.mark.parametrize(("value", "ran"), [("off", []), ("on", [("knowledge", "sources")])])
def test_sources_are_looked_at_only_where_somebody_wished_it(
    monkeypatch: pytest.MonkeyPatch, value: str, ran: List[Tuple[str, ...]]
) -> None:
    from bot.review import nightly

    found: List[Tuple[str, ...]] = []
    monkeypatch.setattr(nightly, "settings", lambda: read_settings({"SOURCES_WATCH": value}))
    monkeypatch.setattr(nightly, "_run", lambda *words, longest_s: found.append(words))
    nightly.look_at_sources()
    assert found == ran
    assert read_settings({}).sources_watch == "off"


def test_a_worker_that_has_just_begun_serves_residents_first() -> None:
    from bot.review.nightly import Nightly

    ran: List[str] = []
    nightly = Nightly(lambda: ran.append("found"))
    nightly.work(at(2))
    assert ran == []
    nightly.work(at(3))
    assert ran == ["found"]


def test_a_night_that_fails_is_said_once_and_does_not_keep_the_worker_from_its_sample(caplog: pytest.LogCaptureFixture) -> None:
    from bot.review.nightly import Nightly

    def fails() -> None:
        raise RuntimeError("no encoder")

    looked: List[str] = []

    turn("when is garbage", at=moment(last_week()))
    nightly = Nightly(fails, lambda: looked.append("looked"))
    for hour in (2, 3, 4):
        nightly.work(at(hour))
    assert (len(sampled(last_week())), looked) == (1, ["looked"])
    assert [record.message for record in caplog.records] == ["the unanswered topics could not be found"]


def test_the_command_finds_them_in_a_process_of_its_own(console_url: str) -> None:
    """With the encoder that ships."""
    from bot.review.models import UnansweredTopic

    for text in ("can i keep a trampoline in my yard", "are trampolines allowed in the back yard", "rules about trampolines in yards"):
        lost(text)
    lost("who won the hockey game")
    words = [sys.executable, "-c", "from bot.cli import main; main()", "review", "topics"]
    done = subprocess.run(words, cwd=ROOT, env=environment(DATABASE_URL=console_url), capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "unanswered topics: 1\n", "")
    (topic,) = UnansweredTopic.objects.all()
    assert (topic.size, topic.language) == (3, "en")
    assert "trampoline" in " ".join(topic.terms)


def test_a_failure_of_the_command_is_told_in_its_last_words(monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.review import nightly

    monkeypatch.setattr(nightly, "COMMAND", "import sys; sys.exit('first\\nThe database is gone')")
    with pytest.raises(RuntimeError, match="^The database is gone$"):
        nightly.find_topics()
