"""Questions about open data, run on the sandbox's layers: the answers are those that the records give when they are counted one by one."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from datetime import date
from statistics import mean
from typing import Any, Dict, List, Optional

import pytest
import requests

from actions.clients.arcgis import ArcGIS, ArcGISError
from actions.clients.arcgis_query import Spot
from actions.clients.errors import Failure
from actions.clients.ledger import ledger
from actions.open_data.running import Result, run
from bot.city import city
from bot.open_data.layers import catalogue
from bot.open_data.query import Query
from tests.running import fault

LAST_YEAR = ["2025-01-01", "2025-12-31"]


@pytest.fixture(scope="module")
def server(layers: str) -> ArcGIS:
    return ArcGIS(layers, zone=city().timezone)


def asked(server: ArcGIS, near: Optional[Spot] = None, **shape: Any) -> Result:
    query = Query.from_dict(shape)
    layer = catalogue().layer(query.layer)
    assert layer is not None
    return run(server, layer, query, near)


@pytest.fixture(scope="module")
def breaks(server: ArcGIS) -> List[Dict[str, Any]]:
    """Every record of a layer of some two thousand, as the server gives them."""
    fields = ["INCIDENT_DATE", "MATERIAL", "DIAMETER_MM", "WARDID"]
    found = server.layer("Water_Main_Breaks", fields).features(fields=fields)
    assert len(found) > 1_000
    return [dict(one.attributes) for one in found]


def in_year(row: Dict[str, Any], year: int) -> bool:
    return row["INCIDENT_DATE"] is not None and row["INCIDENT_DATE"].year == year


def test_what_is_in_effect_on_a_day_may_have_begun_before_and_may_have_no_end(server: ArcGIS) -> None:
    fields = ["START_DATE", "END_DATE"]
    rows = [one.attributes for one in server.layer("Road_Closures", fields).features(fields=fields)]
    spans = [(row["START_DATE"].date(), row["END_DATE"].date() if row["END_DATE"] else date.max) for row in rows]
    days = [first for first, _ in spans] + [last for _, last in spans if last != date.max]
    for day in (min(days), max(days), *days[::7]):
        found = asked(server, layer="road_closures", dates=[day.isoformat(), day.isoformat()], in_effect=True)
        assert found.count == sum(first <= day <= last for first, last in spans)
        begun = asked(server, layer="road_closures", dates=[day.isoformat(), day.isoformat()])
        assert begun.count == sum(first == day for first, _ in spans)


def test_all_records_are_counted(server: ArcGIS, breaks: List[Dict[str, Any]]) -> None:
    found = asked(server, layer="water_main_breaks")
    assert (found.count, found.value) == (len(breaks), len(breaks))


def test_conditions_and_days_narrow_the_count(server: ArcGIS, breaks: List[Dict[str, Any]]) -> None:
    found = asked(server, layer="water_main_breaks", where={"material": ["Cast Iron", "PVC"], "ward": 9}, dates=LAST_YEAR)
    expected = [row for row in breaks if in_year(row, 2025) and row["MATERIAL"] in ("Cast Iron", "PVC") and row["WARDID"] == 9]
    assert found.count == len(expected) > 0


def test_a_statistic_is_that_of_the_records_that_have_the_value(server: ArcGIS, breaks: List[Dict[str, Any]]) -> None:
    sizes = [row["DIAMETER_MM"] for row in breaks if row["DIAMETER_MM"] is not None]
    found = asked(server, layer="water_main_breaks", measure={"avg": "diameter"})
    assert (found.value, found.count) == (pytest.approx(mean(sizes)), len(sizes))


def test_groups_of_a_field_are_those_of_the_records(server: ArcGIS, breaks: List[Dict[str, Any]]) -> None:
    found = asked(server, layer="water_main_breaks", want="groups", by="material", order="least")
    assert {row.key: row.value for row in found.rows} == Counter(row["MATERIAL"] for row in breaks)
    values = [row.value for row in found.rows if row.key is not None]
    assert values == sorted(values)
    assert found.count == len(breaks)


def test_groups_of_wards_are_in_their_order(server: ArcGIS) -> None:
    keys = [row.key for row in asked(server, layer="water_main_breaks", want="groups", by="ward").rows if row.key is not None]
    assert keys == sorted(keys)
    assert keys[-1] == 10


@pytest.fixture(scope="module")
def trails(server: ArcGIS) -> Dict[str, List[Dict[str, Any]]]:
    """The sections of each trail, by its name."""
    fields = ["NAME", "SURFACE", "LENGTH_M"]
    found: Dict[str, List[Dict[str, Any]]] = {}
    for one in server.layer("Trails", fields).features(fields=fields):
        found.setdefault(one.attributes["NAME"], []).append(dict(one.attributes))
    assert any(len(sections) > 1 for sections in found.values())
    return found


def test_sections_of_one_trail_are_one_trail(server: ArcGIS, trails: Dict[str, List[Dict[str, Any]]]) -> None:
    lengths = {name: sum(row["LENGTH_M"] for row in sections) for name, sections in trails.items()}
    assert asked(server, layer="trails").value == len(trails) < sum(map(len, trails.values()))
    assert asked(server, layer="trails", measure={"sum": "length"}).value == pytest.approx(sum(lengths.values()))
    assert asked(server, layer="trails", measure={"avg": "length"}).value == pytest.approx(mean(lengths.values()))
    for statistic, best in (("max", max(lengths.values())), ("min", min(lengths.values()))):
        found = asked(server, layer="trails", want="record", measure={statistic: "length"})
        assert found.record is not None
        assert (found.record["length"], lengths[found.record["name"]]) == (pytest.approx(best), pytest.approx(best))
        again = requests.get(found.link.replace("&f=html", "&f=json"), timeout=10).json()
        assert [row["attributes"]["NAME"] for row in again["features"]] == [found.record["name"]]


def test_a_trail_of_two_surfaces_is_counted_with_both(server: ArcGIS, trails: Dict[str, List[Dict[str, Any]]]) -> None:
    pairs = {(row["SURFACE"], name) for name, sections in trails.items() for row in sections}
    found = asked(server, layer="trails", want="groups", by="surface")
    assert {row.key: row.value for row in found.rows} == Counter(surface for surface, _ in pairs)
    gravel = sum(surface == "Gravel" for surface, _ in pairs)
    assert asked(server, layer="trails", where={"surface": "Gravel"}).count == gravel


def test_no_trail_is_none(server: ArcGIS) -> None:
    nowhere = Spot(10.0, 10.0, 100)
    assert asked(server, nowhere, layer="trails").count == 0
    assert asked(server, nowhere, layer="trails", measure={"avg": "length"}).value is None
    assert asked(server, nowhere, layer="trails", want="record", measure={"max": "length"}).record is None


@pytest.fixture(params=["an expression", "a question for each"])
def grouping(request: Any, server: ArcGIS, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that groups by expressions, and one that does not."""
    if request.param == "a question for each":
        info = server.info
        monkeypatch.setattr(server, "info", lambda path: replace(info(path), expressions=False))


