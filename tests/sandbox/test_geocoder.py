"""The sandbox's locator: the address at a point and the places a text may mean, in ArcGIS's shapes."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Tuple

import pytest
import requests
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.candidates import candidates
from bot.sandbox.seeds import seed
from bot.sandbox.streets import Street, between, nearest_door, streets
from tests.running import ROOT
from tests.sandbox.asking import TIMEOUT_S

STREETS = seed("geocoder")["streets"]
LOCATOR = "arcgis/rest/services/Locator/GeocodeServer"


def reverse(sandbox: str, **query: str) -> Dict[str, Any]:
    answer = requests.get(f"{sandbox}/{LOCATOR}/reverseGeocode", params=query, timeout=TIMEOUT_S)
    assert answer.status_code == 200
    return answer.json()


def test_the_nearest_address_comes_with_the_fields_of_the_protocol(sandbox: str) -> None:
    found = reverse(sandbox, location="-80.4925,43.4516", distance="50", f="json")
    assert found["address"]["Address"] == "200 King St W"
    assert found["address"]["Match_addr"] == "200 King St W, Kitchener"
    assert (found["address"]["Addr_type"], found["address"]["AddNum"]) == ("PointAddress", "200")
    assert found["location"]["spatialReference"]["wkid"] == 4326
    assert found["location"]["x"] == pytest.approx(-80.4925, abs=0.0002)


@pytest.mark.parametrize("query", [{"location": "-80.40,43.40"}, {"location": "-80.4925,43.4520", "distance": "5"}])
def test_where_nothing_is_near_the_answer_is_an_error_with_status_200(sandbox: str, query: Dict[str, str]) -> None:
    assert reverse(sandbox, **query)["error"]["details"] == ["Unable to find address for the specified location."]


@pytest.mark.parametrize("location", ["", "here", "1", "1,2,3", "nan,1"])
def test_what_is_no_point_is_refused(sandbox: str, location: str) -> None:
    assert "location" in reverse(sandbox, location=location)["error"]["details"][0]


@settings(max_examples=50)
@given(street=st.sampled_from(streets()), share=st.floats(0, 1))
def test_a_point_on_a_street_finds_a_door_within_a_few_steps(street: Street, share: float) -> None:
    distance_m, number, found = nearest_door(between(street.start, street.end, share))
    assert distance_m < 10
    assert found.first <= number <= found.last


def test_every_street_of_the_locator_is_a_street_of_the_waste_calendar() -> None:
    assert {row["street"] for row in STREETS} <= {row["street"] for row in seed("waste")["streets"]}


def find(sandbox: str, line: str, **query: str) -> Dict[str, Any]:
    query = {"SingleLine": line, "outFields": "*", "f": "json", **query}
    answer = requests.get(f"{sandbox}/{LOCATOR}/findAddressCandidates", params=query, timeout=TIMEOUT_S)
    assert answer.status_code == 200
    return answer.json()


def found(sandbox: str, line: str) -> List[Tuple[str, str]]:
    return [(one["address"].rsplit(",", 1)[0], one["attributes"]["Addr_type"]) for one in find(sandbox, line)["candidates"]]


def test_an_address_is_found_where_the_reverse_geocoder_says_it_is(sandbox: str) -> None:
    shape = find(sandbox, "200 king street west, kitchener", outSR="4326")
    assert shape["spatialReference"]["wkid"] == 4326
    (candidate,) = shape["candidates"]
    assert (candidate["address"], candidate["score"]) == ("200 King St W, Kitchener", 100)
    parts = {"AddNum": "200", "StName": "King", "StType": "St", "StDir": "W", "City": "Kitchener", "Addr_type": "PointAddress"}
    assert parts.items() <= candidate["attributes"].items()
    assert re.fullmatch(r"N2[A-Z] \d[A-Z]\d", candidate["attributes"]["Postal"])
    place = candidate["location"]
    assert reverse(sandbox, location=f"{place['x']},{place['y']}")["address"]["Address"] == "200 King St W"
    assert candidate["extent"]["xmin"] < place["x"] < candidate["extent"]["xmax"]


@pytest.mark.parametrize(
    ("line", "places"),
    [
        ("200 king", [("200 King St W", "PointAddress"), ("200 King St E", "PointAddress")]),
        ("Unit 4 - 200 King St W N2G 4G7", [("200 King St W", "PointAddress")]),
        ("3-200 King St W", [("200 King St W", "PointAddress")]),
        ("200 rue King Ouest", [("200 King St W", "PointAddress")]),
        ("12 Fisher Hallman Rd", [("12 Fischer-Hallman Rd", "PointAddress")]),
        ("99999 King St W", [("King St W", "StreetName")]),
        ("King St W & Victoria St N", [("King St W & Victoria St N", "StreetInt")]),
        ("corner of King and Victoria", [("King St W & Victoria St N", "StreetInt")]),
        ("Central Library", [("Central Library", "POI")]),
        ("Bridgeport", [("Bridgeport", "Locality"), ("Bridgeport Community Centre", "POI")]),
        ("Main St & Nowhere Ave", []),
        ("12 Nowhere Ave", []),
        ("?!", []),
    ],
)
def test_a_line_finds_the_places_it_may_mean_best_first(sandbox: str, line: str, places: List[Tuple[str, str]]) -> None:
    assert found(sandbox, line) == places


def test_a_misspelt_street_scores_less_than_one_without_a_mistake(sandbox: str) -> None:
    wrong, right = find(sandbox, "12 Qeen St N")["candidates"], find(sandbox, "12 Queen St N")["candidates"]
    assert wrong[0]["address"] == right[0]["address"]
    assert wrong[0]["score"] < 95 < right[0]["score"]


def test_only_what_is_asked_for_is_told(sandbox: str) -> None:
    assert find(sandbox, "200 King St W", outFields="")["candidates"][0]["attributes"] == {}
    assert set(find(sandbox, "200 King St W", outFields="AddNum,Score")["candidates"][0]["attributes"]) == {"AddNum", "Score"}
    assert len(find(sandbox, "Library", maxLocations="2")["candidates"]) == 2
    degrees, mercator = (find(sandbox, "200 King St W", outSR=wkid)["candidates"][0]["location"] for wkid in ("4326", "102100"))
    assert mercator["x"] == pytest.approx(degrees["x"] * 111319.49, rel=1e-6)


@pytest.mark.parametrize(
    ("query", "word"), [({"SingleLine": ""}, "SingleLine"), ({"outSR": "26917"}, "outSR"), ({"maxLocations": "some"}, "maxLocations")]
)
def test_what_cannot_be_asked_is_an_error_with_status_200(sandbox: str, query: Dict[str, str], word: str) -> None:
    error = find(sandbox, "200 King St W", **query)["error"]
    assert error["code"] == 400
    assert word in error["details"][0]


def test_the_locator_says_what_it_takes_and_gives(sandbox: str) -> None:
    info = requests.get(f"{sandbox}/{LOCATOR}", params={"f": "json"}, timeout=TIMEOUT_S).json()
    assert info["singleLineAddressField"]["name"] == "SingleLine"
    assert "ReverseGeocode" in info["capabilities"]
    assert {field["name"] for field in info["candidateFields"]} == set(find(sandbox, "200 King St W")["candidates"][0]["attributes"])


def test_names_of_parameters_are_read_in_any_case_and_by_post(sandbox: str) -> None:
    body = {"singleline": "City Hall", "OUTFIELDS": "Place_addr"}
    answer = requests.post(f"{sandbox}/{LOCATOR}/findAddressCandidates", data=body, timeout=TIMEOUT_S).json()
    assert answer["candidates"][0]["attributes"] == {"Place_addr": "200 King St W"}


@settings(max_examples=200)
@given(st.text(max_size=60))
def test_any_text_is_answered(text: str) -> None:
    assert all(0 <= one.score <= 100 for one in candidates(text))


def test_every_facility_is_at_an_address_of_the_locator() -> None:
    rows = seed("facilities")["facilities"]
    assert len(rows) > 40
    for row in rows:
        best = candidates(row["address"])[0]
        assert (best.address, best.addr_type) == (row["address"], "PointAddress")
        assert (candidates(row["name"])[0].address, candidates(row["name"])[0].score) == (row["name"], 100)


def test_the_locator_knows_every_facility_that_residents_may_name() -> None:
    with (ROOT / "data" / "names" / "facilities.yml").open(encoding="utf-8") as file:
        names = {row["name"] for row in yaml.safe_load(file)["names"]}
    assert len(names) > 40
    assert names <= {row["name"] for row in seed("facilities")["facilities"]}
