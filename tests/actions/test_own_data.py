"""A resident asks what is kept about them, and has it deleted: once asked, after a yes, and never after anything else."""

from __future__ import annotations

import re
import uuid
from typing import Any, Dict, Optional

import pytest

from actions.own_data import ActionDeleteChat, ActionTakeNo, ActionTakeYes, ActionTellOwnData
from bot.city import city
from bot.conversations import submissions
from bot.conversations.inbox import accept
from bot.conversations.models import InboundMessage
from bot.conversations.photos import Photo
from bot.privacy_words import agrees
from tests.actions.turns import Said, run, tracker

pytestmark = pytest.mark.usefixtures("record")
LANGUAGES = ["en", "fr"]


def wrote(*texts: str, photos: int = 0) -> str:
    """The key of somebody's conversation."""
    sender = uuid.uuid4().hex
    for text in texts:
        row = accept("rest", sender, text, uuid.uuid4().hex, photos=[Photo(content=b"x")] * photos)
    return InboundMessage.objects.get(turn_id=row.turn_id).conversation_id


def told(conversation: str, language: str = "en") -> str:
    given = tracker("what do you have on me", "own_data", conversation=conversation, slots={"language": language})
    return run(ActionTellOwnData(), given).text(language)


@pytest.mark.parametrize(("language", "messages"), [("en", "2 messages from you"), ("fr", "2 messages de vous")])
def test_they_are_told_how_much_since_when_how_long_and_whom_to_ask(language: str, messages: str) -> None:
    text = told(wrote("hello", "what about me"), language)
    assert messages in text
    assert "365" in text
    assert re.search(r"\b20\d\d\b", text)
    assert city().privacy_url in text
    assert city().phone in text
    assert ("health cards" if language == "en" else "carte Santé") in text
    assert ("delete my chat" if language == "en" else "supprime ma conversation") in text


def test_photos_reports_and_bills_are_counted() -> None:
    conversation = wrote("hello", photos=2)
    submissions.begin(f"{conversation} one", conversation=conversation, kind="service_request")
    submissions.finish(f"{conversation} one", "26-000001")
    submissions.begin(f"{conversation} two", conversation=conversation, kind="service_request")  # nobody knows whether it arrived
    text = told(conversation)
    assert "1 message, 2 photos and 1 report to the city from you" in text
    InboundMessage.objects.filter(conversation=conversation).update(private=True)
    assert "I have 1 message about bills, 2 photos and 1 report to the city from you" in told(conversation)


def test_what_was_deleted_is_not_counted_and_somebody_unknown_has_nothing() -> None:
    conversation = wrote("hello", "and this")
    first = InboundMessage.objects.filter(conversation=conversation).order_by("id")[0]
    InboundMessage.objects.filter(pk=first.pk).update(text_masked="[forgotten]")
    assert "1 message from you" in told(conversation)
    assert told("nobody") == "I have nothing from you in this chat yet."


class Chat:
    """A conversation whose messages are understood as they are said to be."""

    def __init__(self, language: str = "en") -> None:
        self.slots: Dict[str, Any] = {"language": language}
        self.before: Optional[Dict[str, Any]] = None
        self.conversation = wrote("hello")

    def says(self, text: str, intent: str, action: Any, *, tapped: bool = False, loop: Optional[str] = None, **entities: str) -> Said:
        turn_id = uuid.uuid4().hex
        ranking = [(intent, 1.0)] if tapped else [(intent, 0.9), ("other", 0.05)]
        given = tracker(
            text, intent, entities=entities, slots=self.slots, ranking=ranking, turn_id=turn_id, conversation=self.conversation, loop=loop
        )
        if self.before:
            given.events.insert(0, self.before)
        self.before = {"event": "user", "text": text, "metadata": {"turn_id": turn_id}}
        said = run(action, given)
        self.slots.update(said.slots)
        return said

    def asks_to_delete(self, **more: Any) -> Said:
        return self.says("delete my chat", "delete_chat", ActionDeleteChat(), **more)


