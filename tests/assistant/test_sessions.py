"""Sessions as the running assistant keeps them: how they end, what they leave behind, and that they stay bounded."""

from __future__ import annotations

import json
import sqlite3
import time
from typing import Any, Dict, List

from bot.assistant.processor import MAX_SESSION_EVENTS
from bot.assistant.rows import NewEvent, Rows, opened
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


def test_after_half_an_hour_a_form_is_over_and_the_language_is_still_known(
    assistant: Assistant, actions: FakeActions, conversation: str
) -> None:
    asked = {"event": "user", "text": "où en est ma demande", "parse_data": {"intent": {"name": "check_request_status"}, "entities": []}}
    opened_form = [asked, slot("language", "fr"), {"event": "active_loop", "name": "status_form"}, slot("requested_slot", "request_number")]
    remember(assistant, conversation, [STARTED, LISTENS, *opened_form, LISTENS], minutes_ago=31)
    answer = assistant.say(conversation, "12 rue Weber")
    assert "validate_status_form" not in actions.names(conversation)
    assert answer.json()["language"] == "fr"
    assert sessions(assistant, conversation) == 2


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
