"""Weather alerts: our client reads pygeoapi, the program that Environment Canada runs, and OWSLib reads our sandbox."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Dict, Iterator

import pytest
import requests
import yaml
from owslib.ogcapi.features import Features

from actions.clients.errors import Failure
from actions.clients.geomet import GeoMet, WeatherError
from bot.sandbox.weather_shapes import COLLECTION, PROPERTIES, all_alerts
from tests.interop.venvs import foreign_venv
from tests.running import STOP_LIMIT_S, free_port, wait_until_healthy

pytestmark = pytest.mark.interop
PYGEOAPI = "pygeoapi==0.21.0"  # the last for Python 3.10
POINT = {"latitude": 43.4516, "longitude": -80.4925}
HERE = [-80.50, 43.44, -80.48, 43.46]
TIMEOUT_S = 20


def configuration(port: int, data: Path) -> Dict[str, Any]:
    """As small as pygeoapi accepts it. Ten features in a page, as at Environment Canada."""
    sample, example = "sample", "http://example.org"
    url = f"http://127.0.0.1:{port}"
    alerts = {
        "type": "collection",
        "title": "Alerts",
        "description": "Alerts",
        "keywords": [sample],
        "links": [],
        "extents": {"spatial": {"bbox": [-82, 42, -78, 45], "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}},
        "providers": [{"type": "feature", "name": "GeoJSON", "data": str(data), "id_field": "id"}],
    }
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": port},
            "url": url,
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "languages": ["en-CA", "fr-CA"],
            "limits": {"default_items": 10, "max_items": 500},
            "map": {"url": f"{url}/none/{{z}}/{{x}}/{{y}}.png", "attribution": sample},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                "title": sample,
                "description": sample,
                "keywords": [sample],
                "keywords_type": "theme",
                "terms_of_service": sample,
                "url": example,
            },
            "license": {"name": sample, "url": example},
            "provider": {"name": sample, "url": example},
            "contact": {"name": sample, "email": "sample@example.org"},
        },
        "resources": {COLLECTION: alerts},
    }


@pytest.fixture(scope="module")
def pygeoapi(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """pygeoapi with the sandbox's alerts of this hour."""
    folder, port = tmp_path_factory.mktemp("pygeoapi"), free_port()
    program = foreign_venv("pygeoapi", PYGEOAPI) / "pygeoapi"
    data, config, openapi, log = (folder / name for name in ("alerts.geojson", "config.yml", "openapi.yml", "log"))
    data.write_text(json.dumps({"type": "FeatureCollection", "features": all_alerts()}), encoding="utf-8")
    config.write_text(yaml.safe_dump(configuration(port, data)), encoding="utf-8")
    environ = {**os.environ, "PYGEOAPI_CONFIG": str(config), "PYGEOAPI_OPENAPI": str(openapi)}
    subprocess.run([program, "openapi", "generate", config, "--output-file", openapi], env=environ, check=True, timeout=120)
    with log.open("ab") as output:
        process = subprocess.Popen([program, "serve"], env=environ, cwd=folder, stdout=output, stderr=output, start_new_session=True)
        try:
            wait_until_healthy(f"http://127.0.0.1:{port}/conformance?f=json", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(process.pid, signal.SIGTERM)  # its reloader is a child of its own
            process.wait(STOP_LIMIT_S)


def test_our_client_reads_pygeoapi_as_it_reads_the_sandbox(pygeoapi: str, sandbox: str) -> None:
    now = datetime.now(timezone.utc)
    theirs, ours = (GeoMet(base, **POINT).in_force(now).value for base in (pygeoapi, f"{sandbox}/weather"))
    assert [alert.name for alert in theirs] == [
        {"en": "snowfall warning", "fr": "avertissement de neige"},
        {"en": "wind warning", "fr": "avertissement de vent"},
    ]
    assert [(alert.code, alert.kind, alert.area) for alert in ours] == [(alert.code, alert.kind, alert.area) for alert in theirs]
    assert [alert.name["en"] for alert in GeoMet(pygeoapi, latitude=43.1, longitude=-79.2).in_force(now).value] == ["heat warning"]
    assert GeoMet(pygeoapi, latitude=0.0, longitude=0.0).in_force(now).value == []


@pytest.mark.parametrize(
    ("collection", "status", "code"), [("no-such-alerts", 404, "NotFound"), ("weather-alerts/items?limit=0#", 400, "InvalidParameterValue")]
)
def test_our_client_tells_pygeoapis_errors_as_refusals(pygeoapi: str, collection: str, status: int, code: str) -> None:
    with pytest.raises(WeatherError) as failed:
        GeoMet(pygeoapi, **POINT, collection=collection).in_force(datetime.now(timezone.utc))
    assert (failed.value.failure, failed.value.status, failed.value.detail) == (Failure.REFUSED, status, code)


@pytest.mark.parametrize(
    "path",
    [
        "collections/none/items",
        f"collections/{COLLECTION}/items/none",
        f"collections/{COLLECTION}/items?limit=0",
        f"collections/{COLLECTION}/items?limit=many",
        f"collections/{COLLECTION}/items?offset=-1",
        f"collections/{COLLECTION}/items?bbox=1,2,3",
    ],
)
def test_the_sandbox_refuses_what_pygeoapi_refuses_in_the_same_shape(pygeoapi: str, sandbox: str, path: str) -> None:
    theirs, ours = (requests.get(f"{base}/{path}", timeout=TIMEOUT_S) for base in (pygeoapi, f"{sandbox}/weather"))
    assert ours.status_code == theirs.status_code
    assert ours.json() == theirs.json()


@pytest.mark.parametrize(
    "query", ["limit=2", "limit=100&skipGeometry=true", f"bbox={','.join(map(str, HERE))}", "alert_code=SFW", "offset=5", "no_such=1"]
)
def test_the_sandbox_finds_what_pygeoapi_finds(pygeoapi: str, sandbox: str, query: str) -> None:
    path = f"collections/{COLLECTION}/items?f=json&{query}"
    theirs, ours = (requests.get(f"{base}/{path}", timeout=TIMEOUT_S).json() for base in (pygeoapi, f"{sandbox}/weather"))
    assert [feature["id"] for feature in ours["features"]] == [feature["id"] for feature in theirs["features"]]
    assert {name: ours[name] for name in ("numberMatched", "numberReturned")} == {
        name: theirs[name] for name in ("numberMatched", "numberReturned")
    }
    assert [set(feature) for feature in ours["features"]] == [set(feature) for feature in theirs["features"]]


def test_owslib_reads_the_sandbox(sandbox: str) -> None:
    service = Features(f"{sandbox}/weather/")
    assert [one["id"] for one in service.collections()["collections"]] == [COLLECTION]
    assert service.feature_collections() == [COLLECTION]
    assert set(service.collection_queryables(COLLECTION)["properties"]) == set(PROPERTIES)
    found = service.collection_items(COLLECTION, bbox=HERE, limit=2)
    assert (found["numberMatched"], found["numberReturned"]) == (6, 2)
    assert service.collection_item(COLLECTION, found["features"][0]["id"])["id"] == found["features"][0]["id"]
    assert any(one.endswith("/conf/core") for one in service.conformance()["conformsTo"])
    with pytest.raises(RuntimeError, match="Collection not found"):
        service.collection_items("none")
