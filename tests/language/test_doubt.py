"""When the assistant answers, when it offers choices, and when it says that it does not know."""

from __future__ import annotations

from typing import List, Tuple

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.language.doubt import Calibration, Decision, LeftOut, Limits, Outcome, calibrate, decide

LIMITS = Limits(sure=0.5, torn=0.2)
NONE = np.ones((400, 1), dtype=np.float32)


@pytest.mark.parametrize(
    ("ranking", "decided"),
    [
        ([("article/tax", 0.8), ("greet", 0.1)], Decision(Outcome.SURE, "article", "tax", 0.8)),
        ([("greet", 0.5), ("thank", 0.3)], Decision(Outcome.SURE, "greet", "", 0.5)),
        ([("article/tax", 0.45), ("greet", 0.1)], Decision(Outcome.TORN, "", "", 0.45)),
        ([("article/tax", 0.15), ("greet", 0.1)], Decision(Outcome.LOST, "", "", 0.15)),
        # The variety is unclear, the intent is not, and the intent is a label: it stands without a variety.
        ([("report/hole", 0.375), ("report/litter", 0.25), ("report", 0.125)], Decision(Outcome.SURE, "report", "", 0.75)),
        # `article` alone is no label: it says nothing.
        ([("article/tax", 0.4), ("article/fine", 0.35), ("greet", 0.1)], Decision(Outcome.TORN, "", "", 0.4)),
        ([], Decision(Outcome.LOST, "", "", 0.0)),
    ],
)
def test_only_what_is_clear_is_decided(ranking: List[Tuple[str, float]], decided: Decision) -> None:
    assert decide(ranking, LIMITS) == decided


def left_out(*, first: float, nearest: float, right: float, seed: int) -> Tuple[LeftOut, NDArray[np.int64]]:
    """400 examples of four labels: the share `right` scores `first` for its own label, the rest scores it for another."""
    draw = np.random.default_rng(seed)
    numbers = np.arange(400) % 4
    shown = np.where(draw.random(400) < right, numbers, (numbers + 1) % 4)
    scores = draw.normal(0, 0.05, size=(400, 4))
    scores[np.arange(400), shown] += first
    return LeftOut(scores.astype(np.float32), draw.normal(nearest, 0.05, size=400).astype(np.float32)), numbers


@pytest.fixture(scope="module")
def calibrated() -> Tuple[Calibration, Limits]:
    alone, numbers = left_out(first=0.8, nearest=0.8, right=0.9, seed=1)
    with_label, _ = left_out(first=0.2, nearest=0.4, right=0.5, seed=2)
    return calibrate(numbers, alone, with_label)


def test_a_probability_is_how_often_it_is_right(calibrated: Tuple[Calibration, Limits]) -> None:
    calibration, _ = calibrated
    alone, numbers = left_out(first=0.8, nearest=0.8, right=0.9, seed=3)
    probabilities = calibration.probabilities(alone)
    assert probabilities.max(axis=1).mean() == pytest.approx((probabilities.argmax(axis=1) == numbers).mean(), abs=0.05)


def test_what_is_far_from_all_examples_is_probably_none_of_the_labels(calibrated: Tuple[Calibration, Limits]) -> None:
    calibration, _ = calibrated
    foreign, _ = left_out(first=0.2, nearest=0.4, right=0.5, seed=4)
    assert calibration.probabilities(foreign).sum(axis=1).max() < 0.2


def test_what_is_like_the_texts_of_no_label_is_not_known_however_like_a_label_it_is() -> None:
    ours, numbers = left_out(first=0.8, nearest=0.8, right=0.9, seed=7)
    foreign, _ = left_out(first=0.8, nearest=0.8, right=0.5, seed=8)
    ours, foreign = (LeftOut(np.hstack([found.scores, none]), found.nearest) for found, none in ((ours, NONE * 0.1), (foreign, NONE * 0.6)))
    calibration, limits = calibrate(numbers, ours, foreign, unknown=4)
    assert calibration.probabilities(ours).max(axis=1).mean() > 0.7
    assert np.delete(calibration.probabilities(foreign), 4, axis=1).max() < limits.torn


@pytest.mark.parametrize("right", [0.0, 0.5, 1.0])
def test_limits_leave_room_to_answer_and_to_ask_however_good_the_model(right: float) -> None:
    alone, numbers = left_out(first=0.8, nearest=0.8, right=right, seed=5)
    with_label, _ = left_out(first=0.7, nearest=0.7, right=0.5, seed=6)
    _, limits = calibrate(numbers, alone, with_label)
    assert 0 < limits.torn < limits.sure < 1
