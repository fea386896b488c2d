"""The sandbox's FeatureServers: what services and layers say about themselves, formats, errors, tokens."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Dict

import pytest
import requests

from bot.city import city
from bot.sandbox.feature_layers import layers
from bot.sandbox.seeds import seed
from tests.sandbox.asking import TIMEOUT_S, layer_query

REST = "arcgis/rest"
LEAST = {
    "Building_Permits": 20_000,
    "Tree_Inventory": 20_000,
    "Addresses": 20_000,
    "Water_Main_Breaks": 1_800,
    "Corporate_Contact_Centre_Requests": 20_000,
    "Traffic_Collisions": 7_500,
    "Playgrounds": 100,
    "Facilities": 40,
    "Parking_Public_Lots": 30,
    "EV_Chargers": 40,
    "Trails": 200,
    "Road_Closures": 35,
    "Wards": 10,
    "Planning_Communities": 28,
}


def rest(sandbox: str, path: str, **query: str) -> Dict[str, Any]:
    answer = requests.get(f"{sandbox}/{REST}/{path}", params={"f": "json", **query}, timeout=TIMEOUT_S)
    assert answer.status_code == 200
    return answer.json()


def test_the_folder_lists_every_open_service_and_the_locator(sandbox: str) -> None:
    services = rest(sandbox, "services")["services"]
    assert {row["name"] for row in services if row["type"] == "FeatureServer"} == set(LEAST)
    assert {"name": "Locator", "type": "GeocodeServer"} in services


@pytest.mark.parametrize("name", LEAST)
def test_a_layer_has_its_records_and_says_what_they_are(sandbox: str, name: str) -> None:
    assert layer_query(sandbox, name, where="1=1", returnCountOnly="true")["count"] >= LEAST[name]
    service, layer = rest(sandbox, f"services/{name}/FeatureServer"), rest(sandbox, f"services/{name}/FeatureServer/0")
    assert [(row["id"], row["geometryType"]) for row in service["layers"]] == [(0, layer["geometryType"])]
    assert "Sample data" in service["serviceDescription"]
    assert "Sample data" in layer["description"]
    assert (layer["objectIdField"], layer["maxRecordCount"]) == ("OBJECTID", 2000)
    able = layer["advancedQueryCapabilities"]
    assert able["supportsPagination"]
    assert able["supportsStatistics"]
    assert able["supportsQueryWithDistance"]
    assert able["supportsSqlExpression"]
    first = layer_query(sandbox, name, where="1=1", outFields="*", resultRecordCount="1")
    assert list(first["features"][0]["attributes"]) == [field["name"] for field in layer["fields"]]
    assert first["geometryType"] == layer["geometryType"]
    box, about = layer["extent"], seed("neighbourhoods")["box"]
    assert about["west"] - 0.02 < box["xmin"] <= box["xmax"] < about["east"] + 0.02
    assert about["south"] - 0.02 < box["ymin"] <= box["ymax"] < about["north"] + 0.02


def test_a_layer_that_grows_was_changed_today(sandbox: str) -> None:
    changed = rest(sandbox, "services/Building_Permits/FeatureServer/0")["editingInfo"]["lastEditDate"] / 1000
    assert datetime.fromtimestamp(changed, city().timezone).date() == datetime.now(city().timezone).date()


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("services/Nope/FeatureServer", 404),
        ("services/Nope/FeatureServer/0/query", 404),
        ("services/Wards/FeatureServer/1", 404),
        ("services/Wards/FeatureServer/x/query", 404),
        ("services/Wards/FeatureServer/0/query", 400),
    ],
)
def test_what_is_not_there_is_an_error_with_status_200(sandbox: str, path: str, code: int) -> None:
    error = rest(sandbox, path)["error"]
    assert error["code"] == code
    assert error["message"]
    assert isinstance(error["details"], list)


def test_a_query_can_be_posted_and_nothing_else_is_done_to_a_layer(sandbox: str) -> None:
    url = f"{sandbox}/{REST}/services/Wards/FeatureServer/0/query"
    posted = requests.post(url, data={"where": "WARDID = 4", "returncountonly": "true", "f": "json"}, timeout=TIMEOUT_S)
    assert posted.json() == {"count": 1}
    assert requests.put(url, timeout=TIMEOUT_S).json()["error"]["code"] == 405


def test_without_f_a_page_for_people_is_answered_and_unknown_formats_are_refused(sandbox: str) -> None:
    url = f"{sandbox}/{REST}/services/Wards/FeatureServer/0/query"
    page = requests.get(url, params={"where": "WARDID = 4", "outFields": "WARD"}, timeout=TIMEOUT_S)
    assert page.headers["Content-Type"].startswith("text/html")
    assert "Ward 4" in page.text
    assert "sample data" in page.text
    assert layer_query(sandbox, "Wards", where="1=1", f="pbf")["error"]["code"] == 400
    pretty = requests.get(url, params={"where": "WARDID = 4", "returnCountOnly": "true", "f": "pjson"}, timeout=TIMEOUT_S)
    assert pretty.text == '{\n  "count": 1\n}'


def test_geojson_is_geojson(sandbox: str) -> None:
    url = f"{sandbox}/{REST}/services/{{}}/FeatureServer/0/query"
    given = {"where": "1=1", "outFields": "*", "resultRecordCount": "2", "f": "geojson", "outSR": "102100"}
    for name, kind in (("Playgrounds", "Point"), ("Trails", "MultiLineString"), ("Wards", "Polygon")):
        answer = requests.get(url.format(name), params=given, timeout=TIMEOUT_S)
        assert answer.headers["Content-Type"] == "application/geo+json"
        shape = answer.json()
        assert (shape["type"], shape["properties"]) == ("FeatureCollection", {"exceededTransferLimit": True})
        assert [(row["type"], row["geometry"]["type"], row["id"]) for row in shape["features"]] == [
            ("Feature", kind, 1),
            ("Feature", kind, 2),
        ]
    (west, south), (east, north), *_ = shape["features"][0]["geometry"]["coordinates"][0]
    assert (-81 < west < -80, 43 < south < 44) == (True, True)  # WGS 84 whatever was asked
    ring = shape["features"][0]["geometry"]["coordinates"][0]
    assert sum((x2 - x1) * (y2 + y1) for (x1, y1), (x2, y2) in zip(ring, ring[1:], strict=False)) < 0  # counterclockwise, RFC 7946


def test_polygons_of_esri_run_clockwise_and_close(sandbox: str) -> None:
    features = layer_query(sandbox, "Planning_Communities", where="1=1")["features"]
    assert len(features) > 20
    for feature in features:
        (ring,) = feature["geometry"]["rings"]
        assert ring[0] == ring[-1]
        assert sum((x2 - x1) * (y2 + y1) for (x1, y1), (x2, y2) in zip(ring, ring[1:], strict=False)) > 0


def test_a_secured_layer_asks_for_a_token_and_takes_a_good_one(sandbox: str) -> None:
    secured = "services/Secured_Sample/FeatureServer/0"
    assert rest(sandbox, secured)["error"]["code"] == 499
    assert rest(sandbox, f"{secured}/query", where="1=1", token="stale")["error"]["code"] == 498
    tokens = rest(sandbox, "info")["authInfo"]["tokenServicesUrl"]
    refused = requests.post(tokens, data={"username": "sandbox", "password": "guess", "f": "json"}, timeout=TIMEOUT_S).json()
    assert refused["error"]["code"] == 400
    given = requests.post(tokens, data={"username": "sandbox", "password": "sandbox", "f": "json"}, timeout=TIMEOUT_S).json()
    assert given["expires"] / 1000 > datetime.now(city().timezone).timestamp()
    assert rest(sandbox, f"{secured}/query", where="1=1", returnCountOnly="true", token=given["token"]) == {"count": 3}
    url = f"{sandbox}/{REST}/{secured}/query"
    headers = {"X-Esri-Authorization": f"Bearer {given['token']}"}
    assert requests.get(url, {"where": "1=1", "returnCountOnly": "true", "f": "json"}, headers=headers, timeout=TIMEOUT_S).json() == {
        "count": 3
    }


def test_names_of_fields_in_the_seeds_are_safe_in_a_statement() -> None:
    names = [field.name for layer in layers().values() for field in layer.fields] + list(layers())
    assert len(names) > 80
    assert all(name.replace("_", "").isalnum() and name.isascii() for name in names)
    assert json.dumps(names).isascii()
