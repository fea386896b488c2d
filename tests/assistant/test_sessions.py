"""Sessions as the running assistant keeps them: how they end, what they leave behind, and that they stay bounded."""

from __future__ import annotations

import json
import sqlite3
import time
from typing import Any, Dict, List

import yaml

from actions.conversation import FORMS
from bot.assistant.processor import CARRIED, MAX_SESSION_EVENTS
from bot.assistant.rows import NewEvent, Rows, opened
from bot.assistant.waiting import WAITING_SLOT
from bot.messages import CHOICES_VALID_FOR
from bot.settings import ROOT
from tests.assistant.serving import Assistant, FakeActions, texts

STARTED = {"event": "session_started"}
LISTENS = {"event": "action", "name": "action_listen"}


def slot(name: str, value: Any) -> Dict[str, Any]:
    return {"event": "slot", "name": name, "value": value}


def remember(assistant: Assistant, conversation: str, events: List[Dict[str, Any]], minutes_ago: float = 0) -> None:
    """Puts events into the conversation as a turn some time ago would have."""
    rows = Rows(assistant.environ["TRACKER_DATABASE_URL"])
    then = time.time() - 60 * minutes_ago
    new = [NewEvent(event["event"], then, json.dumps({"timestamp": then, **event}), event is STARTED) for event in events]
    rows.store_turn(conversation, "before", new, "{}", rows.last_session(conversation))


def last_session(assistant: Assistant, conversation: str) -> List[Dict[str, Any]]:
    rows = Rows(assistant.environ["TRACKER_DATABASE_URL"])
    return [json.loads(text) for text in opened(conversation, rows.last_session(conversation))]


def sessions(assistant: Assistant, conversation: str) -> int:
    with sqlite3.connect(assistant.tracker) as connection:
        query = "SELECT max(session) FROM tracker_events WHERE conversation = ?"
        return int(connection.execute(query, [conversation]).fetchone()[0])


def opened_form(*answers: Dict[str, Any]) -> List[Dict[str, Any]]:
    asked = {"event": "user", "text": "où en est ma demande", "parse_data": {"intent": {"name": "check_request_status"}, "entities": []}}
    form = [{"event": "active_loop", "name": "status_form"}, slot("requested_slot", "request_number")]
    return [STARTED, LISTENS, asked, slot("language", "fr"), *answers, *form, LISTENS]


def test_a_form_waits_as_long_as_its_choices_count(assistant: Assistant, actions: FakeActions, conversation: str) -> None:
    remember(assistant, conversation, opened_form(), minutes_ago=CHOICES_VALID_FOR.total_seconds() / 60 - 5)
    assert texts(assistant.say(conversation, "26-000417"))[0].startswith("La demande 26-000417")
    assert sessions(assistant, conversation) == 1


def test_later_a_form_is_over_with_its_answers_and_the_language_is_still_known(
    assistant: Assistant, actions: FakeActions, conversation: str
) -> None:
    contact = slot("report_contact", {"email": "someone@example.org", "phone": ""})
    account = slot("look_up", {"kind": "balance", "state": {"account": "9000123"}})
    remember(assistant, conversation, opened_form(contact, account), minutes_ago=CHOICES_VALID_FOR.total_seconds() / 60 + 1)
    answer = assistant.say(conversation, "12 rue Weber")
    assert "validate_status_form" not in actions.names(conversation)
    assert answer.json()["language"] == "fr"
    assert sessions(assistant, conversation) == 2
    assert not any(event.get("name") in ("report_contact", "look_up") for event in last_session(assistant, conversation))


def test_a_session_without_a_form_ends_after_half_an_hour(assistant: Assistant, actions: FakeActions, conversation: str) -> None:
    said = {"event": "user", "text": "merci", "parse_data": {"intent": {"name": "thank"}, "entities": []}}
    remember(assistant, conversation, [STARTED, LISTENS, said, LISTENS], minutes_ago=31)
    assistant.say(conversation, "bonjour")
    assert sessions(assistant, conversation) == 2


def test_each_slot_is_a_forms_own_or_said_to_be_carried_over() -> None:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    of_forms = {slot for form in FORMS for slot in form.slots} | {
        slot for row in domain["forms"].values() for slot in row["required_slots"]
    }
    own = {"action_report", "delete_asked", WAITING_SLOT}  # of a turn, or of the open form
    assert not of_forms & CARRIED
    assert of_forms | own | CARRIED == set(domain["slots"])


def test_a_session_that_grew_too_long_ends_and_every_slot_is_carried_over_once(
    assistant: Assistant, actions: FakeActions, conversation: str
) -> None:
    changes = [slot("language", "fr" if turn % 2 else "en") for turn in range(MAX_SESSION_EVENTS)]
    remember(assistant, conversation, [STARTED, LISTENS, *changes, slot("last_request", "26-000417"), slot("collection_address", None)])
    assert texts(assistant.say(conversation, "bonjour"))[0].startswith("Bonjour.")
    assert sessions(assistant, conversation) == 2
    carried = [event for event in last_session(assistant, conversation) if event["event"] == "slot"]
    assert [(event["name"], event["value"]) for event in carried] == [("language", "fr"), ("last_request", "26-000417")]


def test_a_long_session_with_an_open_form_goes_on(assistant: Assistant, actions: FakeActions, conversation: str) -> None:
    assistant.say(conversation, "check on my report")
    remember(assistant, conversation, [slot("form_note", "unclear")] * MAX_SESSION_EVENTS)
    assert texts(assistant.say(conversation, "26-000417")) == ["Request 26-000417 (Pothole) is open."]
    assert sessions(assistant, conversation) == 1
