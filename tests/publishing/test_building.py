"""A version is asked for, written, and built; the steps that take minutes are stand-ins here."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence

import pytest
from django.utils import timezone

from bot.evaluation.examples import training_examples
from bot.publishing import versions
from bot.settings import Settings, settings
from tests.console.reviewers import turns_of, visited
from tests.publishing.conftest import FAILED, PASSED, built, proposal

pytestmark = pytest.mark.usefixtures("console_database")
NEW = "the waste lorry gave our lane a miss once more"


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The city's own data as the release, and a state folder of one's own."""
    own = Settings(state_folder=tmp_path / "state")
    for module in ("building", "going_live"):
        monkeypatch.setattr(f"bot.publishing.{module}.settings", lambda: own)
    return own


class Steps:
    """Takes the place of the processes that train and measure."""

    def __init__(
        self,
        gates: Sequence[Mapping[str, Any]] = (PASSED,),
        changes: Sequence[Mapping[str, Any]] = (),
        broken: str = "",
        meanwhile: Optional[Callable[[], None]] = None,
    ) -> None:
        self.gates, self.changes, self.broken, self.meanwhile = list(gates), list(changes), broken, meanwhile
        self.asked: Dict[str, Any] = {}
        self.environment: Mapping[str, str] = {}

    def run(self, arguments: Sequence[str], environment: Mapping[str, str], *, line: Any = None, touch: Any = None) -> None:
        from bot.publishing.children import ChildError

        touch()
        self.environment = environment
        if self.broken and self.broken in " ".join(arguments):
            raise ChildError("No space left on device")
        if "bot.publishing.measuring" in arguments:
            request, answer = map(Path, arguments[-2:])
            self.asked = json.loads(request.read_text())
            for gate in self.gates:
                line(gate["name"])
                line(json.dumps(gate))
            if self.meanwhile:
                self.meanwhile()
                touch()
            answer.write_text(json.dumps(self.changes))


def build(monkeypatch: pytest.MonkeyPatch, steps: Steps) -> Any:
    """The version that is asked for and built with these steps."""
    from bot.publishing import awaiting, building

    monkeypatch.setattr(building, "run", steps.run)
    made = building.ask_for("ed", here=True)
    assert awaiting.waiting() is None  # no worker builds it a second time
    building.build(made)
    made.refresh_from_db()
    return made


def said(*labels: str, outcome: str = "sure") -> Dict[str, Any]:
    return {"outcome": outcome, "labels": list(labels), "text": ""}


