"""What residents read, from the first message to the last, with every part running: the same on every channel."""

from __future__ import annotations

import os
import re
import signal
from datetime import date
from itertools import count
from typing import Callable

import pytest
import requests

from bot.gateway.page_words import page_words
from bot.knowledge.schema import Article
from bot.knowledge.store import knowledge
from tests.blackbox.residents import Answer, OverWebChat, Resident, unlike_any
from tests.blackbox.system import System
from tests.running import fault

pytestmark = pytest.mark.blackbox

CITY_PHONE = "519-741-2345"
REGION_PHONE = "519-575-4400"
WASTE_PAGE = "regionofwaterloo.ca/waste"
NUMBER = re.compile(r"\b\d{2}-\d{6}\b")
WEEKDAY = re.compile(r"Monday|Tuesday|Wednesday|Thursday|Friday|lundi|mardi|mercredi|jeudi|vendredi")
KNOWN_REQUEST = "26-000417"
DOORS = (f"{number} weber st e" for number in count(100))  # each for one question: what the calendar said of a door is kept

Newcomer = Callable[[], Resident]


def report_a_pothole(resident: Resident, words: str = "it is deep, right beside the bus stop") -> Answer:
    """Up to the question whether to send it, with a change of mind on the way."""
    assert "King St W" in resident.says("theres a huge pothole on king st w").text
    another_one(resident, resident.says("201"))
    assert "210 King St W" in another_one(resident, resident.says("actually it's 210 not 201")).text
    resident.says(words)
    return resident.chooses("Skip this")


def another_one(resident: Resident, answer: Answer) -> Answer:
    """Says that it is another problem than those nearby, if some are shown; all that was read meanwhile."""
    if "Another problem" not in answer.choices:
        return answer
    then = resident.chooses("Another problem")
    return Answer(f"{answer.text}\n{then.text}", then.choices, then.short)


def article(name: str) -> Article:
    found = knowledge().article(name)
    assert found
    return found


def test_a_missed_collection_in_messy_english(newcomer: Newcomer) -> None:
    answer = newcomer().says("they skiped my garbage agian, 45 queen st n")
    assert answer.is_from(article("garbage_missed"), "en")
    assert REGION_PHONE in answer.text
    assert "Source: Region of Waterloo" in answer.text
    assert answer.language == "en"


@pytest.mark.parametrize("exactness", ["%Y", "%Y-%m", "%Y-%m-%d"])
def test_an_answer_names_its_source_however_exact_its_date_is(newcomer: Newcomer, exactness: str) -> None:
    length = len(date(2026, 1, 1).strftime(exactness))
    dated = next(row for row in knowledge().articles if len(row.as_of) == length)
    for language in ("en", "fr"):
        assert newcomer().says(dated.questions[language][0]).is_from(dated, language)


def test_a_missed_collection_in_french(newcomer: Newcomer) -> None:
    answer = newcomer().says("y ont encore sauté mes vidanges, 45 queen st n")
    assert answer.is_from(article("garbage_missed"), "fr")
    assert REGION_PHONE in answer.text
    assert "Source : Région de Waterloo" in answer.text
    assert answer.language == "fr"


@pytest.mark.parametrize(
    ("language", "question", "thanks", "answered"),
    [
        ("en", "they skipped my garbage", "ok thanks", "You are welcome."),
        ("fr", "ils ont oublié mes vidanges", "ok merci", "De rien."),
    ],
)
def test_thanks_are_no_second_question(newcomer: Newcomer, language: str, question: str, thanks: str, answered: str) -> None:
    resident = newcomer()
    assert resident.says(question).is_from(article("garbage_missed"), language)
    answer = resident.says(thanks)
    assert answered in answer.text
    assert answer.choices == ()


def test_a_pothole_is_reported_and_its_status_read_back(system: System, newcomer: Newcomer) -> None:
    resident = newcomer()
    words = f"it is deep, right beside bus stop {unlike_any()}"
    summary = report_a_pothole(resident, words)
    assert "210 King St W" in summary.text
    assert words in summary.text
    number = NUMBER.findall(resident.chooses("Send it").text)[0]
    (row,) = system.filed(words)
    assert {name: row[name] for name in ("service_request_id", "service_code", "address", "description", "status")} == {
        "service_request_id": number,
        "service_code": "pothole",
        "address": "210 King St W",
        "description": words,
        "status": "open",
    }
    status = newcomer().says(f"whats happening with {number}").text
    assert f"Request {number} (Pothole) is open" in status
    assert "210 King St W" in status


