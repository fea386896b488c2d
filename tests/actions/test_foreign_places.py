"""The nearest places of layers nobody here made: recorded answers of a county's server (tests/fixtures/arcgis), which cannot measure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List, Tuple

import pytest
import responses

from actions.clients.arcgis import ArcGIS, ArcGISError
from actions.clients.errors import Failure
from actions.look_ups.around import nearest
from actions.look_ups.near_lines import place_line
from actions.look_ups.place_kinds import PlaceKind
from bot.city import city
from bot.language.distances import between_m

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "arcgis"
SERVER = "https://gis.example.org/arcgis/rest/services"
LAYER = "Landmarks/MapServer/12"


def kind(**fields: str) -> PlaceKind:
    titles = {"en": "Landmarks", "fr": "Lieux"}
    return PlaceKind("landmark", titles, {"en": (), "fr": ()}, LAYER, {"name": "NAME", "address": "ADDRESS", **fields}, "parks")


@pytest.fixture
def page() -> Dict[str, Any]:
    return dict(json.loads((FIXTURES / "cook_page.json").read_text(encoding="utf-8")))


def county(page: Dict[str, Any]) -> ArcGIS:
    responses.get(f"{SERVER}/{LAYER}", json=json.loads((FIXTURES / "cook_layer.json").read_text(encoding="utf-8")))
    ids = [row["attributes"]["OBJECTID"] for row in page["features"]]

    def answer(request: Any) -> Tuple[int, Dict[str, str], str]:
        only_ids = "returnIdsOnly=true" in f"{request.url}{request.body or ''}"
        return 200, {}, json.dumps({"objectIdFieldName": "OBJECTID", "objectIds": ids} if only_ids else page)

    for method in (responses.GET, responses.POST):
        responses.add_callback(method, f"{SERVER}/{LAYER}/query", answer)
    return ArcGIS(SERVER, zone=city().timezone)


def points(page: Dict[str, Any]) -> List[Any]:
    return [(row["geometry"]["y"], row["geometry"]["x"]) for row in page["features"]]


@responses.activate
def test_places_come_nearest_first_with_their_address_trimmed(page: Dict[str, Any]) -> None:
    here = points(page)[-1]
    found = nearest(county(page), kind(hours="ALIAS_NAME"), here)
    assert [place.metres for place in found] == pytest.approx(sorted(between_m(here, there) for there in points(page)), abs=0.01)
    first = page["features"][-1]["attributes"]
    assert (
        place_line(kind(hours="ALIAS_NAME"), found[0], "en", first=True) == f"- {first['NAME'].strip()}, 10 m, {first['ADDRESS'].strip()}"
    )


@responses.activate
def test_a_layer_that_cannot_measure_is_asked_with_a_drawn_circle(page: Dict[str, Any]) -> None:
    nearest(county(page), kind(), points(page)[0])
    asked = responses.calls[1].request
    sent = str(asked.url) + str(asked.body or "")
    assert "esriGeometryPolygon" in sent
    assert "distance=" not in sent


@responses.activate
def test_what_is_beyond_the_radius_is_left_out_though_the_layer_gives_it(page: Dict[str, Any]) -> None:
    latitude, longitude = points(page)[0]
    server = county(page)
    assert len(nearest(server, kind(), (latitude, longitude), radii_m=[1_000.0])) == 1
    assert nearest(server, kind(), (latitude + 2, longitude)) == []


@responses.activate
def test_records_without_a_name_or_a_place_are_left_out(page: Dict[str, Any]) -> None:
    here = points(page)[0]
    page["features"][0]["attributes"]["NAME"] = " "
    assert [place.attributes["NAME"] for place in nearest(county(page), kind(), here)] == ["SIDE TRACKED"]
    del page["features"][1]["geometry"]
    responses.reset()
    assert nearest(county(page), kind(), here) == []


@responses.activate
def test_a_layer_without_the_field_is_an_error_and_not_nothing_found(page: Dict[str, Any]) -> None:
    with pytest.raises(ArcGISError) as caught:
        nearest(county(page), kind(phone="TELEPHONE"), points(page)[0])
    assert caught.value.failure is Failure.MALFORMED
