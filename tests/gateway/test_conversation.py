"""Conversations over REST with the gateway and the worker at work: what the resident reads."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Dict, List, Tuple

import pytest
import requests

from bot.city import city
from tests.conversations.assistant import FakeAssistant, messages
from tests.conversations.doing import wait_until
from tests.gateway.conftest import Gateway
from tests.gateway.resident import Resident


@pytest.fixture
def assistant(running: Dict[str, Any]) -> FakeAssistant:
    return running["assistant"]


def rows(running: Dict[str, Any], query: str) -> List[Tuple[Any, ...]]:
    with sqlite3.connect(running["database_url"].removeprefix("sqlite:///")) as connection:
        return connection.execute(query).fetchall()


def test_an_answer_comes_in_rasas_shape_with_its_source_in_the_text(resident: Resident, assistant: FakeAssistant) -> None:
    assistant.reply = lambda turn: messages(
        messages=[
            {
                "text": "Garbage is collected on Thursdays.",
                "choices": [{"title": "Recycling", "payload": "/recycling"}],
                "link": {"title": "Calendar", "url": "https://example.org/calendar"},
                "place": {"label": "45 Queen St N", "latitude": 43.45, "longitude": -80.49},
                "picture": {"url": "https://example.org/bin.png", "alt": "A bin"},
                "source": {"name": "Region", "url": "https://example.org/waste", "as_of": "2026-03-01"},
            },
            {"text": "Anything else?"},
        ]
    )
    first, second = resident.says("when is garbage day at 45 queen st n")
    token = first["buttons"][0].pop("payload")
    assert first == {
        "recipient_id": resident.sender,
        "text": "Garbage is collected on Thursdays.\n\nCalendar: https://example.org/calendar\n\n"
        "Source: Region, as of March 1, 2026, https://example.org/waste",
        "buttons": [{"title": "Recycling"}],
        "image": "https://example.org/bin.png",
        "custom": {
            "link": {"title": "Calendar", "url": "https://example.org/calendar"},
            "place": {"label": "45 Queen St N", "latitude": 43.45, "longitude": -80.49},
            "picture": {"url": "https://example.org/bin.png", "alt": "A bin"},
            "source": {"name": "Region", "url": "https://example.org/waste", "as_of": "2026-03-01"},
            "language": "en",
        },
    }
    assert second == {"recipient_id": resident.sender, "text": "Anything else?", "custom": {"language": "en"}}
    resident.says(token)
    assert assistant.asked[-1]["choice"] == "/recycling"


def test_two_senders_are_two_conversations_and_one_keeps_its_own(
    resident: Resident, running: Dict[str, Any], assistant: FakeAssistant
) -> None:
    other = Resident(running["url"])
    for one in (resident, other, resident):
        one.says("hello")
    mine, others, mine_again = (turn["conversation"] for turn in assistant.asked)
    assert mine == mine_again != others
    assert resident.sender not in mine


def test_restart_typed_by_a_resident_is_text(resident: Resident, assistant: FakeAssistant) -> None:
    assert resident.reads("/restart") == ["You said: /restart"]
    assert (assistant.asked[0]["text"], assistant.asked[0]["choice"]) == ("/restart", None)


def test_a_message_sent_again_with_its_id_is_answered_again_and_asked_once(resident: Resident, assistant: FakeAssistant) -> None:
    first = resident.says("file it", message_id="one")
    assert resident.says("file it", message_id="one") == first
    assert len(assistant.asked) == 1
    resident.says("file it", message_id="two")
    assert len(assistant.asked) == 2


def test_the_same_message_ten_times_at_once_is_one_turn_and_ten_equal_answers(resident: Resident, assistant: FakeAssistant) -> None:
    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(lambda _: resident.says("pothole", message_id="same"), range(10)))
    assert answers == [answers[0]] * 10
    assert len(assistant.asked) == 1


def test_an_id_used_for_another_message_is_refused(resident: Resident, running: Dict[str, Any], assistant: FakeAssistant) -> None:
    resident.says("file it", message_id="one")
    assert resident.post("cancel it", message_id="one").status_code == 409
    assert Resident(running["url"]).reads("cancel it", message_id="one") == ["You said: cancel it"]  # an id is the sender's own
    assert len(assistant.asked) == 2


def test_five_messages_at_once_from_one_resident_are_answered_one_after_the_other(resident: Resident, assistant: FakeAssistant) -> None:
    running_now: List[str] = []
    overlaps: List[str] = []

    def reply(turn: Dict[str, Any]) -> Any:
        running_now.append(turn["text"])
        if len(running_now) > 1:
            overlaps.append(turn["text"])
        running_now.remove(turn["text"])
        return messages(f"answer to {turn['text']}")

    assistant.reply = reply
    with ThreadPoolExecutor(5) as threads:
        answers = list(threads.map(lambda number: resident.reads(str(number)), range(5)))
    assert answers == [[f"answer to {number}"] for number in range(5)]
    assert not overlaps


def test_a_resident_waiting_for_a_slow_look_up_holds_up_nobody(
    resident: Resident, running: Dict[str, Any], assistant: FakeAssistant
) -> None:
    asked, release = threading.Event(), threading.Event()

    def reply(turn: Dict[str, Any]) -> Any:
        if turn["text"] == "slow":
            asked.set()
            assert release.wait(30)
        return messages(turn["text"])

    assistant.reply = reply
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(resident.reads, "slow")
        assert asked.wait(30)
        assert [Resident(running["url"]).reads(f"fast {number}") for number in range(5)] == [[f"fast {number}"] for number in range(5)]
        assert not waiting.done()
        release.set()
        assert waiting.result() == ["slow"]


@pytest.mark.parametrize(("language", "sentence"), [("en", "Sorry, something went wrong"), ("fr", "Désolé, un problème")])
def test_an_assistant_without_an_answer_is_one_honest_sentence(
    resident: Resident, assistant: FakeAssistant, language: str, sentence: str
) -> None:
    assistant.reply = lambda turn: (400, {"error": "malformed"})
    (said,) = resident.reads("45 queen", language=language)
    assert said.startswith(sentence)
    assert city().phone in said


def test_a_card_number_is_taken_out_and_nobody_can_find_it(resident: Resident, running: Dict[str, Any], assistant: FakeAssistant) -> None:
    notice, said = resident.reads("pay with 4111 1111 1111 1111")
    assert "do not send card numbers" in notice
    assert said == "You said: pay with [card removed]"
    files = [path for path in running["folder"].iterdir() if path.is_file()]
    assert any(path.name == "gateway.log" for path in files)
    assert not any(b"4111 1111" in path.read_bytes() for path in files)


def test_replies_that_were_fetched_are_marked_as_sent(resident: Resident, running: Dict[str, Any]) -> None:
    resident.says("hello")
    theirs = "(SELECT conversation_id FROM conversations_inboundmessage ORDER BY id DESC LIMIT 1)"
    query = f"SELECT DISTINCT state FROM conversations_outboundmessage WHERE conversation_id = {theirs}"
    wait_until(lambda: rows(running, query) == [("sent",)])


def test_more_than_twenty_messages_a_minute_are_turned_away_with_a_sentence(resident: Resident) -> None:
    for number in range(20):
        resident.says(f"message {number}")
    refused = resident.post("one more")
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert "faster than I can answer" in refused.json()["error"]


def test_a_caller_that_hangs_up_finds_the_answer_when_it_asks_again(resident: Resident, assistant: FakeAssistant) -> None:
    release = threading.Event()

    def reply(turn: Dict[str, Any]) -> Any:
        assert release.wait(30)
        return messages("here it is")

    assistant.reply = reply
    body = {"sender": resident.sender, "message": "pothole", "message_id": "one"}
    with pytest.raises(requests.Timeout):
        requests.post(resident.address, json=body, timeout=0.5)
    wait_until(lambda: assistant.asked)
    release.set()
    assert resident.reads("pothole", message_id="one") == ["here it is"]
    assert len(assistant.asked) == 1


def test_without_a_worker_the_message_is_kept_and_the_resident_is_told(database_url: str, gateway: Gateway) -> None:
    with gateway(database_url, TURN_DEADLINE_S=0.1) as url:
        (said,) = Resident(url).reads("hello", language="en")
    assert said.startswith("We have your message")
    assert city().phone in said


def test_a_database_that_is_away_is_a_503_and_not_a_promise(gateway: Gateway, tmp_path: Any) -> None:
    with gateway(f"sqlite:///{tmp_path}/no/such/folder/record.sqlite3") as url:
        refused = Resident(url).post("hello")
        assert refused.status_code == 503
        assert refused.headers["Retry-After"]
        assert city().phone in refused.json()["error"]
        assert requests.get(f"{url}/health", timeout=30).json()["parts"]["database"] == "down"