def test_a_streetlight_is_reported_with_the_city_s_own_questions(system: System, newcomer: Newcomer) -> None:
    resident = newcomer()
    words = f"since last week {unlike_any()}"
    assert "Report a problem" in resident.says("hello").choices
    resident.chooses("Report a problem")
    resident.says("a streetlight is broken")  # in which way, the city asks
    another_one(resident, resident.says("200 king st w"))
    assert "It flickers" in resident.says(words).choices
    assert "number on the pole" in resident.chooses("It flickers").text
    resident.chooses("Skip this")
    assert "jane@example.org" in resident.says("jane@example.org").text
    resident.chooses("Send it")
    (row,) = system.filed(words)
    assert (row["service_code"], row["address"], row["description"]) == ("streetlight", "200 King St W", words)


def test_a_place_is_named_and_shown_back_and_the_same_problem_is_not_sent_twice(system: System, newcomer: Newcomer) -> None:
    words = f"the bin is full {unlike_any()}"
    first, second = newcomer(), newcomer()
    first.says("there is litter everywhere on the sidewalk")
    assert "Kitchener Market" in first.says("by the kitchener market").text
    another_one(first, first.chooses("That is the place"))
    first.says(words)
    first.chooses("Skip this")
    number = NUMBER.findall(first.chooses("Send it").text)[0]
    (row,) = system.filed(words)
    assert row["address"] == "Kitchener Market"
    before = len(system.filed(""))
    second.says("there is litter everywhere on the sidewalk")
    second.says("by the kitchener market")
    shown = second.chooses("That is the place")
    assert "at this place" in shown.text
    followed = NUMBER.findall(second.chooses(shown.choices[0]).text)[0]
    assert len(system.filed("")) == before
    assert followed in second.says("any news about my report?").text
    assert number in first.says("any news about my report?").text


def test_open_requests_are_found_by_their_street(newcomer: Newcomer) -> None:
    answer = newcomer().says("what's the status of the tree that was reported on belmont ave w")
    assert "26-000409" in answer.text


def test_a_report_in_french(system: System, newcomer: Newcomer) -> None:
    resident = newcomer()
    words = f"assez profond, près de l'arrêt d'autobus {unlike_any()}"
    resident.says("il y a un gros nid-de-poule")
    assert "peut-être déjà" in resident.says("200 king st w").text
    resident.chooses("Un autre problème")
    resident.says(words)
    assert "Problème : Nid-de-poule" in resident.says("non merci").text
    sent = resident.says("oui")
    assert NUMBER.search(sent.text)
    assert sent.language == "fr"
    (row,) = system.filed(words)
    assert (row["service_code"], row["address"]) == ("pothole", "200 King St W")


def test_a_report_that_is_not_sent_is_not_filed(system: System, newcomer: Newcomer) -> None:
    resident = newcomer()
    words = f"right beside the curb {unlike_any()}"
    report_a_pothole(resident, words)
    assert not NUMBER.search(resident.chooses("Do not send").text)
    assert system.filed(words) == []


@pytest.mark.parametrize(
    ("opening", "leaving", "left"),
    [
        ("there's a pothole on king st w", "never mind", "I dropped it"),
        ("there's a pothole on king st w", "MENU", "let us begin again"),
        ("il y a un nid-de-poule sur king st w", "laisse faire", "je laisse tomber"),
        ("il y a un nid-de-poule sur king st w", "menu", "reprenons du début"),
        ("when is garbage collected?", "never mind", "I dropped it"),
    ],
)
def test_a_form_is_left_in_words_that_every_channel_has(newcomer: Newcomer, opening: str, leaving: str, left: str) -> None:
    resident = newcomer()
    resident.says(opening)
    assert left in resident.says(leaving).text
    after = resident.says("210").text  # is no answer to the form any more
    assert "210 King" not in after
    assert "210 king" not in after


def test_the_page_s_button_for_another_language_is_no_description(system: System) -> None:
    resident, words = OverWebChat(system.gateway), f"juste à côté du trottoir {unlike_any()}"
    resident.says("theres a huge pothole on king st w")
    another_one(resident, resident.says("201"))
    assert resident.says(page_words("widget")["fr"]["continue"]).language == "fr"
    resident.says(words)
    assert f"Description : {words}" in resident.chooses("Passer").text


