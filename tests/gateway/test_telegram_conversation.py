"""Residents write on Telegram to the running gateway and worker, with a fake Telegram and a fake assistant on the other sides."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, List

import pytest
import requests

from bot.conversations.inbox import PER_CONVERSATION
from bot.conversations.sentences import say
from tests.conversations import databases
from tests.conversations.assistant import FakeAssistant, messages
from tests.conversations.doing import LIMIT_S, wait_until
from tests.gateway.conftest import Gateway
from tests.gateway.starting import system_at_work
from tests.gateway.telegram_fake import TOKEN, Chat, FakeTelegram, telegram_at_work
from tests.pictures import picture
from tests.running import free_port

CHOICES = [{"title": "Yes, send it", "payload": "/affirm"}, {"title": "No", "payload": "/deny"}]


@dataclass
class System:
    url: str
    telegram: FakeTelegram
    assistant: FakeAssistant
    folder: Path

    def logs(self) -> str:
        return "".join(path.read_text() for path in self.folder.glob("*.log"))


@dataclass
class Resident(Chat):
    assistant: FakeAssistant | None = None

    def reads(self, count: int) -> List[str]:
        """What they see, once that is so many messages."""
        wait_until(lambda: len(self.shown()) >= count)
        return self.texts()

    def asked(self) -> List[Any]:
        assert self.assistant
        return self.assistant.asked


@contextmanager
def at_work(folder: Path, **settings: str) -> Iterator[System]:
    database = databases.sqlite(folder / "record.sqlite3")
    databases.migrate(database)
    with ExitStack() as stack:
        telegram = stack.enter_context(telegram_at_work())
        given = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE_URL": telegram.url, **settings}
        port = int(settings["PUBLIC_URL"].rpartition(":")[2]) if "PUBLIC_URL" in settings else 0
        url, assistant = stack.enter_context(system_at_work(database, folder, port, **given))
        yield System(url, telegram, assistant, folder)


@pytest.fixture(scope="module", params=["webhook", "polling"])
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    public = {"PUBLIC_URL": f"http://127.0.0.1:{free_port()}"} if request.param == "webhook" else {}
    with at_work(tmp_path_factory.mktemp(request.param), **public) as system:
        wait_until(lambda: system.telegram.called("getUpdates") or system.telegram.webhook)
        yield system


@pytest.fixture
def system(whole: System) -> System:
    whole.assistant.__init__()
    return whole


@pytest.fixture
def new(system: System) -> Resident:
    return Resident(system.telegram, assistant=system.assistant)


@pytest.fixture
def known(new: Resident) -> Resident:
    new.says("hello")
    assert new.reads(2) == [say("telegram_first", "en"), "You said: hello"]
    new.telegram.messages.clear()
    new.telegram.calls.clear()
    new.asked().clear()
    return new


def test_the_menu_is_set_up_in_both_languages_and_the_webhook_shows_a_secret(system: System) -> None:
    menus = {call.get("language_code"): json.loads(call["commands"]) for call in system.telegram.called("setMyCommands")} or None
    if menus is not None:  # other tests forget calls
        assert set(menus) == {None, "en", "fr"}
        assert [row["command"] for row in menus["fr"]] == ["start", "help", "language", "privacy", "delete", "cancel"]
    if system.telegram.webhook:
        assert system.telegram.webhook["url"] == f"{system.url}/webhooks/telegram/webhook"
        assert "edited_message" in system.telegram.webhook["allowed_updates"]


def test_start_in_french_greets_in_french_with_what_can_be_done(new: Resident) -> None:
    new.language = "fr-CA"
    new.assistant.reply = lambda turn: messages("Bonjour.", language=turn["language"])  # type: ignore[union-attr]
    new.says("/start")
    assert new.reads(2) == [say("telegram_first", "fr"), "Bonjour."]
    turn = new.asked()[-1]
    assert (turn["choice"], turn["language"], turn["channel"]) == ("/greet", "fr", "telegram")


def test_commands_are_choices_and_other_slashes_are_words(known: Resident) -> None:
    for text in ("/help", "/cancel", "/privacy", "/restart"):
        known.says(text)
    known.reads(4)
    assert [turn["choice"] for turn in known.asked()] == ["/help", "/cancel", '/article{"article": "assistant_privacy"}', None]


def test_a_language_is_chosen_by_button(known: Resident) -> None:
    known.says("/language")
    assert known.reads(1) == [say("telegram_language", "en")]
    known.presses(known.buttons()["Français"])
    known.reads(2)
    assert known.asked()[-1]["choice"] == '/switch_language{"language": "fr"}'


def test_whether_an_answer_helped_is_said_by_button_and_its_choices_stay(known: Resident) -> None:
    action = {"name": "action_answer_article", "outcome": "ok", "answered": "article/garbage_missed"}
    shape = {"text": "Look for a sticker.", "choices": [{"title": "Blue box", "payload": "/blue_box"}]}
    known.assistant.reply = lambda turn: messages("A box.") if turn["choice"] else messages(messages=[shape], actions=[action])  # type: ignore[union-attr]
    known.says("they skipped my garbage")
    assert known.reads(2) == ["Look for a sticker.", say("feedback", "en")]
    known.presses(known.buttons()["No"], known.shown()[1]["message_id"])
    assert known.reads(3)[2] == say("feedback_sorry", "en")
    known.presses(known.buttons(0)["Blue box"], known.shown()[0]["message_id"])
    assert known.reads(4)[3] == "A box."
    assert [turn["choice"] for turn in known.asked()] == [None, "/blue_box"]


def test_a_button_chooses_once_and_its_keyboard_goes(known: Resident) -> None:
    known.assistant.reply = lambda turn: messages(messages=[{"text": "Send it?", "choices": CHOICES}])  # type: ignore[union-attr]
    known.says("pothole at 200 king st w")
    known.reads(1)
    data, message_id = known.buttons()["Yes, send it"], known.shown()[0]["message_id"]
    assert len(data.encode()) <= 64
    query = known.presses(data, message_id)["callback_query"]["id"]
    known.reads(2)
    assert known.asked()[-1]["choice"] == "/affirm"
    wait_until(lambda: known.telegram.called("editMessageReplyMarkup", known.id))
    assert [call["callback_query_id"] for call in known.telegram.called("answerCallbackQuery")] == [query]
    assert known.telegram.called("editMessageReplyMarkup", known.id)[0]["message_id"] == str(message_id)
    known.presses(data, message_id)
    assert known.reads(3)[2] == say("choice_over", "en")


def test_a_button_of_somebody_else_or_made_up_is_explained_and_never_executed(known: Resident, system: System) -> None:
    known.assistant.reply = lambda turn: messages(messages=[{"text": "Send it?", "choices": CHOICES}])  # type: ignore[union-attr]
    known.says("pothole")
    known.reads(1)
    other = Resident(system.telegram, assistant=system.assistant)
    for data in (known.buttons()["Yes, send it"], "/restart", "choice_" + "x" * 22):
        other.presses(data)
    assert other.reads(4)[1:] == [say("choice_over", "en")] * 3
    assert [turn["choice"] for turn in known.asked()] == [None]


def test_a_shared_location_is_a_turn(known: Resident) -> None:
    known.assistant.reply = lambda turn: messages(messages=[{"text": "Where is it?", "asks_location": True}])  # type: ignore[union-attr]
    known.says("pothole")
    known.reads(1)
    assert known.keyboard()["keyboard"][0][0]["request_location"]
    known.shares(43.4516, -80.4925)
    known.reads(2)
    turn = known.asked()[-1]
    assert (turn["text"], turn["location"]) == ("", {"label": "", "latitude": 43.4516, "longitude": -80.4925})


def test_photos_of_an_album_are_one_turn_with_its_words(known: Resident) -> None:
    known.telegram.files = {name: picture() for name in ("one", "two", "three")}
    known.sends_photo("one", media_group_id="77", caption="deep hole")
    known.sends_photo("two", media_group_id="77")
    known.sends_photo("three", media_group_id="77")
    assert known.reads(1) == ["You said: deep hole"]
    assert [len(turn["media"]) for turn in known.asked()] == [3]


def test_voice_an_edit_and_a_group_are_each_dealt_with(known: Resident) -> None:
    known.does(voice={"file_id": "v", "file_unique_id": "v", "duration": 3})
    known.edits("at 210")
    known.does(text="hi", chat={"id": -100123, "type": "supergroup", "title": "Neighbours"})
    known.says("still here")
    assert known.reads(3) == [say("telegram_words_only", "en"), say("telegram_edited", "en"), "You said: still here"]
    assert known.telegram.shown(-100123) == []


def test_a_long_answer_comes_whole_in_several_messages(known: Resident) -> None:
    known.assistant.reply = lambda turn: messages("This is a sentence of the answer. " * 250)  # type: ignore[union-attr]
    known.says("everything")
    known.reads(3)
    assert " ".join(known.texts()) == ("This is a sentence of the answer. " * 250).strip()


def test_typing_is_shown_while_a_turn_runs(known: Resident) -> None:
    def slowly(turn: Any) -> Any:
        time.sleep(1)
        return messages("done")

    known.assistant.reply = slowly  # type: ignore[union-attr]
    known.says("hello")
    known.reads(1)
    assert known.telegram.called("sendChatAction", known.id)[0]["action"] == "typing"


def test_the_same_update_ten_times_at_once_is_answered_once(known: Resident, system: System) -> None:
    update = known.says("pothole")
    with ThreadPoolExecutor(9) as threads:
        statuses = set(threads.map(lambda _: system.telegram.deliver(update), range(9)))
    assert statuses <= {0, 200}
    known.says("last")
    known.reads(2)
    assert [turn["text"] for turn in known.asked()] == ["pothole", "last"]


def test_messages_of_one_chat_are_answered_in_order(known: Resident) -> None:
    for number in range(6):
        known.says(f"number {number}")
    assert known.reads(6) == [f"You said: number {number}" for number in range(6)]


def test_a_flood_gets_one_sentence(known: Resident) -> None:
    for number in range(PER_CONVERSATION + 4):
        known.says(f"message {number}")
    known.reads(PER_CONVERSATION)  # the hello before counts
    assert known.texts().count(say("slow_down", "en")) == 1


def test_a_telegram_that_asks_to_wait_is_left_alone_so_long(known: Resident) -> None:
    known.telegram.faults = [(429, "Too Many Requests: retry after 2", {"retry_after": 2})]
    began = time.monotonic()
    known.says("hello")
    known.reads(1)
    assert time.monotonic() - began >= 2
    assert known.texts() == ["You said: hello"]


def test_who_blocked_the_bot_gets_nothing_more_until_they_write_again(known: Resident, system: System) -> None:
    failures = system.logs().count("try 1")
    known.telegram.faults = [(403, "Forbidden: bot was blocked by the user", {})]
    known.says("hello")
    wait_until(lambda: system.logs().count("try 1") > failures)
    known.changes("kicked")
    known.changes("member")
    known.says("back again")
    assert known.reads(1) == ["You said: back again"]


def test_the_logs_have_no_token_no_chat_and_no_word_of_a_resident(known: Resident, system: System) -> None:
    known.telegram.faults = [(400, "Bad Request: chat not found", {})]
    known.says("xylophone")
    known.presses("choice_" + "x" * 22)
    known.reads(1)
    assert "message" in system.logs()
    for private in ("xylophone", TOKEN, TOKEN.partition(":")[2], str(known.id), "Zacharie"):
        assert private not in system.logs()


def test_an_update_without_the_secret_is_refused_and_any_other_of_telegrams_is_acknowledged(known: Resident, system: System) -> None:
    if system.telegram.webhook is None:
        assert requests.post(f"{system.url}/webhooks/telegram/webhook", json={}, timeout=LIMIT_S).status_code == 404
        return
    url, secret = system.telegram.webhook["url"], {"X-Telegram-Bot-Api-Secret-Token": system.telegram.webhook["secret_token"]}
    forged = {"update_id": 1, "message": known.message(text="forged")}
    for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": "a guess"}):
        assert requests.post(url, json=forged, headers=headers, timeout=LIMIT_S).status_code == 403
    assert requests.get(url, timeout=LIMIT_S).status_code == 405
    for body in (b"", b"{", b"[]", b'{"update_id": 1}', b'{"update_id": 2, "message": {"text": 7}}', b"\xff" * 99, b"[" * 50_000):
        assert requests.post(url, data=body, headers=secret, timeout=LIMIT_S).status_code == 200
    known.says("still here")
    assert known.reads(1) == ["You said: still here"]
    assert [turn["text"] for turn in known.asked()] == ["still here"]


def test_without_a_token_there_is_no_such_address(gateway: Gateway, database_url: str) -> None:
    with gateway(database_url, PUBLIC_URL="https://chat.example.org") as url:
        assert requests.post(f"{url}/webhooks/telegram/webhook", json={}, timeout=LIMIT_S).status_code == 404


def test_what_was_written_while_nothing_ran_is_answered_after_the_start_and_once(tmp_path: Path) -> None:
    database = databases.sqlite(tmp_path / "record.sqlite3")
    databases.migrate(database)
    with telegram_at_work() as telegram:
        resident = Resident(telegram)
        resident.says("before the start")
        settings = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE_URL": telegram.url}
        with system_at_work(database, tmp_path, **settings):
            assert resident.reads(2)[1] == "You said: before the start"
        again = {"update_id": 2_000_000, "message": resident.message(text="again")}
        for _ in range(2):  # as when the worker was killed before it could say that it has the update
            telegram.deliver(again)
            with system_at_work(database, tmp_path, **settings):
                resident.reads(3)
                time.sleep(0.5)
        assert resident.texts()[2:] == ["You said: again"]
