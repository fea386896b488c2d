"""Many messages on their way at once: a provider that hangs for some holds up no others, and one that is away is waited for."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Iterator, List, Set

import pytest
from django.db import OperationalError
from django.utils import timezone

from bot.conversations import sender, sending
from bot.conversations.models import InboundMessage, OutboundMessage
from bot.conversations.sender import Deliver, Delivery, SendError
from bot.conversations.sending import AT_ONCE, AWAY_AFTER, Sending
from tests.conversations.assistant import FakeAssistant, messages
from tests.conversations.doing import dispatching, wait_until, write

pytestmark = pytest.mark.usefixtures("record")


class Provider:
    """Takes messages; hangs for some addresses until released, or fails for everybody."""

    def __init__(self) -> None:
        self.taken: List[str] = []
        self.tries = 0
        self.hangs_for: Set[str] = set()
        self.released = threading.Event()
        self.down = False

    def __call__(self, delivery: Delivery) -> str:
        self.tries += 1
        if delivery.address in self.hangs_for:
            assert self.released.wait(30)
        if self.down:
            raise SendError("no answer", retry=True)
        self.taken.append(delivery.address)
        return f"id {delivery.number}"


@contextmanager
def at_work(**channels: Deliver) -> Iterator[Sending]:
    """The sender as the worker runs it, with this thread as the one that has the database."""
    work = Sending(channels)
    work.start()
    yield work
    wait_until(lambda: (work.work(more=False), work.under_way == 0)[1])


def answered(assistant: FakeAssistant, port: int, *addresses: str) -> None:
    assistant.reply = lambda turn: messages("answer")
    for address in addresses:
        write(address, "hello")
    with dispatching(port):
        wait_until(lambda: not InboundMessage.objects.filter(state="pending").exists())


def until(work: Sending, true: Any) -> None:
    wait_until(lambda: (work.work(more=True), true())[1])


def test_fifty_phones_that_hang_hold_up_nobody_else(assistant: FakeAssistant, assistant_port: int) -> None:
    slow, others = [f"slow {number}" for number in range(50)], [f"other {number}" for number in range(20)]
    answered(assistant, assistant_port, *slow, *others)
    provider = Provider()
    provider.hangs_for = set(slow)
    with at_work(rest=provider) as work:
        until(work, lambda: len(provider.taken) == len(others))
        assert set(provider.taken) == set(others)
        assert work.under_way >= len(slow)
        provider.released.set()
        until(work, lambda: not OutboundMessage.objects.exclude(state="sent").exists())
    assert sorted(provider.taken) == sorted([*slow, *others])


def test_never_more_are_on_their_way_than_there_are_threads(assistant: FakeAssistant, assistant_port: int, monkeypatch: Any) -> None:
    monkeypatch.setattr(sending, "AT_ONCE", 3)
    answered(assistant, assistant_port, *"abcde")
    provider = Provider()
    provider.hangs_for = set("abcde")
    with at_work(rest=provider) as work:
        until(work, lambda: provider.tries == 3)
        for _ in range(5):
            work.work(more=True)
        assert (work.under_way, provider.tries) == (3, 3)
        provider.released.set()
        until(work, lambda: len(provider.taken) == 5)
    assert AT_ONCE > 50


def test_a_provider_that_is_away_is_tried_by_one_message_at_a_time_and_nothing_is_lost(
    assistant: FakeAssistant, assistant_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "PROBE_S", 0.3)
    monkeypatch.setattr(sender, "PAUSES", (timedelta(0),) * 2)
    answered(assistant, assistant_port, *[f"resident {number}" for number in range(12)])
    provider = Provider()
    provider.down = True
    with at_work(rest=provider) as work:
        until(work, lambda: provider.tries >= AWAY_AFTER and work.under_way == 0)
        before, began = provider.tries, time.monotonic()
        until(work, lambda: provider.tries >= before + 4)  # one of these may have been due at once
        assert time.monotonic() - began > 3 * 0.3 - 0.05
        provider.down = False
        until(work, lambda: len(provider.taken) == 12)
    assert {row.state for row in OutboundMessage.objects.all()} == {"sent"}


def test_what_a_provider_is_away_for_longer_than_choices_count_fails(
    assistant: FakeAssistant, assistant_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "PROBE_S", 0.0)
    monkeypatch.setattr(sender, "PAUSES", (timedelta(0),) * AWAY_AFTER)
    answered(assistant, assistant_port, "resident")
    provider = Provider()
    provider.down = True
    with at_work(rest=provider) as work:
        until(work, lambda: provider.tries > 2 * AWAY_AFTER)
        assert OutboundMessage.objects.get().state == "pending"
        OutboundMessage.objects.update(created_at=timezone.now() - sender.KEPT_WHILE_AWAY)
        until(work, lambda: OutboundMessage.objects.get().state == "failed")


def test_while_one_channel_is_away_another_delivers(assistant: FakeAssistant, assistant_port: int) -> None:
    answered(assistant, assistant_port, *[f"resident {number}" for number in range(AWAY_AFTER + 3)])
    gone, there = Provider(), Provider()
    gone.down = True
    with at_work(rest=gone, other=there) as work:
        until(work, lambda: gone.tries >= AWAY_AFTER and work.under_way == 0)
        conversation = OutboundMessage.objects.latest("id").conversation
        conversation.channel = "other"
        conversation.save()
        OutboundMessage.objects.update(due_at=timezone.now())
        until(work, lambda: len(there.taken) == 1)


def test_what_came_of_a_message_is_written_when_the_database_is_back(
    assistant: FakeAssistant, assistant_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(assistant, assistant_port, "resident")
    provider = Provider()
    with at_work(rest=provider) as work:
        with monkeypatch.context() as patch:
            patch.setattr(sender, "write_down", lambda *_, **__: (_ for _ in ()).throw(OperationalError))
            until(work, lambda: work.under_way == 1)
            with pytest.raises(OperationalError):
                until(work, lambda: False)
        until(work, lambda: OutboundMessage.objects.get().state == "sent")
    assert provider.tries == 1
