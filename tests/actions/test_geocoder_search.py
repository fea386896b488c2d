"""Where is an address, a corner or a place? The locator's client against answers in ArcGIS's shapes."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

import pytest
import responses

from actions.clients.errors import Failure
from actions.clients.geocoder import Geocoder, GeocoderError, Located

LOCATOR = "https://gis.example.org/arcgis/rest/services/Locator/GeocodeServer"


def candidate(
    address: str, kind: str = "PointAddress", *, score: float = 100, x: float = -80.4925, y: float = 43.4516, **more: str
) -> Dict[str, Any]:
    attributes = {"Addr_type": kind, **more} if kind else {}
    return {"address": address, "location": {"x": x, "y": y}, "score": score, "attributes": attributes}


def locator(*rows: Any, info: Optional[Dict[str, Any]] = None) -> Geocoder:
    """A locator that answers every search with these candidates."""
    responses.get(LOCATOR, json=info or {"singleLineAddressField": {"name": "SingleLine"}})
    responses.get(f"{LOCATOR}/findAddressCandidates", json={"spatialReference": {"wkid": 4326}, "candidates": list(rows)})
    return Geocoder(LOCATOR)


def names(found: List[Located]) -> List[str]:
    return [one.name for one in found]


@responses.activate
def test_an_address_is_found_by_its_door_without_unit_and_town() -> None:
    row = candidate("200 King St W, Kitchener, ON N2G", score=98.5, AddNum="200")
    found = locator(row).candidates("Apt 4, 200 king st. west, Kitchener", "fr")
    assert found == [Located("200 King St W", 43.4516, -80.4925, "address", 98.5)]
    sent = responses.calls[1].request.params
    assert (sent["SingleLine"], sent["outSR"], sent["langCode"]) == ("200 King St W", "4326", "fr")


@responses.activate
def test_an_older_locator_is_asked_in_the_parameter_it_names_once() -> None:
    old = candidate("200 King St W, Kitchener", "")
    geocoder = locator(old, info={"singleLineAddressField": {"name": "Single Line Input", "type": "esriFieldTypeString"}})
    assert names(geocoder.candidates("200 King St W", "en")) == ["200 King St W"]
    geocoder.candidates("45 Queen St N", "en")
    assert [call.request.params.get("Single Line Input") for call in responses.calls] == [None, "200 King St W", "45 Queen St N"]


@pytest.mark.parametrize(
    "other",
    [
        candidate("King St W, Kitchener", "StreetName"),
        candidate("200 King St W, Kitchener", score=89.9),  # written alike
        candidate("202 King St W, Kitchener"),  # the next house
        candidate("200A King St W, Kitchener"),
        candidate("200 King St E, Kitchener"),
        candidate("N2G 4G7, Kitchener", "Postal"),
        candidate("King St W & Water St, Kitchener", "StreetInt"),
        candidate("200 King Diner, Kitchener", "POI"),
    ],
)
@responses.activate
def test_nothing_but_the_door_itself_is_an_address(other: Dict[str, Any]) -> None:
    assert locator(other).candidates("200 King St W", "en") == []


@responses.activate
def test_both_ends_of_a_street_are_given_surest_first_and_flats_are_one_door() -> None:
    rows = (
        candidate("200 King St E, Kitchener", score=95),
        candidate("200 King St W, Unit 1, Kitchener", "Subaddress", score=97),
        candidate("200 King St W, Unit 2, Kitchener", "Subaddress", score=97),
        candidate("200 King St W, Kitchener", "StreetAddress", score=96),
    )
    assert names(locator(*rows).candidates("200 king", "en")) == ["200 King St W", "200 King St E"]


KING_AND_QUEEN = candidate("King St E & Queen St S, Kitchener", "StreetInt", y=43.4503, x=-80.489)
PUB = candidate("King & Queen Pub, Kitchener", "POI", score=89)


@pytest.mark.parametrize("text", ["corner of king and queen", "au coin de King et Queen"])
@responses.activate
def test_a_corner_is_where_two_streets_cross_and_neither_a_door_nor_a_pub(text: str) -> None:
    geocoder = locator(candidate("1 King St E, Kitchener"), PUB, KING_AND_QUEEN)
    assert names(geocoder.candidates(text, "en")) == ["King St E & Queen St S"]


@responses.activate
def test_two_names_without_a_word_for_a_corner_may_be_either() -> None:
    geocoder = locator(candidate("1 King St E, Kitchener"), PUB, KING_AND_QUEEN)
    assert names(geocoder.candidates("king & queen", "en")) == ["King St E & Queen St S", "King & Queen Pub"]


@responses.activate
def test_a_name_may_be_a_facility_or_a_neighbourhood_but_no_city_street_or_house() -> None:
    rows = (
        candidate("Doon Village Rd, Kitchener", "StreetName"),
        candidate("Kitchener, Ontario", "Locality", Type="City"),
        candidate("Doon South, Kitchener", "Locality", Type="Neighborhood"),
        candidate("Doon Heritage Village, 10 Huron Rd, Kitchener", "POI", PlaceName="Doon Heritage Village"),
        candidate("12 Doon Rd, Kitchener"),
        candidate("Noon Café, Kitchener", "POI", score=79),
        candidate("Doon Rd & Huron Rd, Kitchener", "StreetInt", score=89),
    )
    found = locator(*rows).candidates("doon", "en")
    assert [(one.name, one.kind) for one in found] == [("Doon South", "neighbourhood"), ("Doon Heritage Village", "place")]


@responses.activate
def test_no_match_is_an_empty_list_and_nothing_is_asked_about_no_words() -> None:
    assert locator().candidates("1 Nowhere Blvd", "en") == []
    asked = len(responses.calls)
    assert locator().candidates("  ", "en") == []
    assert len(responses.calls) == asked


@pytest.mark.parametrize(
    "answer", [{}, {"candidates": None}, {"candidates": ["King"]}, {"candidates": [{"address": "200 King St W", "score": 100}]}]
)
@responses.activate
def test_an_answer_without_places_is_malformed_not_nothing_found(answer: Dict[str, Any]) -> None:
    responses.get(LOCATOR, json={})
    responses.get(f"{LOCATOR}/findAddressCandidates", json=answer)
    with pytest.raises(GeocoderError) as caught:
        Geocoder(LOCATOR).candidates("200 King St W", "en")
    assert caught.value.failure is Failure.MALFORMED


@responses.activate
def test_a_refusal_that_says_200_is_a_refusal() -> None:
    responses.get(LOCATOR, json={})
    refusal = {"error": {"code": 499, "message": "Token Required", "details": []}}
    responses.get(f"{LOCATOR}/findAddressCandidates", json=refusal)
    with pytest.raises(GeocoderError) as caught:
        Geocoder(LOCATOR).candidates("200 King St W", "en")
    assert (caught.value.failure, caught.value.detail) == (Failure.REFUSED, "Token Required")


@responses.activate
def test_one_broken_candidate_does_not_hide_the_others() -> None:
    nowhere = candidate("200 King St W, Kitchener", x=float("1e9"))
    unscored = {**candidate("200 King St W, Kitchener"), "score": None}
    assert names(locator(nowhere, unscored, candidate("200 King St W")).candidates("200 King St W", "en")) == ["200 King St W"]
