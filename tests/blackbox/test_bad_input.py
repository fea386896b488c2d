"""Whatever is sent gets a sentence or a 4xx: never a 500, a crash or silence."""

from __future__ import annotations

import json
import uuid
from typing import Any, Dict

import pytest
import requests

from tests.blackbox.residents import ANSWER_S
from tests.blackbox.system import System

pytestmark = pytest.mark.blackbox

MESSAGES = {
    "empty": "",
    "spaces": "   ",
    "10,000 characters": "garbage " * 1250,
    "one long word": "a" * 10_000,
    "NUL": "gar\0bage",
    "control characters": "\x01\x02\x1b[31m\x7f",
    "emoji": "🗑️🚛❓",
    "slash command": "/restart",
    "slash intent": '/inform{"street_address": "1 Main St"}',
    "lone surrogate": "\ud800",
    "markup": "<script>alert(1)</script>",
    "template": "{address} %s ${x}",
    "right to left": "\u202eegabrag",
}
SHAPES: Dict[str, Any] = {
    "no sender": {"message": "hello"},
    "sender of 300 characters": {"sender": "s" * 300, "message": "hello"},
    "sender with NUL": {"sender": "a\0b", "message": "hello"},
    "sender a number": {"sender": 5, "message": "hello"},
    "no message": {"sender": "someone"},
    "message a list": {"sender": "someone", "message": ["hello"]},
    "a list": [1, 2],
    "null": None,
}
BODIES = {"nothing": b"", "not JSON": b"{", "not UTF-8": b"\xff\xfe", "10 MB": b'{"sender":"a","message":"' + b"x" * 10_000_000 + b'"}'}


def still_answers(system: System) -> None:
    assert set(system.health().values()) == {"ok"}
    assert system.resident().says("hello").text


@pytest.mark.parametrize("name", MESSAGES)
def test_an_odd_message_gets_a_sentence(system: System, name: str) -> None:
    body = {"sender": uuid.uuid4().hex, "message": MESSAGES[name]}
    answer = requests.post(f"{system.gateway}/webhooks/rest/webhook", data=json.dumps(body), timeout=ANSWER_S)
    assert answer.status_code == 200 or 400 <= answer.status_code < 500
    if answer.status_code == 200:
        assert all(reply["text"].strip() for reply in answer.json())
        assert answer.json()
    still_answers(system)


@pytest.mark.parametrize("name", [*SHAPES, *BODIES])
def test_a_wrong_request_gets_a_4xx_with_a_sentence(system: System, name: str) -> None:
    body = BODIES[name] if name in BODIES else json.dumps(SHAPES[name]).encode()
    answer = requests.post(f"{system.gateway}/webhooks/rest/webhook", data=body, timeout=ANSWER_S)
    assert 400 <= answer.status_code < 500
    assert answer.text.strip()
    still_answers(system)
