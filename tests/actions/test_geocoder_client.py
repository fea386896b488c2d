"""The locator's client against the sandbox, its faults, and answers of other locators."""

from __future__ import annotations

import time
from typing import Any, Dict, Optional

import pytest
import responses

from actions.clients.errors import Failure
from actions.clients.geocoder import Geocoder, GeocoderError
from bot.messages import Place
from tests.running import fault

CITY_HALL = Place("", 43.4516, -80.4925)
FIELD = Place("", 43.40, -80.40)
ELSEWHERE = "https://gis.example.org/arcgis/rest/services/Locator/GeocodeServer"


def test_the_address_at_a_point_is_found(geocoder: Geocoder) -> None:
    assert geocoder.address_at(CITY_HALL, "en") == "200 King St W"


def test_where_there_is_no_address_there_is_none(geocoder: Geocoder) -> None:
    assert geocoder.address_at(FIELD, "en") is None


@pytest.mark.parametrize(
    ("name", "failure"),
    [
        ("html500", Failure.UNREACHABLE),
        ("429", Failure.UNREACHABLE),
        ("error200", Failure.UNREACHABLE),
        ("truncated", Failure.MALFORMED),
        ("empty", Failure.MALFORMED),
    ],
)
def test_each_fault_is_named(geocoder: Geocoder, sandbox: str, name: str, failure: Failure) -> None:
    with fault(sandbox, "arcgis", name, seconds=1), pytest.raises(GeocoderError) as caught:
        geocoder.address_at(CITY_HALL, "en")
    assert caught.value.failure is failure
    assert "80.49" not in str(caught.value)


def test_a_locator_that_says_with_status_200_that_it_is_busy_is_asked_again() -> None:
    busy = {"error": {"code": 504, "message": "Timed out", "details": []}}
    found = {"address": {"Addr_type": "PointAddress", "Street": "200 King St W"}}
    with responses.RequestsMock() as mocked:
        mocked.get(f"{ELSEWHERE}/reverseGeocode", json=busy)
        mocked.get(f"{ELSEWHERE}/reverseGeocode", json=found)
        assert Geocoder(ELSEWHERE).address_at(CITY_HALL, "en") == "200 King St W"
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mocked:
        mocked.get(f"{ELSEWHERE}/reverseGeocode", json=busy)
        with pytest.raises(GeocoderError) as caught:
            Geocoder(ELSEWHERE).address_at(CITY_HALL, "en")
    assert caught.value.failure is Failure.UNREACHABLE


def test_an_address_that_was_found_is_known_while_the_locator_is_away_and_one_that_was_not_is_not(geocoder: Geocoder, sandbox: str) -> None:
    assert geocoder.address_at(CITY_HALL, "en")
    assert geocoder.address_at(FIELD, "en") is None
    later = time.time() + 2 * 3600
    geocoder._addresses._clock = lambda: later
    with fault(sandbox, "arcgis", "html500"):
        assert geocoder.address_at(CITY_HALL, "en") == "200 King St W"
        with pytest.raises(GeocoderError):
            geocoder.address_at(FIELD, "en")


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ({"Street": "200 King St W", "City": "Kitchener", "Match_addr": "200 King St W, Kitchener"}, "200 King St W"),
        ({"Match_addr": "200 King St W, Kitchener, Ontario", "Addr_type": "StreetAddress"}, "200 King St W, Kitchener, Ontario"),
        ({"Match_addr": "King St W", "Addr_type": "StreetName"}, None),
        ({"Match_addr": "N2G 4G7", "Addr_type": "Postal"}, None),
        ({}, None),
    ],
)
@responses.activate
def test_other_locators_are_understood_and_only_doors_are_addresses(address: Dict[str, Any], found: Optional[str]) -> None:
    responses.get(f"{ELSEWHERE}/reverseGeocode", json={"address": address, "location": {"x": -80.49, "y": 43.45}})
    assert Geocoder(ELSEWHERE).address_at(CITY_HALL, "fr") == found
    assert "location=-80.49250%2C43.45160" in str(responses.calls[0].request.url)
