"""Residents who write all the time, over REST and by text message, and a clerk who reads: each as patient as their provider is.

What is not taken is handed over again under its id, as Twilio, a browser and a REST caller do; so nobody is lost between two copies.
"""

from __future__ import annotations

import random
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Callable, Dict, List, Tuple, TypeVar

import requests

from bot.simulator.phone import Phone
from bot.simulator.twilio import SimulatorError
from tests.blackbox.copies import Copies
from tests.blackbox.residents import ANSWER_S, Answer, unlike_any
from tests.blackbox.test_conversations import NUMBER, report_a_pothole

# An article, a look-up, a form that goes on for two messages, and the end. Nothing in the answers changes within a day.
SCRIPT = ("they skipped my garbage", "when is garbage at 200 king st w?", "who is my councillor", "200 king st w", "thank you")
PAUSE_S = 0.3  # between two messages of one resident
AGAIN_S = 0.2
PATIENCE_S = 60.0
QUIET_S = 2.0  # after a text without another one, all are there
Result = TypeVar("Result")
Heard = List[Tuple[str, ...]]  # by message of the script, the texts that answered it


@dataclass
class Counts:
    """Of all residents together; `again`: handed over once more because a copy was just ending."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    written: Dict[str, int] = field(default_factory=lambda: {"rest": 0, "sms": 0})
    again: int = 0
    pages: int = 0
    reports: List[str] = field(default_factory=list)  # their words
    different: List[Tuple[str, Heard]] = field(default_factory=list)  # what somebody read, where it is not what everybody reads

    def wrote(self, channel: str) -> None:
        with self.lock:
            self.written[channel] += 1


class NotTakenError(Exception):
    """Nobody took it; it may be handed over again."""


def handed_over(hand_over: Callable[[], Result], counts: Counts) -> Result:
    """What came of it, however often it must be tried."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            return hand_over()
        except (requests.ConnectionError, SimulatorError, NotTakenError):
            assert time.monotonic() < until, "nobody took it"
            with counts.lock:
                counts.again += 1
            time.sleep(AGAIN_S)


class Caller:
    """A resident over REST; `says` and `chooses` as in `tests.blackbox.residents`."""

    def __init__(self, copies: Copies, counts: Counts) -> None:
        self._copies, self._counts, self._sender = copies, counts, uuid.uuid4().hex
        self._buttons: Dict[str, str] = {}

    def says(self, message: str) -> Answer:
        body = {"sender": self._sender, "message": message, "message_id": uuid.uuid4().hex}
        replies = handed_over(lambda: self._post(body), self._counts)
        self._counts.wrote("rest")
        self._buttons = {button["title"]: button["payload"] for reply in replies for button in reply.get("buttons", [])}
        self.heard = tuple(reply.get("text", "") for reply in replies)
        return Answer("\n".join(self.heard), tuple(self._buttons), short=False)

    def chooses(self, title: str) -> Answer:
        return self.says(self._buttons[title])

    def _post(self, body: Dict[str, str]) -> List[Dict[str, object]]:
        headers = {"X-Api-Key": self._copies.api_key, "Connection": "close"}
        answer = requests.post(f"{self._copies.gateway}/webhooks/rest/webhook", json=body, headers=headers, timeout=ANSWER_S)
        if answer.status_code >= 500:
            raise NotTakenError
        assert answer.status_code == 200, answer.text
        return list(answer.json())

    def follows_script(self) -> Heard:
        heard = []
        for message in SCRIPT:
            self.says(message)
            heard.append(self.heard)
            time.sleep(PAUSE_S)
        return heard


class Texter:
    """A resident by text message."""

    def __init__(self, copies: Copies, counts: Counts) -> None:
        self._counts = counts
        self.phone = Phone(copies.twilio, f"+1519{random.randrange(2_000_000, 10_000_000)}")

    def follows_script(self) -> Heard:
        heard = []
        for message in SCRIPT:
            sid = f"SM{uuid.uuid4().hex}"
            handed_over(lambda message=message, sid=sid: self.phone.send(message, MessageSid=sid, SmsSid=sid), self._counts)  # type: ignore[misc]
            self._counts.wrote("sms")
            heard.append(tuple(self.phone.shows(PATIENCE_S, QUIET_S)))
        return heard


class Load:
    """Writes from `start` to `stop`, one new resident after the other."""

    def __init__(self, copies: Copies) -> None:
        self.copies, self.counts = copies, Counts()
        self.same: Dict[str, Heard] = {kind.__name__: kind(copies, self.counts).follows_script() for kind in (Caller, Texter)}
        self._over = threading.Event()
        self._failed: List[BaseException] = []
        works = [*[self._write_by_rest] * 2, *[self._write_by_text] * 4, self._report, self._read_in_console]
        self._threads = [threading.Thread(target=self._until_over, args=(work,)) for work in works]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Everybody hears out the answers to what they wrote. Raises what went wrong meanwhile."""
        self._over.set()
        for thread in self._threads:
            thread.join()
        if self._failed:
            raise self._failed[0]

    def _until_over(self, work: Callable[[], None]) -> None:
        try:
            while not self._over.is_set():
                work()
        except BaseException as err:  # told by the test, not by a thread
            self._failed.append(err)

    def _write_by_rest(self) -> None:
        self._compare(Caller.__name__, Caller(self.copies, self.counts).follows_script())

    def _write_by_text(self) -> None:
        self._compare(Texter.__name__, Texter(self.copies, self.counts).follows_script())

    def _compare(self, kind: str, heard: Heard) -> None:
        if heard != self.same[kind]:
            self.counts.different.append((kind, heard))

    def _report(self) -> None:
        resident, words = Caller(self.copies, self.counts), f"it is deep {unlike_any()}"
        report_a_pothole(resident, words)
        assert NUMBER.search(resident.chooses("Send it").text)
        self.counts.reports.append(words)
        time.sleep(PAUSE_S)

    def _read_in_console(self) -> None:
        """Signs in once, and stays so whichever copy answers."""
        clerk = requests.Session()
        clerk.headers["Connection"] = "close"
        handed_over(lambda: clerk.get(f"{self.copies.console}/sign-in", timeout=ANSWER_S), self.counts)
        form = {"username": self.copies.clerk, "password": self.copies.password, "csrfmiddlewaretoken": clerk.cookies["csrftoken"]}
        handed_over(lambda: clerk.post(f"{self.copies.console}/sign-in", form, timeout=ANSWER_S), self.counts)
        while not self._over.is_set():
            page = handed_over(lambda: clerk.get(f"{self.copies.console}/conversations", timeout=ANSWER_S), self.counts)
            assert (page.status_code, page.url) == (200, f"{self.copies.console}/conversations")
            self.counts.pages += 1
            time.sleep(PAUSE_S)
