"""Whatever is sent to a public address, signed or not: an answer below 500 at once, nothing in the log, and everybody else is served."""

from __future__ import annotations

import socket
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Iterator
from urllib.parse import quote, urlencode, urlsplit

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from bot.gateway.telegram import SECRET_HEADER, webhook_secret
from bot.settings import Settings
from tests.conversations import databases
from tests.gateway.resident import Resident
from tests.gateway.starting import system_at_work
from tests.gateway.telegram_fake import TOKEN as BOT
from tests.gateway.telegram_fake import Chat, FakeTelegram, telegram_at_work
from tests.gateway.twilio_fake import ACCOUNT, NUMBER, TOKEN, twilio_at_work
from tests.gateway.visitor import Visitor
from tests.odd_values import JSON, TEXT, WRITABLE, body_of, damaged
from tests.pictures import picture

PUBLIC, KEY, LIMIT_S = "https://chat.example.org", "the key of tests", 60.0
EXAMPLES = settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
FIELDS = ["From", "To", "Body", "MessageSid", "SmsSid", "NumMedia", "MediaUrl0", "MediaContentType0", "OptOutType", "MessagingServiceSid"]
STATUS_FIELDS = ["MessageSid", "MessageStatus", "ErrorCode", "From", "To"]


@dataclass
class Gateway:
    url: str
    folder: Path

    def asks(self, method: str, path: str, **more: Any) -> requests.Response:
        return requests.request(method, self.url + path, timeout=LIMIT_S, **more)

    def signed(self, path: str, form: Dict[str, str]) -> requests.Response:
        """A form that Twilio signed."""
        form = {"AccountSid": ACCOUNT, **form}
        headers = {"X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(PUBLIC + path, form)}
        return self.asks("POST", path, data=urlencode(form).encode(), headers=headers)

    def update(self, body: bytes) -> requests.Response:
        """An update that shows Telegram's secret."""
        secret = webhook_secret(Settings(telegram_bot_token=BOT))
        return self.asks("POST", "/webhooks/telegram/webhook", data=body, headers={SECRET_HEADER: secret})


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("fuzzing")
    database = databases.sqlite(folder / "record.sqlite3")
    databases.migrate(database)
    with twilio_at_work() as twilio, telegram_at_work() as telegram:
        reached = {"TWILIO_API_BASE_URL": twilio.url, "TELEGRAM_API_BASE_URL": telegram.url, "PUBLIC_URL": PUBLIC, "REST_API_KEY": KEY}
        accounts = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_NUMBER": NUMBER, "TELEGRAM_BOT_TOKEN": BOT}
        with system_at_work(database, folder, gateway="tests.browser.patient_gateway", **reached, **accounts) as (url, _):
            yield Gateway(url, folder)


@EXAMPLES
@given(
    st.dictionaries(st.sampled_from(FIELDS) | WRITABLE, WRITABLE, max_size=8),
    st.fixed_dictionaries({}, optional={"From": st.just("+15195550123"), "To": st.just(NUMBER), "MessageSid": st.uuids().map(str)}),
)
def test_a_text_that_twilio_signed(gateway: Gateway, form: Dict[str, str], plain: Dict[str, str]) -> None:
    unseen = {"MessageSid": uuid.uuid4().hex} if "MessageSid" in plain else {}
    answer = gateway.signed("/webhooks/sms/webhook", {**form, **plain, **unseen})
    assert answer.status_code == 200
    assert answer.text.endswith("<Response/>")


@EXAMPLES
@given(st.dictionaries(st.sampled_from(STATUS_FIELDS) | WRITABLE, WRITABLE, max_size=6), WRITABLE | st.integers().map(str))
def test_a_status_that_twilio_signed(gateway: Gateway, form: Dict[str, str], number: str) -> None:
    given = {"MessageSid": "SM1", **form}
    assert gateway.signed(f"/webhooks/sms/status?message={quote(number)}", given).status_code == 204


def _updates() -> st.SearchStrategy[Any]:
    chat = Chat(FakeTelegram())
    photo = {"file_id": "f", "file_unique_id": "u", "width": 90, "height": 90}
    whole = [
        {"update_id": 1, "message": chat.message(text="pothole on King St")},
        {"update_id": 2, "message": chat.message(photo=[photo], caption="look", media_group_id="9")},
        {"update_id": 3, "message": chat.message(location={"latitude": 43.4, "longitude": -80.5})},
        {"update_id": 4, "edited_message": {**chat.message(text="x"), "edit_date": 5}},
        chat.presses("choice_1"),
        chat.changes("kicked"),
    ]
    return st.sampled_from(whole).flatmap(damaged).map(_as_new)


def _as_new(update: Any) -> Any:
    return {**update, "update_id": int(time.monotonic() * 1e6)} if isinstance(update.get("update_id"), int) else update


@EXAMPLES
@given((_updates() | JSON).map(body_of) | st.binary(max_size=200))
def test_an_update_that_shows_telegrams_secret(gateway: Gateway, body: bytes) -> None:
    assert gateway.update(body).status_code == 200


@settings(EXAMPLES, max_examples=25)  # what is taken is answered first
@given((damaged({"sender": "a", "message": "hello", "message_id": "1", "language": "en"}) | JSON).map(body_of) | st.binary(max_size=200))
def test_a_message_over_rest(gateway: Gateway, body: bytes) -> None:
    answer = gateway.asks("POST", "/webhooks/rest/webhook", data=body, headers={"X-Api-Key": KEY})
    assert answer.status_code in (200, 400, 409)


_WORDS = {"id": "1" * 32, "text": "hello", "language": "en"}
_PLACE = {"id": "1" * 32, "location": {"latitude": 43.4, "longitude": -80.5, "label": "x"}}
_MESSAGE = damaged(_WORDS) | damaged(_PLACE)


@EXAMPLES
@given((_MESSAGE | JSON).map(body_of) | st.binary(max_size=200))
def test_a_message_of_the_web_chat(gateway: Gateway, body: bytes) -> None:
    assert Visitor(gateway.url).begins().call("POST", "messages", data=body).status_code in (202, 400)


@settings(EXAMPLES, max_examples=15)  # each is looked at in a process of its own
@given(st.binary(max_size=500) | st.integers(0, 200).map(lambda cut: picture()[:cut]), WRITABLE, WRITABLE)
def test_a_photo_of_the_web_chat(gateway: Gateway, content: bytes, message_id: str, language: str) -> None:
    for its_id in (message_id, uuid.uuid4().hex):
        path = f"photos?id={quote(its_id)}&language={quote(language)}"
        assert Visitor(gateway.url).begins().call("POST", path, data=content).status_code in (202, 400)


@EXAMPLES
@given(WRITABLE, st.sampled_from(["Authorization", "Last-Event-ID", "Origin", "Cookie", "Content-Type", "Accept-Language", "Host"]), TEXT)
def test_positions_sessions_and_headers_of_the_web_chat(gateway: Gateway, position: str, name: str, value: str) -> None:
    visitor = Visitor(gateway.url).begins()
    clean = "".join(character for character in value if character.isprintable()).encode("utf-8", "ignore").strip()
    headers = {"Origin": gateway.url, "Authorization": f"Bearer {visitor.token}", name: clean}
    for method, path in (("GET", f"messages?after={quote(position)}"), ("POST", "session"), ("POST", "end"), ("GET", "words")):
        assert gateway.asks(method, f"/webhooks/webchat/{path}", headers=headers).status_code < 500
    with gateway.asks("GET", "/webhooks/webchat/events", headers=headers, stream=True) as stream:
        assert stream.status_code < 500


@EXAMPLES
@given(
    st.sampled_from(["GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE"]),
    st.sampled_from(["/", "/static/", "/media/", "/widget.js", "/webhooks/", "/webhooks/sms/webhook", "/webhooks/telegram/webhook"]),
    WRITABLE,
    st.sampled_from(["If-None-Match", "If-Modified-Since", "Range", "Accept-Encoding", "Accept-Language", "Content-Encoding", "Expect"]),
    st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40),
)
def test_whatever_else_is_asked_for(gateway: Gateway, method: str, path: str, rest: str, name: str, value: str) -> None:
    for address in (f"{path}{quote(rest)}", f"{path}?lang={quote(rest)}"):
        assert gateway.asks(method, address, headers={name: value}, allow_redirects=False).status_code < 500


