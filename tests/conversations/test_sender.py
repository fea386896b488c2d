"""Deliveries: in order, once unless a crash leaves it open, tried again when that helps."""

from __future__ import annotations

from datetime import timedelta
from typing import Dict, FrozenSet, List, Optional, Tuple

import pytest
from django.db.models import F
from django.utils import timezone

from bot import sealing
from bot.conversations import sender
from bot.conversations.models import OptOut, OutboundMessage, Route
from bot.conversations.sender import Delivery, SendError
from bot.messages import Choice, Link, Message
from tests.conversations.assistant import FakeAssistant, messages
from tests.conversations.doing import deliver_due, dispatching, wait_for, write

pytestmark = pytest.mark.usefixtures("record")


class Provider:
    """Takes messages as a provider of text messages does; `failures` are raised first, one per try."""

    def __init__(self) -> None:
        self.taken: List[Tuple[str, Message, Optional[str]]] = []
        self.known: List[Optional[FrozenSet[str]]] = []
        self.unclear: List[bool] = []
        self.failures: Dict[str, List[SendError]] = {}

    def __call__(self, delivery: Delivery) -> str:
        if self.failures.get(delivery.message.text):
            raise self.failures[delivery.message.text].pop(0)
        self.known.append(delivery.known)
        self.unclear.append(delivery.unclear)
        self.taken.append((delivery.address, delivery.message, delivery.language))
        return f"id {len(self.taken)}"

    def texts(self) -> List[str]:
        return [message.text for _, message, _ in self.taken]


@pytest.fixture
def provider() -> Provider:
    return Provider()


def deliver_all(provider: Provider) -> None:
    while deliver_due({"rest": provider}):
        pass


def answer(assistant: FakeAssistant, port: int, address: str, *said: str) -> None:
    assistant.reply = lambda turn: messages(*said)
    row = write(address, "hello")
    with dispatching(port):
        wait_for(row)


def test_replies_go_to_the_address_in_order_and_once(assistant: FakeAssistant, assistant_port: int, provider: Provider) -> None:
    answer(assistant, assistant_port, "+15195550123", "one", "two", "three")
    deliver_all(provider)
    deliver_all(provider)
    assert provider.taken == [("+15195550123", Message(text), "en") for text in ("one", "two", "three")]
    rows = OutboundMessage.objects.order_by("id")
    assert [(row.state, row.provider_id) for row in rows] == [("sent", "id 1"), ("sent", "id 2"), ("sent", "id 3")]
    assert all(row.sent_at for row in rows)


def test_a_failed_try_holds_up_what_follows_in_the_conversation_and_nobody_else(
    assistant: FakeAssistant, assistant_port: int, provider: Provider
) -> None:
    provider.failures["one"] = [SendError("busy", retry=True)]
    answer(assistant, assistant_port, "a", "one", "two")
    answer(assistant, assistant_port, "b", "other")
    deliver_all(provider)
    assert provider.texts() == ["other"]
    OutboundMessage.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    deliver_all(provider)
    assert provider.texts() == ["other", "one", "two"]


@pytest.mark.parametrize("tries", [[SendError("no such number", retry=False)], [SendError("busy", retry=True)] * (len(sender.PAUSES) + 1)])
def test_a_message_that_cannot_be_delivered_fails_and_lets_the_next_one_go(
    assistant: FakeAssistant, assistant_port: int, provider: Provider, tries: List[SendError]
) -> None:
    provider.failures["one"] = list(tries)
    answer(assistant, assistant_port, "a", "one", "two")
    for _ in range(len(tries) + 1):
        deliver_all(provider)
        OutboundMessage.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    assert provider.texts() == ["two"]
    assert [row.state for row in OutboundMessage.objects.order_by("id")] == ["failed", "sent"]


def test_a_channel_with_a_fault_is_not_tried_for_ever(assistant: FakeAssistant, assistant_port: int, provider: Provider) -> None:
    def faulty(delivery: Delivery) -> str:
        raise TypeError

    answer(assistant, assistant_port, "a", "one")
    for _ in range(len(sender.PAUSES) + 1):
        assert deliver_due({"rest": faulty})
        OutboundMessage.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    assert not deliver_due({"rest": faulty})
    assert OutboundMessage.objects.get().state == "failed"


