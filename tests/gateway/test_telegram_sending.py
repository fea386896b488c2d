"""Messages handed to Telegram: as it takes them, and once."""

from __future__ import annotations

import json
import logging
import time
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any, Dict, Iterator, List, Tuple

import pytest

from bot.conversations.photos import FetchError
from bot.conversations.sender import Delivery, SendError
from bot.gateway import telegram_api
from bot.gateway.telegram_api import TelegramApi
from bot.gateway.telegram_sending import TelegramChats
from bot.messages import Choice, Link, Message, Picture, Place
from bot.settings import Settings
from tests.conversations.doing import wait_until
from tests.gateway.telegram_fake import TOKEN, FakeTelegram, telegram_at_work
from tests.loopback import Handler, send, serving
from tests.running import free_port

CHAT = 700_123_456


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    with telegram_at_work() as fake:
        yield fake


def chats(url: str, token: str = TOKEN, **more: int) -> TelegramChats:
    return TelegramChats(TelegramApi(Settings(telegram_bot_token=token, telegram_api_base_url=url, **more)))


def delivery(message: Message, language: str = "en") -> Delivery:
    return Delivery(7, str(CHAT), message, language)


def sent(telegram: FakeTelegram, message: Message, language: str = "en", **more: int) -> Dict[str, Any]:
    number = chats(telegram.url, **more)(delivery(message, language))
    (shown,) = telegram.shown(CHAT)
    assert number == str(shown["message_id"])
    return {**shown, "reply_markup": json.loads(shown.get("reply_markup", "null"))}


def test_words_go_as_they_are_whatever_they_would_mean_to_a_parser(telegram: FakeTelegram) -> None:
    text = "_*[`( <b>&amp; \\ {x} | # + - = . ! 👍"
    shown = sent(telegram, Message(text))
    assert (shown["method"], shown["text"], "parse_mode" in shown) == ("sendMessage", text, False)
    assert json.loads(shown["link_preview_options"]) == {"is_disabled": True}


def test_choices_are_buttons_below_each_other_and_a_link_is_one_too(telegram: FakeTelegram) -> None:
    shown = sent(
        telegram, Message("Send it?", (Choice("Yes", "choice_1"), Choice("No", "choice_2")), Link("The form", "https://city.ca/form"))
    )
    assert shown["reply_markup"]["inline_keyboard"] == [
        [{"text": "Yes", "callback_data": "choice_1"}],
        [{"text": "No", "callback_data": "choice_2"}],
        [{"text": "The form", "url": "https://city.ca/form"}],
    ]


def test_where_a_place_is_asked_for_a_button_shares_the_location(telegram: FakeTelegram) -> None:
    shown = sent(telegram, Message("Où est-ce?", asks_location=True), "fr")
    assert shown["reply_markup"]["keyboard"] == [[{"text": "Partager ma position", "request_location": True}]]
    assert shown["reply_markup"]["one_time_keyboard"]


def test_where_none_is_asked_for_the_button_goes_away(telegram: FakeTelegram) -> None:
    assert sent(telegram, Message("What should the crew know?"))["reply_markup"] == {"remove_keyboard": True}


def test_a_place_is_shown_on_a_map(telegram: FakeTelegram) -> None:
    shown = sent(telegram, Message("City Hall", place=Place("City Hall", 43.4516, -80.4925)))
    assert shown["method"] == "sendLocation"
    assert (float(shown["latitude"]), float(shown["longitude"])) == (43.4516, -80.4925)


def test_what_an_earlier_try_may_have_sent_is_not_sent_again(telegram: FakeTelegram) -> None:
    with pytest.raises(SendError) as caught:
        chats(telegram.url)(replace(delivery(Message("hello")), unclear=True))
    assert (caught.value.retry, caught.value.code) == (False, "unclear")
    assert telegram.shown(CHAT) == []


class _Gateway(Handler):
    asked: List[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path == "/media/moved":
            self.send_response(302)
            self.send_header("Location", "/inside")
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            send(self, 404 if self.path == "/media/gone" else 200, b"\x89PNG picture", "image/png")


def test_a_picture_of_ours_is_sent_as_one_with_its_words(telegram: FakeTelegram) -> None:
    with serving(_Gateway, asked=[]) as port:
        message = Message("A map of the route", picture=Picture(f"http://127.0.0.1:{port}/media/map", "A map of the route"))
        shown = sent(telegram, message, gateway_port=port)
    assert (shown["method"], shown["caption"]) == ("sendPhoto", "A map of the route")
    assert b"\x89PNG picture" in shown.values()


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("http://127.0.0.1:{port}/media/gone", ["/media/gone"]),
        ("http://127.0.0.1:{port}/media/moved", ["/media/moved"]),
        ("http://127.0.0.1:{port}/inside", []),
        ("http://localhost:{port}/media/map", []),
        ("http://127.0.0.1:{port}@[::1]/media/map", []),
        ("http://169.254.169.254/media/map", []),
    ],
)
def test_a_picture_that_is_gone_or_not_ours_is_named_in_words(telegram: FakeTelegram, address: str, asked: List[str]) -> None:
    seen: List[str] = []
    with serving(_Gateway, asked=seen) as port:
        address = address.format(port=port)
        shown = sent(telegram, Message("A map", picture=Picture(address, "A map")), gateway_port=port)
    assert (shown["method"], shown["text"]) == ("sendMessage", f"A map\n{address}")
    assert seen == asked


