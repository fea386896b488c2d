"""How the assistant reads a message."""

from __future__ import annotations

import asyncio
import threading
from typing import Any, Dict

import pytest

from bot.assistant.processor import TurnProcessor
from bot.assistant.turn import TurnFailed

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


def test_a_message_that_cannot_be_read_fails_its_turn() -> None:
    def reader(text: str, before: object) -> Dict[str, Any]:
        raise TurnFailed("assistant", "the reader has ended")

    processor = Processor()
    processor.reader = reader
    with pytest.raises(TurnFailed, match="the reader has ended"):
        asyncio.run(processor._understood("hello", None))
