"""`telegram-test-api`, a Telegram that nobody here wrote, hands our residents' messages over and takes our answers."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Dict, Iterator, List

import pytest
import requests

from bot.conversations.sentences import say
from tests.conversations.assistant import FakeAssistant, messages
from tests.conversations.conftest import database_url, postgres_template, record, sqlite_template  # noqa: F401
from tests.conversations.doing import LIMIT_S, wait_until
from tests.gateway.starting import system_at_work
from tests.pictures import picture
from tests.running import free_port, stop

pytestmark = [pytest.mark.interop]
TOKEN, CHAT = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", 700_000_001


class Peer:
    """That Telegram, with one resident in front of it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.seen: List[Dict[str, Any]] = []

    def post(self, path: str, **shape: Any) -> Any:
        return requests.post(f"{self.url}{path}", json=shape, timeout=LIMIT_S).json()["result"]

    def person(self, language: str = "en") -> Dict[str, Any]:
        return {"from": {"id": CHAT, "first_name": "Zoé", "is_bot": False, "language_code": language}, "date": int(time.time())}

    def writes(self, **parts: Any) -> None:
        self.post("/sendMessage", botToken=TOKEN, chat={"id": CHAT, "type": "private"}, **{**self.person(), **parts})

    def commands(self, text: str, language: str) -> None:
        entities = [{"offset": 0, "length": len(text), "type": "bot_command"}]
        self.post(
            "/sendCommand", botToken=TOKEN, text=text, entities=entities, chat={"id": CHAT, "type": "private"}, **self.person(language)
        )

    def presses(self, data: str) -> None:
        message = {"message_id": self.seen[-1]["messageId"], "date": 1, "chat": {"id": CHAT, "type": "private"}}
        self.post("/sendCallback", botToken=TOKEN, data=data, message=message, **self.person())

    def reads(self, count: int) -> List[str]:
        """What the resident sees, once that is so many messages."""

        def enough() -> bool:
            self.seen += self.post("/getUpdates", token=TOKEN, chatId=CHAT)
            return len(self.seen) >= count

        wait_until(enough)
        return [row["message"]["text"] for row in self.seen]

    def keyboard(self) -> Any:
        markup = self.seen[-1]["message"]["reply_markup"]
        return json.loads(markup) if isinstance(markup, str) else markup

    def called(self, method: str) -> List[Any]:
        return [call for name, call in requests.get(f"{self.url}/calls", timeout=LIMIT_S).json() if name == method]


@contextmanager
def peer_at_work(npm: Path, folder: Path) -> Iterator[Peer]:
    port = free_port()
    environ = {**os.environ, "PORT": str(port), "PHOTO": base64.b64encode(picture()).decode()}
    with (folder / "telegram.log").open("wb") as log:
        started = subprocess.Popen(["node", "telegram.js"], cwd=npm, env=environ, stdout=log, stderr=log)
    try:
        wait_until(lambda: b"ready" in (folder / "telegram.log").read_bytes())
        yield Peer(f"http://127.0.0.1:{port}")
    finally:
        stop(started)


def answer(turn: Dict[str, Any]) -> Any:
    """An assistant that has something of everything to say."""
    if turn["choice"] == "/greet":
        return messages("Bonjour.", language="fr")
    if turn["location"]:
        place = {"label": "", **turn["location"]}
        choices = [{"title": "Send it", "payload": "/affirm"}]
        return messages(messages=[{"text": "Shall I send it?", "choices": choices, "place": place}], language="fr")
    if turn["choice"] == "/affirm":
        return messages("Sent.", language="fr")
    return messages(messages=[{"text": f"{len(turn['media'])} photos. Where is it?", "asks_location": True}], language="fr")


@pytest.mark.parametrize("webhook", [True, False], ids=["webhook", "polling"])
def test_a_resident_of_another_telegram_reports_with_photos_a_pin_and_a_button(
    npm: Path,
    tmp_path: Path,
    record: str,  # noqa: F811
    webhook: bool,
) -> None:
    port = free_port()
    with ExitStack() as stack:
        peer = stack.enter_context(peer_at_work(npm, tmp_path))
        settings = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE_URL": peer.url}
        settings |= {"PUBLIC_URL": f"http://127.0.0.1:{port}"} if webhook else {}
        _, assistant = stack.enter_context(system_at_work(record, tmp_path, port, **settings))
        assistant.reply = answer
        wait_until(lambda: peer.called("setWebhook" if webhook else "getUpdates"))
        peer.commands("/start", "fr-CA")
        assert peer.reads(2) == [say("telegram_first", "fr"), "Bonjour."]
        sizes = [{"file_id": "a", "file_unique_id": "a", "width": 90, "height": 60}]
        for _ in range(2):
            peer.writes(photo=sizes, media_group_id="77")
        assert peer.reads(3)[2] == "2 photos. Where is it?"
        assert peer.keyboard()["keyboard"][0][0] == {"text": "Partager ma position", "request_location": True}
        peer.writes(location={"latitude": 43.4516, "longitude": -80.4925})
        assert peer.reads(4)[3] == "Shall I send it?"
        assert [float(call["latitude"]) for call in peer.called("sendLocation")] == [43.4516]
        token = peer.keyboard()["inline_keyboard"][0][0]["callback_data"]
        peer.presses(token)
        assert peer.reads(5)[4] == "Sent."
        wait_until(lambda: peer.called("editMessageReplyMarkup"))
        assert peer.called("answerCallbackQuery")
        peer.presses(token)
        assert peer.reads(6)[5] == say("choice_over", "fr")
        _asked_once(assistant)


def _asked_once(assistant: FakeAssistant) -> None:
    assert [turn["choice"] for turn in assistant.asked] == ["/greet", None, None, "/affirm"]
