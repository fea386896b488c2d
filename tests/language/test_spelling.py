"""Misspelt words are put right; words somebody knows are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.spelling import Spelling

TEXTS = [
    "when is garbage day",
    "garbage and recycling",
    "is recycling picked up",
    "my recycling",
    "Les déchets",
    "les déchets",
    "hydro bill",
]
VOCABULARY = {"garage", "weber"}


@pytest.fixture(scope="module")
def spelling() -> Spelling:
    return Spelling.learn(TEXTS, VOCABULARY)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("garbge", "garbage"),  # a letter too few
        ("garbbage", "garbage"),  # one too many
        ("grabage", "garbage"),  # two exchanged
        ("Garbafe day??", "garbage day??"),  # the next key; what is around stays
        ("reycyling", "recycling"),  # two slips in a long word
        ("déchts", "déchets"),
        ("garage", "garage"),  # a word the vocabulary knows
        ("Weber St", "Weber St"),
        ("hydo", "hydo"),  # `hydro` is used once only: it may be the slip
        ("hargage", "hargage"),  # another first letter, two slips in a short word
        ("dya", "dya"),  # too short to tell
        ("26-000417", "26-000417"),
        ("", ""),
    ],
)
def test_unknown_words_become_their_neighbours(spelling: Spelling, written: str, read: str) -> None:
    assert spelling.corrected(written) == read


def test_a_text_of_nothing_but_slips_is_put_right_in_part(spelling: Spelling) -> None:
    assert spelling.corrected("garbge " * 100).split().count("garbage") == 8


@given(st.text())
def test_correcting_again_changes_nothing_more(spelling: Spelling, text: str) -> None:
    once = spelling.corrected(text)
    assert spelling.corrected(once) == once or len(once.split()) > 8


@given(st.lists(st.sampled_from("when is garbage day recycling picked up hydro".split())))
def test_what_the_examples_say_stays(spelling: Spelling, words: list[str]) -> None:
    assert spelling.corrected(" ".join(words)) == " ".join(words)
