"""What a question about places says: the kind, the place it is near, and what names no place."""

from __future__ import annotations

from typing import List

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.look_ups.place_words import facility_in, facility_name, is_nowhere, said_near
from bot.language.found import Reading
from bot.language.wards import ward_in
from bot.place_names import kinds_in


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("closest playgroud", ["playground"]),
        ("hockey rinks near me", ["arena"]),
        ("is there an indoor pool", ["indoor_pool"]),
        ("pools", ["pool"]),
        ("spray park by the river", ["splash_pad"]),
        ("where 2 park dt", ["parking"]),
        ("charge my tesla", ["ev_charger"]),
        ("rec center", ["community_centre"]),
        ("biblio proche", ["library"]),
        ("des jeux d'eau", ["splash_pad"]),
        ("où brancher mon auto électrique", ["ev_charger"]),
        ("sentiers pédestres", ["trail"]),
        ("me garer", ["parking"]),
        ("la plus proche de la gare", []),  # "plus" is no plug, the station is no "garer"
        ("nearest washroom", []),
        ("parks near me", []),
    ],
)
def test_kinds_are_read_with_slips_and_in_the_plural(text: str, kinds: List[str]) -> None:
    assert [found.value for found in kinds_in(Reading.of(text))] == kinds


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("anything near the dinosaur museum please", ["dinosaur museum"]),
        ("anything for the show at centre in the square", ["centre in the square", "square"]),
        ("est-ce qu'il y en a près de l'université", ["université"]),
        ("proche du musée", ["musée"]),
        ("anything near me", []),
        ("the closest one in my area", []),
        ("près de chez moi", []),
        ("near 200 king st w", []),  # an address is read before
        ("nearest", []),
        ("i'm at the old mill, where's a library", ["old mill"]),
        ("autour de l'auditorium ce soir", ["auditorium"]),
    ],
)
def test_what_stands_behind_near_may_be_a_name(text: str, names: List[str]) -> None:
    assert said_near(Reading.of(text)) == names


@pytest.mark.parametrize(
    ("text", "nowhere"), [("near me", True), ("chez moi", True), ("my house", True), ("home depot", False), ("doon", False), ("", False)]
)
def test_where_only_the_resident_knows_is_nowhere(text: str, nowhere: bool) -> None:
    assert is_nowhere(text) is nowhere


def test_a_facility_is_called_as_the_city_calls_it() -> None:
    facility = facility_in(Reading.of("un stationnement près de la bibliothèque centrale"))
    assert facility is not None
    assert facility_name(facility) == "central library"


@given(text=st.text(max_size=80) | st.text(alphabet="near to at àaA' ,.|ward3dels\u0130ß", max_size=80))
def test_whatever_is_written_a_name_is_a_part_of_it(text: str) -> None:
    reading = Reading.of(text)
    assert all(name in reading.text for name in said_near(reading.without(kinds_in(reading))))
    assert ward_in(text, asked=True) is None or ward_in(text, asked=True).isdecimal()
