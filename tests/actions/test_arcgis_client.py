"""The client of the city's layers: what it asks, and what it makes of the answers of servers old and new."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional
from urllib.parse import parse_qs, urlsplit

import pytest
import responses

from actions.clients.arcgis import MOST_PAGES, ArcGIS, ArcGISError, Layer
from actions.clients.arcgis_query import Part, Spot, Statistic
from actions.clients.arcgis_where import During, Is
from actions.clients.errors import Failure
from actions.clients.ledger import ledger
from bot.city import city

SERVER = "https://gis.example.org/arcgis/rest/services"
LAYER = f"{SERVER}/Parks/FeatureServer/0"
FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "arcgis"
FIELDS = {"OBJECTID": "OID", "NAME": "String", "WARDID": "Integer", "OPENED": "Date", "OWNER": "String"}
CITY_HALL = Spot(43.4516, -80.4925, 300)


def described(**changes: Any) -> Dict[str, Any]:
    can = {"supportsPagination": True, "supportsStatistics": True, "supportsSqlExpression": True, "supportsQueryWithDistance": True}
    fields = [{"name": name, "type": f"esriFieldType{kind}"} for name, kind in FIELDS.items()]
    return {
        "name": "Parks",
        "fields": fields,
        "objectIdField": "OBJECTID",
        "maxRecordCount": 2,
        "advancedQueryCapabilities": can,
        **changes,
    }


def parks(token: Optional[str] = None, fields: List[str] = ["NAME", "WARDID", "OPENED"]) -> Layer:  # noqa: B006
    return ArcGIS(SERVER, zone=city().timezone, token=token).layer("Parks", fields)


def page(*names: str, first: int = 1, more: bool = False) -> Dict[str, Any]:
    rows = [{"attributes": {"OBJECTID": first + place, "NAME": name}} for place, name in enumerate(names)]
    return {"features": rows, **({"exceededTransferLimit": True} if more else {})}


def asked(server: responses.RequestsMock) -> List[Dict[str, str]]:
    """The parameters of every query so far."""
    queries = [call.request for call in server.calls if "/query" in str(call.request.url)]
    return [
        {
            name: values[0]
            for name, values in parse_qs(str(query.body) if query.method == "POST" else urlsplit(str(query.url)).query).items()
        }
        for query in queries
    ]


@pytest.fixture
def server() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.get(LAYER, json=described())
        yield mock


def test_records_are_counted_where_they_are(server: responses.RequestsMock) -> None:
    server.get(f"{LAYER}/query", json={"count": 20_412})
    found = parks().count([Is("NAME", ("St. Mary's",)), During("OPENED", ((date(2026, 3, 1), date(2026, 3, 31)),))], near=CITY_HALL)
    assert found == 20_412
    assert asked(server) == [
        {
            "where": "NAME = 'St. Mary''s' AND ((OPENED >= TIMESTAMP '2026-03-01 05:00:00' AND OPENED < TIMESTAMP '2026-04-01 04:00:00'))",
            "geometry": "-80.49250,43.45160",
            "geometryType": "esriGeometryPoint",
            "inSR": "4326",
            "spatialRel": "esriSpatialRelIntersects",
            "distance": "300",
            "units": "esriSRUnit_Meter",
            "returnCountOnly": "true",
            "f": "json",
        }
    ]


def test_statistics_are_given_in_the_order_they_were_asked_for_whatever_the_case_of_their_names(server: responses.RequestsMock) -> None:
    rows = [{"attributes": {"VALUE_1": 7, "WARDID": 3, "VALUE_0": 2.5}}, {"attributes": {"VALUE_1": 0, "WARDID": None, "VALUE_0": None}}]
    server.get(f"{LAYER}/query", json={"features": rows})
    groups = parks().statistics([Statistic("avg", "WARDID"), Statistic("count", "WARDID")], by="WARDID")
    assert [(group.key, group.values) for group in groups] == [(3, (2.5, 7)), (None, (None, 0))]
    assert asked(server)[0]["groupByFieldsForStatistics"] == "WARDID"
    assert [row["statisticType"] for row in json.loads(asked(server)[0]["outStatistics"])] == ["avg", "count"]


def test_statistics_of_no_record_are_none_and_other_records_are_no_statistics(server: responses.RequestsMock) -> None:
    asks = [Statistic("count", "WARDID"), Statistic("max", "WARDID")]
    server.get(f"{LAYER}/query", json={"features": [{"attributes": {"value_0": 0}}]})
    server.get(f"{LAYER}/query", json=page("a park that was not asked for"))
    assert parks().statistics(asks)[0].values == (0, None)
    with pytest.raises(ArcGISError) as failed:
        parks().statistics(asks)
    assert failed.value.failure is Failure.MALFORMED


def test_a_group_by_year_is_found_under_the_name_the_server_gives_it(server: responses.RequestsMock) -> None:
    server.get(f"{LAYER}/query", json={"features": [{"attributes": {"EXPR_1": 2024, "value_0": 12}}]})
    groups = parks().statistics([Statistic("count", "OPENED")], by=Part("YEAR", "OPENED"))
    assert [(group.key, group.values) for group in groups] == [(2024, (12,))]
    assert asked(server)[0]["groupByFieldsForStatistics"] == "EXTRACT(YEAR FROM OPENED)"


def test_the_first_and_last_day_are_those_of_the_city(server: responses.RequestsMock) -> None:
    server.get(f"{LAYER}/query", json={"features": [{"attributes": {"value_0": 1767243600000, "value_1": None}}]})
    group = parks().statistics([Statistic("min", "OPENED"), Statistic("max", "OPENED")])[0]
    assert group.values == (datetime(2026, 1, 1, tzinfo=city().timezone), None)


def test_records_come_with_the_named_fields_their_dates_and_their_place(server: responses.RequestsMock) -> None:
    row = {"attributes": {"OBJECTID": 9, "NAME": " Élan ", "OPENED": 1767243600000}, "geometry": {"x": -80.49, "y": 43.45}}
    server.get(f"{LAYER}/query", json={"features": [row, {"attributes": {"OBJECTID": 10, "NAME": "  ", "OPENED": None}}]})
    first, second = parks().features(fields=["NAME", "OPENED"], geometry=True, order_by=["OPENED DESC"])
    assert (first.id, first.attributes["NAME"], first.attributes["OPENED"].date()) == (9, "Élan", date(2026, 1, 1))
    assert first.paths == (((43.45, -80.49),),)
    assert (second.attributes["NAME"], second.attributes["OPENED"], second.paths) == (None, None, ())
    assert asked(server)[0]["outFields"] == "OBJECTID,NAME,OPENED"
    assert asked(server)[0]["orderByFields"] == "OPENED DESC,OBJECTID"
    assert asked(server)[0]["outSR"] == "4326"


@pytest.mark.parametrize("name", ["OWNER", "*", "NAME,OWNER", "1 FROM x"])
def test_a_field_that_is_not_allowed_is_never_asked_for(server: responses.RequestsMock, name: str) -> None:
    layer = parks()
    ways = [
        lambda: layer.features(fields=[name]),
        lambda: layer.features(fields=["NAME"], order_by=[name]),
        lambda: layer.statistics([Statistic("max", name)]),
        lambda: layer.statistics([Statistic("count", "NAME")], by=name),
        lambda: layer.statistics([Statistic("count", "NAME")], by=Part("YEAR", name)),
        lambda: layer.count([Is(name, ("x",))]),
    ]
    for way in ways:
        with pytest.raises(ValueError, match="no "):
            way()
    assert asked(server) == []


def test_a_layer_without_an_expected_field_is_not_what_was_agreed(server: responses.RequestsMock) -> None:
    with pytest.raises(ArcGISError) as failed:
        parks(fields=["NAME", "SURFACE"]).count()
    assert failed.value.failure is Failure.MALFORMED


def test_pages_are_read_while_the_server_says_there_is_more_however_short_they_are(server: responses.RequestsMock) -> None:
    for answer in (page("a", more=True), page(more=True), page("b", "c", first=2, more=True), page("c", "d", first=3)):
        server.get(f"{LAYER}/query", json=answer)
    found = parks().features(fields=["NAME"])
    assert [feature.attributes["NAME"] for feature in found] == ["a", "b", "c", "d"]
    assert [params["resultOffset"] for params in asked(server)] == ["0", "1", "3", "5"]
    assert {params["resultRecordCount"] for params in asked(server)} == {"2"}


def test_pages_without_end_are_an_error_not_an_answer(server: responses.RequestsMock) -> None:
    server.get(f"{LAYER}/query", json=page("a", more=True))
    with pytest.raises(ArcGISError) as failed:
        parks().features(fields=["NAME"])
    assert failed.value.failure is Failure.MALFORMED
    assert len(asked(server)) == MOST_PAGES


def test_the_first_records_need_one_page(server: responses.RequestsMock) -> None:
    server.get(f"{LAYER}/query", json=page("a", more=True))
    assert len(parks().features(fields=["NAME"], most=1)) == 1
    assert [params["resultRecordCount"] for params in asked(server)] == ["1"]


def test_a_server_without_pages_is_asked_for_ids_first(server: responses.RequestsMock) -> None:
    server.replace(responses.GET, LAYER, json=described(advancedQueryCapabilities=None, objectIdField=None))
    server.get(f"{LAYER}/query", json={"objectIdFieldName": "OBJECTID", "objectIds": list(range(1, 251))})
    server.get(f"{LAYER}/query", json=page("a", "b"))
    server.get(f"{LAYER}/query", json=page("c", first=201))
    assert [feature.attributes["NAME"] for feature in parks().features(fields=["NAME"])] == ["a", "b", "c"]
    ids, first, second = asked(server)
    assert ids["returnIdsOnly"] == "true"
    assert [len(query["objectIds"].split(",")) for query in (first, second)] == [200, 50]


def test_around_a_place_a_circle_is_drawn_for_a_server_that_cannot_measure(server: responses.RequestsMock) -> None:
    server.replace(responses.GET, LAYER, json=described(advancedQueryCapabilities={"supportsPagination": True}))
    server.post(f"{LAYER}/query", json={"count": 3})
    server.get(f"{LAYER}/query", json={"count": 3})
    assert parks().count(near=CITY_HALL) == 3
    ring = json.loads(asked(server)[0]["geometry"])["rings"][0]
    assert ring[0] == ring[-1]
    for longitude, latitude in ring:
        north, east = (latitude - CITY_HALL.latitude) * 111_195, (longitude - CITY_HALL.longitude) * 111_195 * 0.72595
        assert (north**2 + east**2) ** 0.5 == pytest.approx(300, abs=1)
    area = sum(one[0] * other[1] - other[0] * one[1] for one, other in zip(ring, ring[1:], strict=False))
    assert area < 0  # clockwise, as Esri wants an outer ring


def test_a_long_question_is_posted(server: responses.RequestsMock) -> None:
    server.post(f"{LAYER}/query", json={"count": 1})
    assert parks(token="t0k3n").count([Is("NAME", tuple(f"Park number {number}" for number in range(150)))]) == 1
    request = next(call.request for call in server.calls if call.request.method == "POST")
    assert len(str(request.url)) < 200
    assert asked(server)[0]["where"].count("Park number") == 150


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        ({"json": {"error": {"code": 400, "message": "Cannot perform query.", "details": []}}}, Failure.REFUSED),
        ({"json": {"error": {"code": 498, "message": "Invalid token."}}}, Failure.REFUSED),
        ({"json": {"error": {"code": 499, "message": "Token Required"}}}, Failure.REFUSED),
        ({"json": {"error": {"code": 500, "message": "Error performing query operation"}}}, Failure.UNREACHABLE),
        ({"json": {"error": {"code": 429, "message": "Too many requests"}}}, Failure.UNREACHABLE),
        ({"json": {"error": "odd"}}, Failure.REFUSED),
        ({"json": {"error": {"message": "no code"}}}, Failure.REFUSED),
        ({"json": {"count": "3"}}, Failure.MALFORMED),
        ({"json": {}}, Failure.MALFORMED),
        ({"json": [3]}, Failure.MALFORMED),
        ({"body": '{"count": 2', "content_type": "application/json"}, Failure.MALFORMED),
        ({"body": "<html>busy</html>", "content_type": "text/html"}, Failure.MALFORMED),
        ({"body": "gone", "status": 503}, Failure.UNREACHABLE),
        ({"json": {"count": 3}, "status": 403}, Failure.REFUSED),
    ],
)
def test_an_error_is_never_taken_for_a_number(
    server: responses.RequestsMock, answer: Dict[str, Any], failure: Failure, caplog: Any
) -> None:
    server.get(f"{LAYER}/query", **answer)
    with ledger(1.0), pytest.raises(ArcGISError) as failed:
        parks(token="t0k3n").count([Is("NAME", ("where Zoé lives",))])
    assert failed.value.failure is failure
    assert not any(secret in caplog.text + str(failed.value) for secret in ("Zo", "t0k3n"))


def test_a_layer_is_asked_what_it_is_once_and_anew_after_it_refused(server: responses.RequestsMock) -> None:
    layer = parks()
    server.get(f"{LAYER}/query", json={"count": 5})
    server.get(f"{LAYER}/query", json={"count": 6})
    server.get(f"{LAYER}/query", json={"error": {"code": 400}})
    server.get(f"{LAYER}/query", json={"count": 7})
    assert (layer.count(), layer.count()) == (5, 6)
    assert len(server.calls) == 3
    with pytest.raises(ArcGISError):
        layer.count()
    assert layer.count() == 7
    assert len(server.calls) == 6


def test_a_server_that_is_too_busy_once_is_asked_again(server: responses.RequestsMock) -> None:
    server.get(f"{LAYER}/query", json={"error": {"code": 504, "message": "timed out"}})
    server.get(f"{LAYER}/query", json={"count": 5})
    assert parks().count() == 5


def test_a_token_is_sent_and_never_shown(server: responses.RequestsMock) -> None:
    server.get(f"{LAYER}/query", json={"count": 5})
    layer = parks(token="t0k3n", fields=["NAME"])
    layer.count([Is("NAME", ("A & B",))])
    assert asked(server)[0]["token"] == "t0k3n"
    link = layer.link(layer.questions.count([Is("NAME", ("A & B",))]))
    assert link == f"{LAYER}/query?where=NAME+%3D+%27A+%26+B%27&returnCountOnly=true&f=html"
    assert "word" not in ArcGIS(SERVER.replace("gis.", "user:word@gis."), zone=city().timezone).layer("Parks", []).link({})


def test_the_day_of_the_last_change_is_told(server: responses.RequestsMock) -> None:
    assert parks().info.edited is None
    server.replace(responses.GET, LAYER, json=described(editingInfo={"lastEditDate": 1, "dataLastEditDate": 1767243600000}))
    assert parks().info.edited == datetime(2026, 1, 1, tzinfo=city().timezone)


def recorded(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("name", "field", "object_id", "abilities"),
    [
        ("cook_layer", "NAME", "OBJECTID", (False, False, False, False)),
        ("madison_layer", "PARCEL", "OBJECTID", (False, True, False, False)),
        ("chicago_layer", "PLACE", None, (True, True, True, True)),
    ],
)
def test_layers_of_real_servers_say_what_they_can(
    server: responses.RequestsMock, name: str, field: str, object_id: Optional[str], abilities: Any
) -> None:
    server.replace(responses.GET, LAYER, json=recorded(name))
    info = parks(fields=[field]).info
    assert (info.pages, info.statistics, info.expressions, info.distance) == abilities
    assert object_id is None or info.object_id == object_id


def test_a_field_that_came_without_being_asked_for_stays_behind(server: responses.RequestsMock) -> None:
    server.get(f"{LAYER}/query", json={"features": [{"attributes": {"OBJECTID": 1, "NAME": "Deck", "OWNER": "Zoé Sample"}}]})
    assert parks().features(fields=["NAME"])[0].attributes == {"NAME": "Deck"}


def test_records_of_real_servers_are_read(server: responses.RequestsMock) -> None:
    server.replace(responses.GET, LAYER, json=recorded("cook_layer"))
    server.get(f"{LAYER}/query", json=recorded("cook_page"))
    found = parks(fields=["NAME", "LOW_CROSS"]).features(fields=["NAME", "LOW_CROSS"], geometry=True, most=2)
    assert [feature.id for feature in found] == [2196, 3442]
    assert (found[0].attributes["NAME"], found[0].attributes["LOW_CROSS"]) == ("SYLVAN WOODS", None)
    assert found[0].paths[0][0] == pytest.approx((41.642984, -87.96974))
    server.replace(responses.GET, LAYER, json=recorded("madison_layer"))
    server.replace(responses.GET, f"{LAYER}/query", json=recorded("madison_page"))
    area = parks(fields=["REGION"]).features(fields=["REGION"], geometry=True, most=1)[0]
    assert (area.attributes["REGION"], len(area.paths[0])) == ("UBL", 3)
