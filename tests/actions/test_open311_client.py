"""The Open311 client against the sandbox city, its faults, and answers of other cities' servers."""

from __future__ import annotations

import json
import time
import uuid
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests
import yaml

from actions.clients import open311 as module
from actions.clients.errors import Failure
from actions.clients.ledger import ledger
from actions.clients.open311 import NewRequest, Open311, Open311Error, open311_from_settings
from actions.clients.open311_shapes import read_attributes, read_filed, read_requests, read_services
from actions.clients.open311_values import ShapeError, errors_in, moment_of, shape_of_xml
from bot.city import read_city
from bot.settings import Settings, settings
from tests.running import fault

ZONE = ZoneInfo("America/Toronto")
FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "open311"
SERVICES = "/open311/v2/services.json"


def new_request(**changes: Any) -> NewRequest:
    values = {"service_code": "pothole", "description": f"A hole {uuid.uuid4().hex}", "address": "200 King St W", **changes}
    return NewRequest(**values)


@pytest.mark.parametrize("form", ["json", "xml"])
def test_services_requests_and_filing_work_in_both_formats(sandbox: str, form: str) -> None:
    client = Open311(f"{sandbox}/open311/v2", zone=ZONE, api_key="sandbox", form=form)
    services = client.services("en")
    assert "pothole" in [service.service_code for service in services]
    streetlight = next(service for service in services if service.service_code == "streetlight")
    (asked,) = [attribute for attribute in client.attributes(streetlight, "en") if attribute.required]
    assert (asked.code, asked.datatype) == ("PROBLEM", "singlevaluelist")
    assert ("out", "It is out") in asked.values
    request = new_request(service_code="streetlight", attributes={"PROBLEM": ("out",)})
    filed = client.file(request, "en")
    found = client.service_request(filed.service_request_id, "en")
    assert found is not None
    assert (found.status, found.description, found.service_code) == ("open", request.description, "streetlight")
    assert found.requested_datetime is not None
    assert found.requested_datetime.utcoffset() is not None


def test_several_values_of_one_attribute_arrive(open311: Open311, sandbox: str) -> None:
    filed = open311.file(new_request(service_code="illegal_dumping", attributes={"ITEMS": ("bags", "tires")}), "en")
    shape = requests.get(f"{sandbox}/open311/v2/requests/{filed.service_request_id}.json?extensions=true", timeout=10).json()
    assert open311.service_request(filed.service_request_id, "en") is not None
    assert shape[0]["service_code"] == "illegal_dumping"


def test_words_come_in_the_residents_language(open311: Open311) -> None:
    assert "Nid-de-poule" in [service.service_name for service in open311.services("fr")]


def test_a_batch_service_gives_a_token_and_later_the_number(open311: Open311) -> None:
    attributes = {"PROBLEM": ("driveway",), "VEHICLE": ("White van",)}
    filed = open311.file(new_request(service_code="parking", attributes=attributes), "en")
    assert filed.token
    assert not filed.service_request_id


def test_an_unknown_number_is_no_error(open311: Open311) -> None:
    assert open311.service_request("26-999999", "en") is None


def test_the_words_of_a_refusal_are_the_citys(open311: Open311) -> None:
    with pytest.raises(Open311Error) as refused:
        open311.file(new_request(service_code="nope"), "en")
    assert refused.value.failure is Failure.REFUSED
    assert refused.value.detail
    assert not refused.value.may_have_happened


def test_a_wrong_key_is_refused(sandbox: str) -> None:
    with pytest.raises(Open311Error) as refused:
        Open311(f"{sandbox}/open311/v2", zone=ZONE, api_key="wrong").file(new_request(), "en")
    assert (refused.value.failure, refused.value.status) == (Failure.REFUSED, 403)


def test_requests_of_a_time_and_service_are_found(open311: Open311) -> None:
    request = new_request()
    filed = open311.file(request, "en")
    found = open311.service_requests("pothole", datetime.now(ZONE) - timedelta(minutes=5), "en")
    assert [one.service_request_id for one in found if one.description == request.description] == [filed.service_request_id]
    assert open311.service_requests("pothole", datetime.now(ZONE) + timedelta(minutes=5), "en") == []


