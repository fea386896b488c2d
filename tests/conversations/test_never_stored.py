"""Cards, social insurance and health card numbers are gone before anything is stored."""

from __future__ import annotations

from typing import Set

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversations.cleaning import clean
from bot.conversations.never_stored import forget_numbers, never_store, passes_luhn


@pytest.mark.parametrize(
    ("text", "stored", "removed"),
    [
        ("pay with 4111 1111 1111 1111 please", "pay with [card removed] please", {"card"}),
        ("4111-1111-1111-1111", "[card removed]", {"card"}),
        ("4111.1111_1111/1111", "[card removed]", {"card"}),
        ("４１１１１１１１１１１１１１１１", "[card removed]", {"card"}),
        ("4️⃣1️⃣1️⃣1️⃣ 1111 1111 1111", "[card removed]", {"card"}),
        ("41\u200b11111111111111", "[card removed]", {"card"}),
        ("4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "[card removed]", {"card"}),
        ("3782 822463 10005", "[card removed]", {"card"}),  # American Express groups
        ("5105105105105100", "[card removed]", {"card"}),
        ("6011 1111 1111 1117", "[card removed]", {"card"}),
        ("card4111111111111111exp1225", "card[card removed]exp1225", {"card"}),
        ("41111111111111111225", "[card removed]1225", {"card"}),  # the expiry date without a break
        ("4111 1111 1111 1111 12/25 123", "[card removed] 12/25 123", {"card"}),
        ("046 454 286", "[SIN removed]", {"sin"}),  # any first digit, the sample number of the government's own pages
        ("046-454-286", "[SIN removed]", {"sin"}),
        ("0 4 6 4 5 4 2 8 6", "[SIN removed]", {"sin"}),
        ("046454 286", "[SIN removed]", {"sin"}),
        ("my SIN is 046454286", "my SIN is [SIN removed]", {"sin"}),
        ("046454286 is my sin", "[SIN removed] is my sin", {"sin"}),
        ("mon NAS: 046454286", "mon NAS: [SIN removed]", {"sin"}),
        ("numéro d'assurance sociale 046454286", "numéro d'assurance sociale [SIN removed]", {"sin"}),
        ("account 12345678, sin 046 454 286", "account 12345678, sin [SIN removed]", {"sin"}),
        ("1234-567-897 AB", "[health card removed] AB", {"health_card"}),
        ("health card 1234567897", "health card [health card removed]", {"health_card"}),
    ],
)
def test_a_number_that_is_never_stored_is_replaced(text: str, stored: str, removed: Set[str]) -> None:
    stripped = never_store(clean(text).text)
    assert (stripped.text, set(stripped.removed)) == (stored, removed)


@pytest.mark.parametrize(
    "text",
    [
        "519-741-2345",
        "call 519 741 2345 or 519 741 2450",
        "1-866-296-6722",
        "status of 26-000417?",
        "26-000417 and 26-000418",
        "garbage at 200 king st w",
        "order 514 555 0199 bags",
        "12, 14, 16, 18, 20 king st",
        "4111 1111 1111 1112",  # fails its check digit
        "046 454 287",
        "on 2026-11-23 at 10:30",
        "N2G 4G7",
        "",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    stripped = never_store(text)
    assert stripped.text == text
    assert not stripped.removed
    assert not stripped.doubtful


@pytest.mark.parametrize("text", ["046454286", "account 046454286", "account no. 046-454-286", "compte 046 454 286"])
def test_a_number_that_may_be_an_account_or_a_sin_serves_one_turn(text: str) -> None:
    stripped = never_store(text)
    assert stripped.text == text
    assert stripped.doubtful
    assert not any(character.isdigit() for character in forget_numbers(text))


def with_check_digit(digits: str) -> str:
    return next(digits + check for check in "0123456789" if passes_luhn(digits + check))


def spelled(draw: st.DrawFn, digits: str) -> str:
    """The digits with up to two separators between them and perhaps in another script."""
    separators = draw(
        st.lists(st.sampled_from(["", "", " ", "-", ".", " - ", "\u200b", "\u00a0", "–"]), min_size=len(digits), max_size=len(digits))
    )
    separators[-1] = ""
    zero = draw(st.sampled_from(["0", "０", "٠"]))
    return "".join(chr(ord(zero) + int(digit)) + separator for digit, separator in zip(digits, separators, strict=True))


@st.composite
def cards(draw: st.DrawFn) -> str:
    prefix, length = draw(
        st.sampled_from([("4", 16), ("51", 16), ("2221", 16), ("34", 15), ("36", 14), ("6011", 16), ("3528", 16), ("62", 16)])
    )
    rest = draw(st.text("0123456789", min_size=length - len(prefix) - 1, max_size=length - len(prefix) - 1))
    return spelled(draw, with_check_digit(prefix + rest))


@st.composite
def sins(draw: st.DrawFn) -> str:
    digits = with_check_digit(draw(st.text("0123456789", min_size=8, max_size=8)))
    separator = draw(st.sampled_from([" ", "-", ".", " - ", "  "]))
    return separator.join((digits[:3], digits[3:6], digits[6:]))


words = st.sampled_from(["", "please take ", "my number: ", "voici ", "x", "(", "hello\n"])


@given(words, cards(), words)
def test_no_card_survives_however_it_is_written(before: str, card: str, after: str) -> None:
    stripped = never_store(clean(before + card + after).text)
    assert "card" in stripped.removed
    assert sum(character.isdigit() for character in stripped.text) < 6


@given(words, sins(), words)
def test_no_sin_written_in_threes_survives(before: str, sin: str, after: str) -> None:
    stripped = never_store(clean(before + sin + after).text)
    assert "sin" in stripped.removed
    assert not any(character.isdigit() for character in stripped.text)


@given(st.text(st.sampled_from("0123456789 -.ax"), max_size=60))
def test_what_is_stored_holds_nothing_more_to_remove(text: str) -> None:
    stored = never_store(text).text
    assert never_store(stored).text == stored