@pytest.mark.usefixtures("grouping")
def test_years_are_those_of_the_records(server: ArcGIS, breaks: List[Dict[str, Any]]) -> None:
    found = asked(server, layer="water_main_breaks", want="groups", by="year")
    expected = Counter(row["INCIDENT_DATE"].year for row in breaks if row["INCIDENT_DATE"])
    assert {row.key: row.value for row in found.rows} == expected
    assert [row.key for row in found.rows] == sorted(expected)


@pytest.mark.usefixtures("grouping")
def test_months_of_a_year_have_their_own_statistic(server: ArcGIS, breaks: List[Dict[str, Any]]) -> None:
    found = asked(
        server, layer="water_main_breaks", want="groups", measure={"max": "diameter"}, by="month", dates=["2023-01-01", "2024-12-31"]
    )
    sizes: Dict[int, List[int]] = {}
    for row in breaks:
        if (in_year(row, 2023) or in_year(row, 2024)) and row["DIAMETER_MM"] is not None:
            sizes.setdefault(row["INCIDENT_DATE"].month, []).append(row["DIAMETER_MM"])
    assert {row.key: (row.value, row.count) for row in found.rows} == {month: (max(all_), len(all_)) for month, all_ in sizes.items()}


def test_the_greatest_record_is_given_whole_without_what_is_personal(server: ArcGIS) -> None:
    found = asked(server, layer="building_permits", want="record", measure={"max": "value"}, dates=LAST_YEAR)
    assert found.record is not None
    highest = asked(server, layer="building_permits", measure={"max": "value"}, dates=LAST_YEAR)
    assert found.value == highest.value == found.record["value"]
    assert found.record["issued"].year == 2025
    assert set(found.record) == {"number", "type", "subtype", "value", "issued"}
    layer = catalogue().layer("building_permits")
    assert layer is not None
    assert not {"APPLICANT", "FOLDERNAME"} & {field.name for field in layer.fields}