def test_the_city_is_asked_for_open_requests_only_where_the_others_are_not_wanted(open311: Open311) -> None:
    since = datetime.now(ZONE) - timedelta(days=89)
    assert {one.status for one in open311.service_requests("", since, "en")} == {"open", "closed"}
    assert {one.status for one in open311.service_requests("", since, "en", status="open")} == {"open"}


FAULTS = [
    ("slow", Failure.UNREACHABLE),
    ("html500", Failure.UNREACHABLE),
    ("429", Failure.UNREACHABLE),
    ("error200", Failure.UNREACHABLE),  # the error list says 500
    ("truncated", Failure.MALFORMED),
]


@pytest.mark.parametrize(("name", "failure"), FAULTS)
def test_each_fault_of_a_look_up_is_told_apart_from_nothing_found(open311: Open311, sandbox: str, name: str, failure: Failure) -> None:
    with fault(sandbox, "open311", name), ledger(0.8), pytest.raises(Open311Error) as failed:
        open311.service_request("26-000417", "en")
    assert failed.value.failure is failure


@pytest.mark.parametrize(
    ("name", "may_have_happened"), [("slow", True), ("html500", True), ("truncated", True), ("empty", True), ("429", False)]
)
def test_after_a_fault_of_filing_it_is_known_whether_something_may_have_been_filed(
    open311: Open311, sandbox: str, name: str, may_have_happened: bool
) -> None:
    open311.http.reserve_s = 0
    with fault(sandbox, "open311", name), ledger(0.8), pytest.raises(Open311Error) as failed:
        open311.file(new_request(), "en")
    assert failed.value.may_have_happened is may_have_happened


def test_a_blackbox_service_may_say_nothing(open311: Open311, sandbox: str) -> None:
    with fault(sandbox, "open311", "empty"):
        filed = open311.file(new_request(silent=True), "en")
    assert (filed.service_request_id, filed.token) == ("", "")


def test_the_list_of_services_is_kept_but_asked_for_anew_when_a_report_begins(open311: Open311, sandbox: str) -> None:
    open311.services("en")
    with fault(sandbox, "open311", "html500"):
        assert open311.services("en")
        with pytest.raises(Open311Error):
            open311.services("en", fresh=True)


def test_a_report_half_way_goes_on_with_the_services_of_today_and_a_new_one_does_not_begin(open311: Open311, sandbox: str) -> None:
    pothole = next(service for service in open311.services("en") if service.service_code == "pothole")
    attributes = open311.attributes(pothole, "en")
    later = time.time() + 2 * 3600
    for kept in (open311._services, open311._attributes):
        kept._clock = lambda: later
    with fault(sandbox, "open311", "html500"):
        assert open311.attributes(pothole, "en") == attributes
        assert pothole in open311.services("en")
        with pytest.raises(Open311Error):
            open311.services("en", fresh=True)


def test_chicagos_and_torontos_answers_are_read() -> None:
    chicago = read_requests(json.loads((FIXTURES / "service_requests.json").read_text()), ZONE)
    assert [one.service_request_id for one in chicago] == ["14-01100669", "14-01100627"]
    assert chicago[1].status_notes == "Locked"
    toronto = read_requests(shape_of_xml((FIXTURES / "requests_many.xml").read_bytes()), ZONE)
    assert len(toronto) > 1
    assert (toronto[0].service_code, toronto[0].updated_datetime) == ("CSROWR-12", None)
    giessen = read_services(shape_of_xml((FIXTURES / "services_giessen.xml").read_bytes()))
    assert ("015", "Abwasser und Wasser") in [(one.service_code, one.service_name) for one in giessen]
    assert not giessen[0].metadata
    services = read_services(json.loads((FIXTURES / "service_list.json").read_text()))
    assert services[0].service_code == "001"


REQUEST = {"service_request_id": "1", "status": "open"}


@pytest.mark.parametrize(
    ("shape", "field", "value"),
    [
        ({**REQUEST, "service_request_id": 417}, "service_request_id", "417"),
        ([REQUEST], "service_name", ""),
        ([{**REQUEST, "status": "Closed"}], "status", "closed"),
        ([{**REQUEST, "lat": "", "long": 0}], "latitude", None),
        ([{**REQUEST, "lat": "43.45"}], "latitude", 43.45),
        ([{**REQUEST, "status_notes": "null"}], "status_notes", ""),
        ([{**REQUEST, "address": None}], "address", ""),
    ],
)
def test_what_servers_make_of_the_protocol_is_read(shape: Any, field: str, value: Any) -> None:
    (found,) = read_requests(shape, ZONE)
    assert getattr(found, field) == value


