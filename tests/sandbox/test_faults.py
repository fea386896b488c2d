"""Every fault that can be switched on, as a client meets it."""

from __future__ import annotations

from typing import Any, Dict, Iterator

import pytest
import requests

from bot.sandbox.faults import PROTOCOLS
from tests.running import fault
from tests.sandbox.asking import AREA, SERVICE, TIMEOUT_S, file, layer_query, open311, suggestions

IMPATIENT_S = 0.5
FAST_S = 1.0


@pytest.fixture(autouse=True)
def _all_off_again(sandbox: str) -> Iterator[None]:
    yield
    shown = requests.get(f"{sandbox}/_faults", timeout=TIMEOUT_S).json()
    assert {row["fault"] for row in shown.values()} == {"none"}


@pytest.fixture(params=[protocol for protocol in PROTOCOLS if protocol != "transit"])  # which speaks no JSON: test_transit.py
def protocol(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def ask(sandbox: str, protocol: str, timeout_s: float = TIMEOUT_S, form: str = "json") -> requests.Response:
    paths = {
        "open311": f"open311/v2/services.{form}",
        "waste": f"waste/api/areas/{AREA}/services/{SERVICE}/address-suggest?q=200+king",
        "arcgis": "arcgis/rest/services/Locator/GeocodeServer/reverseGeocode?location=-80.4925,43.4516",
        "represent": "represent/representatives/",
        "hub": "hub/api/feed/dcat-us/1.1.json",
        "open511": "open511/events",
        "snow": "snow/snow-event.json",
        "weather": "weather/collections",
        "billing": "billing/v1/capabilities",
    }
    return requests.get(f"{sandbox}/{paths[protocol]}", headers={"X-Gateway-Key": "sandbox"}, timeout=timeout_s)


def other(protocol: str) -> str:
    return "waste" if protocol == "open311" else "open311"


def test_a_slow_protocol_outlasts_an_impatient_caller_and_holds_up_nothing_else(sandbox: str, protocol: str) -> None:
    with fault(sandbox, protocol, "slow"):
        with pytest.raises(requests.Timeout):
            ask(sandbox, protocol, IMPATIENT_S)
        assert ask(sandbox, other(protocol)).status_code == 200
        assert requests.get(f"{sandbox}/health", timeout=TIMEOUT_S).json() == {"state": "ok"}
    assert ask(sandbox, protocol).json()


def test_a_slow_protocol_answers_a_patient_caller(sandbox: str, protocol: str) -> None:
    with fault(sandbox, protocol, "slow", seconds=0.2):
        assert ask(sandbox, protocol).json()


def test_html500_is_a_page_where_data_was_expected(sandbox: str, protocol: str) -> None:
    with fault(sandbox, protocol, "html500"):
        answer = ask(sandbox, protocol)
        assert answer.status_code == 500
        assert answer.headers["Content-Type"].startswith("text/html")
        assert "Internal Server Error" in answer.text
        assert ask(sandbox, other(protocol)).status_code == 200


def test_error200_says_fine_and_means_failure(sandbox: str) -> None:
    with fault(sandbox, "open311", "error200"):
        answer = ask(sandbox, "open311")
        assert answer.status_code == 200
        assert answer.json()[0]["code"] == 500
        in_xml = ask(sandbox, "open311", form="xml")
        assert in_xml.status_code == 200
        assert b"<errors><error><code>500</code>" in in_xml.content
    with fault(sandbox, "arcgis", "error200"):
        answer = ask(sandbox, "arcgis")
        assert (answer.status_code, answer.json()["error"]["code"]) == (200, 500)
    for name in ("waste", "hub"):
        with fault(sandbox, name, "error200"):
            answer = ask(sandbox, name)
            assert answer.status_code == 200
            assert answer.headers["Content-Type"].startswith("text/html")
            assert "Sign in" in answer.text


def test_a_truncated_answer_cannot_be_read(sandbox: str, protocol: str) -> None:
    whole = ask(sandbox, protocol).content
    with fault(sandbox, protocol, "truncated"):
        answer = ask(sandbox, protocol)
        assert answer.status_code == 200
        assert answer.content == whole[: len(whole) // 2]
        with pytest.raises(requests.JSONDecodeError):
            answer.json()


@pytest.mark.parametrize(
    ("path", "in_json", "in_xml"),
    [
        ("services", [], b"<services />"),
        ("requests", [], b"<service_requests />"),
        ("requests/26-000417", [], b"<service_requests />"),
        ("services/streetlight", {}, b"<service_definition />"),
        ("discovery", {}, b"<discovery />"),
    ],
)
def test_an_empty_open311_answer_is_well_formed(sandbox: str, path: str, in_json: Any, in_xml: bytes) -> None:
    with fault(sandbox, "open311", "empty"):
        assert open311(sandbox, f"{path}.json").json() == in_json
        assert open311(sandbox, f"{path}.xml").content.endswith(b"?>\n" + in_xml)


def test_an_empty_waste_answer_is_well_formed(sandbox: str) -> None:
    (place,) = suggestions(sandbox, "45 queen st n")
    calendar = f"{sandbox}/waste/api/places/{place['place_id']}/services/{SERVICE}/events"
    with fault(sandbox, "waste", "empty"):
        assert suggestions(sandbox, "45 queen st n") == []
        assert requests.get(calendar, timeout=TIMEOUT_S).json() == {"zones": {}, "parcel_opts": {}, "events": []}
        file = requests.get(f"{calendar}.en.ics", timeout=TIMEOUT_S).text
        assert file.startswith("BEGIN:VCALENDAR")
        assert "VEVENT" not in file


def test_an_empty_answer_of_represent_is_a_list_without_objects(sandbox: str) -> None:
    with fault(sandbox, "represent", "empty"):
        answer = ask(sandbox, "represent").json()
    assert (answer["objects"], answer["meta"]["total_count"]) == ([], 0)


def test_an_empty_answer_of_the_layers_and_the_catalogue_is_well_formed(sandbox: str) -> None:
    with fault(sandbox, "arcgis", "empty"), fault(sandbox, "hub", "empty"):
        assert layer_query(sandbox, "Wards", where="1=1") == {"objectIdFieldName": "OBJECTID", "fields": [], "features": []}
        assert layer_query(sandbox, "Wards", where="1=1", returnCountOnly="true") == {"count": 0}
        found = requests.get(
            f"{sandbox}/arcgis/rest/services/Locator/GeocodeServer/findAddressCandidates", {"SingleLine": "1 King St W"}, timeout=TIMEOUT_S
        )
        assert found.json() == {"candidates": []}
        assert ask(sandbox, "hub").json() == {"dataset": []}
        records = requests.get(f"{sandbox}/hub/api/search/v1/collections/dataset/items", timeout=TIMEOUT_S).json()
        assert (records["numberMatched"], records["features"]) == (0, [])


def test_short_pages_claim_more_records_and_never_give_them(sandbox: str) -> None:
    with fault(sandbox, "arcgis", "short_pages"):
        first = layer_query(sandbox, "Playgrounds", where="1=1", resultRecordCount="50")
        assert (len(first["features"]), first["exceededTransferLimit"]) == (50, True)
        for offset in ("50", "100", "5000"):
            later = layer_query(sandbox, "Playgrounds", where="1=1", resultRecordCount="50", resultOffset=offset)
            assert (later["features"], later["exceededTransferLimit"]) == ([], True)
        assert layer_query(sandbox, "Playgrounds", where="1=1", returnCountOnly="true")["count"] > 50


@pytest.mark.parametrize(("protocol", "path", "rows"), [("open511", "events", "events"), ("weather", "collections/x/items", "features")])
def test_an_empty_answer_of_a_list_is_a_list_without_rows(sandbox: str, protocol: str, path: str, rows: str) -> None:
    with fault(sandbox, protocol, "empty"):
        answer = requests.get(f"{sandbox}/{protocol}/{path}", timeout=TIMEOUT_S)
    assert (answer.status_code, answer.json()[rows]) == (200, [])


def test_429_says_when_to_come_back(sandbox: str, protocol: str) -> None:
    with fault(sandbox, protocol, "429", seconds=2.5):
        answer = ask(sandbox, protocol)
        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "3"


def described(sandbox: str, description: str) -> int:
    return sum(row["description"] == description for row in open311(sandbox, "requests.json").json())


def test_accept_then_hang_files_the_request_and_never_says_so(sandbox: str) -> None:
    with fault(sandbox, "open311", "accept_then_hang"):
        with pytest.raises(requests.Timeout):
            requests.post(
                f"{sandbox}/open311/v2/requests.json",
                data={
                    "api_key": "sandbox",
                    "service_code": "pothole",
                    "address_string": "1 King St W",
                    "description": "filed, then silence",
                },
                timeout=IMPATIENT_S,
            )
        assert described(sandbox, "filed, then silence") == 1  # reading goes on as usual


def test_a_request_whose_answer_is_truncated_is_filed_all_the_same(sandbox: str) -> None:
    with fault(sandbox, "open311", "truncated"):
        answer = file(sandbox, description="filed, unreadable")
        assert answer.status_code == 200
        with pytest.raises(requests.JSONDecodeError):
            answer.json()
    assert described(sandbox, "filed, unreadable") == 1


def test_a_slow_request_whose_caller_has_gone_is_never_filed(sandbox: str) -> None:
    with fault(sandbox, "open311", "slow", seconds=FAST_S):
        with pytest.raises(requests.Timeout):
            requests.post(
                f"{sandbox}/open311/v2/requests.json",
                data={"api_key": "sandbox", "service_code": "pothole", "address_string": "1 King St W", "description": "gave up"},
                timeout=FAST_S / 4,
            )
        assert described(sandbox, "gave up") == 0  # this answer waits as long, so the other one's wait is over by now


@pytest.mark.parametrize("name", ["html500", "error200", "empty", "429"])
def test_a_fault_that_fails_at_once_files_nothing(sandbox: str, name: str) -> None:
    with fault(sandbox, "open311", name):
        file(sandbox, description=f"met {name}")
    assert described(sandbox, f"met {name}") == 0


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ({"protocol": "telephone", "fault": "slow"}, f"protocol must be one of {', '.join(PROTOCOLS)}"),
        ({"fault": "slow"}, "protocol must be one of"),
        ({"protocol": "waste"}, "fault must be one of"),
        ({"protocol": "waste", "fault": "explode"}, "fault must be one of"),
        ({"protocol": "waste", "fault": ["slow"]}, "fault must be one of"),
        ({"protocol": "waste", "fault": "accept_then_hang"}, "accept_then_hang exists for open311 only"),
        ({"protocol": "hub", "fault": "short_pages"}, "short_pages exists for arcgis only"),
        ({"protocol": "arcgis", "fault": "quirks"}, "quirks exists for open311 only"),
        ({"protocol": "waste", "fault": "slow", "seconds": 0}, "seconds must be a number"),
        ({"protocol": "waste", "fault": "slow", "seconds": "5"}, "seconds must be a number"),
        ({"protocol": "waste", "fault": "slow", "seconds": True}, "seconds must be a number"),
        ({"protocol": "waste", "fault": "slow", "seconds": 601}, "seconds must be a number"),
        ({"protocol": "waste", "fault": "slow", "minutes": 5}, "nothing else"),
        (["slow"], "JSON object"),
    ],
)
def test_a_switch_that_cannot_be_made_is_refused_with_a_sentence(sandbox: str, shape: Any, words: str) -> None:
    answer = requests.post(f"{sandbox}/_faults", json=shape, timeout=TIMEOUT_S)
    assert answer.status_code == 400
    assert words in answer.json()["error"]


@pytest.mark.parametrize("body", [b"", b"slow", b'{"protocol": ', b"\xff\xfe", b'{"protocol": "waste", "fault": "slow", "seconds": NaN}'])
def test_a_body_that_is_no_switch_is_refused(sandbox: str, body: bytes) -> None:
    answer = requests.post(f"{sandbox}/_faults", data=body, timeout=TIMEOUT_S)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_the_switches_show_what_is_on(sandbox: str) -> None:
    off: Dict[str, Any] = {"fault": "none", "seconds": 30.0}
    assert requests.get(f"{sandbox}/_faults", timeout=TIMEOUT_S).json() == dict.fromkeys(PROTOCOLS, off)
    with fault(sandbox, "waste", "slow", seconds=5):
        shown = requests.get(f"{sandbox}/_faults", timeout=TIMEOUT_S).json()
        assert shown == {**dict.fromkeys(PROTOCOLS, off), "waste": {"fault": "slow", "seconds": 5.0}}
