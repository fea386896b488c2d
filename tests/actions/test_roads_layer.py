"""A city's own layer of closed roads, as ArcGIS answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Dict, List
from zoneinfo import ZoneInfo

import pytest
import responses

from actions.clients.arcgis import ArcGIS
from actions.clients.errors import CityError, Failure
from actions.clients.open511 import Open511
from actions.clients.road_sources import source_of
from actions.clients.roads import CLOSED, LANES, Closure
from actions.clients.roads_layer import RoadsLayer
from bot.city import Backend, city

TORONTO = ZoneInfo("America/Toronto")
SERVER = "https://gis.example.org/rest/services"
LAYER = f"{SERVER}/Road_Closures/FeatureServer/0"
FIELDS = {
    "road": "ROAD",
    "from": "FROM_ROAD",
    "to": "TO_ROAD",
    "reason": "REASON",
    "type": "CLOSURE_TYPE",
    "starts": "START_DATE",
    "ends": "END_DATE",
}
TYPES = {"START_DATE": "esriFieldTypeDate", "END_DATE": "esriFieldTypeDate", "OBJECTID": "esriFieldTypeOID"}
INFO = {
    "name": "Road Closures",
    "objectIdField": "OBJECTID",
    "geometryType": "esriGeometryPolyline",
    "maxRecordCount": 1000,
    "fields": [{"name": name, "type": TYPES.get(name, "esriFieldTypeString")} for name in ("OBJECTID", *FIELDS.values())],
    "advancedQueryCapabilities": {"supportsPagination": True},
}


def midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=TORONTO).timestamp() * 1000)


def row(**changes: Any) -> Dict[str, Any]:
    attributes = {
        "OBJECTID": 1,
        "ROAD": "King St W ",
        "FROM_ROAD": "Queen St N",
        "TO_ROAD": None,
        "REASON": "Water main",
        "CLOSURE_TYPE": "Full",
        "START_DATE": midnight(date(2026, 3, 1)),
        "END_DATE": midnight(date(2026, 3, 20)),
    }
    return {"attributes": {**attributes, **changes}, "geometry": {"paths": [[[-80.49, 43.45], [-80.48, 43.44]]]}}


def read(*rows: Any) -> List[Closure]:
    with responses.RequestsMock() as mock:
        mock.get(LAYER, json=INFO)
        mock.get(f"{LAYER}/query", json={"features": list(rows)})
        layer = RoadsLayer(ArcGIS(SERVER, zone=TORONTO), "Road_Closures", FIELDS, closed="full")
        found = layer.closures(date(2026, 3, 5))
        where = mock.calls[-1].request.params["where"]
        assert where == "((END_DATE >= TIMESTAMP '2026-03-05 05:00:00') OR END_DATE IS NULL)"
        return found


def test_a_row_is_a_closure() -> None:
    expected = Closure(
        road="King St W",
        from_road="Queen St N",
        to_road="",
        state=CLOSED,
        reason="Water main",
        first=date(2026, 3, 1),
        last=date(2026, 3, 20),
        paths=(((43.45, -80.49), (43.44, -80.48)),),
    )
    assert read(row()) == [expected]


def test_no_end_is_until_further_notice_and_another_type_is_a_lane() -> None:
    (closure,) = read(row(END_DATE=None, CLOSURE_TYPE="Lane"))
    assert (closure.last, closure.state) == (None, LANES)


def test_rows_without_a_road_are_left_out_and_only_such_rows_are_malformed() -> None:
    assert [one.road for one in read(row(ROAD=None), row(OBJECTID=2, ROAD="St. Mary's"))] == ["St. Mary's"]
    with pytest.raises(CityError) as failed:
        read(row(ROAD=" "))
    assert failed.value.failure is Failure.MALFORMED


def test_no_row_is_no_closure() -> None:
    assert read() == []


def test_both_protocols_tell_the_same_of_the_sandbox(sandbox: str) -> None:
    long_ago = date(2020, 1, 1)
    layer = RoadsLayer(ArcGIS(f"{sandbox}/arcgis/rest/services", zone=TORONTO), "Road_Closures", FIELDS, closed="Full").closures(long_ago)
    events = Open511(f"{sandbox}/open511", zone=TORONTO).closures(long_ago)
    told = {(one.road, one.from_road, one.to_road, one.state, one.first, one.last) for one in layer}
    assert len(events) > 20
    assert {(one.road, one.from_road, one.to_road, one.state, one.first, one.last) for one in events} <= told
    places = {(one.road, one.from_road): one.paths[0][0] for one in layer}
    for one in events:
        assert one.paths[0][0] == pytest.approx(places[one.road, one.from_road], abs=1e-5)


def test_the_setting_picks_the_protocol() -> None:
    options = city().backends["roads"].options
    picked = {
        protocol: type(source_of(Backend(url=SERVER, by_hand=None, api_key=None, options={**options, "protocol": protocol})))
        for protocol in ("open511", "arcgis")
    }
    assert picked == {"open511": Open511, "arcgis": RoadsLayer}
