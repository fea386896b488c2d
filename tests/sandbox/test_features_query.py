"""Queries on the sandbox's layers: conditions, fields, order, pages, places. Expected answers are worked out from all records."""

from __future__ import annotations

import json
import math
import sqlite3
from datetime import date, datetime, timezone
from typing import Any, Callable, Dict, Iterator, List

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.sandbox.esri import EsriError
from bot.sandbox.feature_answers import answer
from bot.sandbox.feature_layers import layers
from bot.sandbox.feature_shapes import Nearness, Shape
from bot.sandbox.feature_store import FeatureStore
from tests.sandbox.asking import layer_query, records

Record = Dict[str, Any]
LAYER = "Water_Main_Breaks"
NOTHING = ("STREET LIKE 'king%'", "WARDID IS NULL")


@pytest.fixture(scope="module")
def breaks(sandbox: str) -> List[Record]:
    rows = records(sandbox, LAYER, where="1=1")
    assert len(rows) > 1800
    return rows


def numbers(rows: List[Record]) -> List[int]:
    return [row["OBJECTID"] for row in rows]


def day(row: Record) -> date:
    return datetime.fromtimestamp(row["INCIDENT_DATE"] / 1000, timezone.utc).date()


@pytest.mark.parametrize(
    ("where", "holds"),
    [
        ("MATERIAL = 'PVC'", lambda row: row["MATERIAL"] == "PVC"),
        ("material <> 'PVC' AND WARDID = 3", lambda row: row["MATERIAL"] != "PVC" and row["WARDID"] == 3),
        ("WARDID IN (1, 2) OR DIAMETER_MM >= 300", lambda row: row["WARDID"] in (1, 2) or row["DIAMETER_MM"] >= 300),
        ("NOT (WARDID > 2)", lambda row: row["WARDID"] <= 2),
        ("UPPER(STREET) LIKE 'KING%'", lambda row: row["STREET"].upper().startswith("KING")),
        ("STREET LIKE 'king%'", lambda row: False),
        ("DIAMETER_MM BETWEEN 150 AND 200", lambda row: 150 <= row["DIAMETER_MM"] <= 200),
        ("INCIDENT_DATE >= DATE '2020-01-01' AND INCIDENT_DATE < DATE '2021-01-01'", lambda row: day(row).year == 2020),
        ("INCIDENT_DATE < TIMESTAMP '2006-02-01 00:00:00'", lambda row: day(row) < date(2006, 2, 1)),
        ("EXTRACT(MONTH FROM INCIDENT_DATE) = 1", lambda row: day(row).month == 1),
        ("STREET = 'Queen''s Blvd'", lambda row: row["STREET"] == "Queen's Blvd"),
        ("WARDID IS NULL", lambda row: row["WARDID"] is None),
    ],
)
def test_a_condition_finds_what_it_says(sandbox: str, breaks: List[Record], where: str, holds: Callable[[Record], bool]) -> None:
    expected = numbers([row for row in breaks if holds(row)])
    assert layer_query(sandbox, LAYER, where=where, returnCountOnly="true") == {"count": len(expected)}
    assert layer_query(sandbox, LAYER, where=where, returnIdsOnly="true")["objectIds"] == expected
    assert numbers(records(sandbox, LAYER, where=where)) == expected
    assert bool(expected) == (where not in NOTHING)


def test_only_the_fields_that_are_named_are_told(sandbox: str) -> None:
    def told(**query: str) -> List[str]:
        return list(layer_query(sandbox, LAYER, where="OBJECTID = 1", **query)["features"][0]["attributes"])

    assert told() == ["OBJECTID"]
    assert told(outFields="street, WARDID") == ["STREET", "WARDID"]
    for wrong in ("NOPE", "STREET,NOPE", "STREET;", "APPLICANT"):
        error = layer_query(sandbox, LAYER, where="1=1", outFields=wrong)["error"]
        assert error["code"] == 400
        assert "Invalid field" in error["details"][0]


def test_records_come_in_the_order_asked_for_and_ties_in_that_of_their_numbers(sandbox: str, breaks: List[Record]) -> None:
    by_ward = sorted(breaks, key=lambda row: (-row["WARDID"], row["STREET"], row["OBJECTID"]))
    assert numbers(records(sandbox, LAYER, where="1=1", orderByFields="WARDID DESC, STREET")) == numbers(by_ward)
    for wrong in ("NOPE", "WARDID SIDEWAYS", "WARDID; DROP TABLE x"):
        assert layer_query(sandbox, LAYER, where="1=1", orderByFields=wrong)["error"]["code"] == 400


def test_a_page_holds_two_thousand_at_most_and_says_when_there_are_more(sandbox: str, breaks: List[Record]) -> None:
    first = layer_query(sandbox, LAYER, where="1=1", returnGeometry="false")
    assert (len(first["features"]), first["exceededTransferLimit"]) == (2000, True)
    rest = layer_query(sandbox, LAYER, where="1=1", returnGeometry="false", resultOffset="2000", resultRecordCount="9999")
    assert len(rest["features"]) == len(breaks) - 2000
    assert "exceededTransferLimit" not in rest
    last = layer_query(sandbox, LAYER, where="1=1", resultOffset=str(len(breaks) - 1), resultRecordCount="1")
    assert "exceededTransferLimit" not in last
    for wrong in ("-1", "1.5", "all"):
        assert layer_query(sandbox, LAYER, where="1=1", resultOffset=wrong)["error"]["code"] == 400


