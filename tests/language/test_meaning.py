"""Encoder vectors made comparable: of length one, and alike where labels are, not where wording only happens to be."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.language.meaning import Meaning

LABELS = np.repeat(np.arange(4), 50)


@pytest.fixture(scope="module")
def layers() -> NDArray[np.float32]:
    """Examples of four labels, (200, 1, 6): a label moves a vector along one of four axes, chance much more along the other two."""
    chance = np.random.default_rng(7)
    vectors = np.zeros((len(LABELS), 1, 6), dtype=np.float32)
    vectors[np.arange(len(LABELS)), 0, LABELS] = 1
    vectors[:, 0, :4] += chance.normal(0, 0.1, size=(len(LABELS), 4))
    vectors[:, 0, 4:] += chance.normal(0, 2, size=(len(LABELS), 2))
    return vectors


def likeness(vectors: NDArray[np.float32]) -> float:
    """How much more alike two examples of one label are than two of different ones."""
    alike = vectors @ vectors.T
    same = LABELS[:, None] == LABELS
    return float(alike[same].mean() - alike[~same].mean())


def test_vectors_have_length_one(layers: NDArray[np.float32]) -> None:
    vectors = Meaning.learn(layers, LABELS).vectors(layers)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_what_tells_labels_apart_counts_more_than_what_differs_within_them(layers: NDArray[np.float32]) -> None:
    plain = layers[:, 0] / np.linalg.norm(layers[:, 0], axis=1, keepdims=True)
    assert likeness(Meaning.learn(layers, LABELS).vectors(layers)) > likeness(plain)


def test_examples_that_are_all_the_same_say_nothing(layers: NDArray[np.float32]) -> None:
    same = np.repeat(layers[:1], len(LABELS), axis=0)
    assert np.isfinite(Meaning.learn(same, LABELS).vectors(same)).all()
