"""The sandbox's weather alerts, as an OGC API Features service."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any, Dict

import pytest
import requests

from bot.sandbox.weather_shapes import PROPERTIES, all_alerts
from tests.sandbox.asking import TIMEOUT_S

HERE = "-80.50,43.44,-80.48,43.46"
ALERTS = "collections/weather-alerts"


def ask(sandbox: str, path: str = f"{ALERTS}/items", **query: str) -> requests.Response:
    return requests.get(f"{sandbox}/weather/{path}", params=query, timeout=TIMEOUT_S)


def names(answer: requests.Response) -> list:
    assert answer.status_code == 200
    return [feature["properties"]["alert_name_en"] for feature in answer.json()["features"]]


def test_alerts_are_found_by_a_box(sandbox: str) -> None:
    here, everywhere = names(ask(sandbox, bbox=HERE)), names(ask(sandbox))
    assert "snowfall warning" in here
    assert "heat warning" not in here
    assert set(everywhere) == {*here, "heat warning"}
    assert names(ask(sandbox, bbox="0,0,1,1")) == []


def test_moments_follow_the_clock_and_some_alerts_are_over() -> None:
    now = datetime(2026, 7, 1, 12, 34, tzinfo=timezone.utc)
    properties = [feature["properties"] for feature in all_alerts(now)]
    assert properties[0]["publication_datetime"] == "2026-07-01T07:00:00.000Z"
    hour = timedelta(hours=1)
    expired = [row for row in properties if datetime.fromisoformat(row["expiration_datetime"].replace("Z", "+00:00")) < now - hour]
    assert [row["alert_name_en"] for row in expired] == ["fog advisory"]
    assert {"ended", "cancelled", "continued", "issued"} == {row["status_en"] for row in properties}


def test_every_property_is_there_in_both_languages_and_says_it_is_a_sample(sandbox: str) -> None:
    feature = ask(sandbox, limit="1").json()["features"][0]
    assert set(feature["properties"]) == set(PROPERTIES)
    assert "(données d'exemple)" in feature["properties"]["feature_name_fr"]
    assert feature["geometry"]["type"] == "MultiPolygon"
    assert requests.get(f"{sandbox}/weather/{ALERTS}/items/{feature['id']}", timeout=TIMEOUT_S).json() == feature


def test_less_can_be_asked_for(sandbox: str) -> None:
    answer = ask(sandbox, properties="alert_code,status_en", skipGeometry="true", limit="1")
    assert answer.headers["Content-Type"].startswith("application/geo+json")
    (feature,) = answer.json()["features"]
    assert (set(feature["properties"]), feature["geometry"]) == ({"alert_code", "status_en"}, None)
    assert set(names(ask(sandbox, status_en="cancelled"))) == {"rainfall warning"}


def test_pages_follow_each_other(sandbox: str) -> None:
    page = ask(sandbox, limit="4").json()
    assert (page["numberMatched"], page["numberReturned"]) == (7, 4)
    following = next(link["href"] for link in page["links"] if link["rel"] == "next")
    rest = requests.get(following, timeout=TIMEOUT_S).json()
    assert len(rest["features"]) == 3
    assert all(link["rel"] != "next" for link in rest["links"])


@pytest.mark.parametrize(
    ("path", "query", "status", "code"),
    [
        ("collections/alerts/items", {}, 404, "NotFound"),
        ("collections/alerts", {}, 404, "NotFound"),
        (f"{ALERTS}/items/none", {}, 404, "NotFound"),
        (f"{ALERTS}/items", {"limit": "0"}, 400, "InvalidParameterValue"),
        (f"{ALERTS}/items", {"limit": "many"}, 400, "InvalidParameterValue"),
        (f"{ALERTS}/items", {"offset": "-1"}, 400, "InvalidParameterValue"),
        (f"{ALERTS}/items", {"bbox": "1,2,3"}, 400, "InvalidParameterValue"),
    ],
)
def test_errors_have_their_own_status_and_shape(sandbox: str, path: str, query: Dict[str, Any], status: int, code: str) -> None:
    answer = ask(sandbox, path, **query)
    assert answer.status_code == status
    assert set(answer.json()) == {"code", "type", "description"}
    assert answer.json()["code"] == code


def test_the_service_describes_itself(sandbox: str) -> None:
    links = {link["rel"]: link["href"] for link in ask(sandbox, "").json()["links"]}
    collections = requests.get(links["data"], timeout=TIMEOUT_S).json()["collections"]
    assert [one["id"] for one in collections] == ["weather-alerts"]
    assert set(ask(sandbox, f"{ALERTS}/queryables").json()["properties"]) == set(PROPERTIES)
    assert any(one.endswith("/conf/core") for one in requests.get(links["conformance"], timeout=TIMEOUT_S).json()["conformsTo"])
