"""Amounts as residents write them."""

from __future__ import annotations

from typing import Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.found import Reading
from bot.language.money import MOST_DOLLARS, amounts, find_amount_cents


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("my bill is $45.50", 4550),
        ("ma facture est de 45,50 $", 4550),
        ("45$", 4500),
        ("$ 45", 4500),
        ("CA$20 or 20 CAD", 2000),
        ("$1,045.50", 104550),
        ("1 045,50 $", 104550),
        ("1.045,50 $", 104550),
        ("$12,345", 1234500),
        ("12 345 $", 1234500),
        ("45.5 dollars", 4550),
        ("45 bucks", 4500),
        ("45 piastres", 4500),
        ("45 dollars and 50 cents", 4550),
        ("45 dollars et 5 sous", 4505),
        ("50 cents", 50),
        ("50¢", 50),
        ("it cost me 30$!!", 3000),
        ("$1.5", 150),
        ("45 dolars", None),  # a slip: the number alone says nothing
        ("45.50", None),
        ("45 queen st n", None),
        ("26-000417", None),
        ("50 %", None),
        ("$", None),
        ("a dollar", None),
        ("$1.2345", None),
        ("5 centre st", None),
        ("99999999999 $", None),
        ("", None),
    ],
)
def test_an_amount_is_found(text: str, cents: Optional[int]) -> None:
    assert find_amount_cents(text) == cents


def test_every_amount_is_found() -> None:
    assert [one.value for one in amounts(Reading.of("they billed $45.50, not 54,50 $"))] == ["4550", "5450"]


@given(st.integers(0, MOST_DOLLARS * 100))
def test_an_amount_is_read_back_in_both_languages(cents: int) -> None:
    english = f"${cents // 100:,}.{cents % 100:02}"
    french = f"{cents // 100:,}".replace(",", " ") + f",{cents % 100:02} $"
    assert find_amount_cents(f"i paid {english}.") == cents
    assert find_amount_cents(f"j'ai payé {french}.") == cents


@given(st.text(max_size=200) | st.text("0123456789 .,$¢'", max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    for one in amounts(Reading.of(text)):
        assert int(one.value) >= 0
