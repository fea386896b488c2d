"""Words and parts of words as vectors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.likeness import shared_grams
from bot.language.ngrams import NGrams

TEXTS = [
    "when is garbage day",
    "garbage was not picked up",
    "les déchets n'ont pas été ramassés",
    "quand ramassez-vous les déchets",
    "request 26-000417",
    "request 26-000031",
]


@pytest.fixture(scope="module")
def grams() -> NGrams:
    return NGrams.learn(TEXTS)


def likeness(grams: NGrams, one: str, other: str) -> float:
    product = grams.matrix([one]) @ grams.matrix([other]).T
    return float(product.toarray()[0, 0])


@given(st.text())
def test_a_vector_is_no_longer_than_one_and_in_order(grams: NGrams, text: str) -> None:
    columns, values = grams.row(text)
    assert np.linalg.norm(values) <= 1 + 1e-5
    assert np.all(np.diff(columns) > 0)


def test_nothing_is_more_like_an_example_than_itself(grams: NGrams) -> None:
    products = (grams.matrix(TEXTS) @ grams.matrix(TEXTS).T).toarray()
    assert np.diag(products) == pytest.approx(1, abs=1e-5)
    assert products.max() <= 1 + 1e-5


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("LES DECHETS", "les déchets"),  # residents leave accents out
        ("request 26-999999", "request 26-000417"),  # the shape of a number counts, not the number
    ],
)
def test_case_accents_and_digits_make_no_difference(grams: NGrams, one: str, other: str) -> None:
    assert likeness(grams, one, other) == pytest.approx(1, abs=1e-5)


def test_a_misspelt_word_keeps_parts_in_common(grams: NGrams) -> None:
    assert likeness(grams, "garbge", "garbage") > likeness(grams, "garbge", "request")


@pytest.mark.parametrize("text", ["", "🙂", "日本"])
def test_a_text_without_anything_known_is_like_nothing(grams: NGrams, text: str) -> None:
    assert len(grams.row(text)[0]) == 0


@given(st.sampled_from(TEXTS), st.text(max_size=40))
def test_one_text_against_all_is_the_product_of_the_matrices(grams: NGrams, known: str, more: str) -> None:
    text = f"{known} {more}"
    examples = grams.matrix(TEXTS)
    found = shared_grams(grams.row(text), examples.T.tocsr())
    assert found == pytest.approx((grams.matrix([text]) @ examples.T).toarray()[0], abs=1e-5)
