"""The addresses behind the waste calendar: every one can be found by its own name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.places import place, suggest
from bot.sandbox.seeds import seed

STREETS = seed("waste")["streets"]
OTHER_SPELLINGS = {" St": " Street", " Rd": " road", " Ave": " AVENUE", " Dr": " drive", " Blvd": " Boul.", " W": " Ouest", " N": " north"}


@given(row=st.sampled_from(STREETS), share=st.floats(0, 1), signs=st.sampled_from([" ", "  ", ", ", " . "]), loud=st.booleans())
def test_every_address_finds_itself_first_whatever_its_case_and_signs(row: dict, share: float, signs: str, loud: bool) -> None:
    first, last = row["numbers"]
    name = f"{first + round(share * (last - first))} {row['street']}"
    asked = name.replace(" ", signs)
    found = suggest(asked.upper() if loud else asked)
    assert found[0].name.startswith(f"{name}, ")
    assert place(found[0].place_id) == found[0]
    assert place(found[0].place_id.lower()) == found[0]


@pytest.mark.parametrize(("short", "long"), OTHER_SPELLINGS.items())
def test_a_spelt_out_word_finds_what_its_abbreviation_finds(short: str, long: str) -> None:
    streets = [row for row in STREETS if f"{short} " in f"{row['street']} "]
    assert streets
    for row in streets:
        name = f"{row['numbers'][0]} {row['street']} "
        assert suggest(name.replace(f"{short} ", f"{long} ")) == suggest(name)


def test_no_two_addresses_share_an_id() -> None:
    numbers = [f"{number} {row['street']}" for row in STREETS for number in range(row["numbers"][0], row["numbers"][1] + 1)]
    assert len(numbers) > 10_000
    assert len(set(numbers)) == len(numbers)
    every = [suggest(numbers[index])[0].place_id for index in range(0, len(numbers), 500)]
    assert len(set(every)) == len(every)