def test_records_are_found_by_number_within_a_condition(sandbox: str) -> None:
    assert layer_query(sandbox, LAYER, objectIds="7,3,99999999", returnIdsOnly="true")["objectIds"] == [3, 7]
    assert layer_query(sandbox, LAYER, objectIds="3,7", where="OBJECTID > 3", returnCountOnly="true") == {"count": 1}
    assert layer_query(sandbox, LAYER, objectIds="3;7", returnCountOnly="true")["error"]["code"] == 400


def test_distinct_values_come_without_places(sandbox: str, breaks: List[Record]) -> None:
    pairs = sorted({(row["MATERIAL"], row["BREAK_TYPE"]) for row in breaks})
    query = {"where": "1=1", "outFields": "MATERIAL,BREAK_TYPE", "returnDistinctValues": "true"}
    found = layer_query(sandbox, LAYER, returnGeometry="false", **query)["features"]
    assert [tuple(row["attributes"].values()) for row in found] == pairs
    assert layer_query(sandbox, LAYER, returnGeometry="false", returnCountOnly="true", **query) == {"count": len(pairs)}
    assert layer_query(sandbox, LAYER, **query)["error"]["code"] == 400


def places(sandbox: str, layer: str) -> Dict[int, Shape]:
    features: List[Dict[str, Any]] = []
    while True:
        page = layer_query(sandbox, layer, where="1=1", resultOffset=str(len(features)))
        features += page["features"]
        if not page.get("exceededTransferLimit"):
            break
    kind = {"x": "point", "paths": "polyline", "rings": "polygon"}
    found = {}
    for row in features:
        name = next(iter(row["geometry"]))
        lines = (
            [[(row["geometry"]["x"], row["geometry"]["y"])]]
            if name == "x"
            else [[(x, y) for x, y in line] for line in row["geometry"][name]]
        )
        found[row["attributes"]["OBJECTID"]] = Shape(kind[name], tuple(lines))
    return found


def test_a_radius_finds_what_is_within_it(sandbox: str) -> None:
    def metres(shape: Shape) -> float:
        ((x, y),) = shape.lines[0]
        return math.hypot((x + 80.49) * 111_320 * math.cos(math.radians(43.44)), (y - 43.44) * 111_320)

    away = {number: metres(shape) for number, shape in places(sandbox, LAYER).items()}
    for distance, unit, scale in (
        ("800", "esriSRUnit_Meter", 1),
        ("1.5", "esriSRUnit_Kilometer", 1000),
        ("1", "esriSRUnit_StatuteMile", 1609.344),
    ):
        query = {"where": "1=1", "geometry": "-80.49,43.44", "geometryType": "esriGeometryPoint", "distance": distance, "units": unit}
        found = set(layer_query(sandbox, LAYER, inSR="4326", returnIdsOnly="true", **query)["objectIds"])
        radius = float(distance) * scale
        assert {number for number, far in away.items() if far < radius * 0.995} <= found  # half a percent: the earth is not flat
        assert found <= {number for number, far in away.items() if far < radius * 1.005}
        assert len(found) > 10
    assert layer_query(sandbox, LAYER, returnCountOnly="true", **{**query, "units": "esriSRUnit_League"})["error"]["code"] == 400
    assert layer_query(sandbox, LAYER, returnCountOnly="true", **{**query, "distance": "-1"})["error"]["code"] == 400


def test_boxes_and_polygons_find_what_touches_them_in_every_kind_of_layer(sandbox: str) -> None:
    west, south, east, north = -80.50, 43.42, -80.47, 43.45
    ring = [[west, south], [west, north], [east, north], [east, south], [west, south]]
    box = Shape("polygon", (tuple((x, y) for x, y in ring),))
    reference = {"wkid": 4326}
    for layer in ("Playgrounds", "Trails", "Planning_Communities"):
        expected = [number for number, shape in places(sandbox, layer).items() if Nearness(box, 0).holds(shape)]
        assert 0 < len(expected) < len(places(sandbox, layer))
        as_text = {"geometry": f"{west},{south},{east},{north}", "geometryType": "esriGeometryEnvelope"}
        as_box = {"geometry": {"xmin": west, "ymin": south, "xmax": east, "ymax": north, "spatialReference": reference}}
        as_ring = {"geometry": {"rings": [ring], "spatialReference": reference}, "geometryType": "esriGeometryPolygon"}
        for query in (as_text, as_box, as_ring):
            assert layer_query(sandbox, layer, returnIdsOnly="true", **query)["objectIds"] == expected