def test_a_sender_killed_in_the_middle_sends_at_most_once_more(assistant: FakeAssistant, assistant_port: int, provider: Provider) -> None:
    class Killed(BaseException):
        """As abrupt as a process's end."""

    def taken_then_killed(delivery: Delivery) -> str:
        provider(delivery)
        raise Killed

    answer(assistant, assistant_port, "a", "one")
    with pytest.raises(Killed):
        deliver_due({"rest": taken_then_killed})
    deliver_all(provider)
    assert provider.texts() == ["one"]  # for a while it may still be on its way
    OutboundMessage.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    deliver_all(provider)
    assert provider.texts() == ["one", "one"]
    assert provider.unclear == [False, True]
    row = OutboundMessage.objects.get()
    assert (row.attempts, row.error_code) == (2, "")


def test_a_try_that_is_known_to_have_failed_leaves_nothing_unclear(
    assistant: FakeAssistant, assistant_port: int, provider: Provider
) -> None:
    provider.failures["one"] = [SendError("not reached", retry=True)]
    answer(assistant, assistant_port, "a", "one")
    deliver_all(provider)
    OutboundMessage.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    deliver_all(provider)
    assert provider.unclear == [False]


def test_with_another_master_key_nothing_is_given_up(
    assistant: FakeAssistant, assistant_port: int, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(assistant, assistant_port, "a", "one")
    with monkeypatch.context() as patch:
        patch.setattr(sealing, "_master_key", lambda: b"another" + bytes(25))
        deliver_all(provider)
    assert provider.texts() == []
    OutboundMessage.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    deliver_all(provider)
    assert provider.texts() == ["one"]


def test_a_message_that_this_release_cannot_read_holds_up_nobody(assistant: FakeAssistant, assistant_port: int, provider: Provider) -> None:
    answer(assistant, assistant_port, "a", "one")
    answer(assistant, assistant_port, "b", "two")
    row = OutboundMessage.objects.order_by("id")[0]
    OutboundMessage.objects.filter(pk=row.pk).update(body_sealed=row.conversation.seal('{"place": {"somewhere": 1}}', "outbound"))
    for _ in range(len(sender.PAUSES) + 1):
        deliver_all(provider)
        OutboundMessage.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    assert provider.texts() == ["two"]
    assert [row.state for row in OutboundMessage.objects.order_by("id")] == ["failed", "sent"]


def test_what_a_newer_release_says_more_of_a_part_is_left_out() -> None:
    shape = {
        "text": "Sure?",
        "choices": [{"title": "Yes", "payload": "/affirm", "colour": "green"}],
        "link": {"title": "t", "url": "u", "new": 1},
    }
    assert Message.from_dict(shape) == Message("Sure?", (Choice("Yes", "/affirm"),), Link("t", "u"))


@pytest.mark.parametrize("said", ["delivered", "failed"])
def test_what_its_provider_reports_before_we_know_that_it_was_sent_stays(
    assistant: FakeAssistant, assistant_port: int, provider: Provider, said: str
) -> None:
    answer(assistant, assistant_port, "a", "one")

    def reported_at_once(delivery: Delivery) -> str:
        sender.report(delivery.number, "id 1", said, "30003" if said == "failed" else "", False)
        return "id 1"

    deliver_due({"rest": reported_at_once})
    row = OutboundMessage.objects.get()
    assert (row.state, row.delivery, row.error_code) == (("failed", said, "30003") if said == "failed" else ("sent", said, ""))


def test_a_clock_set_back_an_hour_keeps_no_reply_waiting_an_hour(assistant: FakeAssistant, assistant_port: int, provider: Provider) -> None:
    answer(assistant, assistant_port, "a", "one")
    OutboundMessage.objects.update(due_at=timezone.now() + timedelta(hours=1))
    deliver_all(provider)
    assert provider.texts() == ["one"]


def test_a_provider_that_asks_for_a_pause_gets_it(assistant: FakeAssistant, assistant_port: int, provider: Provider) -> None:
    provider.failures["one"] = [SendError("busy", retry=True, pause=timedelta(hours=5))]
    answer(assistant, assistant_port, "a", "one")
    deliver_all(provider)
    assert provider.texts() == []
    OutboundMessage.objects.update(due_at=F("due_at") - sender.LONGEST_PAUSE)
    deliver_all(provider)
    assert provider.texts() == ["one"]


def test_choices_reach_the_channel_as_tokens(assistant: FakeAssistant, assistant_port: int, provider: Provider) -> None:
    assistant.reply = lambda turn: messages(messages=[{"text": "Sure?", "choices": [{"title": "Yes", "payload": "/affirm"}]}])
    row = write("a", "hello")
    with dispatching(assistant_port):
        wait_for(row)
    deliver_all(provider)
    ((_, message, _),) = provider.taken
    (choice,) = message.choices
    assert choice == Choice("Yes", choice.payload)
    assert choice.payload.startswith("choice_")


def test_a_message_whose_address_is_lost_fails_and_holds_up_nobody(
    assistant: FakeAssistant, assistant_port: int, provider: Provider
) -> None:
    answer(assistant, assistant_port, "a", "one")
    answer(assistant, assistant_port, "b", "two")
    Route.objects.filter(conversation=OutboundMessage.objects.order_by("id")[0].conversation).update(address_sealed=b"damaged")
    deliver_all(provider)
    assert provider.texts() == ["two"]
    assert [row.state for row in OutboundMessage.objects.order_by("id")] == ["failed", "sent"]


def test_replies_to_be_fetched_are_not_sent_and_fail_when_nobody_comes(assistant: FakeAssistant, assistant_port: int) -> None:
    answer(assistant, assistant_port, "a", "one")
    assert not deliver_due({})
    assert sender.give_up_unfetched({}) == 0
    OutboundMessage.objects.update(created_at=timezone.now() - sender.KEPT_FOR_FETCHING)
    assert sender.give_up_unfetched({"rest": lambda *_: ""}) == 0
    assert sender.give_up_unfetched({}) == 1
    assert OutboundMessage.objects.get().state == "failed"


@pytest.fixture
def sent(assistant: FakeAssistant, assistant_port: int, provider: Provider) -> OutboundMessage:
    answer(assistant, assistant_port, "a", "one")
    deliver_all(provider)
    return OutboundMessage.objects.get()


@pytest.mark.parametrize(
    ("reports", "delivery", "state"),
    [
        (["queued", "sent", "delivered"], "delivered", "sent"),
        (["delivered", "sent", "queued"], "delivered", "sent"),
        (["sent", "undelivered", "delivered"], "undelivered", "failed"),
        (["sent", "read it all"], "sent", "sent"),
    ],
    ids=["in order", "out of order", "the first last word counts", "no word we know"],
)
def test_what_became_of_a_message_is_written_down(sent: OutboundMessage, reports: List[str], delivery: str, state: str) -> None:
    for said in reports:
        sender.report(sent.pk, "id 1", said, "30003" if said == "undelivered" else "", False)
    sent.refresh_from_db()
    assert (sent.delivery, sent.state, sent.error_code) == (delivery, state, "30003" if state == "failed" else "")


def test_a_report_about_another_message_is_ignored(sent: OutboundMessage) -> None:
    sender.report(sent.pk, "id 99", "failed", "30003", False)
    sender.report(sent.pk + 1, "id 1", "failed", "30003", False)
    sent.refresh_from_db()
    assert (sent.delivery, sent.state) == ("", "sent")


def test_a_message_that_is_reported_as_taken_is_not_sent_again(assistant: FakeAssistant, assistant_port: int, provider: Provider) -> None:
    answer(assistant, assistant_port, "a", "one")

    def reported_then_timed_out(delivery: Delivery) -> str:
        sender.report(delivery.number, "id 1", "sent", "", False)
        raise SendError("time-out", retry=True)

    deliver_due({"rest": reported_then_timed_out})
    OutboundMessage.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    deliver_all(provider)
    assert provider.taken == []
    row = OutboundMessage.objects.get()
    assert (row.state, row.provider_id) == ("sent", "id 1")


def test_a_report_that_the_resident_opted_out_counts_as_their_word(sent: OutboundMessage) -> None:
    sender.report(sent.pk, "id 1", "failed", "21610", True)
    assert OptOut.objects.get().address_lookup == sent.conversation.route.address_lookup


def test_a_later_try_knows_the_ids_of_the_other_messages(assistant: FakeAssistant, assistant_port: int, provider: Provider) -> None:
    provider.failures["two"] = [SendError("busy", retry=True)]
    answer(assistant, assistant_port, "a", "one", "two")
    deliver_all(provider)
    OutboundMessage.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    deliver_all(provider)
    assert provider.known == [None, frozenset({"id 1"})]
