"""Reference numbers and keyboard mashing are left out of what is read; words, also misspelt and rare ones, stay."""

from __future__ import annotations

import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.encoder import SentenceEncoder
from bot.language.unreadable import without_unreadable


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("mon bac est brisé e42a9601b87a4417b3d3d15a0f596f64", "mon bac est brisé "),
        ("order 7f3k9q2xw8zt never came", "order  never came"),
        ("sdkjfhskdjfh the light is out", " the light is out"),
        ("the streetlight flickers", "the streetlight flickers"),
        ("STREETLIGHT out on my street", "STREETLIGHT out on my street"),
        ("le lampadaire clignote vraiment", "le lampadaire clignote vraiment"),
        ("recyling wasnt pickd up yesturday", "recyling wasnt pickd up yesturday"),
        ("heeeeeelp suiiiicide", "heeeeeelp suiiiicide"),
        ("it is by Nuxwdzaas park", "it is by Nuxwdzaas park"),
        ("account 401234567890", "account 401234567890"),  # digits alone are a number somebody may have
        ("垃圾什么时候收垃圾什么时候收", "垃圾什么时候收垃圾什么时候收"),  # every character a word
        ("e42a9601b87a4417b3d3d15a0f596f64", "e42a9601b87a4417b3d3d15a0f596f64"),  # nothing else is there to read
        ("", ""),
    ],
)
def test_what_nobody_can_read_is_left_out(encoder: SentenceEncoder, written: str, read: str) -> None:
    assert without_unreadable(written, {"nuxwdzaas"}, encoder.pieces_of) == read


def test_most_random_strings_are_left_out(encoder: SentenceEncoder) -> None:
    dice = random.Random(11)
    codes = ["".join(dice.choices(letters, k=16)) for letters in (string.ascii_lowercase, string.hexdigits) for _ in range(200)]
    left = [code for code in codes if code in without_unreadable(f"the light {code} is out", set(), encoder.pieces_of)]
    assert len(left) <= 0.1 * len(codes), left


@given(st.text(max_size=300))
def test_any_text_is_read_and_nothing_is_added(text: str) -> None:
    looked_at = []

    def pieces(word: str) -> int:
        looked_at.append(word)
        return len(word)

    read = without_unreadable(text, set(), pieces)
    rest = iter(text)
    assert all(character in rest for character in read)  # in the same order
    assert len(looked_at) <= 16
    assert all(8 <= len(word) <= 32 for word in looked_at)