def deleted(said: Said) -> bool:
    assert (said.report.get("dispose"), said.report.get("forget")) in [(True, True), (None, None)]
    assert (said.responses == ["utter_chat_deleted"]) is bool(said.report.get("dispose"))
    return bool(said.report.get("dispose"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_they_are_asked_once_with_what_stays(language: str) -> None:
    said = Chat(language).asks_to_delete()
    assert not deleted(said)
    text = said.text(language)
    assert text.count("?") == 1
    assert ("stay with the city" if language == "en" else "restent à la ville") in text
    assert said.choices == {"en": ["Yes, delete it", "No, keep it"], "fr": ["Oui, supprimer", "Non, garder"]}[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_tapped_yes_deletes_and_says_that_reports_stay(language: str) -> None:
    chat = Chat(language)
    chat.asks_to_delete()
    said = chat.says("Yes, delete it", "delete_chat", ActionDeleteChat(), tapped=True, answer="yes")
    assert deleted(said)
    assert ("stay with the city" if language == "en" else "restent à la ville") in said.text(language)


@pytest.mark.parametrize("text", ["yes", "oui", "sure thing"])
def test_a_yes_in_words_deletes(text: str) -> None:
    chat = Chat()
    chat.asks_to_delete()
    assert deleted(chat.says(text, "affirm", ActionTakeYes()))


@pytest.mark.parametrize(
    "text", ["yes delete it", "oui supprime tout", "ok go ahead and erase my chat", "D'accord, effacez ma conversation"]
)
def test_a_yes_with_the_wish_again_deletes(text: str) -> None:
    chat = Chat()
    chat.asks_to_delete()
    assert deleted(chat.says(text, "delete_chat", ActionDeleteChat()))


@pytest.mark.parametrize("text", ["no don't delete my chat", "non, n'efface pas ma conversation", "yes no dont erase it"])
def test_a_no_that_is_taken_for_the_wish_keeps_everything(text: str) -> None:
    chat = Chat()
    chat.asks_to_delete()
    assert chat.says(text, "delete_chat", ActionDeleteChat()).responses == ["utter_chat_kept"]


def test_the_wish_sent_twice_is_no_yes() -> None:
    chat = Chat()
    chat.asks_to_delete()
    assert chat.asks_to_delete().responses == ["utter_delete_chat"]


def test_a_no_keeps_everything() -> None:
    for answer in ({"intent": "deny", "action": ActionTakeNo()}, {"intent": "delete_chat", "action": ActionDeleteChat(), "answer": "no"}):
        chat = Chat()
        chat.asks_to_delete()
        said = chat.says("no", tapped="answer" in answer, **answer)  # type: ignore[arg-type]
        assert said.responses == ["utter_chat_kept"]
        assert not deleted(said)


def test_a_yes_to_another_question_deletes_nothing() -> None:
    chat = Chat()
    chat.asks_to_delete()
    chat.says("thanks", "own_data", ActionTellOwnData())
    assert chat.says("yes", "affirm", ActionTakeYes()).responses == ["utter_what_next"]


@pytest.mark.parametrize("action", [ActionTakeYes(), ActionTakeNo()])
def test_a_yes_or_no_to_nothing_is_asked_about(action: Any) -> None:
    assert Chat().says("yes", "affirm", action).responses == ["utter_what_next"]


def test_words_that_only_look_like_a_tap_do_not_delete() -> None:
    assert not deleted(Chat().says("Yes, delete it", "delete_chat", ActionDeleteChat(), answer="yes"))


def test_asking_ends_an_open_task() -> None:
    said = Chat().asks_to_delete(loop="report_form")
    assert {"event": "active_loop", "timestamp": None, "name": None} in said.events


@pytest.mark.parametrize("text", ["is it okay", "delete", "yesterday", "effacer", "not okay"])
def test_only_words_that_agree_agree(text: str) -> None:
    assert agrees(text) is (text == "is it okay")


def answered(text: str, *choices: Dict[str, str], custom: bool = False) -> Said:
    """What they read who wrote this below an answer with these choices."""
    rows = list(choices)
    data = {"custom": {"text": "Answer.", "choices": rows}} if custom else {"buttons": rows}
    given = tracker(text, "affirm")
    before = [
        {"event": "user", "text": "hm"},
        {"event": "bot", "text": "Which?", "data": data},
        {"event": "action", "name": "action_listen"},
    ]
    given.events[:0] = before
    return run(ActionTakeYes(), given)


@pytest.mark.parametrize("custom", [False, True])
def test_a_yes_to_several_choices_is_asked_which(custom: bool) -> None:
    rows = [
        {"title": title, "payload": payload}
        for title, payload in (("Trees", "/article"), ("Bins", "/collection_day"), ("Else", "/something_else"))
    ]
    said = answered("oui svp", *rows, custom=custom)
    assert said.responses == ["utter_which_of_these"]
    assert said.choices == ["Trees", "Bins"]
    assert said.text("fr") == "Laquelle de ces réponses?"


@pytest.mark.parametrize("text", ["yes please send somebody", "oui, envoyez quelqu'un"])
def test_who_wants_something_done_that_nobody_here_does_reads_whom_to_call(text: str) -> None:
    said = answered(text, {"title": "Wild animals", "payload": '/article{"article": "wildlife"}'})
    assert said.responses == ["utter_cannot_act"]
    assert city().phone in said.text()
    assert city().phone in said.text("fr")
    assert answered(text).responses == ["utter_what_next"]
    assert answered("yes").responses == ["utter_what_next"]


@pytest.mark.parametrize("text", ["ok", "d'accord", "perfect"])
def test_who_has_read_an_answer_is_not_asked_which_of_its_choices(text: str) -> None:
    assert answered(text, {"title": "Bins", "payload": "/collection_day"}, custom=True).responses == ["utter_what_next"]
