"""Who may see a bill: for how long, where, and what ends it."""

from __future__ import annotations

from datetime import timedelta
from typing import Optional

import pytest
from django.db.models import F
from django.utils import timezone

from bot.conversations import bill_access, chats_in, opt_outs, retention, texts_in
from bot.conversations.bill_access import Pending
from bot.conversations.models import BillSession, BillVerification, Conversation, OptOut, Route
from bot.telegram.incoming import Incoming
from tests.conversations.doing import conversation_of, write

pytestmark = pytest.mark.usefixtures("record")

ME = "+15195550123"


@pytest.fixture
def mine() -> str:
    write("me", "hello")
    return conversation_of("me").key


def later(minutes: float) -> None:
    passed = timedelta(minutes=minutes)
    BillSession.objects.update(used_at=F("used_at") - passed, expires_at=F("expires_at") - passed)
    BillVerification.objects.update(expires_at=F("expires_at") - passed)


def begin(conversation: str, number: str = "v-1", *, channel: str = "rest", kind: str = "utility") -> None:
    bill_access.begin(conversation, channel, kind, number, expires_at=timezone.now() + timedelta(minutes=10))


def grant(conversation: str, token: str = "t-1", *, channel: str = "rest", kind: str = "utility", expires_in_s: float = 900) -> list[str]:
    return bill_access.grant(conversation, channel, kind, token, expires_in_s=expires_in_s)


def access(conversation: str, *, channel: str = "rest", kind: str = "utility") -> Optional[str]:
    return bill_access.access(conversation, channel, kind)


def texted() -> str:
    texts_in.take(ME, "hello", "SM hello")
    return str(Route.objects.get(address_lookup=texts_in.lookup(ME)).conversation_id)


def test_a_code_is_waited_for_once_and_a_new_one_takes_its_place(mine: str) -> None:
    assert bill_access.pending(mine, "rest") is None
    begin(mine, "v-1")
    begin(mine, "v-2", kind="property_tax")
    assert bill_access.pending(mine, "rest") == Pending("property_tax", "v-2")
    assert bill_access.pending(mine, "sms") is None
    later(11)
    assert bill_access.pending(mine, "rest") is None


def test_who_has_shown_an_account_sees_it_and_no_other_kind(mine: str) -> None:
    begin(mine)
    assert grant(mine) == []
    assert access(mine) == "t-1"
    assert access(mine, kind="property_tax") is None
    assert bill_access.pending(mine, "rest") is None


def test_one_kind_after_the_other_can_be_shown_and_a_new_session_takes_the_place_of_the_same_kind(mine: str) -> None:
    grant(mine, "t-1")
    grant(mine, "t-2", kind="property_tax")
    assert grant(mine, "t-3") == ["t-1"]
    assert (access(mine), access(mine, kind="property_tax")) == ("t-3", "t-2")


def test_it_is_over_after_fifteen_minutes_however_much_is_asked(mine: str) -> None:
    grant(mine, expires_in_s=3600)
    for _ in range(2):
        later(7)
        assert access(mine) == "t-1"
    later(1.1)
    assert access(mine) is None


def test_it_is_over_sooner_where_the_gateway_says_so(mine: str) -> None:
    grant(mine, expires_in_s=120)
    later(1.9)
    assert access(mine) == "t-1"
    later(0.2)
    assert access(mine) is None


def test_it_is_over_after_ten_minutes_of_silence(mine: str) -> None:
    grant(mine)
    later(9)
    assert access(mine) == "t-1"
    BillSession.objects.update(expires_at=F("expires_at") + timedelta(minutes=9))
    later(10.1)
    assert access(mine) is None


def test_a_clock_that_was_set_back_shows_nothing_for_longer(mine: str) -> None:
    grant(mine)
    later(-60)
    assert access(mine) is None


