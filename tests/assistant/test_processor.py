"""How the assistant reads a message."""

from __future__ import annotations

import asyncio
import threading
from typing import Any, Dict

import pytest
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.assistant.processor import TurnProcessor
from bot.assistant.turn import TurnFailed
from bot.assistant.understanding import LEANT, NEED

PATIENCE_S = 10.0


class Processor(TurnProcessor):
    def __init__(self) -> None:
        """Without a model."""


def test_other_turns_go_on_while_a_message_is_read() -> None:
    others_went_on = threading.Event()
    processor = Processor()
    processor.reader = lambda text, before: {"intent": {"name": "greet"}, "others went on": others_went_on.wait(PATIENCE_S)}

    async def read() -> Dict[str, Any]:
        reading = asyncio.ensure_future(processor._understood("hello", None))
        await asyncio.sleep(0)
        others_went_on.set()
        return await reading

    assert asyncio.run(read())["others went on"] is True


@pytest.mark.parametrize(("leant", "need"), [(True, "dog tag price is it free"), (False, "is it free")])
def test_what_a_message_needs_is_said_before_it_only_where_it_was_read_so(leant: bool, need: str) -> None:
    processor = Processor()
    processor.reader = lambda text, before: {"intent": {"name": "article"}, LEANT: leant}
    tracker = DialogueStateTracker.from_events("x", [UserUttered("dog tag price", {"name": "article"})])
    understood = asyncio.run(processor._understood("is it free", tracker))
    assert understood[NEED] == need
    assert LEANT not in understood


def test_a_message_that_cannot_be_read_fails_its_turn() -> None:
    def reader(text: str, before: object) -> Dict[str, Any]:
        raise TurnFailed("assistant", "the reader has ended")

    processor = Processor()
    processor.reader = reader
    with pytest.raises(TurnFailed, match="the reader has ended"):
        asyncio.run(processor._understood("hello", None))