@pytest.mark.parametrize("shape", ["text", 7, [{"status": "open"}], [{**REQUEST, "status": "pending"}]])
def test_what_is_no_request_is_malformed(shape: Any) -> None:
    with pytest.raises(ShapeError):
        read_requests(shape, ZONE)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01T08:15:30-05:00", datetime(2026, 3, 1, 13, 15, 30, tzinfo=timezone.utc)),
        ("2026-03-01T13:15:30Z", datetime(2026, 3, 1, 13, 15, 30, tzinfo=timezone.utc)),
        ("2026-03-01T08:15:30.1234567-0500", datetime(2026, 3, 1, 13, 15, 30, 123456, tzinfo=timezone.utc)),
        ("2026-03-01T08:15:30", datetime(2026, 3, 1, 13, 15, 30, tzinfo=timezone.utc)),  # the city's own time
        ("2026-07-01 08:15", datetime(2026, 7, 1, 12, 15, tzinfo=timezone.utc)),
        ("", None),
        ("soon", None),
        ("1970-01-01T00:00:00Z", None),
        (None, None),
    ],
)
def test_times_are_read_with_or_without_an_offset(text: Any, moment: Any) -> None:
    assert moment_of(text, ZONE) == moment


@pytest.mark.parametrize(
    ("shape", "code", "words"),
    [
        ([{"code": 403, "description": "Invalid api_key"}], 403, "Invalid api_key"),
        ({"code": 400, "detail": ["Invalid API key"]}, 400, "Invalid API key"),
        ({"code": 400, "detail": {"non_field_errors": ["Service code nope is invalid"]}}, 400, "Service code nope is invalid"),
        ({"code": 404, "detail": "Not Found"}, 404, "Not Found"),
        ({"errors": [{"code": "400", "description": "One"}, {"code": 400, "description": "Two"}]}, 400, "One Two"),
        (shape_of_xml(b"<requests><code>400</code><detail>Bad</detail></requests>"), 400, "Bad"),
        (shape_of_xml(b"<errors><error><code>403</code><description>No</description></error></errors>"), 403, "No"),
    ],
)
def test_an_error_is_seen_in_every_shape(shape: Any, code: int, words: str) -> None:
    assert errors_in(shape) == (code, words)


@pytest.mark.parametrize("shape", [[], {}, [REQUEST], {"service_code": "1", "attributes": []}])
def test_an_answer_is_not_taken_for_an_error(shape: Any) -> None:
    assert errors_in(shape) is None


def test_attributes_are_read_tolerantly_and_in_their_order() -> None:
    rows = [
        {
            "code": "B",
            "order": "2",
            "required": "true",
            "variable": "true",
            "datatype": "singlevaluelist",
            "values": {"key": 1, "name": "One"},
        },
        {"code": "A", "order": 1, "required": 1, "variable": True, "datatype": "unheard of", "description": "Why?"},
        {"code": "C", "order": 3, "variable": "false", "datatype": "string"},
    ]
    first, second, third = read_attributes({"service_code": "x", "attributes": rows})
    assert (first.code, first.datatype, first.required, first.description) == ("A", "string", True, "Why?")
    assert (second.code, second.values, second.required) == ("B", (("1", "One"),), True)
    assert not third.variable


def test_an_xml_bomb_is_not_unpacked() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><services>&b;</services>'
    with pytest.raises(ShapeError):
        shape_of_xml(bomb)


def test_a_lone_answer_to_filing_is_read() -> None:
    assert read_filed({"service_request_id": 26000417}).service_request_id == "26000417"


def test_the_live_profile_offers_no_server_and_the_sandbox_profile_one(monkeypatch: pytest.MonkeyPatch) -> None:
    shape = yaml.safe_load((settings().data_folder / "city.yml").read_text(encoding="utf-8"))
    offered = {}
    for profile in ("live", "sandbox"):
        monkeypatch.setattr(module, "city", lambda profile=profile: read_city(shape, Settings(profile=profile), {}))
        offered[profile] = open311_from_settings.__wrapped__()
    assert offered["live"] is None
    assert isinstance(offered["sandbox"], Open311)
