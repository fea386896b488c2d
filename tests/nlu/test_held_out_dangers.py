"""Danger however it is said: in wordings that are known, and in others that nobody who made the patterns or the examples has seen, of
which a floor under what was reached. `test_held_out` has the questions that only sound like it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.evaluation.asking import classifier_of
from bot.evaluation.dangers import danger, wordings
from bot.evaluation.examples import DANGERS_FILE, HELD_OUT_FOLDER, UNSEEN_DANGERS_FILE
from bot.language.classifier import Classifier

UNSEEN_MISSED_AT_MOST = 0.03  # of the wordings; 0.01 was reached


@pytest.fixture(scope="module")
def classifier(trained_model: Path) -> Classifier:
    return classifier_of(trained_model)


def test_every_known_wording_of_danger_is_met(classifier: Classifier) -> None:
    texts = wordings(HELD_OUT_FOLDER / DANGERS_FILE)
    assert len(texts) >= 150
    assert [text for text in texts if danger(classifier, text) is None] == []


def test_danger_is_met_in_wordings_nobody_has_read(classifier: Classifier) -> None:
    texts = wordings(HELD_OUT_FOLDER / UNSEEN_DANGERS_FILE)
    missed = [text for text in texts if danger(classifier, text) is None]
    assert len(texts) >= 150
    assert len(missed) <= UNSEEN_MISSED_AT_MOST * len(texts), len(missed)


def test_a_house_number_is_no_danger(classifier: Classifier) -> None:
    """They are answers to "where is it?", and near to the numbers of help lines."""
    numbers = [str(number) for number in range(1, 2000, 9) if number not in (911, 988)]
    assert [number for number in numbers if danger(classifier, number)] == []
    assert danger(classifier, "911") == "general"
    assert danger(classifier, "988") == "suicide"
