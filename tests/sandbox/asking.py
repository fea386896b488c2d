"""How the tests of the sandbox talk to it."""

from __future__ import annotations

import json
from typing import Any, Dict, List

import requests
from defusedxml import ElementTree

TIMEOUT_S = 20
AREA = "RegionOfWaterlooON"
SERVICE = "1110"
POTHOLE = {"api_key": "sandbox", "service_code": "pothole", "address_string": "200 King St W", "description": "A hole"}


def open311(base_url: str, path: str, **query: str) -> requests.Response:
    return requests.get(f"{base_url}/open311/v2/{path}", params=query, timeout=TIMEOUT_S)


def file(base_url: str, form: str = "json", **fields: Any) -> requests.Response:
    """Files a pothole, or what the fields make of it; a field set to None is not sent."""
    return requests.post(f"{base_url}/open311/v2/requests.{form}", data={**POTHOLE, **fields}, timeout=TIMEOUT_S)


def suggestions(base_url: str, text: str) -> List[Dict[str, Any]]:
    answer = requests.get(f"{base_url}/waste/api/areas/{AREA}/services/{SERVICE}/address-suggest", params={"q": text}, timeout=TIMEOUT_S)
    assert answer.status_code == 200
    return answer.json()


def names(base_url: str, text: str) -> List[str]:
    return [place["name"] for place in suggestions(base_url, text)]


def place_events(base_url: str, address: str, **query: str) -> Dict[str, Any]:
    (place,) = suggestions(base_url, address)
    answer = requests.get(f"{base_url}/waste/api/places/{place['place_id']}/services/{SERVICE}/events", params=query, timeout=TIMEOUT_S)
    assert answer.status_code == 200
    return answer.json()


def picked_up(event: Dict[str, Any]) -> List[str]:
    return [flag["name"] for flag in event["flags"] if flag["event_type"] == "pickup"]


def layer_query(base_url: str, layer: str, **query: Any) -> Dict[str, Any]:
    """Asks a layer; lists and objects are sent as JSON."""
    given = {name: value if isinstance(value, str) else json.dumps(value) for name, value in query.items()}
    answer = requests.get(
        f"{base_url}/arcgis/rest/services/{layer}/FeatureServer/0/query", params={"f": "json", **given}, timeout=TIMEOUT_S
    )
    assert answer.status_code == 200  # ArcGIS says so whatever happens
    return answer.json()


def records(base_url: str, layer: str, **query: Any) -> List[Dict[str, Any]]:
    """What is known of every record that a query finds, page by page."""
    found: List[Dict[str, Any]] = []
    while True:
        page = layer_query(base_url, layer, outFields="*", returnGeometry="false", resultOffset=str(len(found)), **query)
        found += [row["attributes"] for row in page["features"]]
        if not page.get("exceededTransferLimit"):
            return found


def from_xml(text: bytes) -> Any:
    """An XML answer as the JSON one would be, except that every value is text and an empty one is None."""
    return _value(ElementTree.fromstring(text))


def _value(element: Any) -> Any:
    lists = {"services", "service_requests", "errors", "attributes", "values", "endpoints", "formats"}
    if element.tag in lists:
        return [_value(child) for child in element] or None
    if len(element):
        return {child.tag: _value(child) for child in element}
    return element.text or None


def as_text(value: Any) -> Any:
    """A JSON answer with every value as XML can say it: text, `true` and `false`, nothing."""
    if isinstance(value, dict):
        return {name: as_text(part) for name, part in value.items()}
    if isinstance(value, list):
        return [as_text(part) for part in value] or None
    if value is None or value == "":
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)
