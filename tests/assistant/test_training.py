"""The model's fingerprint, training, and data that cannot be trained from."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Callable

import pytest
from rasa.cli.utils import validate_files
from rasa.shared.importers.importer import TrainingDataImporter

from bot.assistant.rasa_training import train_with_rasa
from bot.assistant.training import CONFIG, DOMAIN, TrainingError, model_path
from bot.language import classifier
from bot.settings import settings
from tests.running import ROOT, free_port

FINGERPRINT = "import sys; from bot.assistant.training import fingerprint; print(fingerprint()); assert 'rasa' not in sys.modules"

SAID_OF_EVERY_DOMAIN = ("Slot auto-fill has been removed", "is not used in any story or rule")  # actions say most responses


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return Path(shutil.copytree(settings().data_folder, tmp_path / "data"))


def fingerprint(data: Path) -> str:
    environ = {**os.environ, "RESIDENT_DATA": str(data)}
    return subprocess.check_output([sys.executable, "-c", FINGERPRINT], cwd=ROOT, env=environ, text=True).strip()


def _edit(name: str, change: Callable[[str], str]) -> Callable[[Path], None]:
    def edit(data: Path) -> None:
        path = data / name
        text = path.read_text(encoding="utf-8")
        assert change(text) != text
        path.write_text(change(text), encoding="utf-8")

    return edit


@pytest.mark.parametrize(
    ("edit", "trains_again"),
    [
        (_edit("knowledge/waste.yml", lambda text: text.replace("Look for a sticker", "Please look for a sticker")), False),
        (_edit("knowledge/waste.yml", lambda text: text.replace("- missed pickup\n", "- missed pick-up\n")), True),
        (_edit("rules/conversation.yml", lambda text: text.replace("greet back", "greet again")), True),
        (_edit("streets.yml", lambda text: text.replace("[Ahrens,", "[Ahrens, Elm,")), True),
        (_edit("city.yml", lambda text: f"{text}# a note\n"), False),
    ],
    ids=["a corrected answer", "another way of asking", "a rule", "a street", "the city profile"],
)
def test_only_what_the_model_is_made_of_asks_for_training(data: Path, edit: Callable[[Path], None], trains_again: bool) -> None:
    before = fingerprint(data)
    edit(data)
    assert (fingerprint(data) != before) == trains_again


def start(models: Path) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "RESIDENT_MODELS": str(models), "ASSISTANT_PORT": str(free_port())}
    return subprocess.run(
        [sys.executable, "-c", "from bot.assistant.server import run; run()"], cwd=ROOT, env=environ, capture_output=True, text=True
    )


def test_without_a_model_the_assistant_ends_with_one_sentence(tmp_path: Path) -> None:
    done = start(tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "No trained model fits the data: run `resident train` first.\n"


def test_with_a_damaged_model_the_assistant_ends_with_one_sentence(tmp_path: Path) -> None:
    (tmp_path / model_path().name).write_bytes(b"not a model")
    done = start(tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"The model {model_path().name} cannot be used (ReadError): run `resident train` to make it anew.\n"


def test_data_that_contradicts_itself_makes_no_model_and_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifier, "MOST_EXAMPLES", 600)  # what is understood does not matter here, and Rasa looks at rules last
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "rules.yml").write_text(
        "version: '3.1'\nrules:\n- rule: one\n  steps: [{intent: greet}, {action: utter_greet}]\n"
        "- rule: other\n  steps: [{intent: greet}, {action: utter_goodbye}]\n",
        encoding="utf-8",
    )
    with pytest.raises(TrainingError, match="one.*other|other.*one"):
        train_with_rasa(config=CONFIG, domain=DOMAIN, data=[rules], target=tmp_path / "model.tar.gz", report=lambda line: None)
    assert not (tmp_path / "model.tar.gz").exists()


def test_rasa_finds_nothing_wrong_with_the_training_data() -> None:
    folders = [str(settings().data_folder / name) for name in ("nlu", "rules", "stories")]
    importer = TrainingDataImporter.load_from_config(str(CONFIG), str(DOMAIN), folders)
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        validate_files(True, None, importer)  # exits when something is wrong
    said = [str(warning.message) for warning in found if issubclass(warning.category, UserWarning)]
    assert [text for text in said if not any(expected in text for expected in SAID_OF_EVERY_DOMAIN)] == []
