"""Twilio is asked for what did not come by itself, and told to forget what it need not keep."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any, Iterator, List

import pytest
from django.utils import timezone

from bot.conversations import texts_in
from bot.conversations.models import InboundMessage, OutboundMessage, Suppression
from bot.conversations.sentences import say
from bot.gateway.sms_looking_after import MOST_ASKED, TwilioLookedAfter
from bot.gateway.twilio_api import TwilioApi
from bot.settings import Settings
from tests.conversations import databases
from tests.conversations.assistant import FakeAssistant
from tests.conversations.doing import deliver_due, dispatching, wait_until
from tests.gateway.starting import system_at_work
from tests.gateway.twilio_fake import ACCOUNT, NUMBER, TOKEN, FakeTwilio, twilio_at_work
from tests.running import free_port

PHONE, SERVICE = "+15195550123", "MG" + "1" * 32
MINUTES, HOURS, DAYS = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def twilio() -> Iterator[FakeTwilio]:
    with twilio_at_work() as fake:
        yield fake


def looking_after(url: str, **more: Any) -> TwilioLookedAfter:
    account = {"twilio_account_sid": ACCOUNT, "twilio_auth_token": TOKEN, "twilio_number": NUMBER, "twilio_api_base_url": url}
    return TwilioLookedAfter(TwilioApi(Settings(**{**account, **more})))


def taken() -> List[str]:
    return [row.conversation.unseal(row.text_sealed, "inbound") for row in InboundMessage.objects.order_by("id")]


@pytest.mark.usefixtures("record")
class TestTextsThatWereMissed:
    def test_all_pages_of_the_list_are_read_and_only_what_was_sent_to_us_counts(self, twilio: FakeTwilio) -> None:
        twilio.page_size = 2
        for number in range(5):
            twilio.keep((20 - number) * MINUTES, body=f"text {number}")
        twilio.keep(9 * MINUTES, to="+15195550999", body="to another number of the account")
        twilio.keep(8 * MINUTES, **{"from": "36363"}, body="from a short code")
        twilio.keep(7 * MINUTES, **{"from": NUMBER, "to": PHONE}, direction="outbound-api", status="delivered", body="ours")
        looking_after(twilio.url).take_missed_texts()
        assert taken() == [f"text {number}" for number in range(5)]
        assert len([asked for asked in twilio.asked if "Messages.json" in asked]) > 2

    def test_of_a_service_the_texts_to_all_its_numbers_count(self, twilio: FakeTwilio) -> None:
        twilio.keep(9 * MINUTES, to="+15195550999", messaging_service_sid=SERVICE, body="to the second number")
        twilio.keep(8 * MINUTES, to="+15195550888", messaging_service_sid="MG" + "2" * 32, body="to another service")
        twilio.keep(7 * MINUTES, body="to the first")
        looking_after(twilio.url, twilio_messaging_service_sid=SERVICE).take_missed_texts()
        assert taken() == ["to the second number", "to the first"]

    def test_the_list_is_read_three_days_back_first_and_an_hour_later_on(self, twilio: FakeTwilio) -> None:
        looked_after = looking_after(twilio.url)
        looked_after.take_missed_texts()
        old = twilio.keep(2 * HOURS - MINUTES, body="came back to Twilio's list")
        looked_after.take_missed_texts()
        assert taken() == []
        assert old
        looking_after(twilio.url).take_missed_texts()  # a worker that starts
        assert taken() == ["came back to Twilio's list"]

    def test_a_twilio_that_cannot_be_reached_is_asked_again_for_the_same_time(
        self, twilio: FakeTwilio, caplog: pytest.LogCaptureFixture
    ) -> None:
        twilio.keep(100 * MINUTES, body="pothole")
        looked_after = looking_after(f"http://127.0.0.1:{free_port()}")
        looked_after.take_missed_texts()
        assert "not known: no answer from Twilio" in caplog.text
        looked_after.api = TwilioApi(Settings(**{**vars(looked_after.config), "twilio_api_base_url": twilio.url}))
        looked_after.take_missed_texts()
        assert taken() == ["pothole"]

    def test_the_log_has_neither_number_nor_text(self, twilio: FakeTwilio, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.INFO)
        twilio.keep(9 * MINUTES, body="very private")
        looking_after(twilio.url).take_missed_texts()
        assert "1 texts came late" in caplog.text
        assert "private" not in caplog.text
        assert "5550123" not in caplog.text


@pytest.fixture
def sent(record: str, assistant: FakeAssistant, assistant_port: int, twilio: FakeTwilio) -> OutboundMessage:
    """A text that Twilio took two hours ago, and nothing was heard of since."""
    texts_in.take(PHONE, "hello", "SM in")
    with dispatching(assistant_port):
        wait_until(lambda: not InboundMessage.objects.filter(state="pending").exists())
    sid = twilio.keep(2 * HOURS, to=PHONE, direction="outbound-api", status="sent", **{"from": NUMBER})
    assert deliver_due({"sms": lambda delivery: sid})
    OutboundMessage.objects.update(sent_at=timezone.now() - 2 * HOURS, delivery="queued")
    return OutboundMessage.objects.get()


class TestReportsThatDidNotCome:
    def test_what_became_of_a_text_is_asked_for_once(self, twilio: FakeTwilio, sent: OutboundMessage) -> None:
        looked_after = looking_after(twilio.url)
        looked_after.ask_what_became()
        looked_after.ask_what_became()
        assert twilio.asked == [f"GET /2010-04-01/Accounts/{ACCOUNT}/Messages/{sent.provider_id}.json"]
        sent.refresh_from_db()
        assert (sent.delivery, sent.state) == ("sent", "sent")

    def test_a_text_that_failed_counts_as_if_twilio_had_said_so(self, twilio: FakeTwilio, sent: OutboundMessage) -> None:
        twilio.kept[sent.provider_id].update(status="undelivered", error_code=30006)
        looking_after(twilio.url).ask_what_became()
        sent.refresh_from_db()
        assert (sent.delivery, sent.state, sent.error_code) == ("undelivered", "failed", "30006")
        assert Suppression.objects.get().code == "30006"

    @pytest.mark.parametrize(
        ("hours", "delivery"), [(0.9, "sent"), (49, "sent"), (2, "delivered")], ids=["it may still come", "too long ago", "it came"]
    )
    def test_nothing_else_is_asked_for(self, twilio: FakeTwilio, sent: OutboundMessage, hours: float, delivery: str) -> None:
        OutboundMessage.objects.update(sent_at=timezone.now() - hours * HOURS, delivery=delivery)
        looking_after(twilio.url).ask_what_became()
        assert twilio.asked == []

    def test_one_that_twilio_does_not_know_is_not_asked_for_again(self, twilio: FakeTwilio, sent: OutboundMessage) -> None:
        twilio.kept.clear()
        for _ in range(2):
            looking_after(twilio.url).ask_what_became()
        assert len(twilio.asked) == 1

    def test_a_twilio_that_does_not_answer_is_asked_again(self, twilio: FakeTwilio, sent: OutboundMessage) -> None:
        looking_after(f"http://127.0.0.1:{free_port()}").ask_what_became()
        looking_after(twilio.url).ask_what_became()
        assert len(twilio.asked) == 1


class TestTextsThatTwilioNeedNotKeep:
    def keep(self, twilio: FakeTwilio) -> List[str]:
        ours = {"to": PHONE, "from": NUMBER, "direction": "outbound-api", "status": "delivered"}
        twilio.keep(40 * DAYS, sid="SMoldin")
        twilio.keep(31 * DAYS, sid="SMoldout", **ours)
        twilio.keep(31 * DAYS, sid="SMother", to="+15195550999")
        twilio.keep(29 * DAYS, sid="SMnew")
        return list(twilio.kept)

    def test_old_texts_of_both_directions_are_deleted_and_nobody_elses(self, twilio: FakeTwilio) -> None:
        self.keep(twilio)
        looking_after(twilio.url, twilio_keep_days=30).delete_old()
        assert list(twilio.kept) == ["SMother", "SMnew"]

    def test_without_the_setting_nothing_is_deleted(self, twilio: FakeTwilio) -> None:
        before = self.keep(twilio)
        looking_after(twilio.url).delete_old()
        assert list(twilio.kept) == before
        assert twilio.asked == []

    def test_many_are_deleted_in_several_goes(self, twilio: FakeTwilio) -> None:
        for number in range(MOST_ASKED + 5):
            twilio.keep(40 * DAYS, sid=f"SM{number:032}")
        looked_after = looking_after(twilio.url, twilio_keep_days=30)
        looked_after.delete_old()
        assert len(twilio.kept) == 5
        looked_after.delete_old()
        assert twilio.kept == {}


def test_a_worker_that_starts_answers_what_was_written_while_it_was_away(tmp_path: Path, twilio: FakeTwilio) -> None:
    database = databases.sqlite(tmp_path / "record.sqlite3")
    databases.migrate(database)
    twilio.keep(20 * MINUTES, body="there is a pothole")
    settings = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_NUMBER": NUMBER, "TWILIO_API_BASE_URL": twilio.url}
    with system_at_work(database, tmp_path, **settings):
        wait_until(lambda: twilio.texts(PHONE))
    assert twilio.texts(PHONE) == [f"{say('sms_first', 'en')}\n{say('sms_late', 'en')}\nYou said: there is a pothole"]
