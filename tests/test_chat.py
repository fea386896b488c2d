"""`resident chat`, against a gateway that answers as ours does."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Dict, Iterator, List

import pytest

from bot.chat import Chat, ChatError
from bot.settings import Settings

MENU = [
    {
        "recipient_id": "x",
        "text": "Is it safe?",
        "buttons": [{"title": "Yes", "payload": "token-1"}, {"title": "No", "payload": "token-2"}],
    },
    {"recipient_id": "x", "text": "Or start again:", "buttons": [{"title": "Cancel", "payload": "token-3"}]},
]


class Gateway(ThreadingHTTPServer):
    """Answers every message with `replies` and `status`; keeps what it was sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.replies: Any = MENU
        self.status = 200
        self.bodies: List[Dict[str, str]] = []
        self.keys: List[Any] = []


class Answer(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        self.server.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.server.keys.append(self.headers["X-Api-Key"])
        body = json.dumps(self.server.replies).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with Gateway() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def chat_with(gateway: Gateway, **settings: Any) -> Chat:
    return Chat(Settings(gateway_port=gateway.server_address[1], **settings))


def test_choices_are_numbered_through_and_a_number_chooses(gateway: Gateway) -> None:
    chat = chat_with(gateway)
    assert chat.send("pothole") == ["Is it safe?", "  1. Yes", "  2. No", "Or start again:", "  3. Cancel"]
    chat.send("3")
    assert [body["message"] for body in gateway.bodies] == ["pothole", "token-3"]


def test_whether_an_answer_helped_is_asked_below_its_choices_and_answered_by_number(gateway: Gateway) -> None:
    feedback = {"question": "Did this help?", "yes": {"title": "Yes", "payload": "token-4"}, "no": {"title": "No", "payload": "token-5"}}
    gateway.replies = [{"text": "Tuesday.", "buttons": MENU[1]["buttons"], "custom": {"feedback": feedback}}]
    chat = chat_with(gateway)
    assert chat.send("garbage") == ["Tuesday.", "  1. Cancel", "Did this help?", "  2. Yes", "  3. No"]
    chat.send("3")
    assert [body["message"] for body in gateway.bodies] == ["garbage", "token-5"]


@pytest.mark.parametrize("typed", ["0", "4", "²", "1a", "45 queen st n"])
def test_what_is_no_number_of_a_choice_is_sent_as_typed(gateway: Gateway, typed: str) -> None:
    chat = chat_with(gateway)
    chat.send("pothole")
    chat.send(typed)
    assert gateway.bodies[-1]["message"] == typed


def test_choices_of_an_earlier_answer_are_over(gateway: Gateway) -> None:
    chat = chat_with(gateway)
    chat.send("pothole")
    gateway.replies = [{"recipient_id": "x", "text": "What number?"}]
    chat.send("2")
    chat.send("2")
    assert [body["message"] for body in gateway.bodies] == ["pothole", "token-2", "2"]


def test_one_sender_is_made_up_for_the_conversation(gateway: Gateway) -> None:
    chat = chat_with(gateway)
    chat.send("one")
    chat.send("two")
    chat_with(gateway).send("three")
    senders = [body["sender"] for body in gateway.bodies]
    assert senders[0] == senders[1] != senders[2]


def test_the_api_key_of_the_settings_is_sent(gateway: Gateway) -> None:
    chat_with(gateway, rest_api_key="sesame").send("hello")
    assert gateway.keys == ["sesame"]


@pytest.mark.parametrize(
    ("status", "replies", "sentence"),
    [
        (401, {}, "The gateway wants an API key"),
        (429, {"error": "slow down"}, "did not take the message (HTTP status 429)"),
        (200, {"not": "a list"}, "did not take the message (HTTP status 200)"),
    ],
)
def test_a_refusal_is_a_sentence(gateway: Gateway, status: int, replies: Any, sentence: str) -> None:
    gateway.status, gateway.replies = status, replies
    with pytest.raises(ChatError) as caught:
        chat_with(gateway).send("hello")
    assert sentence in str(caught.value)