def test_to_end_forgets_all_and_gives_the_tokens_to_log_out_with(mine: str) -> None:
    grant(mine, "t-1")
    grant(mine, "t-2", kind="property_tax")
    begin(mine)
    assert sorted(bill_access.end(mine)) == ["t-1", "t-2"]
    assert access(mine) is access(mine, kind="property_tax") is bill_access.pending(mine, "rest") is None
    assert bill_access.end(mine) == []


def test_stop_ends_it_and_start_does_not_bring_it_back() -> None:
    theirs = texted()
    grant(theirs, channel="sms")
    begin(theirs, channel="sms")
    texts_in.take(ME, "STOP", "SM stop")
    assert not BillSession.objects.exists()
    assert not BillVerification.objects.exists()
    grant(theirs, channel="sms")  # the turn that was under way ends after it
    assert access(theirs, channel="sms") is None
    texts_in.take(ME, "START", "SM start")
    assert access(theirs, channel="sms") is None


def test_an_opt_out_at_the_provider_ends_it() -> None:
    theirs = texted()
    grant(theirs, channel="sms")
    opt_outs.opt_out("sms", texts_in.lookup(ME), OptOut.Source.PROVIDER)
    assert access(theirs, channel="sms") is None


def test_who_blocks_the_bot_ends_it() -> None:
    chats_in.take(Incoming(chat="17", update="u1", text="hello"))
    theirs = Route.objects.get(channel="telegram").conversation_id
    grant(theirs, channel="telegram")
    assert access(theirs, channel="telegram") == "t-1"
    chats_in.take(Incoming(chat="17", update="u2", blocked=True))
    assert access(theirs, channel="telegram") is None


def test_somebody_elses_stop_ends_nothing(mine: str) -> None:
    grant(mine)
    texts_in.take(ME, "STOP", "SM stop")
    assert access(mine) == "t-1"


def test_it_goes_with_the_conversation(mine: str) -> None:
    grant(mine)
    begin(mine)
    retention.erase("rest", "me")
    assert not BillSession.objects.exists()
    assert not BillVerification.objects.exists()
    assert access(mine) is None
    assert grant(mine, "late") == ["late"]  # the turn that was under way: nobody may use it, so it is logged out
    begin(mine)
    assert not BillVerification.objects.exists()


def test_it_goes_when_the_conversation_is_disposed_of(mine: str) -> None:
    grant(mine)
    retention.dispose(timezone.now().date() + timedelta(days=400))
    assert not BillSession.objects.exists()


def test_what_is_over_is_purged_and_the_rest_stays(mine: str) -> None:
    grant(mine)
    begin(mine)
    write("other", "hello")
    other = conversation_of("other").key
    later(16)
    grant(other)
    retention.forget_bill_access()
    assert [row.conversation_id for row in BillSession.objects.all()] == [other]
    assert not BillVerification.objects.exists()


def test_the_number_they_text_from_is_known_and_no_other_address(mine: str) -> None:
    assert bill_access.phone_of(texted()) == ME
    assert bill_access.phone_of(mine) is None
    assert bill_access.phone_of("unknown") is None


def test_the_gateway_knows_a_conversation_by_a_name_that_says_nothing(mine: str) -> None:
    name = bill_access.conversation_hash(mine)
    assert len(name) == 64
    assert set(name) <= set("0123456789abcdef")
    assert mine not in name
    assert name == bill_access.conversation_hash(mine) != bill_access.conversation_hash("another")


def test_nothing_to_read_with_is_readable(mine: str) -> None:
    grant(mine, "canary token")
    begin(mine, "canary verification")
    rows = [*BillSession.objects.all().values(), *BillVerification.objects.all().values()]
    assert len(rows) == 2
    for value in (value for row in rows for value in row.values()):
        assert b"canary" not in (bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode())


def test_a_session_with_a_destroyed_key_shows_nothing(mine: str) -> None:
    grant(mine)
    BillSession.objects.update(token_sealed=b"damaged")
    assert access(mine) is None
    assert Conversation.objects.filter(pk=mine).exists()
