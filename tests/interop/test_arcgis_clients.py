"""Esri's own JavaScript clients and `esridump`, clients nobody here wrote, read the sandbox's layers and ask its locator."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any, Dict, List

import pytest
import requests
from esridump import EsriDumper
from esridump.errors import EsriDownloadError

pytestmark = pytest.mark.interop
SERVICES = "arcgis/rest/services"


def dumped(sandbox: str, layer: str, **how: Any) -> List[Dict[str, Any]]:
    return list(EsriDumper(f"{sandbox}/{SERVICES}/{layer}/FeatureServer/0", pause_seconds=0, **how))


def number_of(sandbox: str, layer: str) -> int:
    query = {"where": "1=1", "returnCountOnly": "true", "f": "json"}
    return int(requests.get(f"{sandbox}/{SERVICES}/{layer}/FeatureServer/0/query", params=query, timeout=20).json()["count"])


@pytest.mark.parametrize("by_number", [False, True])
def test_esridump_gets_every_record_over_several_pages(sandbox: str, by_number: bool) -> None:
    rows = dumped(sandbox, "Traffic_Collisions", paginate_oid=by_number)
    expected = number_of(sandbox, "Traffic_Collisions")
    assert expected > 7000  # eight pages of a thousand
    assert sorted(row["properties"]["OBJECTID"] for row in rows) == list(range(1, expected + 1))
    assert {row["geometry"]["type"] for row in rows} == {"Point"}


def test_esridump_reads_lines_and_areas_and_only_the_fields_it_asks_for(sandbox: str) -> None:
    trails = dumped(sandbox, "Trails", fields=["NAME", "SURFACE"])
    assert len(trails) == number_of(sandbox, "Trails")
    assert {row["geometry"]["type"] for row in trails} <= {"LineString", "MultiLineString"}
    wards = dumped(sandbox, "Wards")
    assert [row["properties"]["WARDID"] for row in wards] == list(range(1, 11))
    assert {row["geometry"]["type"] for row in wards} <= {"Polygon", "MultiPolygon"}


def test_esridump_is_told_why_it_gets_nothing(sandbox: str) -> None:
    for layer, why in (("Nope", "not found"), ("Secured_Sample", "Token Required")):
        with pytest.raises(EsriDownloadError, match=why):
            dumped(sandbox, layer)


@pytest.fixture(scope="module")
def asked(sandbox: str, npm: Path) -> Dict[str, Any]:
    """What `arcgis.js` got, by the name of its question."""
    environ = {**os.environ, "ARCGIS": f"{sandbox}/arcgis/rest"}
    ran = subprocess.run(["node", "arcgis.js"], cwd=npm, env=environ, stdout=subprocess.PIPE, check=True, timeout=120)
    answers: Dict[str, Any] = json.loads(ran.stdout)
    return answers


def attributes(shape: Dict[str, Any]) -> List[Dict[str, Any]]:
    return [row["attributes"] for row in shape["features"]]


def test_esris_client_reads_what_services_and_layers_are(asked: Dict[str, Any]) -> None:
    assert [(row["id"], row["name"]) for row in asked["service"]["layers"]] == [(0, "Wards")]
    assert asked["layer"]["geometryType"] == "esriGeometryPoint"
    assert asked["layer"]["advancedQueryCapabilities"]["supportsPagination"] is True


def test_esris_client_queries_counts_and_pages(sandbox: str, asked: Dict[str, Any]) -> None:
    assert [row["WARDID"] for row in attributes(asked["records"])] == [9, 9, 9]
    assert asked["records"]["exceededTransferLimit"] is True
    assert asked["everything"] == asked["count"]["count"] == number_of(sandbox, "Water_Main_Breaks")
    assert asked["everything"] > 2000  # more than a page
    assert [row["WARD"] for row in attributes(asked["near"])] == ["Ward 9"]


def test_esris_client_gets_statistics_by_group(sandbox: str, asked: Dict[str, Any]) -> None:
    found = attributes(asked["statistics"])
    assert [row["CONDITION"] for row in found] == ["Good", "Fair", "Poor", "Dead"]
    assert sum(row["number"] for row in found) == number_of(sandbox, "Tree_Inventory")


@pytest.mark.parametrize(
    ("question", "error", "code"),
    [
        ("wrongField", "ArcGISRequestError", 400),
        ("noSuchService", "ArcGISRequestError", 404),
        ("withoutToken", "ArcGISAuthError", 499),
        ("wrongToken", "ArcGISAuthError", 498),
    ],
)
def test_esris_client_meets_the_errors_it_knows(asked: Dict[str, Any], question: str, error: str, code: int) -> None:
    assert (asked[question]["failed"], asked[question]["code"]) == (error, code)


def test_esris_client_reads_a_secured_layer_with_the_token_it_was_given(asked: Dict[str, Any]) -> None:
    assert asked["goodToken"] == {"count": 3}


def test_esris_client_finds_addresses_corners_and_nothing(asked: Dict[str, Any]) -> None:
    for question, place, kind in (("address", "200 King St W", "PointAddress"), ("corner", "King St W & Victoria St N", "StreetInt")):
        (candidate,) = asked[question]["candidates"]
        assert candidate["address"].startswith(f"{place},")
        assert (candidate["attributes"]["Addr_type"], candidate["score"]) == (kind, 100)
        assert candidate["location"]["x"] == pytest.approx(-80.49, abs=0.01)
    assert asked["nowhere"]["candidates"] == []
    assert asked["reverse"]["address"]["Address"] == "200 King St W"
