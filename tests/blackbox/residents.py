"""Residents on each channel. A conversation says things and chooses by title; what that means on a channel is said here.

A further channel is a class with the same two methods and a row in `CHANNELS`.
"""

from __future__ import annotations

import random
import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Mapping, Optional, Protocol, Tuple

import requests

from bot.conversations.sentences import say
from bot.in_words import in_words
from bot.knowledge.schema import Article
from bot.language.detect import detect
from bot.messages import Message
from bot.simulator.phone import Phone
from bot.simulator.twilio import SimulatedTwilio
from bot.sms.plain import plain
from tests.blackbox.record import Record
from tests.gateway.telegram_fake import Chat, FakeTelegram
from tests.gateway.visitor import Visitor

if TYPE_CHECKING:
    from tests.blackbox.system import System

ANSWER_S = 90.0


_PLAIN = "maple birch cedar fence mailbox corner bench garden window hedge curb gravel mulch pebble".split()  # nothing that glows


def unlike_any() -> str:
    """Words that no other description has together; letters only, since digits could be somebody's number."""
    return " ".join(random.sample(_PLAIN, k=6))


@dataclass(frozen=True)
class Answer:
    """What a resident reads in answer to one message: all of it, and the titles they may choose from."""

    text: str
    choices: Tuple[str, ...]
    short: bool  # the channel shows the short texts of articles

    @property
    def language(self) -> Optional[str]:
        return detect(self.text)

    def is_from(self, article: Article, language: str) -> bool:
        """Whether it is this article, whole, with its source."""
        text = " ".join(self.text.split())
        if self.short:
            return " ".join(plain(article.sms[language]).split()) in text
        return " ".join(article.answer[language].split()) in text and article.source.url in text and article.as_of[:4] in text


class Resident(Protocol):
    """Somebody new to the city."""

    def says(self, message: str) -> Answer:
        """Writes a message."""

    def chooses(self, title: str) -> Answer:
        """Chooses one of the last answer's choices the way the channel is made for."""


class OverRest:
    """Taps buttons: their payloads are sent back."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.sender = uuid.uuid4().hex
        self.buttons: Dict[str, str] = {}

    def says(self, message: str) -> Answer:
        answer = requests.post(self.url, json={"sender": self.sender, "message": message}, timeout=ANSWER_S)
        assert answer.status_code == 200, answer.text
        replies: List[Dict[str, Any]] = answer.json()
        assert replies
        assert {reply["recipient_id"] for reply in replies} == {self.sender}
        self.buttons = {button["title"]: button["payload"] for reply in replies for button in reply.get("buttons", [])}
        return Answer("\n".join(reply.get("text", "") for reply in replies), tuple(self.buttons), short=False)

    def chooses(self, title: str) -> Answer:
        return self.says(self.buttons[title])


class OverSms:
    """Texts the number of a choice, and MORE for the rest of an answer."""

    def __init__(self, twilio: SimulatedTwilio, record: Record) -> None:
        self.phone = Phone(twilio, f"+1519{random.randrange(2_000_000, 10_000_000)}")
        self.record = record
        self.titles: List[str] = []

    def says(self, message: str) -> Answer:
        text = self._text(message)
        for notice in (say("sms_more", language) for language in ("en", "fr")):
            while text.endswith(notice):
                text = f"{text.removesuffix(notice)}{self._text('MORE')}"
        self.titles = []
        for number, title in re.findall(r"^(\d+) (.+)$", text, re.MULTILINE):
            if int(number) == len(self.titles) + 1:
                self.titles.append(title)
        return Answer(text, tuple(self.titles), short=True)

    def chooses(self, title: str) -> Answer:
        return self.says(str(self.titles.index(title) + 1))

    def _text(self, message: str) -> str:
        texts = self.texts(message)
        assert texts, f"no answer to {message!r}"
        return "\n".join(texts)

    def texts(self, message: str) -> List[str]:
        """Every text that comes in answer to one."""
        taken = self.record.taken("sms", self.phone.number)
        self.phone.send(message)
        self.record.wait_for_answer("sms", self.phone.number, taken, ANSWER_S)
        return list(self.phone.shows(0.01, 0.01))


class OverTelegram:
    """Presses the buttons of a keyboard. Where one opens an address, they read the address."""

    def __init__(self, telegram: FakeTelegram, record: Record) -> None:
        self.chat = Chat(telegram)
        self.record = record
        self.seen = 0

    def says(self, message: str) -> Answer:
        return self.does(lambda: self.chat.says(message))

    def chooses(self, title: str) -> Answer:
        shown = self.chat.shown()
        place = max(place for place in range(len(shown)) if title in self.chat.buttons(place))
        return self.does(lambda: self.chat.presses(self.chat.buttons(place)[title], shown[place]["message_id"]))

    def does(self, act: Callable[[], object]) -> Answer:
        taken = self.record.taken("telegram", str(self.chat.id))
        act()
        self.record.wait_for_answer("telegram", str(self.chat.id), taken, ANSWER_S)
        places = range(self.seen, len(self.chat.shown()))
        assert places, "no answer"
        self.seen = places.stop
        texts = self.chat.texts()
        asks = [say("feedback", language) for language in ("en", "fr")]  # whether it helped: no choice of the answer
        buttons = {title: data for place in places if texts[place] not in asks for title, data in self.chat.buttons(place).items()}
        addresses = [data for data in buttons.values() if "://" in data]
        titles = tuple(title for title, data in buttons.items() if data not in addresses)
        return Answer("\n".join([*(texts[place] for place in places), *addresses]), titles, short=False)


class OverWebChat:
    """Does what the widget does: a choice is sent as its token, each part of a message is read."""

    def __init__(self, url: str) -> None:
        self.visitor = Visitor(url).begins()
        self.tokens: Dict[str, str] = {}

    def says(self, message: str) -> Answer:
        self.visitor.says(message)
        return self._reads()

    def chooses(self, title: str) -> Answer:
        response = self.visitor.call("POST", "messages", json={"id": uuid.uuid4().hex, "choice": self.tokens[title]})
        assert response.status_code == 202, response.text
        return self._reads()

    def _reads(self) -> Answer:
        lines = [line for line in self.visitor.reads_until_answered() if line["from"] == "assistant"]
        messages = [(Message.from_dict(line), line.get("language")) for line in lines]
        self.tokens = {choice.title: choice.payload for message, _ in messages for choice in message.choices}
        text = "\n".join(part for message, language in messages for part in in_words(message, language))
        return Answer(text, tuple(self.tokens), short=False)


CHANNELS: Mapping[str, Callable[[System], Resident]] = {
    "rest": lambda system: OverRest(f"{system.gateway}/webhooks/rest/webhook"),
    "sms": lambda system: OverSms(system.twilio, system.record),
    "telegram": lambda system: OverTelegram(system.telegram, system.record),
    "webchat": lambda system: OverWebChat(system.gateway),
}
