"""Looking up an address in the sandbox's waste calendar."""

from __future__ import annotations

import pytest
import requests

from tests.sandbox.asking import AREA, SERVICE, TIMEOUT_S, names, suggestions

KING_WEST = "200 King St W, Kitchener"
KING_EAST = "200 King St E, Kitchener"


def test_a_suggestion_has_the_fields_of_the_protocol(sandbox: str) -> None:
    (place,) = suggestions(sandbox, "45 queen st n")
    assert place["name"] == "45 Queen St N, Kitchener"
    assert set(place) == {"place_id", "name", "parcel_id", "area_id", "area_name", "service_id", "type"}
    assert (place["area_name"], place["service_id"], place["type"]) == (AREA, int(SERVICE), "parcel")
    assert isinstance(place["parcel_id"], int)


@pytest.mark.parametrize(
    "text",
    [
        "200 King St W",
        "200 king st w",
        "  200   KING st. w.  ",
        "200 King Street West",
        "200 king w",
        "200 King St W, Kitchener",
        "200 King St W, Kitchener, ON N2G 4V6",
        "200 king st w kitchener ontario canada n2g4v6",
        "200, rue King Ouest",
        "200 Kíng St W",
    ],
)
def test_an_address_is_found_however_it_is_written(sandbox: str, text: str) -> None:
    assert names(sandbox, text) == [KING_WEST]


def test_a_street_without_its_direction_gives_both_ends(sandbox: str) -> None:
    assert set(names(sandbox, "200 king")) == {KING_EAST, KING_WEST}
    assert set(names(sandbox, "200 ki")) == {KING_EAST, KING_WEST}


def test_a_number_with_a_street_is_that_number_only(sandbox: str) -> None:
    assert names(sandbox, "20 queen st n") == ["20 Queen St N, Kitchener"]


def test_a_street_or_a_number_alone_gives_a_few_to_choose_from(sandbox: str) -> None:
    by_street = names(sandbox, "tyson")
    assert len(by_street) == 10
    assert all("Tyson Dr" in name for name in by_street)
    by_number = names(sandbox, "11")
    assert len(by_number) == 10
    assert all(name.startswith("11") for name in by_number)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "nothing asked"),
        (" ,. ", "only signs"),
        ("200 Yonge St", "no such street here"),
        ("99999 King St W", "no such number"),
        ("9" * 5000 + " King St W", "an absurd number"),
        ("200 king st w" * 200, "far too long"),
        ("\x00\x1b", "control characters"),
        ("👋", "no word at all"),
    ],
)
def test_what_is_not_there_gives_an_empty_list(sandbox: str, text: str, reason: str) -> None:
    assert suggestions(sandbox, text) == [], reason


@pytest.mark.parametrize("path", [f"areas/Elsewhere/services/{SERVICE}", f"areas/{AREA}/services/999"])
def test_another_area_or_service_is_not_found(sandbox: str, path: str) -> None:
    answer = requests.get(f"{sandbox}/waste/api/{path}/address-suggest", params={"q": "200 king"}, timeout=TIMEOUT_S)
    assert answer.status_code == 404
    assert answer.json()["error"]
