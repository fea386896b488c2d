"""What a text costs as a text message, and when two texts are the same question."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.wording import comparable, not_gsm7, sms_length, words


@pytest.mark.parametrize(
    ("text", "length", "special"),
    [
        ("a" * 160, 160, ""),
        ("é" * 10, 10, ""),  # in GSM-7, as are à è ù
        ("[x]", 5, ""),  # brackets come from the extension table and count twice
        ("12 €", 5, ""),
        ("ça", 2, "ç"),  # only the capital Ç is in GSM-7
        ("fenêtre où", 10, "ê"),
        ("d’accord", 8, "’"),
        ("24\u202fh", 4, "\u202f"),  # the narrow space French typography asks for
        ("👍", 2, "👍"),  # outside the basic plane: two UTF-16 units
    ],
)
def test_a_text_is_measured_as_a_phone_network_does(text, length, special):
    assert sms_length(text) == length
    assert not_gsm7(text) == special


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


@given(st.text(alphabet=st.characters(codec="ascii", exclude_characters="^{}\\[~]|`\x00", min_codepoint=32)))
def test_plain_ascii_costs_one_unit_a_character(text):
    assert sms_length(text) == len(text)


def test_words_are_what_stands_between_spaces():
    assert words("Call 519-745-5615,  any time.") == 4
