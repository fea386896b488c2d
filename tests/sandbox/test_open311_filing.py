"""Filing a request with the sandbox: what is accepted, what is refused and how, what is read back."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from typing import Any, Dict

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.city import city
from tests.sandbox.asking import POTHOLE, TIMEOUT_S, file, from_xml, open311

STREETLIGHT = {"service_code": "streetlight", "attribute[PROBLEM]": "out"}
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # what XML 1.0 has no way to write
PARKING = {"service_code": "parking", "attribute[PROBLEM]": "driveway", "attribute[VEHICLE]": "Red van"}


def test_a_pothole_is_filed_and_read_back(sandbox: str) -> None:
    answer = file(sandbox, description="Big hole", lat="43.4516", long="-80.4925", media_url="https://example.org/1.jpg")
    assert answer.status_code == 200
    (told,) = answer.json()
    assert set(told) == {"service_request_id", "service_notice", "account_id"}
    assert told["service_notice"] == "Sample data: no crew is sent."
    (kept,) = open311(sandbox, f"requests/{told['service_request_id']}.json").json()
    assert (kept["status"], kept["description"], kept["address"]) == ("open", "Big hole", "200 King St W")
    assert (kept["lat"], kept["long"], kept["media_url"]) == (43.4516, -80.4925, "https://example.org/1.jpg")
    requested = datetime.fromisoformat(kept["requested_datetime"])
    assert abs(datetime.now(timezone.utc) - requested) < timedelta(minutes=1)
    assert requested.utcoffset() == datetime.now(city().timezone).utcoffset()
    assert kept in open311(sandbox, "requests.json", service_code="pothole").json()


def test_several_photos_are_shown_with_the_extension_and_the_first_without(sandbox: str) -> None:
    urls = ["https://example.org/1.jpg", "https://example.org/2.jpg"]
    number = file(sandbox, media_url=[*urls, " "]).json()[0]["service_request_id"]
    (plain,) = open311(sandbox, f"requests/{number}.json").json()
    (more,) = open311(sandbox, f"requests/{number}.json", extensions="true").json()
    assert (plain["media_url"], more["media_urls"]) == (urls[0], urls)
    assert "media_urls" not in plain


def test_photos_sent_as_files_are_kept_and_shown_and_other_files_dropped(sandbox: str) -> None:
    files = [
        ("media", ("1.jpg", b"one", "image/jpeg")),
        ("media", ("2.html", b"<p>", "text/html")),
        ("media", ("3.jpg", b"three", "image/jpeg")),
    ]
    answer = requests.post(f"{sandbox}/open311/v2/requests.json", data=POTHOLE, files=files, timeout=TIMEOUT_S)
    (kept,) = open311(sandbox, f"requests/{answer.json()[0]['service_request_id']}.json", extensions="true").json()
    shown = [requests.get(url, timeout=TIMEOUT_S) for url in kept["media_urls"]]
    assert [(one.content, one.headers["Content-Type"]) for one in shown] == [(b"one", "image/jpeg"), (b"three", "image/jpeg")]
    assert kept["media_url"] == kept["media_urls"][0]
    assert requests.get(f"{sandbox}/open311/v2/media/none", timeout=TIMEOUT_S).status_code == 404


def test_numbers_look_like_the_citys_and_increase(sandbox: str) -> None:
    first, second = (file(sandbox).json()[0]["service_request_id"] for _ in range(2))
    assert re.fullmatch(city().request_number, first)
    assert first[:2] == f"{datetime.now(city().timezone):%y}"
    assert int(second[3:]) == int(first[3:]) + 1


def test_requests_filed_at_the_same_time_get_different_numbers(sandbox: str) -> None:
    with ThreadPoolExecutor(8) as callers:
        answers = list(callers.map(lambda _: file(sandbox).json(), range(24)))
    assert len({answer[0]["service_request_id"] for answer in answers}) == 24


def test_the_xml_answer_holds_the_number_too(sandbox: str) -> None:
    answer = file(sandbox, "xml", locale="fr")
    assert answer.content.startswith(b"<?xml version='1.0' encoding='utf-8'?>\n<service_requests><request><service_request_id>")
    (told,) = from_xml(answer.content)
    assert told["service_notice"] == "Données d'exemple : aucune équipe n'est envoyée."
    assert open311(sandbox, f"requests/{told['service_request_id']}.json").status_code == 200


def test_a_batch_service_answers_with_a_token_that_becomes_a_number(sandbox: str) -> None:
    (told,) = file(sandbox, **PARKING).json()
    assert "service_request_id" not in told
    found: Dict[str, Any] = {}
    while "service_request_id" not in found:
        (found,) = open311(sandbox, f"tokens/{told['token']}.json").json()
        assert found["token"] == told["token"]
        time.sleep(0.2)
    assert open311(sandbox, f"requests/{found['service_request_id']}.json").json()[0]["service_code"] == "parking"


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({**STREETLIGHT, "attribute[POLE]": "K1234"}, {"PROBLEM": "out", "POLE": "K1234"}),
        ({**STREETLIGHT, "attribute[POLE]": ""}, {"PROBLEM": "out"}),
        (
            {"service_code": "illegal_dumping", "attribute[ITEMS][]": ["bags", "tires"], "attribute[AMOUNT]": "12"},
            {"ITEMS": ["bags", "tires"], "AMOUNT": "12"},
        ),
        ({"service_code": "property_standards", "attribute[DETAILS]": "Two\nlines"}, {"DETAILS": "Two\nlines"}),
        ({"service_code": "traffic_sign", "attribute[SIGN]": "Arrêt"}, {"SIGN": "Arrêt"}),
    ],
)
def test_answers_to_the_services_questions_are_kept(sandbox: str, fields: Dict[str, Any], kept: Dict[str, Any]) -> None:
    number = file(sandbox, **fields).json()[0]["service_request_id"]
    assert open311(sandbox, f"requests/{number}.json", extensions="true").json()[0]["extended_attributes"] == kept
    assert "extended_attributes" not in open311(sandbox, f"requests/{number}.json").json()[0]


@pytest.mark.parametrize("where", [{"lat": "43.45", "long": "-80.49"}, {"address_id": "A-17"}, {"address_string": "Weber and Victoria"}])
def test_each_way_to_say_where_is_enough(sandbox: str, where: Dict[str, str]) -> None:
    assert file(sandbox, **{"address_string": None, **where}).status_code == 200


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"api_key": None}, 403, "api_key"),
        ({"api_key": "wrong"}, 403, "api_key"),
        ({"api_key": "clé"}, 403, "api_key"),
        ({"service_code": None}, 400, "service_code"),
        ({"service_code": "unheard_of"}, 404, "service_code"),
        ({"jurisdiction_id": "elsewhere.example"}, 404, "jurisdiction_id"),
        ({"address_string": None}, 400, "location"),
        ({"address_string": " "}, 400, "location"),
        ({"lat": "43.45"}, 400, "lat and long"),
        ({"lat": "north", "long": "-80.49"}, 400, "lat and long"),
        ({"lat": "nan", "long": "-80.49"}, 400, "lat and long"),
        ({"lat": "143.45", "long": "-80.49"}, 400, "lat and long"),
        ({"description": "a" * 4001}, 400, "4000"),
        ({"service_code": "streetlight"}, 400, "What is wrong with the light?"),
        ({"service_code": "streetlight", "attribute[PROBLEM]": " "}, 400, "attribute[PROBLEM] is required"),
        ({"service_code": "streetlight", "attribute[PROBLEM]": "purple"}, 400, "attribute[PROBLEM] is not a valid"),
        ({**STREETLIGHT, "attribute[COLOUR]": "red"}, 400, "no attribute[COLOUR]"),
        ({**STREETLIGHT, "attribute[POLE]": "two\nlines"}, 400, "attribute[POLE] is not a valid string"),
        ({"service_code": "illegal_dumping", "attribute[ITEMS][]": ["bags", "gold"]}, 400, "attribute[ITEMS] is not a valid"),
        (
            {"service_code": "illegal_dumping", "attribute[ITEMS][]": "bags", "attribute[AMOUNT]": "many"},
            400,
            "attribute[AMOUNT] is not a valid number",
        ),
        ({**PARKING, "attribute[SINCE]": "this morning"}, 400, "attribute[SINCE] is not a valid datetime"),
    ],
)
def test_a_request_that_lacks_something_is_refused_with_a_sentence(sandbox: str, fields: Dict[str, Any], status: int, words: str) -> None:
    before = len(open311(sandbox, "requests.json").json())
    answer = file(sandbox, **fields)
    assert answer.status_code == status
    (error,) = answer.json()
    assert error["code"] == status
    assert words in error["description"]
    assert from_xml(file(sandbox, "xml", **fields).content)[0]["description"] == error["description"]
    assert len(open311(sandbox, "requests.json").json()) == before


def test_everything_that_is_wrong_is_said_at_once_and_in_french_when_asked(sandbox: str) -> None:
    answer = file(sandbox, service_code="parking", address_string=None, description="a" * 4001, locale="fr")
    described = " ".join(error["description"] for error in answer.json())
    assert len(answer.json()) == 4
    for words in ("lieu", "4000", "Quel est le problème?", "De quelle couleur"):
        assert words in described


def test_who_reported_it_is_not_kept(sandbox: str) -> None:
    number = file(sandbox, first_name="Zebulon", email="zebulon@example.org", phone="519-555-0100").json()[0]["service_request_id"]
    assert "ebulon" not in open311(sandbox, f"requests/{number}.json", extensions="true").text


@settings(max_examples=25)
@given(description=st.text(min_size=1, max_size=60))
def test_any_text_is_read_back_in_json_and_in_well_formed_xml(sandbox: str, description: str) -> None:
    number = file(sandbox, description=description.encode("utf-8", "replace").decode()).json()[0]["service_request_id"]
    (in_json,) = open311(sandbox, f"requests/{number}.json").json()
    (in_xml,) = from_xml(open311(sandbox, f"requests/{number}.xml").content)
    sent = description.encode("utf-8", "replace").decode().strip().replace("\r\n", "\n").replace("\r", "\n") or None
    assert in_json["description"] == sent
    assert in_xml["description"] == (NOT_IN_XML.sub("", sent or "") or None)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "application/x-www-form-urlencoded"),
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
        (b'{"service_code": "pothole"}', "application/json"),
        (b"no boundary here", "multipart/form-data"),
        (b"a=" + b"b" * 10_000_000, "application/x-www-form-urlencoded"),
        (b"&".join(b"f%d=1" % index for index in range(5000)), "application/x-www-form-urlencoded"),
    ],
)
def test_a_body_of_the_wrong_kind_is_the_callers_mistake_not_a_crash(sandbox: str, body: bytes, content_type: str) -> None:
    answer = requests.post(f"{sandbox}/open311/v2/requests.json", data=body, headers={"Content-Type": content_type}, timeout=TIMEOUT_S)
    assert 400 <= answer.status_code < 500
