"""What a text scores: the same as with everything written out, though little of it is read."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.language.examples import Examples, Rounded
from bot.language.likeness import kernel
from bot.language.meaning import unit
from bot.language.ngrams import NGrams

LABELS, EACH, SIZE = 120, 3, 24
TEXTS = [f"wish{label} word{label}x{number} of a resident" for label in range(LABELS) for number in range(EACH)]
FURTHEST = LABELS - 1


@pytest.fixture(scope="module")
def grams() -> NGrams:
    return NGrams.learn(TEXTS)


@pytest.fixture(scope="module")
def vectors() -> NDArray[np.float32]:
    """Those of a label beside each other; every label further from the first one than the label before it."""
    turn = np.repeat(np.linspace(0, np.pi, LABELS), EACH)
    apart = np.random.default_rng(3).normal(scale=0.02, size=(len(TEXTS), SIZE))
    apart[:, 0] += np.cos(turn)
    apart[:, 1] += np.sin(turn)
    return Rounded.of(unit(apart.astype(np.float32))).vectors


def examples(vectors: NDArray[np.float32], grams: NGrams, labels: int) -> Examples:
    count = labels * EACH
    weights = np.random.default_rng(7).normal(scale=0.1, size=(labels, count)).astype(np.float32)
    transposed = grams.matrix(TEXTS[:count]).T.tocsr()
    return Examples(Rounded.of(vectors[:count]), transposed, weights, np.arange(labels) * EACH)


def written_out(known: Examples, vectors: NDArray[np.float32], grams: NGrams, place: int) -> NDArray[np.float32]:
    shared = (grams.matrix([TEXTS[place]]) @ known.grams).toarray()[0]
    found: NDArray[np.float32] = known.weights @ kernel(known.rounded.vectors @ vectors[place], shared)
    return found


def test_few_labels_are_all_scored(vectors: NDArray[np.float32], grams: NGrams) -> None:
    known = examples(vectors, grams, 5)
    for place in range(5 * EACH):
        scores, nearest = known.scores(vectors[place], grams.row(TEXTS[place]), None)
        assert scores == pytest.approx(written_out(known, vectors, grams, place), abs=0.02)
        assert nearest == pytest.approx(1, abs=0.01)


def test_of_many_labels_the_near_ones_are_scored_and_the_others_share_the_rest(vectors: NDArray[np.float32], grams: NGrams) -> None:
    known = examples(vectors, grams, LABELS)
    scores, _ = known.scores(vectors[0], grams.row(TEXTS[0]), None)
    exact = written_out(known, vectors, grams, 0)
    assert scores[:20] == pytest.approx(exact[:20], abs=0.02)
    assert scores.sum() == pytest.approx(exact.sum(), rel=0.01)
    assert scores[FURTHEST] == scores[FURTHEST - 1]


def test_a_label_that_always_counts_is_scored_however_far_it_is(vectors: NDArray[np.float32], grams: NGrams) -> None:
    known = examples(vectors, grams, LABELS)
    scores, _ = known.scores(vectors[0], grams.row(TEXTS[0]), FURTHEST)
    assert scores[FURTHEST] == pytest.approx(written_out(known, vectors, grams, 0)[FURTHEST], abs=0.02)


def test_rounding_a_second_time_changes_nothing(vectors: NDArray[np.float32]) -> None:
    again = Rounded.of(vectors)
    assert again.vectors == pytest.approx(vectors, abs=1e-6)


def test_a_vector_without_direction_stays_one() -> None:
    assert not Rounded.of(np.zeros((1, 3), dtype=np.float32)).vectors.any()
