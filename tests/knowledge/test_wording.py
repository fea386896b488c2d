"""When two texts are the same question, and how many words one has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.wording import comparable, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Garbage wasn't picked up!", "garbage wasn t  picked up"),
        ("déneigement", "DENEIGEMENT"),
        ("où est-ce?", "ou est ce"),
    ],
)
def test_two_ways_of_typing_one_question_are_the_same(one, other):
    assert comparable(one) == comparable(other)


def test_different_questions_stay_different():
    assert comparable("pay my tax") != comparable("pay my taxes")


@given(st.text())
def test_comparing_what_is_compared_changes_nothing(text):
    assert comparable(comparable(text)) == comparable(text)


def test_words_are_what_stands_between_spaces():
    assert words("Call 519-745-5615,  any time.") == 4
