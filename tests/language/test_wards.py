"""Which ward a message names, and whether it asks about those whom everybody elects."""

from __future__ import annotations

from typing import Optional

import pytest

from bot.language.wards import about_the_whole_city, ward_in


@pytest.mark.parametrize(
    ("text", "ward"),
    [
        ("email of the ward 3 councillor", "3"),
        ("who's in WARD #9?", "9"),
        ("councillor for ward ten", "10"),
        ("the 4th ward", "4"),
        ("ward number 07", "7"),
        ("le conseiller du quartier 3", "3"),
        ("qui représente le 5e quartier", "5"),
        ("conseillère du neuvième quartier électoral", "9"),
        ("quartier électoral no 2", "2"),
        ("what ward is 200 king st w in", None),  # the house's number is no ward's
        ("is bridgeport in ward 1 or 10", None),  # both, so neither
        ("which ward am I in", None),
        ("3", None),
    ],
)
def test_a_ward_is_read_with_its_number(text: str, ward: Optional[str]) -> None:
    assert ward_in(text) == ward


@pytest.mark.parametrize(
    ("text", "ward"), [("3", "3"), ("ward 3", "3"), ("three", "3"), ("le 3", None), ("200 king st w", None), ("333", None)]
)
def test_the_answer_to_our_question_may_be_a_number_alone(text: str, ward: Optional[str]) -> None:
    assert ward_in(text, asked=True) == ward


@pytest.mark.parametrize(
    "text",
    ["who represents me at the region", "regional councillors", "qui me représente à la Région", "and the mayor?", "et la mairesse?"],
)
def test_the_region_and_the_mayor_are_everybodys(text: str) -> None:
    assert about_the_whole_city(text)


@pytest.mark.parametrize("text", ["who is my councillor", "mayfair ave", "qui est mon conseiller", "mayor and councillor for my address"])
def test_a_councillor_is_not(text: str) -> None:
    assert not about_the_whole_city(text)