_PIECES = [
    *(b"GET / HTTP/1.1\r\n", b"POST /webhooks/sms/webhook HTTP/1.1\r\n", b"Host: x\r\n", b"\r\n", b"0\r\n\r\n", b"PRI * HTTP/2.0\r\n"),
    *(
        b"Content-Length: 5\r\n",
        b"Content-Length: -1\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Upgrade: websocket\r\nConnection: upgrade\r\n",
    ),
]


@EXAMPLES
@given(st.lists(st.sampled_from(_PIECES) | st.binary(max_size=60), max_size=8))
def test_what_is_hardly_http(gateway: Gateway, pieces: list[bytes]) -> None:
    place = urlsplit(gateway.url)
    with socket.create_connection((place.hostname, place.port), timeout=LIMIT_S) as caller:
        caller.sendall(b"".join(pieces))
        caller.shutdown(socket.SHUT_WR)
        try:
            answer = caller.recv(12)
        except ConnectionError:
            answer = b""
    assert answer == b"" or answer[:10] in (b"HTTP/1.1 2", b"HTTP/1.1 4")


def test_afterwards_a_resident_is_answered_and_no_part_has_had_an_error(gateway: Gateway) -> None:
    answer = Resident(gateway.url).post("still there?", headers={"X-Api-Key": KEY})
    assert [reply["text"] for reply in answer.json()] == ["You said: still there?"]
    logs = {name: (gateway.folder / f"{name}.log").read_text() for name in ("gateway", "worker")}
    assert "Uvicorn running" in logs["gateway"]
    assert not [name for name, log in logs.items() if "Traceback" in log or "ERROR" in log]
