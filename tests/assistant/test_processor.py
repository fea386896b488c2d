"""How the assistant reads a message."""

from __future__ import annotations

import asyncio
import threading
from typing import Any, Dict

from rasa.core.channels.channel import UserMessage

from bot.assistant.processor import TurnProcessor
from bot.conversations.logs import _turn, about_turn

PATIENCE_S = 10.0


def test_other_turns_go_on_while_a_message_is_read_and_its_log_lines_are_about_its_turn() -> None:
    others_went_on = threading.Event()

    class Reader(TurnProcessor):
        def __init__(self) -> None:
            """Without a model."""

        def _parse_message_with_graph(self, *_: Any) -> Dict[str, Any]:
            return {"others went on": others_went_on.wait(PATIENCE_S), "about": _turn.get()}

    async def read() -> Dict[str, Any]:
        with about_turn("a" * 32):
            reading = asyncio.ensure_future(Reader().parse_message(UserMessage("hello")))
        await asyncio.sleep(0)
        others_went_on.set()
        return await reading

    assert asyncio.run(read()) == {"others went on": True, "about": "a" * 32}
