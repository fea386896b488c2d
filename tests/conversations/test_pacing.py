"""Text messages wait for their number and for their phone, and for nothing else."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Dict, List

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from bot.conversations import pacing, texts_in
from bot.conversations.models import Conversation, InboundMessage, OutboundMessage, Pace, Route
from bot.conversations.sender import Delivery
from bot.settings import Settings
from tests.conversations.assistant import FakeAssistant, messages
from tests.conversations.doing import deliver_due, dispatching, wait_until, write

pytestmark = pytest.mark.usefixtures("record")
A, B, C = "+15195550123", "+15195550177", "+15195550188"


class Line:
    """What went out, in order. `later` lets time pass, for numbers and phones."""

    def __init__(self) -> None:
        self.sent: List[str] = []

    def __call__(self, delivery: Delivery) -> str:
        self.sent.append(delivery.address)
        return f"SM{delivery.number}"

    def sends(self) -> List[str]:
        """Who gets a text now."""
        before = len(self.sent)
        while deliver_due({"sms": self, "rest": self}):
            pass
        return self.sent[before:]

    @staticmethod
    def later(seconds: float) -> None:
        passed = timedelta(seconds=seconds)
        Pace.objects.update(free_at=F("free_at") - passed)
        Route.objects.exclude(free_at=None).update(free_at=F("free_at") - passed)


@pytest.fixture
def line() -> Line:
    return Line()


def answered(assistant: FakeAssistant, port: int, said: Dict[str, str]) -> None:
    """Each phone has written, and its answer waits in the outbox, in the order of `said`."""
    assistant.reply = lambda turn: messages(said[turn["text"]])
    for phone in said:
        texts_in.take(phone, phone, f"SM {phone}")
        with dispatching(port):
            wait_until(lambda: not InboundMessage.objects.filter(state="pending").exists())


def at_pace(monkeypatch: pytest.MonkeyPatch, segments_per_s: float) -> None:
    monkeypatch.setattr(pacing, "settings", lambda: Settings(twilio_segments_per_s=segments_per_s))


def test_a_number_sends_a_segment_in_its_time(
    assistant: FakeAssistant, assistant_port: int, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_pace(monkeypatch, 0.1)
    answered(assistant, assistant_port, {A: "short", B: "short", C: "short"})
    assert line.sends() == [A]
    line.later(7)
    assert line.sends() == []
    line.later(4)
    assert line.sends() == [B]


def test_a_long_text_keeps_its_number_busy_for_each_segment(
    assistant: FakeAssistant, assistant_port: int, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_pace(monkeypatch, 0.1)
    answered(assistant, assistant_port, {A: "x" * 250, B: "short"})  # with the words of the first text: three segments
    assert line.sends() == [A]
    assert OutboundMessage.objects.get(conversation__route__address_lookup=texts_in.lookup(A)).segments == 3
    line.later(27)
    assert line.sends() == []
    line.later(4)
    assert line.sends() == [B]


def test_several_numbers_send_faster(assistant: FakeAssistant, assistant_port: int, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    at_pace(monkeypatch, 0.2)
    answered(assistant, assistant_port, {A: "short", B: "short"})
    assert line.sends() == [A]
    line.later(6)
    assert line.sends() == [B]


def test_one_phone_waits_for_its_next_text_however_free_the_number_is(
    assistant: FakeAssistant, assistant_port: int, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_pace(monkeypatch, 0.1)
    monkeypatch.setattr(pacing, "PER_PHONE", timedelta(seconds=30))
    answered(assistant, assistant_port, {A: "short"})
    texts_in.take(A, "HELP", "SM help")
    answered(assistant, assistant_port, {B: "short"})
    assert line.sends() == [A]
    line.later(20)
    assert line.sends() == [B]
    line.later(11)
    assert line.sends() == [A]


def test_other_channels_do_not_wait_for_the_number(
    assistant: FakeAssistant, assistant_port: int, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_pace(monkeypatch, 0.1)
    answered(assistant, assistant_port, {A: "short", B: "short"})
    assistant.reply = lambda turn: messages("one", "two", "three")
    write("somebody", "hello")
    with dispatching(assistant_port):
        wait_until(lambda: not InboundMessage.objects.filter(state="pending").exists())
    assert line.sends() == [A, "somebody", "somebody", "somebody"]


def test_what_is_not_sent_takes_no_time(assistant: FakeAssistant, assistant_port: int, line: Line) -> None:
    answered(assistant, assistant_port, {A: "short", B: "short"})
    Route.objects.filter(address_lookup=texts_in.lookup(A)).update(address_sealed=b"damaged")
    assert line.sends() == [B]


def test_several_workers_keep_one_pace(assistant: FakeAssistant, assistant_port: int, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    at_pace(monkeypatch, 0.01)
    phones = [f"+151955502{number:02}" for number in range(8)]
    answered(assistant, assistant_port, {phone: "short" for phone in phones})

    def send() -> None:
        try:
            deliver_due({"sms": line})
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in phones]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(line.sent) == 1  # whose text it is is up to the workers


def test_a_clock_that_was_set_back_stops_nothing(assistant: FakeAssistant, assistant_port: int, line: Line) -> None:
    answered(assistant, assistant_port, {A: "short"})
    assert Conversation.objects.count() == 1
    Pace.objects.create(channel="sms", free_at=timezone.now() + timedelta(hours=3))
    Route.objects.update(free_at=timezone.now() + timedelta(hours=3))
    assert line.sends() == [A]
