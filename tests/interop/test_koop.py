"""Koop, Esri's own implementation of the FeatureServer protocol, answers our client as the city's server would."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import date, datetime
from pathlib import Path
from typing import Any, Dict, Iterator, List
from zoneinfo import ZoneInfo

import pytest

from actions.clients.arcgis import ArcGIS, ArcGISError, Layer
from actions.clients.arcgis_query import Part, Spot, Statistic
from actions.clients.arcgis_where import Contains, During, Is, Known
from actions.clients.errors import Failure
from actions.open_data.running import run
from bot.open_data.layers import Field
from bot.open_data.layers import Layer as Described
from bot.open_data.query import GROUPS, Measure, Query
from tests.conversations.doing import wait_until
from tests.running import free_port, stop

pytestmark = pytest.mark.interop
ZONE = ZoneInfo("America/Toronto")
SPECIES = ["Oak", "Maple", "St. Mary's Crab"]
COUNT = 2500  # more than two pages
FIELDS = ["SPECIES", "WARDID", "DBH", "PLANTED"]


def tree(number: int) -> Dict[str, Any]:
    """Along a line to the east, 8 metres from one to the next; planted on June 15 of one of ten years."""
    properties = {
        "OBJECTID": number,
        "SPECIES": SPECIES[number % 3],
        "WARDID": number % 10 + 1,
        "DBH": number % 50,
        "PLANTED": f"{2010 + number % 10}-06-15T04:00:00.000Z",
        "OWNER": "Zoé Sample",
    }
    point = {"type": "Point", "coordinates": [-80.5 + number * 0.0001, 43.45]}
    return {"type": "Feature", "geometry": point, "properties": properties}


def half(name: str, west: float, east: float) -> Dict[str, Any]:
    ring = [[west, 43.4], [west, 43.5], [east, 43.5], [east, 43.4], [west, 43.4]]
    return {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]}, "properties": {"OBJECTID": len(name), "WARD": name}}


def collection(name: str, features: List[Dict[str, Any]]) -> str:
    metadata = {"name": name, "idField": "OBJECTID", "maxRecordCount": 1000}
    return json.dumps({"type": "FeatureCollection", "metadata": metadata, "features": features})


@pytest.fixture(scope="module")
def koop(npm: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArcGIS]:
    (npm / "layers").mkdir()
    (npm / "layers" / "trees.geojson").write_text(collection("Trees", [tree(number) for number in range(1, COUNT + 1)]))
    (npm / "layers" / "wards.geojson").write_text(collection("Wards", [half("west", -80.6, -80.45), half("eastern", -80.45, -80.3)]))
    log, port = tmp_path_factory.mktemp("koop") / "log", free_port()
    environ = {**os.environ, "PORT": str(port), "SUPPRESS_NO_CONFIG_WARNING": "1"}
    with log.open("wb") as file:
        started = subprocess.Popen(["node", "koop.js"], cwd=npm, env=environ, stdout=file, stderr=file)
    try:
        wait_until(lambda: b"up" in log.read_bytes().splitlines())
        yield ArcGIS(f"http://127.0.0.1:{port}/file-geojson/rest/services", zone=ZONE)
    finally:
        stop(started)


@pytest.fixture
def trees(koop: ArcGIS) -> Layer:
    return koop.layer("trees", FIELDS)


def test_it_says_what_it_is(trees: Layer) -> None:
    info = trees.info
    assert (info.name, info.object_id, info.most_records, info.pages, info.statistics) == ("Trees", "OBJECTID", 1000, True, True)
    assert (info.expressions, info.distance) == (False, False)


@pytest.mark.parametrize(
    ("where", "count"),
    [
        ([], COUNT),
        ([Is("SPECIES", ("Maple",))], 834),
        ([Is("SPECIES", ("St. Mary's Crab",))], 833),
        ([Is("SPECIES", ("Oak", "Maple"))], 1667),
        ([Is("SPECIES", ("Oak' OR '1'='1",))], 0),
        ([Contains("SPECIES", "mary's")], 833),
        ([Is("WARDID", (3,)), Known("SPECIES")], 250),
        ([During("PLANTED", ((date(2012, 6, 15), date(2012, 6, 15)),))], 250),
        ([During("PLANTED", ((date(2012, 6, 16), date(2013, 6, 14)),))], 0),
        ([During("PLANTED", ((None, date(2010, 12, 31)), (date(2019, 1, 1), None)))], 500),
    ],
)
def test_it_counts_what_a_condition_says(trees: Layer, where: List[Any], count: int) -> None:
    assert trees.count(where) == count


def test_it_counts_around_a_place(trees: Layer) -> None:
    # A ten-thousandth of a degree is 8.07 m here: 12 trees on either side and the one in the middle.
    assert trees.count(near=Spot(43.45, -80.4, 100)) == 25


def test_it_works_out_statistics_by_a_field(trees: Layer) -> None:
    groups = trees.statistics([Statistic("count", "DBH"), Statistic("max", "DBH"), Statistic("avg", "DBH")], by="SPECIES")
    assert {group.key: group.values[0] for group in groups} == {"Oak": 833, "Maple": 834, "St. Mary's Crab": 833}
    assert {group.values[1] for group in groups} == {49}
    assert all(24 < group.values[2] < 25 for group in groups)


def test_a_group_by_an_expression_that_it_ignores_is_not_taken_for_an_answer(trees: Layer) -> None:
    with pytest.raises(ArcGISError) as failed:
        trees.statistics([Statistic("count", "DBH")], by=Part("YEAR", "PLANTED"))
    assert failed.value.failure is Failure.MALFORMED


def test_it_is_asked_year_by_year_instead(koop: ArcGIS) -> None:
    words = {"en": "", "fr": ""}
    fields = (
        Field("planted", "PLANTED", "date", words),
        Field("diameter", "DBH", "length", words),
        Field("ward", "WARDID", "category", words),
    )
    layer = Described("trees", "trees/FeatureServer/0", words, {}, {}, "https://example.org", fields, (), date="planted")
    found = run(koop, layer, Query("trees", GROUPS, where={"ward": (1, 2)}, by="year"))
    assert [(row.key, row.value) for row in found.rows] == [(2010, 250), (2011, 250)]
    assert found.count == 500
    months = run(koop, layer, Query("trees", GROUPS, Measure("max", "diameter"), where={"ward": (1, 2)}, by="month"))
    assert [(row.key, row.value, row.count) for row in months.rows] == [(6, 41, 500)]


def test_all_pages_are_read(trees: Layer) -> None:
    found = trees.features([Is("SPECIES", ("Oak", "Maple"))], fields=["SPECIES", "PLANTED"], geometry=True)
    assert len({feature.id for feature in found}) == 1667
    first = found[0]
    assert (first.id, first.attributes) == (1, {"SPECIES": "Maple", "PLANTED": datetime(2011, 6, 15, tzinfo=ZONE)})
    assert first.paths == (((43.45, -80.4999),),)


def test_the_greatest_is_one_record(trees: Layer) -> None:
    (found,) = trees.features([Is("WARDID", (1,))], fields=["DBH", "SPECIES"], order_by=["DBH DESC"], most=1)
    assert found.attributes == {"DBH": 40, "SPECIES": "Maple"}


def test_the_area_that_a_point_is_in_is_found(koop: ArcGIS) -> None:
    wards = koop.layer("wards", ["WARD"])
    assert [found.attributes["WARD"] for found in wards.features(fields=["WARD"], near=Spot(43.45, -80.4925))] == ["west"]
    assert wards.features(fields=["WARD"], near=Spot(44.0, -80.4925)) == []


def test_its_errors_are_errors(koop: ArcGIS) -> None:
    with pytest.raises(ArcGISError) as failed:
        koop.layer("nothing", ["NAME"]).count()
    assert (failed.value.failure, failed.value.status) == (Failure.REFUSED, 404)
    with pytest.raises(ArcGISError) as failed:
        koop.asked("trees/FeatureServer/0/query", {"where": "SPECIES = 'Oak"}, "query")
    assert (failed.value.failure, failed.value.status) == (Failure.REFUSED, 400)
