"""A conversation about bills, against the sandbox's billing gateway and a record in a database."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Dict, Iterator, Optional

import pytest
import requests

from actions.clients.billing import Billing
from actions.look_up import ActionLookUp
from actions.look_up_form import ActionAskLookUpAnswer, ValidateLookUpForm
from actions.look_ups.balance import BalanceLookUp
from actions.look_ups.ebilling import EbillingLookUp
from actions.look_ups.high_bill import HighBillLookUp
from actions.look_ups.parking_ticket import ParkingTicketLookUp
from actions.open_data.drawing import warm_up
from bot import sealing
from bot.conversations.models import Attempts, Conversation, Route
from tests.actions.turns import Form, Said, run, shown, tracker
from tests.running import sandbox_server

LIMIT_S = 10.0
DANGER = "gas_smell"  # an article
CURRENT, PAST_DUE, CREDIT, CLOSED, UNREACHED, DOWN = "210000017", "210000025", "210000033", "210000041", "210000058", "210000066"
POSTAL = {CURRENT: "N2G 4G7", PAST_DUE: "N2H 5A1", CREDIT: "N2M 1P4", CLOSED: "N2C 2R3", UNREACHED: "N2P 1B2", DOWN: "N2A 3K8"}


class Talk:
    """One conversation about bills."""

    def __init__(self, base_url: str, channel: str, language: str = "en", phone: str = "") -> None:
        self.sandbox, self.language = base_url, language
        row = Conversation(channel=channel, dispose_after="2099-01-01")
        row.data_key_sealed = sealing.new_data_key(row.key)
        row.save(force_insert=True)
        if phone:
            sealed = sealing.seal_with_master(phone, f"route:{row.key}")
            Route.objects.create(channel=channel, address_lookup=row.key, address_sealed=sealed, conversation=row)
        self.billing = Billing(f"{base_url}/billing", key="sandbox")
        kinds = {one.kind: one(self.billing) for one in (BalanceLookUp, HighBillLookUp, EbillingLookUp, ParkingTicketLookUp)}
        ask, submit = ActionAskLookUpAnswer(kinds), ActionLookUp(kinds)
        self.form = Form(ValidateLookUpForm(kinds), {"look_up_answer": ask}, submit, conversation=row.key, channel=channel)
        self.form.slots["language"] = language
        self.said: Optional[Said] = None

    def asks(self, kind: str, text: str, **entities: str) -> str:
        self.form.open = False
        return self._read(self.form.say(text, "look_up", look_up=kind, **entities))

    def asks_by_tapping(self, kind: str) -> str:
        self.form.open = False
        return self._read(self.form.say("Look up what I owe", "look_up", tapped=True, look_up=kind))

    def says(self, text: str, intent: str = "inform") -> str:
        return self._read(self.form.say(text, intent, **({"article": DANGER} if intent == "article" else {})))

    def taps(self, answer: str) -> str:
        return self._read(self.form.say("", tapped=True, answer=answer))

    def _read(self, said: Said) -> str:
        self.said = said
        return said.text(self.language)

    def code(self) -> str:
        """The newest code in the pretend mailbox."""
        mails = requests.get(f"{self.sandbox}/billing/_sandbox/outbox", timeout=LIMIT_S).json()
        return str([mail for mail in mails if mail.get("code")][-1]["code"])

    def opens(self, kind: str, account: str, postal_code: str) -> str:
        self.asks(kind, "how much do i owe on my water bill")
        self.says(f"{account} {postal_code}")
        return self.says(self.code())

    def does(self, action: Any, text: str) -> str:
        given = tracker(text, "log_out", slots=self.form.slots, conversation=self.form.conversation, channel=self.form.channel)
        said = run(action, given)
        self.form.slots.update(said.slots)
        return "\n".join(shown(message, self.language) for message in said.messages)

    @property
    def part(self) -> Dict[str, Any]:
        assert self.said is not None
        return dict(self.said.messages[-1]["custom"])


@pytest.fixture(scope="module")
def bank_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sandbox")


@pytest.fixture(scope="module")
def bank(bank_folder: Path) -> Iterator[str]:
    warm_up()  # the first chart of a process takes longer than a resident would wait for it
    with sandbox_server(bank_folder) as base_url:
        yield base_url


@pytest.fixture
def untried(bank_folder: Path, bank: str, record: None) -> None:
    """The limits on tries, here and at the gateway, begin anew."""
    Attempts.objects.all().delete()
    requests.get(f"{bank}/billing/_sandbox/outbox", timeout=LIMIT_S).raise_for_status()  # the file is there from then on
    with closing(sqlite3.connect(bank_folder / "sandbox-billing.sqlite3", isolation_level=None)) as file:
        file.execute("DELETE FROM spent")


@pytest.fixture
def talk(bank: str, untried: None) -> Talk:
    return Talk(bank, "webchat")
