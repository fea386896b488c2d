"""Code against words: every response, title and line an action uses is there, in every language."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, Set, Tuple

import pytest
import yaml

from actions.words import spoken_date, spoken_money, spoken_number, spoken_percent, wording
from bot.assistant.danger import PERHAPS, PERHAPS_ANY
from bot.city import city
from tests.actions.turns import ROOT, responses

DOMAIN: Dict[str, Any] = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
FILLED_BY_EVERY_ACTION = {"city_name", "city_phone", "city_hours", "city_contact"}


def texts_of_actions() -> Iterator[Tuple[Path, str]]:
    for path in sorted((ROOT / "actions").rglob("*.py")):
        yield path, path.read_text(encoding="utf-8")


def used_responses() -> Set[str]:
    return {name for _, text in texts_of_actions() for name in re.findall(r"\"(utter_\w+)\"", text)}


def rules() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "data" / "rules").glob("*.yml")))


def test_no_response_name_is_put_together() -> None:
    assert not [path for path, text in texts_of_actions() if re.search(r"f\"utter_|\"utter_\" \+", text)]


def test_every_response_an_action_or_rule_uses_is_in_the_domain() -> None:
    used = used_responses() | set(re.findall(r"utter_\w+", rules()))
    assert len(used) > 40
    assert used <= set(responses())


def test_every_response_of_the_domain_is_used() -> None:
    asked_by_rasa = {f"utter_ask_{slot}" for form in DOMAIN["forms"].values() for slot in form["required_slots"]}
    above_answers = {*PERHAPS.values(), PERHAPS_ANY}  # said by the assistant itself
    used = used_responses() | set(re.findall(r"utter_\w+", rules())) | asked_by_rasa | above_answers
    assert set(responses()) <= used


@pytest.mark.parametrize("name", sorted(responses()))
def test_every_response_is_there_in_both_languages_with_the_same_parts(name: str) -> None:
    english, french = responses()[name]
    assert "condition" not in english
    assert french["condition"] == [{"type": "slot", "name": "language", "value": "fr"}]
    parts = [set(re.findall(r"{(\w+)}", variation["text"])) for variation in (english, french)]
    assert parts[0] == parts[1]
    buttons = [[button["payload"] for button in variation.get("buttons", [])] for variation in (english, french)]
    assert buttons[0] == buttons[1]


def test_a_response_said_by_a_rule_needs_nothing_filled_in() -> None:
    said = set(re.findall(r"utter_\w+", rules()))
    assert len(said) > 5
    assert not [name for name in said if "{" in responses()[name][0]["text"]]


def test_every_action_of_the_domain_exists_and_the_other_way_round() -> None:
    from rasa_sdk.executor import ActionExecutor

    executor = ActionExecutor()
    executor.register_package("actions")
    there = {name for name in executor.actions if "of_this_test" not in name}
    assert len(there) > 15
    assert there == set(DOMAIN["actions"])


def test_every_slot_an_action_sets_is_in_the_domain() -> None:
    set_somewhere = {
        name for _, text in texts_of_actions() for call in re.findall(r"turn\.set\(([^)]*)\)", text) for name in re.findall(r"(\w+)=", call)
    }
    assert len(set_somewhere) > 8
    assert set_somewhere <= set(DOMAIN["slots"])


def test_every_payload_is_an_intent_of_the_domain_with_entities_of_the_domain() -> None:
    sent = {(intent, names) for _, text in texts_of_actions() for intent, names in re.findall(r"payload\(\"(\w+)\"((?:, \w+=)*)", text)}
    assert len(sent) > 3
    assert {intent for intent, _ in sent} <= set(DOMAIN["intents"])
    entities = {name for entity in DOMAIN["entities"] for name in ([entity] if isinstance(entity, str) else entity)}
    assert {name for _, names in sent for name in re.findall(r"(\w+)=", names)} <= entities


@pytest.mark.parametrize(
    ("section", "key"), [(section, key) for section, rows in wording().items() for key in rows], ids=lambda value: str(value)
)
def test_every_word_is_there_in_every_language(section: str, key: str) -> None:
    row = wording()[section][key]
    assert set(row) == set(city().languages)
    assert all(row.values())


def test_every_service_and_stream_of_the_sandbox_has_a_title() -> None:
    services = yaml.safe_load((ROOT / "data" / "sandbox" / "services.yml").read_text(encoding="utf-8"))["services"]
    streams = yaml.safe_load((ROOT / "data" / "sandbox" / "waste.yml").read_text(encoding="utf-8"))["streams"]
    assert {row["service_code"] for row in services} == set(wording()["services"])
    assert {row["name"] for row in streams} == set(wording()["streams"])


def test_every_kind_of_problem_can_be_understood() -> None:
    services = yaml.safe_load((ROOT / "data" / "sandbox" / "services.yml").read_text(encoding="utf-8"))["services"]
    examples = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "data" / "nlu").glob("*.yml"))
    labels = set(re.findall(r"intent: report_problem/(\w+)", examples))
    assert labels == {row["service_code"] for row in services}


@pytest.mark.parametrize(
    ("day", "english", "french"),
    [
        (date(2026, 12, 1), "Tuesday, December 1", "mardi 1er décembre"),
        (date(2026, 1, 11), "Sunday, January 11", "dimanche 11 janvier"),
        (date(2026, 3, 21), "Saturday, March 21", "samedi 21 mars"),
    ],
)
def test_dates_are_said_as_people_say_them(day: date, english: str, french: str) -> None:
    assert (spoken_date(day, "en"), spoken_date(day, "fr")) == (english, french)


@pytest.mark.parametrize(
    ("said", "english", "french"),
    [
        (lambda language: spoken_number(1234567, language), "1,234,567", "1\u00a0234\u00a0567"),
        (lambda language: spoken_number(12.34, language), "12.3", "12,3"),
        (lambda language: spoken_number(3.0, language), "3", "3"),
        (lambda language: spoken_money(2.5, language), "$2.50", "2,50\u00a0$"),
        (lambda language: spoken_money(1234567.8, language), "$1,234,568", "1\u00a0234\u00a0568\u00a0$"),
        (lambda language: spoken_percent(0.626, language), "63%", "63\u00a0%"),
        (lambda language: spoken_date(date(2026, 3, 1), language, year=True, weekday=False), "March 1, 2026", "1er mars 2026"),
    ],
)
def test_numbers_amounts_and_days_are_written_as_each_language_does(said: Callable[[str], str], english: str, french: str) -> None:
    assert (said("en"), said("fr")) == (english, french)
