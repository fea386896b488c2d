"""The Open311 client with servers that speak GeoReport their own way: the sandbox's `quirks`, and answers in shapes seen elsewhere."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
import responses

from actions.clients.errors import Failure
from actions.clients.open311 import NewRequest, Open311, Open311Error
from actions.clients.open311_shapes import Service
from bot.city import city
from bot.messages import Place
from tests.actions.test_report_problem import made_form
from tests.running import fault

SERVER = "https://city.example/open311/v2"


@pytest.fixture(params=["json", "xml"])
def elsewhere(request: pytest.FixtureRequest, sandbox: str) -> Any:
    """A client of a server with quirks, that speaks one format."""
    with fault(sandbox, "open311", "quirks"):
        yield Open311(f"{sandbox}/open311/v2", zone=city().timezone, api_key="sandbox", form=str(request.param))


def hole(**changes: Any) -> NewRequest:
    return NewRequest(**{"service_code": "pothole", "description": f"A hole {uuid.uuid4().hex}", "address": "200 King St W", **changes})


def test_what_can_be_reported_is_read_and_nothing_more_is_asked(elsewhere: Open311) -> None:
    services = elsewhere.services("en")
    assert "pothole" in [one.service_code for one in services]
    assert [elsewhere.attributes(one, "en") for one in services] == [[] for _ in services]


def test_a_request_is_filed_found_by_its_number_and_listed(elsewhere: Open311) -> None:
    request = hole(point=Place("", 43.4516, -80.4925))
    number = elsewhere.file(request, "en").service_request_id
    found = elsewhere.service_request(number, "en")
    assert found
    assert (found.status, found.description, found.address, found.latitude) == ("open", request.description, "", 43.4516)
    assert found.requested_datetime
    assert abs(found.requested_datetime - datetime.now(city().timezone)) < timedelta(minutes=5)  # the server gives no offset
    listed = elsewhere.service_requests("pothole", datetime.now(city().timezone) - timedelta(hours=1), "en")
    assert number in [one.service_request_id for one in listed]


def test_a_batch_service_has_its_number_at_once(elsewhere: Open311) -> None:
    attributes = {"PROBLEM": ("driveway",), "VEHICLE": ("White van",)}
    filed = elsewhere.file(hole(service_code="parking", attributes=attributes), "en")
    assert filed.service_request_id
    assert not filed.token


def test_an_unknown_kind_of_problem_does_not_find_all_of_them(elsewhere: Open311) -> None:
    assert elsewhere.service_requests("unheard_of", datetime.now(city().timezone) - timedelta(days=90), "en") == []


def test_an_unknown_number_is_no_error(elsewhere: Open311) -> None:
    assert elsewhere.service_request("26-999999", "en") is None


@pytest.mark.parametrize(
    ("service_code", "key", "words"), [("nope", "sandbox", "Service code nope is invalid"), ("pothole", "no", "Invalid API key")]
)
def test_a_refusal_is_the_citys_words_in_whatever_shape(elsewhere: Open311, service_code: str, key: str, words: str) -> None:
    client = Open311(elsewhere.http.base_url, zone=city().timezone, api_key=key, form=elsewhere.form)
    with pytest.raises(Open311Error) as refused:
        client.file(hole(service_code=service_code), "en")
    assert (refused.value.failure, refused.value.detail, refused.value.status) == (Failure.REFUSED, words, 400)
    assert not refused.value.may_have_happened


def test_a_server_without_tokens_has_no_number_for_one(elsewhere: Open311) -> None:
    assert elsewhere.request_number("a1b2c3", "en") is None


@pytest.mark.usefixtures("record")
def test_a_resident_reports_to_such_a_city(elsewhere: Open311) -> None:
    form = made_form(elsewhere)
    form.say("pothole", "report_problem", service_code="pothole")
    form.say("200 king st w")
    form.say(f"deep one {uuid.uuid4().hex}")
    form.say("skip")
    assert form.say("send it", "affirm").responses == ["utter_report_filed"]


def service(**changes: Any) -> Service:
    return Service(
        **{"service_code": "1", "service_name": "One", "description": "", "metadata": True, "type": "realtime", "keywords": (), **changes}
    )


@responses.activate
def test_a_service_that_says_it_has_questions_and_has_none_is_reported_without() -> None:
    responses.get(f"{SERVER}/services/1.json", status=404, body="<h1>Not Found</h1>", content_type="text/html")
    assert Open311(SERVER, zone=city().timezone).attributes(service(), "en") == []


@responses.activate
def test_a_missing_list_of_services_is_an_error_and_not_an_empty_city() -> None:
    responses.get(f"{SERVER}/services.json", status=404, body="<h1>Not Found</h1>", content_type="text/html")
    with pytest.raises(Open311Error) as failed:
        Open311(SERVER, zone=city().timezone).services("en")
    assert failed.value.failure is Failure.MALFORMED


@responses.activate
def test_an_empty_list_of_services_is_an_error_and_takes_the_place_of_none() -> None:
    responses.get(f"{SERVER}/services.json", json=[{"service_code": "pothole", "service_name": "Pothole", "metadata": False}])
    responses.get(f"{SERVER}/services.json", json=[])
    client = Open311(SERVER, zone=city().timezone)
    assert [kind.service_code for kind in client.services("en")] == ["pothole"]
    with pytest.raises(Open311Error) as failed:
        client.services("en", fresh=True)
    assert failed.value.failure is Failure.MALFORMED
    assert [kind.service_code for kind in client.services("en")] == ["pothole"]


@responses.activate
def test_codes_and_numbers_as_numbers_are_compared_as_text() -> None:
    responses.get(f"{SERVER}/services.json", json=[{"service_code": 1, "service_name": "One", "metadata": "true", "group": "Roads"}])
    responses.post(f"{SERVER}/requests.json", json=[{"service_request_id": 417}], status=201)
    responses.get(f"{SERVER}/requests/417.json", json={"service_request_id": 417, "status": "Open", "service_code": 1})
    client = Open311(SERVER, zone=city().timezone)
    (only,) = client.services("en")
    assert (only.service_code, only.metadata, only.group) == ("1", True, "Roads")
    number = client.file(hole(service_code="1"), "en").service_request_id
    found = client.service_request(number, "en")
    assert found
    assert (found.service_request_id, found.service_code) == ("417", "1")


@responses.activate
def test_no_compressed_answer_is_asked_for_since_some_are_broken_and_no_empty_jurisdiction_is_sent() -> None:
    responses.get(f"{SERVER}/services.json", json=[{"service_code": "1"}])
    Open311(SERVER, zone=city().timezone, jurisdiction_id="").services("en")
    sent = responses.calls[0].request
    assert sent.headers["Accept-Encoding"] == "identity"
    assert "jurisdiction_id" not in sent.params