def test_a_point_lies_in_one_ward_and_web_mercator_means_the_same_place(sandbox: str) -> None:
    degrees = {"geometry": "-80.4925,43.4516", "geometryType": "esriGeometryPoint", "inSR": "4326"}
    mercator = {"geometry": {"x": -8960384.2, "y": 5381540.5, "spatialReference": {"wkid": 102100}}, "geometryType": "esriGeometryPoint"}
    for query in (degrees, mercator):
        (ward,) = layer_query(sandbox, "Wards", where="1=1", outFields="WARD", **query)["features"]
        assert ward["attributes"] == {"WARD": "Ward 9"}


def test_places_are_told_as_asked(sandbox: str) -> None:
    def place(**query: str) -> Any:
        return layer_query(sandbox, LAYER, where="OBJECTID = 5", **query)["features"][0].get("geometry")

    exact, metres = place(), place(outSR="102100")
    assert metres["x"] == pytest.approx(exact["x"] * 111_319.4908, rel=1e-7)
    assert place(geometryPrecision="3") == {"x": round(exact["x"], 3), "y": round(exact["y"], 3)}
    assert place(returnGeometry="false") is None
    assert layer_query(sandbox, LAYER, where="1=1", outSR="26917")["error"]["code"] == 400


def test_the_extent_holds_every_record_and_nothing_has_none(sandbox: str) -> None:
    found = layer_query(sandbox, LAYER, where="WARDID = 3", returnExtentOnly="true", returnCountOnly="true")
    rows = layer_query(sandbox, LAYER, where="WARDID = 3")["features"]
    assert found["count"] == len(rows)
    for side, edge, axis in (("xmin", min, "x"), ("ymin", min, "y"), ("xmax", max, "x"), ("ymax", max, "y")):
        assert found["extent"][side] == edge(row["geometry"][axis] for row in rows)
    assert layer_query(sandbox, LAYER, where="WARDID = 99", returnExtentOnly="true")["extent"]["xmin"] == "NaN"


@pytest.fixture(scope="module")
def playgrounds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    with FeatureStore(tmp_path_factory.mktemp("layers") / "layers.sqlite3").reading(layers()["Playgrounds"]) as connection:
        yield connection


NAMES = """outfields orderbyfields groupbyfieldsforstatistics having outstatistics geometry geometrytype insr outsr distance units objectids
    resultoffset resultrecordcount returngeometry returnidsonly returncountonly returnextentonly returndistinctvalues geometryprecision
    spatialrel where f""".split()
VALUES = """1=1 WARDID NAME * true false 0 3 -1 1e999 NaN -80.49,43.45 -80.5,43.4,-80.4,43.5 {"x":1e400,"y":0} {"x":[],"y":{}} {"rings":5}
    {"rings":[[[1,2],[3]]]} {"wkid":[]} esriGeometryPoint esriGeometryPolygon esriGeometryEnvelope esriSRUnit_Meter 102100 geojson [[1]]
    [{"statisticType":"count","onStatisticField":"NAME"}] [{"statisticType":[],"onStatisticField":{}}]""".split()
WRITTEN = st.one_of(
    st.sampled_from([*VALUES, "WARDID DESC", "EXTRACT(YEAR FROM INSTALLED)", "COUNT(*) > 1", f"{10**400}", f"{10**400},1"]),
    st.text(max_size=20),
)


@settings(max_examples=600, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(NAMES), WRITTEN, max_size=6))
def test_any_query_is_answered_or_refused(playgrounds: sqlite3.Connection, query: Dict[str, str]) -> None:
    try:
        json.dumps(answer({"where": "1=1", **query}, layers()["Playgrounds"], playgrounds), allow_nan=False)
    except EsriError as error:
        json.dumps([error.code, error.message, *error.details], allow_nan=False)


@pytest.mark.parametrize(
    "query",
    [
        {"geometry": "here"},
        {"geometry": "1,2"},
        {"geometry": "1,2,3,nan", "geometryType": "esriGeometryEnvelope"},
        {"geometry": '{"x": "1", "y": 2}', "geometryType": "esriGeometryPoint"},
        {"geometry": f"{10**400},1", "geometryType": "esriGeometryPoint"},
        {"geometry": "-80.49,1e300", "geometryType": "esriGeometryPoint", "inSR": "102100"},
        {"geometry": '{"rings": []}', "geometryType": "esriGeometryPolygon"},
        {"geometry": '{"rings": [[]]}', "geometryType": "esriGeometryPolygon"},
        {"geometry": "[" * 5000, "geometryType": "esriGeometryPoint"},
        {"geometry": "1,2", "geometryType": "esriGeometryCircle"},
        {"geometry": "1,2", "geometryType": "esriGeometryPoint", "inSR": "26917"},
        {"geometry": "1,2", "geometryType": "esriGeometryPoint", "spatialRel": "esriSpatialRelOverlaps"},
        {"where": "1=1", "returnGeometry": "perhaps"},
    ],
)
def test_a_malformed_query_is_refused_and_never_answered_with_nothing_found(sandbox: str, query: Dict[str, str]) -> None:
    error = layer_query(sandbox, LAYER, **query)["error"]
    assert (error["code"], len(error["details"])) == (400, 1)
