"""The catalogue's client: the search, the feed where there is no search, and errors that are not "nothing found"."""

from __future__ import annotations

from datetime import date
from typing import Any, Dict, Iterator

import pytest
import responses

from actions.clients.errors import Failure
from actions.clients.hub import DataSet, Hub, HubError
from actions.clients.ledger import ledger

HUB = "https://hub.example.org"
SEARCH = f"{HUB}/api/search/v1/collections/dataset/items"
FEED = f"{HUB}/api/feed/dcat-us/1.1.json"
TREES: Dict[str, Any] = {
    "id": "0f0f_0",
    "type": "Feature",
    "geometry": None,
    "properties": {
        "id": "0f0f_0",
        "title": "Tree Inventory",
        "type": "Feature Service",
        "description": "<p>Every tree &amp; its species</p>",
        "license": "OGL",
        "modified": 1767225600000,  # seven in the evening of December 31 in the city
    },
}


@pytest.fixture
def catalogue() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def test_a_record_is_read(catalogue: responses.RequestsMock) -> None:
    catalogue.get(SEARCH, json={"type": "FeatureCollection", "numberMatched": 4, "features": [TREES]})
    found = Hub(HUB).search("  trees ", most=3)
    page = f"{HUB}/datasets/0f0f_0"
    assert found.data_sets == (DataSet("Tree Inventory", "Every tree & its species", "OGL", (), date(2025, 12, 31), page),)
    assert found.total == 4
    assert catalogue.calls[0].request.params == {"q": "trees", "limit": "3"}


def test_a_records_own_page_and_formats_are_preferred(catalogue: responses.RequestsMock) -> None:
    links = [{"rel": "self", "type": "application/geo+json", "href": f"{SEARCH}/0f0f_0"}, {"type": "text/html", "href": f"{HUB}/trees"}]
    record = {**TREES, "links": links, "properties": {**TREES["properties"], "formats": ["CSV", "GeoJSON", "CSV"]}}
    catalogue.get(SEARCH, json={"features": [record]})
    found = Hub(HUB).search("trees").data_sets[0]
    assert (found.link, found.formats) == (f"{HUB}/trees", ("CSV", "GeoJSON"))


@pytest.mark.parametrize("link", ["javascript:alert(1)", "http://["])
def test_a_link_that_is_no_web_address_is_not_passed_on(catalogue: responses.RequestsMock, link: str) -> None:
    record = {**TREES, "links": [{"type": "text/html", "href": link}]}
    catalogue.get(SEARCH, json={"features": [record]})
    assert Hub(HUB).search("trees").data_sets[0].link == f"{HUB}/datasets/0f0f_0"


def test_nothing_found_is_an_empty_list(catalogue: responses.RequestsMock) -> None:
    catalogue.get(SEARCH, json={"numberMatched": 0, "features": []})
    assert Hub(HUB).search("unicorns").data_sets == ()


def dataset(title: str, *keywords: str, description: str = "", **more: Any) -> Dict[str, Any]:
    files = [{"@type": "dcat:Distribution", "format": "CSV"}, {"@type": "dcat:Distribution", "mediaType": "application/vnd.geo+json"}]
    row = {"title": title, "keyword": list(keywords), "description": description, "identifier": f"{HUB}/items/1", "distribution": files}
    return {**row, "license": "https://ogl.example.org", "modified": "2026-03-04T05:06:07.000Z", **more}


@pytest.mark.parametrize("missing", [{"status": 404, "json": {}}, {"body": "<html>Welcome</html>", "content_type": "text/html"}])
def test_without_a_search_the_feed_is_searched(catalogue: responses.RequestsMock, missing: Dict[str, Any]) -> None:
    rows = [dataset("Parks", "trees", "grass"), dataset("Roads", description="Beside trees"), dataset("Street Trees"), dataset("Wards")]
    catalogue.get(SEARCH, **missing)
    catalogue.get(FEED, json={"@type": "dcat:Catalog", "dataset": rows})
    hub = Hub(HUB)
    found = hub.search("tree", most=2)
    assert [one.title for one in found.data_sets] == ["Street Trees", "Parks"]
    assert found.total == 3
    hub.search("roads")
    assert [call.request.url for call in catalogue.calls].count(FEED) == 1
    first = found.data_sets[0]
    assert (first.licence, first.modified, first.link) == ("https://ogl.example.org", date(2026, 3, 4), f"{HUB}/items/1")
    assert first.formats == ("CSV", "application/vnd.geo+json")


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        ({"status": 500, "body": "oops"}, Failure.UNREACHABLE),
        ({"status": 429, "json": {}}, Failure.UNREACHABLE),
        ({"status": 401, "json": {"error": "private"}}, Failure.REFUSED),
        ({"body": '{"features": [', "content_type": "application/json"}, Failure.MALFORMED),
        ({"json": {"features": [{"id": "1"}]}}, Failure.MALFORMED),
        ({"json": {}}, Failure.MALFORMED),
        ({"json": []}, Failure.MALFORMED),
    ],
)
def test_an_error_is_not_nothing_found(catalogue: responses.RequestsMock, answer: Dict[str, Any], failure: Failure) -> None:
    catalogue.get(SEARCH, **answer)
    with ledger(1.0), pytest.raises(HubError) as failed:
        Hub(HUB).search("trees")
    assert failed.value.failure is failure


def test_a_feed_that_is_not_there_either_is_an_error(catalogue: responses.RequestsMock) -> None:
    catalogue.get(SEARCH, status=404, json={})
    catalogue.get(FEED, status=404, body="<html>no</html>", content_type="text/html")
    with pytest.raises(HubError) as failed:
        Hub(HUB).search("trees")
    assert failed.value.failure is Failure.MALFORMED
