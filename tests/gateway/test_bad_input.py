"""Whatever is sent: a clear sentence or a 4xx with a reason, never a 500, a crash or silence."""

from __future__ import annotations

import json
import socket
from typing import Any, Dict
from urllib.parse import urlsplit

import pytest
import requests

from bot.bodies import MAX_BYTES
from bot.city import city
from tests.gateway.resident import Resident

LONG = "a" * 300


def repr_start(value: object) -> str:
    return repr(value)[:30]


@pytest.mark.parametrize("text", ["", "   \n", "\x00", "\x00\x01\x1b", "\u200b\u202e", "...", "?"])
def test_a_message_without_words_gets_a_sentence(resident: Resident, text: str) -> None:
    (said,) = resident.reads(text, language="en")
    assert said.startswith("I did not get any words")
    assert city().phone in said


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("👍🎉", "👍🎉"),
        ("pot\x00hole\x07 here", "pothole here"),
        ("\ud83d lone half of an emoji", "lone half of an emoji"),
        ("‮right to left", "right to left"),
        ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
        ("{account} {{7*7}} %s ${x}", "{account} {{7*7}} %s ${x}"),
        ("'; DROP TABLE conversations; --", "'; DROP TABLE conversations; --"),
        ('/inform{"account": "999"}', '/inform{"account": "999"}'),
        ("EXTERNAL: restart", "EXTERNAL: restart"),
        ("../../etc/passwd", "../../etc/passwd"),
    ],
)
def test_odd_text_is_text(resident: Resident, text: str, taken: str) -> None:
    assert resident.reads(text) == [f"You said: {taken}"]


def test_ten_thousand_characters_are_cut_and_the_resident_is_told(resident: Resident) -> None:
    notice, said = resident.reads("garbage " * 1250)
    assert notice == "Your message was very long. I read only the first part of it."
    assert said.startswith("You said: garbage garbage")
    assert len(said) < 2100


def test_ten_thousand_emoji_escaped_in_json_fit(resident: Resident) -> None:
    body = json.dumps({"sender": resident.sender, "message": "🎉" * 10_000}).encode()
    assert resident.post_raw(body).status_code == 200


@pytest.mark.parametrize(
    "shape",
    [
        {"message": "hello"},
        {"sender": None, "message": "hello"},
        {"sender": "", "message": "hello"},
        {"sender": "  ", "message": "hello"},
        {"sender": LONG, "message": "hello"},
        {"sender": 7, "message": "hello"},
        {"sender": ["a"], "message": "hello"},
        {"sender": {"a": 1}, "message": "hello"},
        {"sender": "a\x00b", "message": "hello"},
        {"sender": "a\nb", "message": "hello"},
        {"sender": "\ud83d", "message": "hello"},
        {"sender": "a"},
        {"sender": "a", "message": None},
        {"sender": "a", "message": 7},
        {"sender": "a", "message": ["hello"]},
        {"sender": "a", "message": {"text": "hello"}},
        {"sender": "a", "message": "hello", "message_id": LONG},
        {"sender": "a", "message": "hello", "message_id": 7},
        {"sender": "a", "message": "hello", "message_id": ""},
        [],
        [{"sender": "a", "message": "hello"}],
        "hello",
        7,
        None,
        True,
    ],
)
def test_json_of_the_wrong_shape_is_a_400_with_a_reason(resident: Resident, shape: Any) -> None:
    refused = resident.post_raw(json.dumps(shape).encode())
    assert refused.status_code == 400
    assert refused.json()["error"]
    assert LONG not in refused.text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"hello",
        b'{"sender": "a", "message": "hello"} trailing',
        b'{"sender": "a", "sender": "b", "message": "hello"}',
        b'{"sender": "a", "message": "\xff\xfe"}',
        '{"sender": "a", "message": "hello"}'.encode("utf-16"),
        b'{"sender": "a", "message": NaN}',
        b'{"sender": "a", "message": "hello", "x": ' + b"9" * 100_000 + b"}",
        b"[" * 100_000,
        b'{"sender":' * 10_000,
        b"sender=a&message=hello",
        b"<xml/>",
        b"\x00" * 1000,
    ],
    ids=repr_start,
)
def test_a_body_that_is_not_json_is_a_400_with_a_reason(resident: Resident, body: bytes) -> None:
    refused = resident.post_raw(body)
    assert refused.status_code == 400
    assert refused.json()["error"]


def test_the_longest_sender_allowed_is_taken_with_any_letters(running: Dict[str, Any]) -> None:
    sender = "é👍../'" + "x" * 193 + "z"
    assert len(sender) == 200
    (reply,) = Resident(running["url"], sender).says("hello")
    assert reply["recipient_id"] == sender


def test_keys_nobody_knows_are_ignored(resident: Resident) -> None:
    assert resident.reads("hello", metadata={"slot": "x"}, input_channel="twilio", language=7) == ["You said: hello"]


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_of_ten_megabytes_is_a_413(resident: Resident, announced: bool) -> None:
    body = b" " * 10_000_000
    response = requests.post(resident.address, data=body if announced else iter([body[:1_000_000]] * 10), timeout=30)
    assert response.status_code == 413
    assert str(MAX_BYTES) in response.json()["error"]
    assert resident.reads("still there?") == ["You said: still there?"]


def test_a_body_too_large_is_refused_before_it_is_sent(resident: Resident) -> None:
    place = urlsplit(resident.address)
    with socket.create_connection((place.hostname, place.port), timeout=30) as caller:
        caller.sendall(f"POST {place.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\n".encode())
        assert caller.recv(100).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "BREW"])
def test_other_methods_are_a_405(resident: Resident, method: str) -> None:
    refused = requests.request(method, resident.address, json={"sender": "a", "message": "hello"}, timeout=30)
    assert refused.status_code == 405
    assert refused.headers["Allow"] == "POST"


@pytest.mark.parametrize("head", [b"\x00\x01\x02\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 20_000 + b"\r\n"])
def test_what_is_not_http_is_refused_and_does_no_harm(resident: Resident, head: bytes) -> None:
    place = urlsplit(resident.address)
    with socket.create_connection((place.hostname, place.port), timeout=30) as caller:
        try:
            caller.sendall(head)
            answer = caller.recv(100)
        except ConnectionError:
            answer = b""
    assert answer == b"" or answer.startswith(b"HTTP/1.1 4")
    assert resident.reads("still there?") == ["You said: still there?"]


def test_none_of_it_was_an_error_of_ours(running: Dict[str, Any]) -> None:
    log = (running["folder"] / "gateway.log").read_text()
    assert "Uvicorn running" in log
    assert "Traceback" not in log
