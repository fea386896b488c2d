"""Messages handed to Twilio: once, whatever the network does."""

from __future__ import annotations

import logging
from typing import Iterator, List, Tuple

import pytest

from bot.conversations.sender import Delivery, SendError
from bot.gateway import twilio_api
from bot.gateway.sms_sending import TwilioSms
from bot.gateway.twilio_api import TwilioApi
from bot.messages import Message
from bot.settings import Settings
from tests.gateway.twilio_fake import ACCOUNT, NUMBER, TOKEN, FakeTwilio, twilio_at_work
from tests.running import free_port

PHONE = "+15195550123"


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    with twilio_at_work() as fake:
        yield fake


def sending(url: str, **more: str) -> TwilioSms:
    config = Settings(
        twilio_account_sid=ACCOUNT,
        twilio_auth_token=f"{TOKEN}, next",
        twilio_api_base_url=url,
        **{"twilio_number": NUMBER, **more},  # type: ignore[arg-type]
    )
    return TwilioSms(TwilioApi(config))


def delivery(text: str = "Where is it?", known: Tuple[str, ...] | None = None) -> Delivery:
    return Delivery(7, PHONE, Message(text), "en", None if known is None else frozenset(known))


def test_a_message_is_sent_with_everything_twilio_needs(twilio: FakeTwilio) -> None:
    assert sending(twilio.url, public_url="https://chat.example.org/")(delivery()) == twilio.taken[0]["Sid"]
    assert twilio.taken == [
        {
            "To": PHONE,
            "From": NUMBER,
            "Body": "Where is it?",
            "ValidityPeriod": "3600",
            "StatusCallback": "https://chat.example.org/webhooks/sms/status?message=7",
            "Sid": twilio.taken[0]["Sid"],
        }
    ]


def test_a_messaging_service_chooses_the_number(twilio: FakeTwilio) -> None:
    sending(twilio.url, twilio_messaging_service_sid="MG1")(delivery())
    assert twilio.taken[0]["MessagingServiceSid"] == "MG1"
    assert "From" not in twilio.taken[0]


@pytest.mark.parametrize(
    ("status", "code", "retry", "opted_out"),
    [
        (429, 20429, True, False),
        (500, 20500, True, False),
        (503, 0, True, False),
        (401, 20003, True, False),
        (400, 21610, False, True),
        (400, 21211, False, False),
        (400, 21617, False, False),
    ],
)
def test_what_twilio_refuses_is_tried_again_only_if_that_may_help(
    twilio: FakeTwilio, status: int, code: int, retry: bool, opted_out: bool
) -> None:
    twilio.faults = [(status, code)]
    with pytest.raises(SendError) as caught:
        sending(twilio.url)(delivery())
    assert (caught.value.retry, caught.value.opted_out) == (retry, opted_out)
    assert caught.value.code == (str(code) if code else "")
    assert PHONE not in str(caught.value)
    assert twilio.tries == 1


def test_a_twilio_that_cannot_be_reached_is_tried_again() -> None:
    with pytest.raises(SendError) as caught:
        sending(f"http://127.0.0.1:{free_port()}")(delivery())
    assert caught.value.retry


def test_a_message_taken_by_a_twilio_that_then_hangs_is_not_sent_twice(twilio: FakeTwilio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twilio_api, "TIMEOUT_S", 0.3)
    send = sending(twilio.url)
    before = send(delivery())  # the same words before: that message is known
    twilio.hang = [2.0]
    with pytest.raises(SendError) as caught:
        send(delivery())
    assert caught.value.retry
    assert send(delivery(known=(before,))) == twilio.taken[1]["Sid"] != before
    assert twilio.tries == 2


def test_a_message_that_did_not_arrive_is_sent_on_the_next_try(twilio: FakeTwilio) -> None:
    send = sending(twilio.url)
    first = send(delivery())
    assert send(delivery(known=(first, ""))) != first
    assert len(twilio.taken) == 2


def test_the_log_has_neither_number_nor_text(twilio: FakeTwilio, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    logging.getLogger("twilio.http_client").setLevel(logging.NOTSET)
    lines: List[str] = []
    sending(twilio.url)(delivery("very private"))
    lines += [record.getMessage() for record in caplog.records]
    assert not any("5550123" in line or "private" in line for line in lines)
