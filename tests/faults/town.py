"""Residents with phones and programs, a provider of texts that tries again as Twilio does, and what all of them saw: the history."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import random
import string
import threading
import time
import uuid
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, List, Set, Tuple

import requests
from twilio.request_validator import RequestValidator

from tests.faults.system import PUBLIC, FaultSystem
from tests.gateway.twilio_fake import ACCOUNT, NUMBER, TOKEN

WEBHOOK = "/webhooks/sms/webhook"
LIMIT_S = 240.0
PROVIDER_WAITS_S = 15.0  # Twilio's own
LOOK_S = 0.1
_numbers = itertools.count(random.randrange(2_000_000, 8_000_000))

SIN, CARD = "046 454 286", "4111 1111 1111 1111"  # the usual samples; valid, and nobody's


@dataclass
class Town:
    """`acknowledged`: channel and provider's id of each message that was accepted. `reports`: what was described to be filed."""

    system: FaultSystem
    acknowledged: Set[Tuple[str, str]] = field(default_factory=set)
    phones: List[Phone] = field(default_factory=list)
    callers: List[Caller] = field(default_factory=list)
    reports: List[str] = field(default_factory=list)

    def phone(self) -> Phone:
        """Somebody new with a phone."""
        self.phones.append(Phone(self))
        return self.phones[-1]

    def caller(self) -> Caller:
        """Somebody new on the REST channel."""
        self.callers.append(Caller(self))
        return self.callers[-1]

    def lookup(self, channel: str, address: str) -> str:
        """What the record finds an address by."""
        key = bytes.fromhex(self.system.secrets.lookup_key)
        return hmac.new(key, f"{channel}\0{address}".encode(), hashlib.sha256).hexdigest()

    def conversation(self, channel: str, address: str) -> str:
        """The key of a resident's conversation; empty before their first message."""
        query = "SELECT conversation_id FROM conversations_route WHERE channel = %s AND address_lookup = %s"
        rows = self.system.rows(query, [channel, self.lookup(channel, address)])
        return str(rows[0][0]) if rows else ""


def word() -> str:
    """A word that nobody else says."""
    return "qu" + "".join(random.choices(string.ascii_lowercase, k=14))


class Phone:
    """`word` is only theirs: whoever else reads it has read their conversation."""

    def __init__(self, town: Town) -> None:
        self.town, self.number, self.word = town, f"+1519{next(_numbers)}", word()

    @property
    def conversation(self) -> str:
        return self.town.conversation("sms", self.number)

    def form(self, text: str) -> Dict[str, str]:
        """A text as Twilio puts it into a request."""
        return {
            "AccountSid": ACCOUNT,
            "MessageSid": f"SM{uuid.uuid4().hex}",
            "From": self.number,
            "To": NUMBER,
            "Body": text,
            "NumMedia": "0",
        }

    def posts(self, form: Dict[str, str]) -> requests.Response:
        """One try of the provider to hand a text over."""
        headers = {"X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(PUBLIC + WEBHOOK, form)}
        url = f"{self.town.system.gateway}{WEBHOOK}"
        return requests.post(url, data=form, headers=headers, timeout=PROVIDER_WAITS_S)

    def texts(self, text: str) -> Dict[str, str]:
        """Writes a text; the provider tries until it is accepted. Returns the form it sent."""
        form, until = self.form(text), time.monotonic() + LIMIT_S
        while not self._is_taken(form):
            assert time.monotonic() < until, "no gateway took the text"
            time.sleep(0.5)
        self.town.acknowledged.add(("sms", form["MessageSid"]))
        return form

    def _is_taken(self, form: Dict[str, str]) -> bool:
        try:
            return self.posts(form).status_code == 200
        except requests.RequestException:
            return False

    def shows(self) -> List[str]:
        return self.town.system.provider.texts(self.number)

    def reads(self, count: int) -> List[str]:
        """What it shows, once that is so many texts."""
        until = time.monotonic() + LIMIT_S
        while len(self.shows()) < count:
            assert time.monotonic() < until, f"{len(self.shows())} of {count} texts came"
            time.sleep(LOOK_S)
        return self.shows()

    def says(self, text: str) -> str:
        """Writes a text and waits until all that answers it came; that."""
        before = len(self.shows())
        form = self.texts(text)
        self.settles(form)
        return "\n".join(self.shows()[before:])

    def describes_a_pothole(self) -> str:
        """A report up to the question whether to send it; what is to be filed has their word."""
        self.says("there is a pothole on king st w")
        if "Another problem" in self.says("210"):
            self.says("another problem")
        self.town.reports.append(self.word)
        self.says(f"it is about a foot wide, by the {self.word}")
        return self.says("skip this")

    def settles(self, form: Dict[str, str]) -> None:
        """Until a text is answered, and the answer is out."""
        query = (
            "SELECT count(*) FROM conversations_inboundmessage i WHERE i.provider_id = %s AND i.state = 'done' AND NOT EXISTS "
            "(SELECT 1 FROM conversations_outboundmessage o WHERE o.inbound_id = i.id AND o.state = 'pending')"
        )
        until = time.monotonic() + LIMIT_S
        while not self.town.system.rows(query, [form["MessageSid"]])[0][0]:
            assert time.monotonic() < until, "no answer"
            time.sleep(LOOK_S)


class Caller:
    """A program on the REST channel: sends the same message again until it is answered."""

    def __init__(self, town: Town) -> None:
        self.town, self.sender, self.word = town, uuid.uuid4().hex, word()
        self.read: List[str] = []
        self.buttons: Dict[str, str] = {}

    @property
    def conversation(self) -> str:
        return self.town.conversation("rest", self.sender)

    def says(self, text: str) -> str:
        """All that is read in answer."""
        message_id, until = uuid.uuid4().hex, time.monotonic() + LIMIT_S
        while True:
            try:
                response = self.town.system.says(self.sender, text, message_id)
                if response.status_code == 200:
                    break
            except requests.RequestException:
                pass
            assert time.monotonic() < until, "no answer"
            time.sleep(0.5)
        self.town.acknowledged.add(("rest", hashlib.sha256(f"{self.sender}\0{message_id}".encode()).hexdigest()))
        self.read.append("\n".join(reply.get("text", "") for reply in response.json()))
        self.buttons = {button["title"]: button["payload"] for reply in response.json() for button in reply.get("buttons", [])}
        return self.read[-1]

    def chooses(self, title: str) -> str:
        """Taps a button of the last answer."""
        return self.says(self.buttons[title])

    def describes_a_pothole(self) -> str:
        """A report up to the question whether to send it; what is to be filed has their word."""
        self.says("there is a pothole on king st w")
        self.says("210")
        if "Another problem" in self.buttons:
            self.chooses("Another problem")
        self.town.reports.append(self.word)
        self.says(f"it is about a foot wide, by the {self.word}")
        return self.chooses("Skip this")


def behind(work: Callable[..., Any], *arguments: Any) -> Future[Any]:
    """Something that a resident does while the test does something else."""
    doing: Future[Any] = Future()

    def do() -> None:
        try:
            doing.set_result(work(*arguments))
        except BaseException as err:
            doing.set_exception(err)

    threading.Thread(target=do, daemon=True).start()
    return doing
