"""`resident review`: approved proposals become files that somebody commits."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Dict, Tuple

import pytest
import yaml

from bot.evaluation.examples import read_questions, training_examples
from bot.knowledge.check import problems
from bot.review import proposal_commands as command
from bot.settings import ROOT, settings

City = Tuple[Path, Path]
NEW = "the waste lorry gave our lane a miss once more"
EXAM = "truck skipped my house"  # of tests/nlu/waste.yml
KEPT = "who do i yell at when the recycle guys skip my whole street"  # of data/calibration/waste.yml


@pytest.fixture
def city_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, console_database: str) -> City:
    """Copies of the data folder and of the tests' questions, which the command works on."""
    data, tests = tmp_path / "data", tmp_path / "tests"
    for name in ("knowledge", "calibration"):
        shutil.copytree(settings().data_folder / name, data / name)
    (data / "nlu").mkdir()
    for name in ("look_up_ward.yml", "dialogue.yml"):
        shutil.copy(settings().data_folder / "nlu" / name, data / "nlu" / name)
    for name in ("nlu", "corrections"):
        shutil.copytree(ROOT / "tests" / name, tests / name, ignore=shutil.ignore_patterns("*.py", "__pycache__"))

    class Here:
        release_data = data

    monkeypatch.setattr(command, "settings", Here)
    monkeypatch.setattr(command, "ROOT", tmp_path)
    return data, tests


def approved(text: str, label: str = "article/garbage_missed", language: str = "en", **more: Any) -> Any:
    from bot.review.models import Proposal

    fields = {"kind": "intent", "state": "approved", "by": "clerk", "decided_by": "ed", **more}
    return Proposal.objects.create(text=text, label=label, language=language, **fields)


def files(folder: Path) -> Dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in folder.rglob("*.yml")}


def state_of(proposal: Any) -> str:
    proposal.refresh_from_db()
    return str(proposal.state)


def test_an_example_is_learnt_and_tested_and_nothing_else_changes(city_files: City, capsys: pytest.CaptureFixture[str]) -> None:
    data, tests = city_files
    before = files(data.parent)
    article = approved(f"{NEW}: at [address]?")
    task = approved("which elected person speaks for this lane", "look_up/ward")
    french = approved("le camion a encore sauté notre ruelle", language="fr")
    assert command.apply(check=False) == 0
    after = files(data.parent)
    changed = {
        name: [line for line in after[name].split("\n") if line not in before[name].split("\n")]
        for name in after
        if after[name] != before[name]
    }
    assert changed == {
        "data/knowledge/waste.yml": [f'        - "{NEW}: at address?"', "        - le camion a encore sauté notre ruelle"],
        "data/nlu/look_up_ward.yml": ["    - which elected person speaks for this lane"],
        "tests/corrections/questions.yml": [
            f'  - "{NEW}: at address?"',
            "  fr:",
            '  - "le camion a encore sauté notre ruelle"',
            "look_up/ward:",
            '  - "which elected person speaks for this lane"',
        ],
    }
    learnt = {(example.text, example.label) for example in training_examples(data)}
    assert {(f"{NEW}: at address?", "article/garbage_missed"), ("which elected person speaks for this lane", "look_up/ward")} <= learnt
    assert {(question.text, question.label) for question in read_questions(tests / "corrections")} <= learnt
    assert [problem for problem in problems(data / "knowledge") if not problem.warning] == []
    assert [state_of(proposal) for proposal in (article, task, french)] == ["applied"] * 3
    assert "written: 3, not written: 0, by hand: 0" in capsys.readouterr().out


def test_a_check_says_the_same_and_changes_nothing(city_files: City, capsys: pytest.CaptureFixture[str]) -> None:
    before = files(city_files[0].parent)
    proposal = approved(NEW)
    assert command.apply(check=True) == 0
    assert f"would write: proposal {proposal.pk}: {NEW!r}: data/knowledge/waste.yml: article/garbage_missed" in capsys.readouterr().out
    assert files(city_files[0].parent) == before
    assert state_of(proposal) == "approved"


@pytest.mark.parametrize(
    ("text", "label", "reason"),
    [
        (EXAM, "article/garbage_missed", "word for word in nlu/waste.yml"),
        (f"  {EXAM.upper()}!! ", "article/garbage_missed", "word for word in nlu/waste.yml"),
        ("flames on the balcony above me", "emergency/fire", "word for word in nlu/emergencies.yml"),
        (KEPT, "article/recycling_missed", "word for word in calibration/waste.yml"),
        ("they skipped my garbage again", "collection_day", "an example of article/garbage_missed already"),
        (NEW, "article/no_such", "no label any more"),
        ("?!", "article/garbage_missed", "no word in it"),
    ],
)
def test_what_must_not_be_learnt_is_refused_with_its_reason(
    city_files: City, capsys: pytest.CaptureFixture[str], text: str, label: str, reason: str
) -> None:
    before = files(city_files[0].parent)
    proposal = approved(text, label)
    assert command.apply(check=False) == 1
    assert reason in capsys.readouterr().out
    assert files(city_files[0].parent) == before
    assert state_of(proposal) == "approved"


