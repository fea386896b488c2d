"""What residents read, from the first message to the last, with every part running."""

from __future__ import annotations

import os
import re
import signal
from datetime import date

import pytest
import requests

from bot.knowledge.store import knowledge
from tests.blackbox.system import Answer, Resident, System
from tests.running import fault

pytestmark = pytest.mark.blackbox

CITY_PHONE = "519-741-2345"
REGION_PHONE = "519-575-4400"
WASTE_PAGE = "regionofwaterloo.ca/waste"
NUMBER = re.compile(r"\b\d{2}-\d{6}\b")
WEEKDAY = re.compile(r"Monday|Tuesday|Wednesday|Thursday|Friday|lundi|mardi|mercredi|jeudi|vendredi")
KNOWN_REQUEST = "26-000417"


def report_a_pothole(resident: Resident) -> Answer:
    """Up to the question whether to send it, with a change of mind on the way."""
    assert "King St W" in resident.says("theres a huge pothole on king st w").text
    resident.says("201")
    assert "210 King St W" in resident.says("actually it's 210 not 201").text
    return resident.says("it is deep, right beside the bus stop")


def test_a_missed_collection_in_messy_english(system: System) -> None:
    answer = system.resident().says("they skiped my garbage agian, 45 queen st n")
    assert REGION_PHONE in answer.text
    assert "Source: Region of Waterloo" in answer.text
    assert answer.language == "en"


@pytest.mark.parametrize("exactness", ["%Y", "%Y-%m", "%Y-%m-%d"])
def test_an_answer_names_its_source_however_exact_its_date_is(system: System, exactness: str) -> None:
    length = len(date(2026, 1, 1).strftime(exactness))
    article = next(row for row in knowledge().articles if len(row.as_of) == length)
    for language in ("en", "fr"):
        answer = system.resident().says(article.questions[language][0])
        assert article.source.url in answer.text
        assert article.as_of[:4] in answer.text


def test_a_missed_collection_in_french(system: System) -> None:
    answer = system.resident().says("y ont encore sauté mes vidanges, 45 queen st n")
    assert REGION_PHONE in answer.text
    assert "Source : Région de Waterloo" in answer.text
    assert answer.language == "fr"


def test_a_pothole_is_reported_and_its_status_read_back(system: System) -> None:
    resident = system.resident()
    summary = report_a_pothole(resident)
    assert "210 King St W" in summary.text
    assert "it is deep, right beside the bus stop" in summary.text
    sent = resident.says(summary.buttons["Send it"])
    number = NUMBER.findall(sent.text)[0]
    status = system.resident().says(f"whats happening with {number}").text
    assert f"Request {number} (Pothole) is open" in status
    assert "210 King St W" in status
    filed = requests.get(f"{system.sandbox}/open311/v2/requests.json?service_code=pothole&status=open", timeout=10).json()
    assert [row["service_request_id"] for row in filed if "beside the bus stop" in row["description"]] == [number]


def test_a_report_in_french(system: System) -> None:
    resident = system.resident()
    resident.says("il y a un gros nid-de-poule")
    resident.says("200 king st w")
    summary = resident.says("assez profond, près de l'arrêt d'autobus")
    assert "Problème : Nid-de-poule" in summary.text
    sent = resident.says("oui")
    assert NUMBER.search(sent.text)
    assert sent.language == "fr"


def test_a_report_that_is_not_sent_is_not_filed(system: System) -> None:
    resident = system.resident()
    summary = report_a_pothole(resident)
    before = len(requests.get(f"{system.sandbox}/open311/v2/requests.json?service_code=pothole", timeout=10).json())
    assert not NUMBER.search(resident.says(summary.buttons["Do not send"]).text)
    assert len(requests.get(f"{system.sandbox}/open311/v2/requests.json?service_code=pothole", timeout=10).json()) == before


def test_a_known_request_is_found(system: System) -> None:
    assert f"Request {KNOWN_REQUEST} (Pothole) is open" in system.resident().says(f"what's happening with {KNOWN_REQUEST}").text


@pytest.mark.parametrize(("message", "language"), [("do you sell penguins?", "en"), ("vendez-vous des pingouins?", "fr")])
def test_what_it_does_not_know_it_does_not_answer(system: System, message: str, language: str) -> None:
    answer = system.resident().says(message)
    assert "Source" not in answer.text
    assert answer.buttons or CITY_PHONE in answer.text  # it asks whether something near was meant, or says who may know
    assert answer.language == language


@pytest.mark.parametrize("message", ["when is garbage at 200 king st w?", "quand passe le camion à ordures au 200 king st w?"])
def test_the_next_collections_are_days_with_their_source(system: System, message: str) -> None:
    text = system.resident().says(message).text
    assert len(WEEKDAY.findall(text)) >= 3
    assert re.search(r"Source ?:", text)


@pytest.mark.parametrize("name", ["slow", "html500", "error200", "truncated", "429"])
def test_with_the_waste_calendar_down_no_day_is_made_up_and_the_page_is_named(system: System, name: str) -> None:
    resident = system.resident()
    with fault(system.sandbox, "waste", name, seconds=30):
        text = resident.says("when is garbage at 200 king st w?").text
    assert not WEEKDAY.search(text)
    assert WASTE_PAGE in text
    assert WEEKDAY.search(resident.says("when is garbage at 200 king st w?").text)


def test_with_an_empty_waste_calendar_no_day_is_made_up(system: System) -> None:
    with fault(system.sandbox, "waste", "empty"):
        text = system.resident().says("when is garbage at 200 king st w?").text
    assert text
    assert not WEEKDAY.search(text)


@pytest.mark.parametrize("name", ["html500", "error200", "truncated", "429"])
def test_with_the_city_s_request_system_down_nobody_is_told_a_number(system: System, name: str) -> None:
    resident = system.resident()
    summary = report_a_pothole(resident)
    with fault(system.sandbox, "open311", name, seconds=30):
        text = resident.says(summary.buttons["Send it"]).text
    assert text
    assert not NUMBER.search(text)


def test_a_form_goes_on_after_the_assistant_was_killed(system: System) -> None:
    resident = system.resident()
    resident.says("there's a pothole on king st w")
    resident.says("210")
    killed = system.pid_of("assistant")
    os.kill(killed, signal.SIGKILL)
    system.wait_for(lambda: system.pid_of("assistant") not in (0, killed) and system.health()["assistant"] == "ok")
    summary = resident.says("a deep one")
    assert "210 King St W" in summary.text
    assert "a deep one" in summary.text
    assert NUMBER.search(resident.says(summary.buttons["Send it"]).text)


@pytest.mark.parametrize("part", ["worker", "actions", "gateway"])
def test_a_killed_part_comes_back_and_answers(system: System, part: str) -> None:
    killed = system.pid_of(part)
    os.kill(killed, signal.SIGKILL)
    system.wait_for(lambda: system.pid_of(part) not in (0, killed) and _well(system))
    assert REGION_PHONE in system.resident().says("they skipped my garbage").text


def _well(system: System) -> bool:
    try:
        return set(system.health().values()) == {"ok"}
    except requests.ConnectionError:
        return False