def test_around_a_place_counts_what_is_near(server: ArcGIS) -> None:
    every = server.layer("Playgrounds", ["NAME"]).features(fields=["NAME"], geometry=True)
    metres_per_degree = 111_195
    aside = metres_per_degree * math.cos(math.radians(43.4516))
    away = [math.hypot((lat - 43.4516) * metres_per_degree, (long + 80.4925) * aside) for one in every for lat, long in one.paths[0]]
    found = asked(server, Spot(43.4516, -80.4925, 3000), layer="playgrounds")
    assert found.count == pytest.approx(sum(metres <= 3000 for metres in away), abs=1)
    assert 0 < found.count < len(every)


def test_what_is_not_there_is_none_and_no_error(server: ArcGIS) -> None:
    future = ["2101-01-01", "2101-12-31"]
    assert asked(server, layer="water_main_breaks", dates=future).count == 0
    assert asked(server, layer="water_main_breaks", measure={"avg": "diameter"}, dates=future).value is None
    assert asked(server, layer="water_main_breaks", want="groups", by="year", dates=future).rows == ()
    assert asked(server, layer="building_permits", want="record", measure={"max": "value"}, dates=future).record is None


@pytest.mark.parametrize(
    "shape",
    [
        {"measure": {"avg": "hourly_rate"}},
        {"want": "groups", "measure": {"avg": "hourly_rate"}, "by": "ward"},
        {"want": "record", "measure": {"max": "hourly_rate"}},
    ],
)
def test_records_that_are_there_without_the_value_are_counted_apart(server: ArcGIS, shape: Dict[str, Any]) -> None:
    lots = server.layer("Parking_Public_Lots", ["HOURLY_RATE"]).features(fields=["HOURLY_RATE"], geometry=True)
    latitude, longitude = next(one.paths[0][0] for one in lots if one.attributes["HOURLY_RATE"] is None)
    found = asked(server, Spot(latitude, longitude, 2), layer="parking_public_lots", **shape)
    assert (found.count, found.without) == (0, 1)
    assert asked(server, layer="parking_public_lots", **shape).without == 0


@pytest.mark.parametrize(
    "shape",
    [
        {"layer": "tree_inventory", "where": {"condition": "Dead", "ward": 3}},
        {"layer": "building_permits", "measure": {"sum": "value"}, "dates": LAST_YEAR},
        {"layer": "tree_inventory", "want": "groups", "by": "species"},
        {"layer": "building_permits", "want": "record", "measure": {"max": "value"}},
    ],
)
def test_the_link_shows_anyone_the_same(server: ArcGIS, shape: Dict[str, Any]) -> None:
    found = asked(server, **shape)
    assert found.link.endswith("&f=html")
    again = requests.get(found.link.replace("&f=html", "&f=json"), timeout=10).json()
    rows = [row["attributes"] for row in again.get("features", [])]
    if found.record is not None:
        assert [row["CONSTRUCTION_VALUE"] for row in rows] == [found.record["value"]]
    elif found.rows:
        assert sum(row["value_0"] for row in rows) == found.count
    elif rows:
        assert rows[0]["value_1"] == pytest.approx(found.value)
    else:
        assert again["count"] == found.count > 0


def test_the_data_say_when_they_changed(server: ArcGIS) -> None:
    updated = asked(server, layer="tree_inventory").updated
    assert updated is not None
    assert date(2020, 1, 1) < updated <= date.today()  # noqa: DTZ011  # a day more or less does not matter


def test_counting_fetches_no_record(server: ArcGIS, monkeypatch: pytest.MonkeyPatch) -> None:
    received: List[int] = []
    body = server.http._body

    def counted(*given: Any) -> bytes:
        content = body(*given)
        received.append(len(content))
        return content

    monkeypatch.setattr(server.http, "_body", counted)
    assert asked(server, layer="tree_inventory").count >= 20_000
    server.forget("Tree_Inventory/FeatureServer/0")
    assert asked(server, layer="tree_inventory", want="groups", by="species").count >= 20_000
    assert 0 < received[0] < 100
    assert sum(received) < 12_000  # half of it the layer's own description


@pytest.mark.parametrize(
    ("name", "failure"), [("html500", Failure.UNREACHABLE), ("error200", Failure.UNREACHABLE), ("truncated", Failure.MALFORMED)]
)
def test_a_fault_is_an_error_and_no_number(server: ArcGIS, sandbox: str, name: str, failure: Failure) -> None:
    asked(server, layer="tree_inventory")
    with fault(sandbox, "arcgis", name), ledger(1.0), pytest.raises(ArcGISError) as failed:
        asked(server, layer="tree_inventory")
    assert failed.value.failure is failure
