"""What a resident's text looks like once it is taken in."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversations.cleaning import MAX_CHARACTERS, clean, tidy


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("hello\x00world\x07", "helloworld"),  # NUL and control characters
        ("46\u200b04", "4604"),  # a zero-width space
        ("\u202eevil\u202c", "evil"),  # right-to-left override
        ("\ufeffhi\u00ad", "hi"),  # byte-order mark, soft hyphen
        ("１２３ Ｋｉｎｇ", "123 King"),  # full-width
        ("٤٥ queen", "45 queen"),  # Arabic digits
        ("4️⃣2️⃣", "42"),  # keycap emoji
        ("a\u00a0\u3000b\tc", "a b c"),  # spaces of all kinds
        ("one\r\ntwo\u2028three", "one\ntwo\nthree"),
        ("／restart", "/restart"),  # a full-width slash is a slash before anything looks at it
        ("e\u0301te\u0301", "été"),
        ("\ud800lone", "lone"),  # half of a surrogate pair
        ("👍🏽", "👍🏽"),
        ("  \n ", ""),
        ("\x00\x01\u200b", ""),
    ],
)
def test_a_text_is_cleaned(text: str, cleaned: str) -> None:
    assert clean(text).text == cleaned


def test_a_letter_under_a_thousand_marks_keeps_a_few() -> None:
    assert len(clean("z" + "\u0335\u0336\u0489" * 1000).text) < 12
    assert len(clean("Z" + "\u0300" * 1000 + "algo").text) < 12


def test_a_text_that_is_too_long_is_cut_and_says_so() -> None:
    assert clean("a" * MAX_CHARACTERS) == clean(" " + "a" * MAX_CHARACTERS)
    assert not clean("a" * MAX_CHARACTERS).cut
    cut = clean("word " * 2000)
    assert cut.cut
    assert len(cut.text) <= MAX_CHARACTERS


@given(st.text(max_size=300))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@given(st.text(max_size=300))
def test_nothing_invisible_is_left(text: str) -> None:
    cleaned = clean(text).text
    assert not {unicodedata.category(character) for character in cleaned.replace("\n", "")} & {"Cc", "Cf", "Cs", "Co"}
    cleaned.encode()  # can be stored


@given(st.text(st.characters(whitelist_categories=["Lu", "Ll"], max_codepoint=0x17F), max_size=50))
def test_english_and_french_words_stay_as_they_are(text: str) -> None:
    assert clean(text).text == unicodedata.normalize("NFKC", text)