def test_a_keyboard_that_telegram_does_not_take_goes_as_words(telegram: FakeTelegram) -> None:
    shown = sent(telegram, Message("Which one?", (Choice("The first", "x" * 65),)))
    assert (shown["text"], shown["reply_markup"]) == ("Which one?\nThe first", {"remove_keyboard": True})


@pytest.mark.parametrize(
    ("fault", "retry", "opted_out", "code"),
    [
        ((429, "Too Many Requests: retry after 17", {"retry_after": 17}), True, False, "429"),
        ((403, "Forbidden: bot was blocked by the user", {}), False, True, "403"),
        ((403, "Forbidden: user is deactivated", {}), False, True, "403"),
        ((400, "Bad Request: chat not found", {}), False, False, "400"),
        ((500, "Internal Server Error", {}), True, False, ""),
        ((502, "Bad Gateway", {}), True, False, ""),
        ((401, "Unauthorized", {}), True, False, "401"),
    ],
)
def test_what_telegram_refuses_is_tried_again_only_if_that_may_help(
    telegram: FakeTelegram, fault: Tuple[int, str, Dict[str, Any]], retry: bool, opted_out: bool, code: str
) -> None:
    telegram.faults = [fault]
    with pytest.raises(SendError) as caught:
        chats(telegram.url)(delivery(Message("hello")))
    assert (caught.value.retry, caught.value.opted_out, caught.value.code) == (retry, opted_out, code)
    assert caught.value.pause == timedelta(seconds=fault[2].get("retry_after", 0))
    assert len(telegram.called("sendMessage")) == 1


def test_a_telegram_that_cannot_be_reached_is_tried_again_and_a_wrong_token_too() -> None:
    with pytest.raises(SendError) as caught:
        chats(f"http://127.0.0.1:{free_port()}")(delivery(Message("hello")))
    assert caught.value.retry


def test_a_message_that_may_have_arrived_is_not_sent_twice(telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telegram_api, "READ_TIMEOUT_S", 0.3)
    telegram.hang = [2.0]
    with pytest.raises(SendError) as caught:
        chats(telegram.url)(delivery(Message("hello")))
    assert (caught.value.retry, caught.value.code) == (False, "unclear")


def test_typing_is_shown_from_the_first_moment_and_ends_with_the_turn(telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.gateway.telegram_sending.TYPING_S", 0.05)
    with chats(telegram.url).typing(str(CHAT)):
        wait_until(lambda: len(telegram.called("sendChatAction", CHAT)) >= 2)
    time.sleep(0.2)
    count = len(telegram.called("sendChatAction"))
    time.sleep(0.2)
    assert len(telegram.called("sendChatAction")) == count
    assert telegram.called("sendChatAction")[0]["action"] == "typing"


def test_a_photo_is_fetched_and_one_too_large_or_gone_is_named(telegram: FakeTelegram) -> None:
    telegram.files = {"good": b"\xff\xd8photo", "large": b"x" * 10_000_001, "huge": b"x" * 20_000_001}
    fetch = chats(telegram.url).photo
    assert fetch("good", time.monotonic() + 10) == b"\xff\xd8photo"
    for name, sentence in (("large", "photo_too_large"), ("huge", "photo_too_large"), ("gone", "photo_lost")):
        with pytest.raises(FetchError) as caught:
            fetch(name, time.monotonic() + 10)
        assert (caught.value.sentence, TOKEN in str(caught.value)) == (sentence, False)


class _Files(Handler):
    """A Bot API that says a file is somewhere, and gives whatever is asked for."""

    path_said: str
    size_said: int
    asked: List[str]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        file = {"file_id": "f", "file_unique_id": "u", "file_size": self.size_said, "file_path": self.path_said}
        send(self, 200, json.dumps({"ok": True, "result": file}).encode())

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path.endswith("moved"):
            self.send_response(302)
            self.send_header("Location", f"/file/bot{TOKEN}/photos/other")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        with suppress(OSError):
            while True:
                self.wfile.write(bytes(1_000_000))


@pytest.mark.parametrize(
    ("path", "sentence", "asked"),
    [
        ("photos/1", "photo_too_large", 1),  # it says that it is small, and never ends
        ("photos/moved", "photo_lost", 1),
        (__file__, "photo_lost", 0),  # a file of this machine
        ("/etc/passwd", "photo_lost", 0),
        ("", "photo_lost", 0),
        ("photos/\0", "photo_lost", 0),
    ],
)
def test_a_photo_comes_from_telegram_and_is_never_larger_than_it_may_be(path: str, sentence: str, asked: int) -> None:
    seen: List[str] = []
    with serving(_Files, path_said=path, size_said=10, asked=seen) as port, pytest.raises(FetchError) as caught:
        chats(f"http://127.0.0.1:{port}").photo("f", time.monotonic() + 30)
    assert (caught.value.sentence, len(seen)) == (sentence, asked)
    assert TOKEN not in str(caught.value)


def test_the_log_has_neither_token_nor_chat_nor_text(telegram: FakeTelegram, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    telegram.faults = [(400, "Bad Request: chat not found", {}), (429, "Too Many Requests: retry after 1", {"retry_after": 1})]
    deliver = chats(telegram.url)
    for _ in range(3):
        with suppress(SendError):
            deliver(delivery(Message("very private")))
    lines = "\n".join(record.getMessage() for record in caplog.records)
    assert not any(secret in lines for secret in (TOKEN, TOKEN.partition(":")[2], str(CHAT), "private"))
