"""Examples beside each other: which are learnt from, and which is nearest to which."""

from __future__ import annotations

import numpy as np
import pytest

from bot.language import likeness
from bot.language.likeness import Views, chosen, compared, kernel, nearest
from bot.language.meaning import unit
from bot.language.ngrams import NGrams

TEXTS = ["a pothole on my road", "a hole in my road", "graffiti on a wall", "a wall full of graffiti", "a pothole, a hole"]
LABELS = np.array([0, 0, 1, 1, 2])


@pytest.fixture(scope="module")
def views() -> Views:
    vectors = unit(np.random.default_rng(5).normal(size=(len(TEXTS), 4)).astype(np.float32))
    return Views(vectors, NGrams.learn(TEXTS).matrix(TEXTS))


@pytest.fixture(params=[2, 1000])
def rows_at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(likeness, "_ROWS_AT_ONCE", request.param)


@pytest.mark.usefixtures("rows_at_once")
def test_every_pair_is_compared_in_both_ways(views: Views) -> None:
    shared = (views.grams @ views.grams.T).toarray()
    expected = kernel(views.vectors @ views.vectors.T, shared)
    right = np.triu_indices(len(TEXTS))
    assert compared(views)[right] == pytest.approx(expected[right], abs=1e-5)


@pytest.mark.usefixtures("rows_at_once")
def test_the_nearest_example_is_another_one_or_one_of_another_label(views: Views) -> None:
    nearest_other, nearest_foreign = nearest(views.vectors, np.arange(len(TEXTS))), nearest(views.vectors, LABELS)
    alike = views.vectors @ views.vectors.T
    for row in range(len(TEXTS)):
        others = [column for column in range(len(TEXTS)) if column != row]
        foreign = [column for column in others if LABELS[column] != LABELS[row]]
        assert nearest_other[row] == pytest.approx(alike[row, others].max(), abs=1e-6)
        assert nearest_foreign[row] == pytest.approx(alike[row, foreign].max(), abs=1e-6)


def test_a_text_counts_once_per_label() -> None:
    texts = ["Garbage day?", "garbage day?", "garbage day?"]
    assert chosen(texts, ["when", "when", "what"], 10) == (["Garbage day?", "garbage day?"], ["when", "what"])


def test_of_too_many_examples_every_label_keeps_its_first_ones() -> None:
    texts = [f"{word} {label}" for label, count in (("many", 6), ("few", 2)) for word in "one two three four five six".split()[:count]]
    kept, labels = chosen(texts, [text.split()[1] for text in texts], 5)
    assert kept == ["one many", "two many", "three many", "one few", "two few"]
    assert labels == ["many", "many", "many", "few", "few"]