def test_what_is_refused_does_not_hold_up_the_others(city_files: City, capsys: pytest.CaptureFixture[str]) -> None:
    bad, good = approved(EXAM), approved(NEW)
    assert command.apply(check=False) == 1
    assert "written: 1, not written: 1" in capsys.readouterr().out
    assert (state_of(bad), state_of(good)) == ("approved", "applied")


def test_the_same_words_are_written_once(city_files: City) -> None:
    first, second = approved(NEW), approved(f"{NEW.capitalize()}!")
    assert command.apply(check=False) == 0
    assert (state_of(first), state_of(second)) == ("applied", "applied")
    again = approved(NEW)
    before = files(city_files[0].parent)
    assert command.apply(check=False) == 0
    assert state_of(again) == "applied"
    assert files(city_files[0].parent) == before
    assert (city_files[0] / "knowledge/waste.yml").read_text(encoding="utf-8").casefold().count(NEW) == 1


def test_a_missing_topic_becomes_a_draft_that_nothing_reads_yet(city_files: City) -> None:
    data, _ = city_files
    before = len(training_examples(data))
    proposal = approved("can I keep bees", "", kind="new_topic", words="Bees: the by-law\n: # odd")
    assert command.apply(check=False) == 0
    draft = (data / "drafts" / f"new_topic_{proposal.pk}.yml").read_text(encoding="utf-8")
    assert draft.startswith("# Bees: the by-law\n# : # odd\narticles:\n")
    article = yaml.safe_load(draft)["articles"][0]
    assert article["title"]["en"] == "Bees: the by-law"
    assert article["questions"]["en"] == ["can I keep bees"]
    assert len(training_examples(data)) == before
    assert [problem for problem in problems(data / "knowledge") if not problem.warning] == []
    assert state_of(proposal) == "applied"


def test_a_change_of_an_answer_stays_with_the_editor(city_files: City, capsys: pytest.CaptureFixture[str]) -> None:
    proposal = approved("", kind="answer", words="The number is another one.")
    before = files(city_files[0].parent)
    assert command.apply(check=False) == 0
    assert "waste.yml:2" in capsys.readouterr().out
    assert files(city_files[0].parent) == before
    assert state_of(proposal) == "approved"


def test_open_and_refused_ones_are_left_alone(city_files: City, capsys: pytest.CaptureFixture[str]) -> None:
    proposals = [approved(NEW, state=state) for state in ("open", "refused", "applied")]
    assert command.apply(check=False) == 0
    assert "No proposal is approved and not applied yet." in capsys.readouterr().out
    assert [state_of(proposal) for proposal in proposals] == ["open", "refused", "applied"]


def test_who_applied_what_is_in_the_audit_log(city_files: City) -> None:
    from getpass import getuser

    from bot.review.models import AuditEntry

    proposal = approved(NEW)
    command.apply(check=False)
    assert list(AuditEntry.objects.values_list("by", "action", "subject")) == [(getuser(), "proposal_applied", f"proposal:{proposal.pk}")]


def test_files_that_cannot_be_written_leave_the_proposals_as_they_were(city_files: City, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object, **more: object) -> None:
        raise OSError("no space left")

    proposal = approved(NEW)
    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="no space left"):
        command.apply(check=False)
    assert state_of(proposal) == "approved"


def test_the_export_is_training_data(city_files: City, capsys: pytest.CaptureFixture[str]) -> None:
    before = files(city_files[0].parent)
    assert command.export() == 0
    assert yaml.safe_load(capsys.readouterr().out) == {"version": "3.1", "nlu": []}
    for text, label in (
        (NEW, "article/garbage_missed"),
        (f"{NEW} [address]", "article/garbage_missed"),
        ("hey: you", "greet"),
        (NEW, "greet"),
    ):
        approved(text, label)
    approved("not yet", state="open")
    command.export()
    assert yaml.safe_load(capsys.readouterr().out)["nlu"] == [
        {"intent": "article/garbage_missed", "examples": f"- {NEW}\n- {NEW} address\n"},
        {"intent": "greet", "examples": f"- hey: you\n- {NEW}\n"},
    ]
    assert files(city_files[0].parent) == before
