"""`resident evaluate` as someone who tends the answers uses it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.evaluation.examples import ExamplesError, held_out, training_examples
from bot.evaluation.pictures import draw
from bot.language.doubt import Outcome
from tests.evaluation.test_measures import answer
from tests.running import ROOT


def evaluate(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from bot.cli import main; main()", "evaluate", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    folder = tmp_path / "questions"
    folder.mkdir()
    (folder / "some.yml").write_text(
        "noise: {en: [loud music next door all night], fr: [mon voisin joue de la musique trop fort]}\n"
        "collection_day: {en: [which day do they collect garbage on my street]}\n",
        encoding="utf-8",
    )
    return folder


def test_questions_carry_label_language_and_topic(questions: Path) -> None:
    found = {(example.label, example.language, example.topic) for example in held_out(questions)}
    assert found == {("article/noise", "en", "bylaws"), ("article/noise", "fr", "bylaws"), ("collection_day", "en", "tasks")}


def test_a_question_about_nothing_known_is_refused(tmp_path: Path) -> None:
    (tmp_path / "some.yml").write_text("moon_landing: {en: [who was first]}", encoding="utf-8")
    with pytest.raises(ExamplesError, match="moon_landing"):
        held_out(tmp_path)


def test_training_examples_are_articles_and_tasks_without_markup() -> None:
    examples = training_examples()
    assert {"article/noise", "collection_day", "report_problem/pothole"} <= {example.label for example in examples}
    assert not any("](" in example.text or "]{" in example.text for example in examples)


def test_a_model_is_measured_and_drawn(trained_model: Path, questions: Path, tmp_path: Path) -> None:
    done = evaluate(str(questions), "--pictures", str(tmp_path / "pictures"), "--against", str(trained_model), "--floor", "0.0")
    assert done.returncode == 0, done.stderr
    assert "3 questions" in done.stdout
    assert "probability 1.000" in done.stdout
    assert {path.name for path in (tmp_path / "pictures").iterdir()} == {
        "calibration.svg",
        "calibration.png",
        "confusion.svg",
        "confusion.png",
    }


def test_a_missed_floor_is_an_error(trained_model: Path, tmp_path: Path) -> None:
    (tmp_path / "wrong.yml").write_text("noise: {en: [when is garbage day]}", encoding="utf-8")
    assert evaluate(str(tmp_path), "--floor", "0.9").returncode == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--folds", "1"], "2 or more"),
        (["--folds", "3", "--model", "x"], "without"),
        (["--model", "nowhere.tar.gz"], "nowhere.tar.gz"),
        (["nowhere"], "nowhere"),
    ],
)
def test_what_cannot_be_done_says_why(arguments: list[str], says: str) -> None:
    done = evaluate(*arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_pictures_are_pictures(tmp_path: Path) -> None:
    answers = [answer("waste/a", "waste/a", 0.9), answer("tax/b", "waste/a", 0.3, Outcome.TORN)]
    written = draw(answers, tmp_path)
    assert [path.read_bytes()[:4] for path in written if path.suffix == ".png"] == [b"\x89PNG"] * 2
    assert all("</svg>" in path.read_text() for path in written if path.suffix == ".svg")