def test_a_version_is_the_release_with_the_approved_proposals_and_nothing_else(city: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    approved = proposal(NEW)
    proposal("an open one", state="open"), proposal("a refused one", state="refused")
    made = build(monkeypatch, Steps())
    place = versions.folder(city) / str(made.pk)
    assert (made.state, made.problem, made.gates) == ("built", "", [PASSED])
    assert list(made.proposals.all()) == [approved]
    assert made.files == ["data/knowledge/waste.yml", "tests/corrections/questions.yml"]
    release, version = {path: set(map(str, training_examples(path))) for path in (settings().data_folder, place / "data")}.values()
    assert [row for row in version - release] == [row for row in version if NEW in row]
    assert len(version) == len(release) + 1
    assert NEW in (place / "tests" / "corrections" / "questions.yml").read_text(encoding="utf-8")
    assert versions.fits(city, str(made.pk))


def test_its_steps_run_on_its_own_data(city: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    proposal(NEW)
    steps = Steps()
    made = build(monkeypatch, steps)
    assert steps.environment["RESIDENT_VERSION"] == str(made.pk)
    assert steps.asked["live_data"] == str(city.release_data)


def test_a_proposal_that_cannot_be_written_is_left_out_with_the_reason(city: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    good, exam = proposal(NEW), proposal("truck skipped my house")  # the second is of tests/nlu/waste.yml
    made = build(monkeypatch, Steps())
    assert list(made.proposals.all()) == [good]
    assert [number for number, _ in made.left_out] == [exam.pk]
    assert "must not be learnt from" in made.left_out[0][1]


def test_an_answer_that_an_editor_wrote_is_in_it(city: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    proposal("", kind="answer", words="say when", article={"answer": {"en": "They come back on Saturday."}})
    made = build(monkeypatch, Steps())
    waste = (versions.folder(city) / str(made.pk) / "data" / "knowledge" / "waste.yml").read_text(encoding="utf-8")
    assert "They come back on Saturday." in waste
    assert made.files == ["data/knowledge/waste.yml"]


def test_gates_are_in_its_row_as_they_are_done_and_it_cannot_go_live_before_all_are(
    city: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.publishing.going_live import NotReadyError, go_live
    from bot.review.models import Version

    seen: List[Any] = []

    def look() -> None:
        version = Version.objects.get()
        seen.append((version.state, version.step, version.gates))
        with pytest.raises(NotReadyError, match="not_built"):
            go_live(version, "ada")

    other = {**PASSED, "name": "articles"}
    proposal(NEW)
    made = build(monkeypatch, Steps(gates=[PASSED, other], meanwhile=look))
    assert seen == [("building", "articles", [PASSED, other])]
    assert (made.state, made.step, made.gates) == ("built", "", [PASSED, other])


def test_what_is_begun_anew_has_no_gates_of_the_time_before(city: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.publishing import building

    monkeypatch.setattr(building, "run", Steps().run)
    proposal(NEW)
    made = building.ask_for("ed", here=True)
    made.gates = [FAILED]
    made.save()
    building.build(made)
    assert made.gates == [PASSED]


def test_what_cannot_be_trained_says_why_and_is_not_run(city: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    proposal(NEW)
    made = build(monkeypatch, Steps(broken="train"))
    assert (made.state, made.problem) == ("failed", "No space left on device")
    assert not versions.fits(city, str(made.pk))


def test_one_at_a_time_and_only_when_there_is_something_to_publish(config: Settings) -> None:
    from bot.publishing.building import BusyError, NothingError, ask_for
    from bot.publishing.going_live import go_live

    with pytest.raises(NothingError):
        ask_for("ed")
    approved = proposal()
    ask_for("ed").delete()
    go_live(built(config, approved), "ada")
    with pytest.raises(NothingError):
        ask_for("ed")
    proposal("another lorry")
    ask_for("ed")
    with pytest.raises(BusyError):
        ask_for("claire")


def test_a_proposal_that_was_withdrawn_is_not_in_the_next_one(config: Settings) -> None:
    from bot.publishing.building import publishable
    from bot.publishing.going_live import go_live
    from bot.review.proposing import withdraw

    bad, good = proposal(), proposal("another lorry")
    go_live(built(config, bad, good), "ada")
    bad.refresh_from_db()
    withdraw(bad, "ed")
    assert list(publishable()) == [good]


def test_what_was_proposed_and_approved_is_accepted_and_the_rest_waits(city: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, other = (turns_of(visited(address, "they drove past"))[0] for address in ("one", "two"))
    proposal(NEW, inbound_id=mine)
    row = {"topic": "waste", "was": said("greet"), "now": said("article/garbage_missed")}
    changes: List[Mapping[str, Any]] = [{**row, "messages": [mine]}, {**row, "messages": [other]}, {**row, "messages": [99_999]}]
    made = build(monkeypatch, Steps(changes=changes))
    decided = list(made.changes.order_by("id").values_list("inbound_id", "decision", "by"))
    assert decided == [(mine, "accepted", "ed"), (other, "", "")]


def test_messages_of_the_last_days_are_asked_again_masked_and_nothing_private(city: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.conversations.models import InboundMessage
    from bot.publishing.building import REPLAY_DAYS

    visited("one", "call me at 519-555-0134")
    for address, columns in (("two", {"private": True}), ("three", {"received_at": timezone.now() - timedelta(days=REPLAY_DAYS + 1)})):
        InboundMessage.objects.filter(pk=turns_of(visited(address, "hello"))[0]).update(**columns)
    proposal(NEW)
    steps = Steps()
    made = build(monkeypatch, steps)
    assert [row["text"] for row in steps.asked["messages"]] == ["call me at [phone]"]
    assert made.asked_again == 1
    left = [path for path in (versions.folder(city) / str(made.pk)).rglob("*.json")]
    assert left == []  # what residents wrote does not stay on disk


def test_a_version_goes_with_no_message_of_a_conversation_that_is_deleted(config: Settings) -> None:
    from bot.conversations.models import Conversation
    from bot.review.models import ChangedAnswer

    turn = turns_of(visited("one"))[0]
    made = built(config, proposal(), gates=[FAILED])
    ChangedAnswer.objects.create(version=made, inbound_id=turn, messages=1, topic="waste", was=said(), now=said())
    Conversation.objects.all().delete()
    assert not made.changes.exists()


def test_what_nobody_builds_any_more_is_taken_up_again_and_given_up_in_the_end(city: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.publishing import awaiting, building

    monkeypatch.setattr(awaiting.subprocess, "run", lambda *arguments, **options: None)  # whoever builds is killed at once
    monkeypatch.setattr(building, "run", Steps().run)
    proposal(NEW)
    made = building.ask_for("ed")
    for tries in range(1, building.MOST_TRIES + 2):
        awaiting.build_next()
        assert awaiting.waiting() is None  # somebody is at it, as far as one can tell
        made.refresh_from_db()
        assert (made.state, made.tries) == ("building", tries)
        made.touched_at -= 2 * awaiting.SILENT
        made.save()
        assert awaiting.waiting() == made
    building.build(made)
    assert made.state == "failed"
    assert "was ended each time" in made.problem


def stopped(by: str = "claire") -> None:
    from bot.publishing import building

    building.stop(building.under_way(), by)


def test_a_build_that_is_stopped_ends_and_leaves_its_row_alone(city: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.publishing import awaiting, building
    from bot.review.models import AuditEntry

    proposal(NEW)
    made = build(monkeypatch, Steps(meanwhile=stopped))
    assert (made.state, made.stopped_by, made.step, made.problem, made.branch) == ("stopped", "claire", "", "", "")
    assert not (versions.folder(city) / str(made.pk)).exists()
    entry = AuditEntry.objects.latest("id")
    assert (entry.by, entry.action, entry.subject) == ("claire", "version_stop", f"version:{made.pk}")
    building.ask_for("ed")
    assert awaiting.waiting() != made


def test_a_build_that_is_stopped_at_its_last_moment_is_not_built(city: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.publishing import building

    proposal(NEW)
    measured = building._measured
    monkeypatch.setattr(building, "_measured", lambda *arguments: (measured(*arguments), stopped())[0])
    made = build(monkeypatch, Steps())
    assert (made.state, made.branch) == ("stopped", "")
    assert not versions.fits(city, str(made.pk))


def test_what_fails_because_it_was_stopped_is_said_to_be_stopped(city: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.publishing.children import ChildError

    def broken() -> None:
        stopped()
        raise ChildError("exit code -15")

    proposal(NEW)
    made = build(monkeypatch, Steps(meanwhile=broken))
    assert (made.state, made.problem) == ("stopped", "")
    assert not (versions.folder(city) / str(made.pk)).exists()


def test_no_worker_builds_what_was_stopped(city: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.publishing import awaiting, building

    begun: List[Any] = []
    monkeypatch.setattr(awaiting.subprocess, "run", lambda *arguments, **options: begun.append(arguments))
    monkeypatch.setattr(building, "run", Steps().run)
    proposal(NEW)
    made, asked = building.ask_for("ed"), awaiting.waiting()
    stopped()
    monkeypatch.setattr(awaiting, "waiting", lambda: asked)  # read a moment before
    awaiting.build_next()
    assert begun == []
    building.build(asked)  # a process that had been started already
    made.refresh_from_db()
    assert (made.state, made.tries) == ("stopped", 0)
    assert not (versions.folder(city) / str(made.pk)).exists()


def test_what_a_killed_builder_left_of_a_stopped_version_goes_with_the_next_build(city: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.publishing import building

    proposal(NEW)
    left = building.ask_for("ed", here=True)
    place = versions.folder(city) / str(left.pk)
    (place / "data").mkdir(parents=True)
    stopped()
    made = build(monkeypatch, Steps())
    assert made.state == "built"
    assert not place.exists()


@pytest.mark.parametrize("state", ["built", "failed", "stopped"])
def test_what_is_not_under_way_is_not_stopped(config: Settings, state: str) -> None:
    from bot.publishing.building import NotUnderWayError, stop, under_way

    made = built(config, proposal(), state=state)
    with pytest.raises(NotUnderWayError):
        stop(made, "claire")
    with pytest.raises(NotUnderWayError):
        under_way()
    made.refresh_from_db()
    assert (made.state, made.stopped_by) == (state, "")
