"""The sandbox's open data catalogue: search, pages, the feed, what people see."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Dict, List

import pytest
import requests

from bot.sandbox.feature_layers import open_layers
from tests.sandbox.asking import TIMEOUT_S

ITEMS = "hub/api/search/v1/collections/dataset/items"
LICENCE = "Open Government Licence - sample"


def get(sandbox: str, path: str, **query: str) -> requests.Response:
    return requests.get(f"{sandbox}/{path}", params=query, timeout=TIMEOUT_S)


def found(sandbox: str, **query: str) -> Dict[str, Any]:
    answer = get(sandbox, ITEMS, **query)
    assert answer.status_code == 200
    return answer.json()


def titles(shape: Dict[str, Any]) -> List[str]:
    return [row["properties"]["title"] for row in shape["features"]]


def test_every_layer_and_some_more_data_sets_are_listed(sandbox: str) -> None:
    shape = found(sandbox, limit="100")
    assert shape["numberMatched"] == shape["numberReturned"] == len(shape["features"]) == len(set(titles(shape)))
    assert {layer.title for layer in open_layers()} <= set(titles(shape))
    assert shape["numberMatched"] >= len(open_layers()) + 20
    assert "Secured Sample" not in titles(shape)
    for row in shape["features"]:
        about = row["properties"]
        assert about["license"] == LICENCE
        assert "sample" in about["description"].casefold()
        assert about["created"] < about["modified"] <= datetime.now().timestamp() * 1000  # noqa: DTZ005  # a POSIX time has no zone
        assert about["formats"]


def test_an_entry_leads_to_its_layer(sandbox: str) -> None:
    (row,) = found(sandbox, q="building permits")["features"]
    about = row["properties"]
    assert about["title"] == "Building Permits"
    layer = requests.get(about["url"], params={"f": "json"}, timeout=TIMEOUT_S).json()
    assert layer["name"] == "Building Permits"
    assert [one["name"] for one in about["formats"]] == ["Web Page", "ArcGIS GeoServices REST API", "GeoJSON"]
    for link in row["links"]:
        assert requests.get(link["href"], timeout=TIMEOUT_S).status_code == 200
    alone = get(sandbox, f"{ITEMS}/{row['id']}").json()
    assert alone == row


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("trees", ["Tree Inventory"]),
        ("TREE inventory", ["Tree Inventory"]),
        ("playground", ["Playgrounds"]),
        ("playgr", ["Playgrounds"]),
        ("parks playgrounds", ["Playgrounds"]),
        ("pârks soccer", ["Soccer Fields"]),
        ("volcanoes", []),
        ("parks volcanoes", []),
    ],
)
def test_every_word_must_be_found(sandbox: str, words: str, expected: List[str]) -> None:
    assert titles(found(sandbox, q=words)) == expected


def test_what_has_the_word_in_its_title_comes_first(sandbox: str) -> None:
    shape = found(sandbox, q="parks")
    assert titles(shape)[0] == "Parks"
    assert shape["numberMatched"] > 3


def test_next_links_lead_through_all_pages(sandbox: str) -> None:
    everything = titles(found(sandbox, limit="100", q="roads"))
    assert len(everything) > 2
    shape, seen = found(sandbox, limit="2", q="roads"), []
    for _ in range(10):
        seen += titles(shape)
        assert shape["numberMatched"] == len(everything)
        links = {link["rel"]: link["href"] for link in shape["links"]}
        if "next" not in links:
            break
        shape = requests.get(links["next"], timeout=TIMEOUT_S).json()
    assert seen == everything
    assert found(sandbox, startindex="999")["features"] == []


def test_entries_can_be_sorted(sandbox: str) -> None:
    newest = [row["properties"]["modified"] for row in found(sandbox, sortBy="-properties.modified", limit="100")["features"]]
    assert newest == sorted(newest, reverse=True)
    assert len(set(newest)) > 5
    assert titles(found(sandbox, sortBy="title", limit="100")) == sorted(titles(found(sandbox, limit="100")))


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        (ITEMS, {"limit": "0"}, 400),
        (ITEMS, {"limit": "101"}, 400),
        (ITEMS, {"limit": "many"}, 400),
        (ITEMS, {"startindex": "0"}, 400),
        (ITEMS, {"sortBy": "owner"}, 400),
        (ITEMS, {"filter": "type='CSV'"}, 400),
        (f"{ITEMS}/nope", {}, 404),
        ("hub/api/search/v1/collections/document/items", {}, 404),
        ("hub/api/search/v1/collections/document", {}, 404),
    ],
)
def test_what_cannot_be_asked_has_a_real_status(sandbox: str, path: str, query: Dict[str, str], status: int) -> None:
    answer = get(sandbox, path, **query)
    assert answer.status_code == status
    assert answer.json()["message"]


def test_the_feed_lists_the_same_data_sets_with_what_dcat_requires(sandbox: str) -> None:
    feed = get(sandbox, "hub/api/feed/dcat-us/1.1.json").json()
    assert feed["@type"] == "dcat:Catalog"
    assert feed["conformsTo"] == "https://project-open-data.cio.gov/v1.1/schema"
    assert {row["title"] for row in feed["dataset"]} == set(titles(found(sandbox, limit="100")))
    required = {"title", "description", "keyword", "modified", "publisher", "contactPoint", "identifier", "accessLevel"}
    for row in feed["dataset"]:
        assert required <= set(row)
        assert all(row[name] for name in required)
        datetime.fromisoformat(row["modified"])
        assert row["distribution"]


def test_the_page_of_a_data_set_says_that_it_is_a_sample(sandbox: str) -> None:
    (row,) = found(sandbox, q="playgrounds")["features"]
    page = get(sandbox, f"hub/datasets/{row['id']}")
    assert page.status_code == 200
    for words in ("Playgrounds", "Sample entry of a sandbox", LICENCE, "GeoJSON"):
        assert words in page.text
    assert get(sandbox, "hub/datasets/nope").status_code == 404
