"""`OWSLib`, an OGC client nobody here wrote, reads the sandbox's open data catalogue as OGC API Records."""

from __future__ import annotations

import pytest
from owslib.ogcapi.records import Records

pytestmark = pytest.mark.interop


@pytest.fixture
def catalogue(sandbox: str) -> Records:
    return Records(f"{sandbox}/hub/api/search/v1")


def test_it_finds_its_way_from_the_landing_page_to_the_records(catalogue: Records) -> None:
    assert {link["rel"] for link in catalogue.links} >= {"self", "conformance", "data"}
    assert any("ogcapi-records" in one for one in catalogue.conformance()["conformsTo"])
    assert catalogue.records() == ["dataset"]
    assert catalogue.collection("dataset")["itemType"] == "record"
    assert "title" in catalogue.collection_queryables("dataset")["properties"]


def test_it_searches_and_reads_a_record(catalogue: Records) -> None:
    found = catalogue.collection_items("dataset", q="tree", limit=5)
    assert (found["numberMatched"], found["numberReturned"]) == (1, 1)
    (record,) = found["features"]
    assert record["properties"]["title"] == "Tree Inventory"
    assert catalogue.collection_item("dataset", record["id"]) == record
    assert catalogue.response_headers["Content-Type"] == "application/geo+json"


def test_it_reads_page_after_page(catalogue: Records) -> None:
    everything = catalogue.collection_items("dataset", limit=100)
    ids = []
    for start in range(1, everything["numberMatched"] + 1, 10):
        ids += [row["id"] for row in catalogue.collection_items("dataset", limit=10, startindex=start)["features"]]
    assert ids == [row["id"] for row in everything["features"]]
    assert len(ids) > 30


def test_it_is_refused_what_is_not_there(catalogue: Records) -> None:
    with pytest.raises(RuntimeError, match="no such collection or record"):
        catalogue.collection_item("dataset", "nope")
    with pytest.raises(RuntimeError, match="limit must be"):
        catalogue.collection_items("dataset", limit=1000)
