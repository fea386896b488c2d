"""Did this help, over REST, with gateway and worker at work: beside the answer, and answered whatever becomes of the assistant."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Dict, List

import pytest

from tests.conversations import databases
from tests.conversations.assistant import FakeAssistant, Reply, messages
from tests.gateway.resident import Resident
from tests.gateway.starting import system_at_work

CHOICES = [{"title": "Find my collection day", "payload": "/collection_day"}]


def answer(turn: Dict[str, Any]) -> Reply:
    action = {"name": "action_answer_article", "outcome": "ok", "answered": "article/garbage_missed"}
    return messages(messages=[{"text": "Look for a sticker.", "choices": CHOICES}], actions=[action])


def votes(database: str) -> List[Any]:
    with sqlite3.connect(database.removeprefix("sqlite:///")) as connection:
        return [helped for (helped,) in connection.execute("SELECT helped FROM conversations_feedback ORDER BY asked_at")]


@pytest.fixture
def assistant(running: Dict[str, Any], resident: Resident) -> FakeAssistant:
    """It answers everything from an article."""
    running["assistant"].reply = answer
    return running["assistant"]


def test_the_question_is_beside_the_answer_whose_text_and_buttons_stay_as_they_are(resident: Resident, assistant: FakeAssistant) -> None:
    (reply,) = resident.says("they skipped my garbage")
    assert reply["text"] == "Look for a sticker."
    assert [button["title"] for button in reply["buttons"]] == ["Find my collection day"]
    feedback = reply["custom"]["feedback"]
    tokens = [feedback["yes"].pop("payload"), feedback["no"].pop("payload")]
    assert feedback == {"question": "Did this help?", "yes": {"title": "Yes"}, "no": {"title": "No"}}
    assert resident.reads(tokens[1])[0].startswith("Thank you, and sorry that it did not help.")
    (again,) = resident.says("they skipped it again")
    assert "feedback" not in again["custom"]


def test_a_vote_sent_ten_times_at_once_with_its_id_is_one(resident: Resident, running: Dict[str, Any], assistant: FakeAssistant) -> None:
    (reply,) = resident.says("they skipped my garbage")
    token = reply["custom"]["feedback"]["yes"]["payload"]
    before = len(votes(running["database_url"]))
    with ThreadPoolExecutor(10) as threads:
        said = list(threads.map(lambda _: resident.reads(token, message_id="same"), range(10)))
    assert said == [["Thank you. That is good to know."]] * 10
    assert len(votes(running["database_url"])) == before
    assert votes(running["database_url"])[-1] == 1
    assert len(assistant.asked) == 1


def test_a_vote_typed_is_one_too_and_after_it_the_buttons_work(resident: Resident, assistant: FakeAssistant) -> None:
    (reply,) = resident.says("they skipped my garbage")
    assert resident.reads("no")[0].startswith("Thank you, and sorry")
    resident.says(reply["buttons"][0]["payload"])
    assert assistant.asked[-1]["choice"] == "/collection_day"


def test_after_everything_was_started_again_a_vote_counts_even_while_the_assistant_is_away(tmp_path: Path) -> None:
    database = databases.sqlite(tmp_path / "record.sqlite3")
    databases.migrate(database)
    with system_at_work(database, tmp_path) as (url, fake):
        fake.reply = answer
        resident = Resident(url)
        (reply,) = resident.says("they skipped my garbage")
    with system_at_work(database, tmp_path) as (url, fake):
        fake.reply = lambda turn: (503, {})
        back = Resident(url, resident.sender)
        assert back.reads(reply["custom"]["feedback"]["yes"]["payload"]) == ["Thank you. That is good to know."]
        assert fake.asked == []
    assert votes(database) == [1]
