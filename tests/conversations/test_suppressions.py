"""Phones that texts do not reach: left alone after some failures, until they write."""

from __future__ import annotations

from datetime import timedelta
from typing import Iterable, Optional

import pytest
from django.utils import timezone

from bot.conversations import sender, suppressions, texts_in
from bot.conversations.models import Conversation, OptOut, OutboundMessage, Suppression
from bot.conversations.sender import SendError
from bot.conversations.suppressions import FOR_GOOD, Unreachable
from bot.gateway.sms_errors import UNREACHABLE
from tests.conversations.doing import deliver_due, let_the_pace_pass
from tests.conversations.test_texts_in import ME, SOMEBODY, Phones, known, phones  # noqa: F401

pytestmark = pytest.mark.usefixtures("record")
DAY = timedelta(days=1)


def fails(row: OutboundMessage, code: str = "30003") -> None:
    """The provider reports that a text did not arrive."""
    sender.report(row.pk, row.provider_id, "undelivered", code, False, UNREACHABLE.get(code))


def texts_of(phone: str = ME) -> Iterable[OutboundMessage]:
    return OutboundMessage.objects.filter(conversation__route__address_lookup=texts_in.lookup(phone)).order_by("id")


def answer_waits(phones: Phones) -> OutboundMessage:  # noqa: F811
    """They have written, and the answer is in the outbox."""
    texts_in.take(ME, "and now?", phones.sid())
    phones.think()
    return OutboundMessage.objects.latest("id")


def is_sent(phones: Phones, row: OutboundMessage) -> bool:  # noqa: F811
    let_the_pace_pass()
    while deliver_due({"sms": phones.deliver}):
        let_the_pace_pass()
    row.refresh_from_db()
    assert row.state in ("sent", "failed")
    return row.state == "sent"


def test_a_phone_out_of_reach_is_left_alone_after_three_texts_and_answered_when_it_writes_again(known: Phones) -> None:  # noqa: F811
    for text in ("one", "two"):
        known.says(text)
    first, second, third = texts_of()
    waiting = answer_waits(known)
    for row in (first, second):
        fails(row)
    assert not suppressions.is_suppressed("sms", texts_in.lookup(ME))
    fails(third)
    assert not is_sent(known, waiting)
    assert waiting.error_code == "suppressed"
    assert known.says("hello", SOMEBODY)
    assert known.says("are you there?") == ["You said: are you there?"]
    assert not Suppression.objects.exists()


@pytest.mark.parametrize(
    ("code", "times", "lasts"),
    [
        ("30003", 3, DAY),
        ("30004", 2, 7 * DAY),
        ("30005", 2, None),
        ("30006", 1, None),
        ("30007", 3, DAY),
        ("21211", 1, None),
        ("21614", 1, None),
    ],
)
def test_how_often_and_for_how_long_depends_on_the_reason(known: Phones, code: str, times: int, lasts: Optional[timedelta]) -> None:  # noqa: F811
    lookup = texts_in.lookup(ME)
    for number in range(times):
        assert not suppressions.is_suppressed("sms", lookup), number
        suppressions.count_failure("sms", lookup, code, UNREACHABLE[code])
    row = Suppression.objects.get()
    assert row.until is not None
    assert row.code == code
    if lasts is None:
        assert row.until == FOR_GOOD
    else:
        assert abs(row.until - timezone.now() - lasts) < timedelta(minutes=1)
    (said,) = texts_of()
    OutboundMessage.objects.update(state="pending", due_at=timezone.now() - timedelta(seconds=1))  # as if it had not been sent
    assert not is_sent(known, said)


@pytest.mark.parametrize("code", ["30001", "30002", "30008", "30019", "30034", "21617", "20429", ""])
def test_failures_that_are_not_about_the_phone_do_not_count(known: Phones, code: str) -> None:  # noqa: F811
    for text in ("one", "two", "three", "four"):
        known.says(text)
    for row in texts_of():
        fails(row, code)
    assert not Suppression.objects.exists()


def test_a_text_that_arrives_ends_the_count(known: Phones) -> None:  # noqa: F811
    for text in ("one", "two", "three"):
        known.says(text)
    first, second, third, fourth = texts_of()
    fails(first)
    fails(second)
    sender.report(third.pk, third.provider_id, "delivered", "", False)
    fails(fourth)
    assert Suppression.objects.get().failures == 1


def test_a_report_that_comes_twice_counts_once(known: Phones) -> None:  # noqa: F811
    (row,) = texts_of()
    for _ in range(5):
        fails(row)
    assert Suppression.objects.get().failures == 1


def test_a_number_that_twilio_refuses_at_once_is_left_alone_too(known: Phones) -> None:  # noqa: F811
    known.fails = [SendError("Twilio says 400 21614", retry=False, code="21614", unreachable=UNREACHABLE["21614"])]
    known.says("hello")
    assert suppressions.is_suppressed("sms", texts_in.lookup(ME))


def test_it_ends_by_itself_outlives_the_conversation_and_is_no_opt_out(known: Phones) -> None:  # noqa: F811
    suppressions.count_failure("sms", texts_in.lookup(ME), "30007", Unreachable(1, DAY))
    Conversation.objects.all().delete()
    assert suppressions.is_suppressed("sms", texts_in.lookup(ME))
    assert not OptOut.objects.exists()
    Suppression.objects.update(until=timezone.now())
    assert not suppressions.is_suppressed("sms", texts_in.lookup(ME))


def test_writing_again_does_not_take_back_an_opt_out(known: Phones) -> None:  # noqa: F811
    known.says("STOP")
    suppressions.count_failure("sms", texts_in.lookup(ME), "30006", Unreachable(1, None))
    assert known.says("hello") == []
    assert not Suppression.objects.exists()
    assert OptOut.objects.exists()


def test_failures_long_apart_are_not_in_a_row_and_are_forgotten(known: Phones) -> None:  # noqa: F811
    lookup, why = texts_in.lookup(ME), Unreachable(2, DAY)
    suppressions.count_failure("sms", lookup, "30003", why)
    Suppression.objects.update(at=timezone.now() - timedelta(days=31))
    suppressions.count_failure("sms", lookup, "30003", why)
    assert not suppressions.is_suppressed("sms", lookup)
    suppressions.count_failure("sms", texts_in.lookup(SOMEBODY), "30005", Unreachable(1, None))
    Suppression.objects.update(at=timezone.now() - timedelta(days=31))
    suppressions.forget()
    assert [row.address_lookup for row in Suppression.objects.all()] == [texts_in.lookup(SOMEBODY)]