def test_a_question_inside_a_report_is_answered_and_the_report_goes_on(system: System, newcomer: Newcomer) -> None:
    resident = newcomer()
    words = f"right beside the curb {unlike_any()}"
    resident.says("there's a pothole on king st w")
    assert resident.says("who do i call when they skipped my garbage?").is_from(article("garbage_missed"), "en")
    another_one(resident, resident.says("210"))
    resident.says(words)
    resident.chooses("Skip this")
    resident.chooses("Send it")
    (row,) = system.filed(words)
    assert row["address"] == "210 King St W"


def test_danger_is_answered_with_the_number_to_call(newcomer: Newcomer) -> None:
    answer = newcomer().says("i smell gas in my basement")
    assert "911, but from outside: get everyone out first." in answer.text


def test_the_language_is_changed_on_request(newcomer: Newcomer) -> None:
    resident = newcomer()
    resident.says("when is garbage at 200 king st w?")
    assert "je continue en français" in resident.says("en français svp").text
    assert resident.says("merci").language == "fr"


def test_a_known_request_is_found(newcomer: Newcomer) -> None:
    assert f"Request {KNOWN_REQUEST} (Pothole) is open" in newcomer().says(f"what's happening with {KNOWN_REQUEST}").text


@pytest.mark.parametrize(("message", "language"), [("do you sell penguins?", "en"), ("vendez-vous des pingouins?", "fr")])
def test_what_it_does_not_know_it_does_not_answer(newcomer: Newcomer, message: str, language: str) -> None:
    answer = newcomer().says(message)
    assert "Source" not in answer.text
    assert answer.choices or CITY_PHONE in answer.text  # it asks whether something near was meant, or says who may know
    assert answer.language == language


@pytest.mark.parametrize("message", ["when is garbage at 200 king st w?", "quand passe le camion à ordures au 200 king st w?"])
def test_the_next_collections_are_days_with_their_source(newcomer: Newcomer, message: str) -> None:
    text = newcomer().says(message).text
    assert len(WEEKDAY.findall(text)) >= 3
    assert re.search(r"Source ?:", text)


@pytest.mark.parametrize("name", ["slow", "html500", "error200", "truncated", "429"])
def test_with_the_waste_calendar_down_no_day_is_made_up_and_the_page_is_named(system: System, newcomer: Newcomer, name: str) -> None:
    resident, question = newcomer(), f"when is garbage at {next(DOORS)}?"
    with fault(system.sandbox, "waste", name, seconds=30):
        text = resident.says(question).text
    assert not WEEKDAY.search(text)
    assert WASTE_PAGE in text
    assert WEEKDAY.search(resident.says(question).text)


def test_with_an_empty_waste_calendar_no_day_is_made_up(system: System, newcomer: Newcomer) -> None:
    with fault(system.sandbox, "waste", "empty"):
        text = newcomer().says(f"when is garbage at {next(DOORS)}?").text
    assert text
    assert not WEEKDAY.search(text)


@pytest.mark.parametrize("name", ["html500", "error200", "truncated", "429"])
def test_with_the_city_s_request_system_down_nobody_is_told_a_number(system: System, newcomer: Newcomer, name: str) -> None:
    resident = newcomer()
    report_a_pothole(resident)
    with fault(system.sandbox, "open311", name, seconds=30):
        text = resident.chooses("Send it").text
    assert text
    assert not NUMBER.search(text)


def test_a_form_goes_on_after_the_assistant_was_killed(system: System, newcomer: Newcomer) -> None:
    resident = newcomer()
    resident.says("there's a pothole on king st w")
    another_one(resident, resident.says("210"))
    killed = system.pid_of("assistant")
    os.kill(killed, signal.SIGKILL)
    system.wait_for(lambda: system.pid_of("assistant") not in (0, killed) and system.health()["assistant"] == "ok")
    resident.says("a deep one")
    summary = resident.says("no thanks")
    assert "210 King St W" in summary.text
    assert "a deep one" in summary.text
    assert NUMBER.search(resident.chooses("Send it").text)


@pytest.mark.parametrize("part", ["worker", "actions", "gateway"])
def test_a_killed_part_comes_back_and_answers(system: System, newcomer: Newcomer, part: str) -> None:
    killed = system.pid_of(part)
    os.kill(killed, signal.SIGKILL)
    system.wait_for(lambda: system.pid_of(part) not in (0, killed) and _well(system))
    assert REGION_PHONE in newcomer().says("they skipped my garbage").text


def _well(system: System) -> bool:
    try:
        return set(system.health().values()) == {"ok"}
    except requests.ConnectionError:
        return False
