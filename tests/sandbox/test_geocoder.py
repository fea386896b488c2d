"""The sandbox's locator: the address at a point, in ArcGIS's shapes."""

from __future__ import annotations

from typing import Any, Dict

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.geocoder import _nearest_on
from bot.sandbox.seeds import seed
from tests.sandbox.asking import TIMEOUT_S

STREETS = seed("geocoder")["streets"]


def reverse(sandbox: str, **query: str) -> Dict[str, Any]:
    answer = requests.get(f"{sandbox}/arcgis/rest/services/Locator/GeocodeServer/reverseGeocode", params=query, timeout=TIMEOUT_S)
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
@given(row=st.sampled_from(STREETS), share=st.floats(0, 1))
def test_a_point_on_a_street_finds_a_door_of_that_street_within_a_few_steps(row: Dict[str, Any], share: float) -> None:
    here = tuple(start + share * (end - start) for start, end in zip(row["from"], row["to"], strict=True))
    distance_m, number, street, _ = _nearest_on(row, here)
    assert distance_m < 10
    assert row["numbers"][0] <= number <= row["numbers"][1]
    assert street == row["street"]


def test_every_street_of_the_locator_is_a_street_of_the_waste_calendar() -> None:
    assert {row["street"] for row in STREETS} <= {row["street"] for row in seed("waste")["streets"]}
