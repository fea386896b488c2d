"""The sandbox's Open311 with `quirks`: what its foreign ways look like from outside."""

from __future__ import annotations

from typing import Iterator

import pytest
from defusedxml import ElementTree

from tests.running import fault
from tests.sandbox.asking import file, open311


@pytest.fixture(autouse=True)
def _quirks(sandbox: str) -> Iterator[None]:
    with fault(sandbox, "open311", "quirks"):
        yield


def test_filing_answers_201_with_the_whole_request(sandbox: str) -> None:
    answer = file(sandbox, description="Deep")
    (whole,) = answer.json()
    assert answer.status_code == 201
    assert (whole["status"], whole["service_code"], whole["description"]) == ("open", "pothole", "Deep")
    assert (whole["address"], whole["lat"], whole["media_url"]) == ("", "", "")
    assert whole["expected_datetime"] == whole["requested_datetime"]
    assert len(whole["requested_datetime"]) == len("2026-11-28T10:00:00.104729")


def test_errors_have_a_detail(sandbox: str) -> None:
    wrong = file(sandbox, api_key="wrong")
    assert (wrong.status_code, wrong.json()) == (400, {"code": 400, "detail": ["Invalid API key"]})
    unknown = file(sandbox, service_code="nope")
    assert unknown.json() == {"code": 400, "detail": {"non_field_errors": ["Service code nope is invalid"]}}
    assert file(sandbox, "xml", api_key="wrong").content.endswith(
        b"<requests><code>400</code><detail><value>Invalid API key</value></detail></requests>"
    )
    assert open311(sandbox, "requests/26-999999.json").json() == {"code": 404, "detail": "Not Found"}


def test_lists_forgive_what_they_should_refuse(sandbox: str) -> None:
    assert open311(sandbox, "services.json", jurisdiction_id="elsewhere.example").json() == []
    assert open311(sandbox, "requests.json", status="bogus").json() == []
    everything = open311(sandbox, "requests.json").json()
    assert open311(sandbox, "requests.json", service_code="unheard_of").json() == everything
    assert len({row["service_code"] for row in everything}) > 5


@pytest.mark.parametrize("path", ["services/streetlight.json", "tokens/a1b2c3.json", "discovery.json"])
def test_half_of_the_protocol_is_not_there(sandbox: str, path: str) -> None:
    answer = open311(sandbox, path)
    assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (404, "text/html")


def test_a_date_that_is_none_breaks_it(sandbox: str) -> None:
    assert open311(sandbox, "requests.json", start_date="yesterday").status_code == 500


def test_one_request_comes_without_a_list_and_xml_with_a_root_of_its_own(sandbox: str) -> None:
    assert open311(sandbox, "requests/26-000417.json").json()["service_request_id"] == "26-000417"
    answer = open311(sandbox, "requests/26-000417.xml")
    assert answer.headers["Content-Type"] == "application/xml"
    root = ElementTree.fromstring(answer.content)
    assert (root.tag, [child.tag for child in root]) == ("requests", ["request"])
