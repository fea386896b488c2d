"""Answers to examples: by a trained model as it ships, or by models that learn with part of the examples left out."""

from __future__ import annotations

import os
import tarfile
import tempfile
from pathlib import Path
from typing import Callable, List, Sequence

from bot.evaluation.configured import configured
from bot.evaluation.examples import Example, folds
from bot.evaluation.measures import Answer
from bot.language.classifier import Classifier
from bot.language.encoder import SentenceEncoder

Report = Callable[[str], None]

_CLASSIFIER_FILE = "classifier.json"


class ModelError(ValueError):
    """The model cannot be asked; the message says why."""


def encoder() -> SentenceEncoder:
    """The encoder `config.yml` names."""
    folder = configured("LabelClassifier").get("encoder")
    return SentenceEncoder.load(Path(folder) if folder else None)


def classifier_of(model: Path) -> Classifier:
    """The classifier inside a trained model (`models/*.tar.gz`). Raises ModelError."""
    try:
        with tempfile.TemporaryDirectory() as folder, tarfile.open(model) as archive:
            archive.extractall(folder, filter="data")
            place = next(Path(folder).rglob(_CLASSIFIER_FILE), None)
            if place is None:
                raise ModelError(f"{model.name} holds no classifier")
            return Classifier.load(place.parent, encoder())
    except (OSError, tarfile.TarError, ValueError, KeyError) as err:
        raise ModelError(f"{model.name} cannot be used: {err}") from err


def answers(classifier: Classifier, examples: Sequence[Example]) -> List[Answer]:
    """What the classifier makes of each example, in order."""
    rankings = [classifier.ranking(example.text) for example in examples]
    return [Answer(example, ranking, classifier.decide(ranking).outcome) for example, ranking in zip(examples, rankings, strict=True)]


def cross_validated(examples: Sequence[Example], count: int, report: Report) -> List[Answer]:
    """Every example answered by a classifier that has not learnt it; `count` classifiers are trained."""
    found: List[Answer] = []
    meaning = encoder()
    for number, (learnt, asked) in enumerate(folds(examples, count), start=1):
        report(f"Part {number} of {count}: learning from {len(learnt)} examples, asking {len(asked)} …")
        texts, labels = [example.text for example in learnt], [example.label for example in learnt]
        found += answers(Classifier.train(texts, labels, meaning, threads=os.cpu_count() or 1), asked)
    return found
