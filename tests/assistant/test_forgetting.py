"""What the assistant remembers after "forget this": the language, and nothing that was said."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any, List

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.assistant import tracker_store
from bot.assistant.answer import REPORT_SLOT
from bot.assistant.rows import opened
from bot.assistant.tracker_store import TurnTrackerStore
from bot.assistant.turn import Turn, current_turn
from bot.settings import Settings

DOMAIN = Domain.from_dict(
    {
        "slots": {name: {"type": "any", "mappings": [{"type": "custom"}]} for name in ("language", "look_up", REPORT_SLOT)},
        "forms": {"look_up_form": {"required_slots": []}},
        "intents": ["look_up", "forget_this"],
    }
)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TurnTrackerStore:
    monkeypatch.setattr(tracker_store, "settings", lambda: Settings(tracker_database_url=f"sqlite:///{tmp_path / 'tracker.sqlite3'}"))
    return TurnTrackerStore(DOMAIN)


def take(store: TurnTrackerStore, turn_id: str, events: List[Event]) -> Any:
    """One turn as the processor runs it; its answer."""

    async def run() -> Any:
        turn = Turn(turn_id, "one", "", "rest")
        current_turn.set(turn)
        tracker = await store.retrieve("one") or DialogueStateTracker("one", DOMAIN.slots)
        for event in events:
            tracker.update(event, DOMAIN)
        await store.save(tracker)
        return turn.answer

    return asyncio.run(run())


def said(text: str, intent: str, entity: str) -> UserUttered:
    return UserUttered(text, {"name": intent, "confidence": 1.0}, [{"entity": "account_number", "value": entity}])


def report(**flags: bool) -> SlotSet:
    return SlotSet(REPORT_SLOT, {"name": "action_of_this_test", "outcome": "ok", **flags})


BILL = [
    SessionStarted(),
    SlotSet("language", "fr"),
    said("canary bill 210000017", "look_up", "210000017"),
    ActiveLoop("look_up_form"),
    SlotSet("look_up", "canary state"),
    report(private=True),
    BotUttered("canary owes"),
]
FORGET = [said("forget canary 210000025", "forget_this", "210000025"), report(forget=True), BotUttered("Oublié.")]


def test_nothing_that_was_said_is_left_and_the_language_is(store: TurnTrackerStore) -> None:
    assert take(store, "t1", BILL)["form"] == "look_up_form"
    answer = take(store, "t2", FORGET)
    assert [message["text"] for message in answer["messages"]] == ["Oublié."]
    assert answer["form"] is None

    stored = opened("one", store.rows.last_session("one"))
    answers = [store.rows.answer_of("one", turn_id) for turn_id in ("t1", "t2")]
    assert answers == [None, json.dumps(answer)]
    for text in (*stored, json.dumps(answer)):
        assert "canary" not in text
        assert "2100000" not in text
    assert [json.loads(text).get("value") for text in stored if json.loads(text)["event"] == "slot"] == ["fr"]


def test_the_conversation_goes_on_in_a_session_of_its_own(store: TurnTrackerStore) -> None:
    take(store, "t1", BILL)
    take(store, "t2", FORGET)
    current_turn.set(Turn("t3", "one", "", "rest"))
    tracker = asyncio.run(store.retrieve("one"))
    assert tracker is not None
    assert (tracker.get_slot("language"), tracker.get_slot("look_up"), tracker.active_loop_name) == ("fr", None, None)
    assert tracker.latest_action_name == "action_listen"
    answer = take(store, "t3", [said("bonjour", "look_up", "x"), BotUttered("Bonjour."), ActionExecuted("action_listen")])
    assert answer["language"] == "fr"


def test_a_private_turn_is_remembered_until_it_is_forgotten(store: TurnTrackerStore) -> None:
    take(store, "t1", BILL)
    take(store, "t2", [said("and the due date", "look_up", "x"), report(private=True), BotUttered("Soon.")])
    assert any("canary state" in text for text in opened("one", store.rows.last_session("one")))
