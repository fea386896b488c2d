"""What a client of the sandbox's Open311 reads: services, definitions, lists of requests, single requests."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
import requests

from tests.sandbox.asking import TIMEOUT_S, as_text, from_xml, open311

DATATYPES = {"string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"}


def test_discovery_points_at_the_sandbox_itself_and_calls_it_a_test(sandbox: str) -> None:
    found = open311(sandbox, "discovery.json").json()
    (endpoint,) = found["endpoints"]
    assert endpoint["url"] == f"{sandbox}/open311/v2"
    assert endpoint["type"] == "test"
    assert endpoint["formats"] == ["text/xml", "application/json"]
    assert "sample data" in found["contact"]


def test_every_service_has_the_fields_of_the_specification_and_says_it_is_sample_data(sandbox: str) -> None:
    services = open311(sandbox, "services.json").json()
    assert len(services) >= 10
    for service in services:
        assert set(service) == {"service_code", "service_name", "description", "metadata", "type", "keywords", "group"}
        assert isinstance(service["service_code"], str)
        assert isinstance(service["metadata"], bool)
        assert service["type"] in {"realtime", "batch", "blackbox"}
        assert "Sample data" in service["description"]
    assert {"pothole", "streetlight", "graffiti", "snow_ice_sidewalk"} <= {service["service_code"] for service in services}
    assert "batch" in {service["type"] for service in services}


def test_a_service_with_metadata_has_a_definition_with_questions_and_one_without_has_none(sandbox: str) -> None:
    services = open311(sandbox, "services.json").json()
    seen = set()
    for service in services:
        definition = open311(sandbox, f"services/{service['service_code']}.json").json()
        assert definition["service_code"] == service["service_code"]
        assert bool(definition["attributes"]) == service["metadata"]
        for order, attribute in enumerate(definition["attributes"], start=1):
            assert attribute["order"] == order
            assert attribute["datatype"] in DATATYPES
            assert attribute["description"]
            assert bool(attribute["values"]) == attribute["datatype"].endswith("valuelist")
            assert attribute["variable"] or not attribute["required"]
            seen.add((attribute["datatype"], attribute["required"]))
    assert {("singlevaluelist", True), ("multivaluelist", True), ("string", True), ("text", True)} <= seen


def test_names_and_questions_are_french_when_asked_in_french(sandbox: str) -> None:
    (pothole,) = (row for row in open311(sandbox, "services.json", locale="fr-CA").json() if row["service_code"] == "pothole")
    assert pothole["service_name"] == "Nid-de-poule"
    assert "Données d'exemple" in pothole["description"]
    question = open311(sandbox, "services/streetlight.json", locale="fr").json()["attributes"][0]
    assert question["description"].startswith("Quel est")
    assert question["values"][0]["name"] == "Il est éteint"
    assert open311(sandbox, "requests/26-000417.json", locale="fr").json()[0]["service_name"] == "Nid-de-poule"
    assert open311(sandbox, "services.json", locale="xx").json()[0]["service_name"] == "Pothole"


@pytest.mark.parametrize(
    ("path", "root"),
    [
        ("discovery", "discovery"),
        ("services", "services"),
        ("services/streetlight", "service_definition"),
        ("services/pothole", "service_definition"),
        ("requests", "service_requests"),
        ("requests/26-000417", "service_requests"),
        ("requests/00-000000", "errors"),
    ],
)
def test_xml_says_what_json_says(sandbox: str, path: str, root: str) -> None:
    in_json, in_xml = (open311(sandbox, f"{path}.{form}", status="closed") for form in ("json", "xml"))
    assert in_json.headers["Content-Type"] == "application/json; charset=utf-8"
    assert in_xml.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert in_xml.content.startswith(b"<?xml version='1.0' encoding='utf-8'?>\n<" + root.encode())
    assert in_xml.status_code == in_json.status_code
    assert from_xml(in_xml.content) == as_text(in_json.json())


def test_the_open_pothole_everybody_asks_about_is_there(sandbox: str) -> None:
    (request,) = open311(sandbox, "requests/26-000417.json").json()
    assert request["status"] == "open"
    assert request["service_code"] == "pothole"
    assert request["service_name"] == "Pothole"
    assert request["address"].startswith("200 King St W, ")
    assert (request["lat"], request["long"]) == (43.4516, -80.4925)
    assert "Sample data" in request["status_notes"]
    assert request["service_notice"] == "Sample data: no crew is sent."
    requested, updated = (datetime.fromisoformat(request[name]) for name in ("requested_datetime", "updated_datetime"))
    assert requested.utcoffset() is not None
    assert requested <= updated <= datetime.now(timezone.utc)


def test_a_list_holds_the_last_ninety_days_newest_first_and_an_older_request_is_found_by_its_number(sandbox: str) -> None:
    listed = open311(sandbox, "requests.json").json()
    moments = [datetime.fromisoformat(row["requested_datetime"]) for row in listed]
    assert len(listed) >= 20
    assert moments == sorted(moments, reverse=True)
    assert min(moments) > datetime.now(timezone.utc) - timedelta(days=90)
    assert "25-003911" not in {row["service_request_id"] for row in listed}
    assert open311(sandbox, "requests/25-003911.json").json()[0]["status"] == "open"


def test_filters_narrow_the_list(sandbox: str) -> None:
    everything = open311(sandbox, "requests.json").json()
    closed = open311(sandbox, "requests.json", status="closed").json()
    assert closed
    assert closed == [row for row in everything if row["status"] == "closed"]
    some = open311(sandbox, "requests.json", service_code="tree, graffiti", status="open,closed").json()
    assert {row["service_code"] for row in some} == {"tree", "graffiti"}
    assert open311(sandbox, "requests.json", service_code="unheard_of").json() == []
    assert open311(sandbox, "requests.json", service_code="", status="").json() == everything


def test_dates_narrow_the_list_and_a_missing_side_is_ninety_days_away(sandbox: str) -> None:
    everything = open311(sandbox, "requests.json").json()
    (known,) = (row for row in everything if row["service_request_id"] == "26-000412")
    moment = known["requested_datetime"]
    in_utc = datetime.fromisoformat(moment).astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert open311(sandbox, "requests.json", start_date=moment, end_date=in_utc).json() == [known]
    since = open311(sandbox, "requests.json", start_date=moment).json()
    until = open311(sandbox, "requests.json", end_date=moment).json()
    assert since[-1] == known
    assert until[0] == known
    old = open311(sandbox, "requests/25-003911.json").json()[0]["requested_datetime"]
    assert [row["service_request_id"] for row in open311(sandbox, "requests.json", end_date=old).json()] == ["25-003911"]
    assert open311(sandbox, "requests.json", start_date="2001-01-01", end_date="2001-02-01").json() == []


def test_numbers_override_every_other_filter(sandbox: str) -> None:
    found = open311(
        sandbox, "requests.json", service_request_id="25-003911,26-000417,99-999999", status="closed", start_date="nonsense"
    ).json()
    assert [row["service_request_id"] for row in found] == ["25-003911", "26-000417"]


@pytest.mark.parametrize(
    ("path", "query", "status", "words"),
    [
        ("services/unheard_of", {}, 404, "service_code"),
        ("requests/99-999999", {}, 404, "service_request_id"),
        ("tokens/unheard_of", {}, 404, "token"),
        ("services", {"jurisdiction_id": "elsewhere.example"}, 404, "jurisdiction_id"),
        ("requests", {"status": "bogus"}, 400, "open or closed"),
        ("requests", {"start_date": "yesterday"}, 400, "start_date"),
        ("requests", {"end_date": "9999-12-31T00:00:00Z"}, 400, "end_date"),
        ("requests", {"start_date": "2026-01-01", "end_date": "2026-06-01"}, 400, "90 days"),
    ],
)
def test_a_refusal_is_an_error_list_with_a_sentence_for_people(
    sandbox: str, path: str, query: dict[str, str], status: int, words: str
) -> None:
    answer = open311(sandbox, f"{path}.json", **query)
    assert answer.status_code == status
    (error,) = answer.json()
    assert error["code"] == status
    assert words in error["description"]
    in_french = open311(sandbox, f"{path}.xml", locale="fr", **query)
    assert in_french.status_code == status
    assert from_xml(in_french.content)[0]["description"] not in (None, error["description"])


def test_the_sandboxs_own_jurisdiction_and_an_empty_one_are_fine(sandbox: str) -> None:
    plain = open311(sandbox, "services.json").json()
    assert open311(sandbox, "services.json", jurisdiction_id="sandbox.example").json() == plain
    assert open311(sandbox, "services.json", jurisdiction_id="").json() == plain


@pytest.mark.parametrize("path", ["services", "services.yaml", "requests/26-000417", "requests//.json", "nothing.json"])
def test_an_address_outside_the_protocol_is_not_found(sandbox: str, path: str) -> None:
    assert open311(sandbox, path).status_code == 404


def test_only_the_methods_of_the_protocol_are_allowed(sandbox: str) -> None:
    assert requests.delete(f"{sandbox}/open311/v2/requests/26-000417.json", timeout=TIMEOUT_S).status_code == 405
    assert requests.post(f"{sandbox}/open311/v2/services.json", timeout=TIMEOUT_S).status_code == 405
