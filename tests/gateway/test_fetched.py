"""Replies that somebody fetched are marked a little later, whatever the database does."""

from __future__ import annotations

import asyncio
from typing import List, Sequence

import pytest
from django.db import OperationalError

from bot.conversations.models import OutboundMessage
from bot.gateway import fetched, work
from bot.gateway.fetched import Fetched, mark_sent
from tests.conversations.assistant import FakeAssistant
from tests.conversations.doing import LIMIT_S, dispatching, wait_for, write


@pytest.fixture
def turns(record: str, assistant: FakeAssistant, assistant_port: int) -> List[int]:
    """Messages that are answered, each of another resident."""
    work._threads.cache_clear()  # their connections are to another database
    rows = [write(address, "hello") for address in ("one", "two", "three")]
    with dispatching(assistant_port):
        wait_for(*rows)
    return [row.pk for row in rows]


def states() -> List[str]:
    return list(OutboundMessage.objects.order_by("inbound").values_list("state", flat=True))


def test_they_are_marked_together_and_the_others_are_not(turns: List[int], monkeypatch: pytest.MonkeyPatch) -> None:
    changes: List[Sequence[int]] = []

    def mark(some: Sequence[int]) -> None:
        changes.append(some)
        mark_sent(some)

    monkeypatch.setattr(fetched, "mark_sent", mark)

    async def fetch_two() -> None:
        marking = Fetched()
        marking.note(turns[0])
        marking.note(turns[2])
        assert marking._marking is not None
        await asyncio.wait_for(marking._marking, LIMIT_S)  # it ends when nothing is left to mark

    asyncio.run(fetch_two())
    assert states() == ["sent", "pending", "sent"]
    assert changes == [[turns[0], turns[2]]]


def test_a_database_that_is_away_for_a_while_marks_them_when_it_is_back(turns: List[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetched, "MARK_S", 0.01)

    async def fetch_one() -> None:
        tries: List[Sequence[int]] = []
        back, loop = asyncio.Event(), asyncio.get_running_loop()

        def mark(some: Sequence[int]) -> None:
            tries.append(some)
            if len(tries) < 3:
                raise OperationalError("it is away")
            mark_sent(some)
            loop.call_soon_threadsafe(back.set)

        monkeypatch.setattr(fetched, "mark_sent", mark)
        marking = Fetched()
        marking.note(turns[0])
        await asyncio.wait_for(back.wait(), LIMIT_S)

    asyncio.run(fetch_one())
    assert states() == ["sent", "pending", "pending"]


def test_a_gateway_that_ends_marks_what_was_fetched_just_now(turns: List[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetched, "MARK_S", 60.0)

    async def fetch_one() -> None:
        marking = Fetched()
        marking.note(turns[1])
        await marking.mark()

    asyncio.run(fetch_one())
    assert states() == ["pending", "sent", "pending"]
