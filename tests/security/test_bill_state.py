"""Attacks on what the record knows of bills: somebody else's session, an ended one, a moved one, and many tries at once."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Callable, Optional

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from bot.conversations import attempts, bill_access, retention, texts_in
from bot.conversations.logs import install_log_masking
from bot.conversations.models import BillSession, BillVerification, InboundMessage, Route
from tests.conversations.assistant import FakeAssistant, messages
from tests.conversations.conftest import (  # noqa: F401
    assistant,
    assistant_port,
    database_url,
    postgres_template,
    record,
    sqlite_template,
)
from tests.conversations.doing import conversation_of, dispatching, wait_for, write
from tests.conversations.processes import environment
from tests.conversations.test_inbox import dump
from tests.running import ROOT

pytestmark = pytest.mark.usefixtures("record")

VICTIM_PHONE = "+15195550123"
ACCOUNT, CODE, POSTAL, OWED, TOKEN, VERIFICATION = "210000017", "482913", "N2G 4G7", "$213.40", "canary-token", "canary-verification"
SECRETS = (ACCOUNT, CODE, POSTAL, "N2G4G7", "213.40", "21340", TOKEN, VERIFICATION)
_ALONE = "(?<![0-9a-f.]){}(?![0-9a-f])"  # not by chance within an HMAC or a fraction of a second


def resident(address: str) -> str:
    write(address, "hello")
    return conversation_of(address).key


def grant(conversation: str, *, channel: str = "rest", kind: str = "utility", token: str = TOKEN) -> None:
    bill_access.grant(conversation, channel, kind, token, expires_in_s=900)


def see(conversation: str, *, channel: str = "rest", kind: str = "utility") -> Optional[str]:
    return bill_access.access(conversation, channel, kind)


def test_nobody_sees_a_bill_from_another_conversation_or_another_channel() -> None:
    victim, thief = resident("victim"), resident("thief")
    grant(victim)
    assert see(thief) is None
    assert [see(victim, channel=channel) for channel in ("sms", "telegram", "webchat", "")] == [None] * 4
    assert see(victim, kind="property_tax") is None
    assert see(victim) == TOKEN


def test_a_code_that_is_waited_for_is_of_no_use_to_another_conversation() -> None:
    victim, thief = resident("victim"), resident("thief")
    bill_access.begin(victim, "rest", "utility", VERIFICATION, expires_at=timezone.now() + timedelta(minutes=10))
    assert bill_access.pending(thief, "rest") is None
    assert bill_access.conversation_hash(thief) != bill_access.conversation_hash(victim)


@pytest.mark.parametrize("change", [{"conversation_id": None}, {"channel": "sms"}, {"kind": "property_tax"}])
def test_a_row_moved_by_hand_in_the_database_opens_nothing(change: dict[str, Optional[str]]) -> None:
    victim, thief = resident("victim"), resident("thief")
    grant(victim)
    bill_access.begin(victim, "rest", "utility", VERIFICATION, expires_at=timezone.now() + timedelta(minutes=10))
    moved = {column: value or thief for column, value in change.items()}
    BillSession.objects.update(**moved)
    BillVerification.objects.update(**moved)
    usual = {"conversation_id": victim, "channel": "rest", "kind": "utility"}
    whose, channel, kind = {**usual, **moved}.values()
    assert BillSession.objects.filter(conversation=whose, channel=channel, kind=kind).exists()
    assert see(whose, channel=channel, kind=kind) is None
    assert bill_access.pending(whose, channel) is None


def let_silence_pass() -> None:
    BillSession.objects.update(used_at=F("used_at") - timedelta(minutes=10, seconds=1))


def let_a_quarter_of_an_hour_pass() -> None:
    BillSession.objects.update(expires_at=F("expires_at") - timedelta(minutes=15, seconds=1))


@pytest.mark.parametrize(
    "ends",
    [
        let_silence_pass,
        let_a_quarter_of_an_hour_pass,
        lambda: texts_in.take(VICTIM_PHONE, "STOP", "SM stop"),
        lambda: texts_in.obey_in_silence(VICTIM_PHONE, texts_in.Command.STOP, "SM stop"),
        lambda: retention.erase("sms", VICTIM_PHONE),
        lambda: retention.dispose(timezone.now().date() + timedelta(days=400)),
        lambda: bill_access.end(texting()),
        lambda: bill_access.forget(texting()),
    ],
)
def test_a_bill_cannot_be_read_after_its_session_ended(ends: Callable[[], object]) -> None:
    texts_in.take(VICTIM_PHONE, "hello", "SM hello")
    victim = texting()
    grant(victim, channel="sms")
    assert see(victim, channel="sms") == TOKEN
    ends()
    assert see(victim, channel="sms") is None
    texts_in.take(VICTIM_PHONE, "START", "SM start")
    assert see(texting(), channel="sms") is None


def texting() -> str:
    return str(Route.objects.get(address_lookup=texts_in.lookup(VICTIM_PHONE)).conversation_id)


def test_sessions_hold_in_every_process_and_so_does_their_end(record: str) -> None:  # noqa: F811
    victim = resident("victim")
    grant(victim)
    code = f"from bot.conversations import bill_access; print(bill_access.access('{victim}', 'rest', 'utility'))"

    def elsewhere() -> str:
        command = [sys.executable, "-c", code]
        return subprocess.run(command, check=True, cwd=ROOT, env=environment(record), capture_output=True, text=True).stdout.strip()

    assert elsewhere() == TOKEN
    bill_access.end(victim)
    assert elsewhere() == "None"


def test_codes_cannot_be_guessed_in_parallel() -> None:
    thief = resident("thief")

    def guess(_: int) -> int:
        try:
            wait_s = attempts.may_try(thief)
            if wait_s == 0:
                attempts.failed(thief)
            return wait_s
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as threads:
        waits = list(threads.map(guess, range(60)))
    assert waits.count(0) == attempts.TRIES_PER_SENDER
    assert attempts.may_try(thief) > 3500


def test_accounts_cannot_be_tried_out_in_parallel_from_many_senders() -> None:
    def ask(number: int) -> int:
        try:
            return attempts.may_start(f"thief {number}", "utility", ACCOUNT)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as threads:
        assert list(threads.map(ask, range(40))).count(0) == attempts.STARTS_PER_ACCOUNT


def test_of_two_grants_and_an_end_at_once_no_session_is_lost_or_doubled() -> None:
    victim = resident("victim")

    def one(number: int) -> list[str]:
        try:
            return bill_access.grant(victim, "rest", "utility", f"token {number}", expires_in_s=900)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        logged_out = [token for tokens in threads.map(one, range(16)) for token in tokens]
    left = bill_access.end(victim)
    assert len(left) == 1
    assert sorted([*logged_out, *left]) == sorted(f"token {number}" for number in range(16))


def test_no_secret_of_a_whole_conversation_is_readable_anywhere(
    record: str,  # noqa: F811
    assistant: FakeAssistant,  # noqa: F811
    assistant_port: int,  # noqa: F811
    tmp_path: Path,
) -> None:
    """Before anything is forgotten: all of it is sealed, masked or an HMAC."""
    said = {
        f"what do I owe on {ACCOUNT} {POSTAL}": f"A code is on its way for {ACCOUNT}.",
        CODE: f"You owe {OWED}.",
        f"why {OWED}": f"Water went up by {OWED}.",
    }
    shape = [{"entities": [{"entity": "account_number", "value": ACCOUNT}, {"entity": "amount", "value": "21340"}]}]
    action = {"name": "action_look_up", "outcome": "ok", "private": True}
    assistant.reply = lambda turn: messages(said[turn["text"]], actions=[action], understood=shape, form="look_up_form")
    for text in said:
        row = write("me", text)
        with dispatching(assistant_port):
            wait_for(row)
    mine = conversation_of("me").key
    attempts.may_start(mine, "utility", ACCOUNT)
    bill_access.begin(mine, "rest", "property_tax", VERIFICATION, expires_at=timezone.now() + timedelta(minutes=10))
    assert attempts.may_try(mine) == 0
    attempts.failed(mine)
    grant(mine)

    raw = dump(record, tmp_path)
    assert b"[amount]" in raw  # it is the right dump
    assert InboundMessage.objects.filter(private=True).count() == 3
    for secret in SECRETS:
        assert not re.search(_ALONE.format(re.escape(secret)).encode(), raw), secret


def test_no_log_line_shows_an_amount_a_code_or_an_account(caplog: pytest.LogCaptureFixture) -> None:
    before = logging.getLogRecordFactory()
    install_log_masking()
    try:
        log = logging.getLogger("bot.of.this.test")
        log.error("owes %s (%s $), code %s, account %s at %s", OWED, "1 213,40", CODE, ACCOUNT, POSTAL)
        try:
            raise ValueError(f"owes {OWED}, code {CODE}")
        except ValueError:
            log.exception("it broke")
    finally:
        logging.setLogRecordFactory(before)
    assert "it broke" in caplog.text
    for secret in (ACCOUNT, CODE, POSTAL, "213.40", "213,40"):
        assert secret not in caplog.text
