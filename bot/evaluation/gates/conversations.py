"""Conversation tests: what is done next after each step of `tests/stories`. Loads Rasa when it is called."""

from __future__ import annotations

import asyncio
import contextlib
import io
import tempfile
from pathlib import Path
from typing import List

from bot.evaluation.gates.gate import Gate, Table


def conversations(model: Path, stories: Path) -> Gate:
    """`stories`: a folder of `test_*.yml`. Call it in a process that `bot.assistant.process.prepare` has prepared."""
    from rasa.core.agent import Agent
    from rasa.core.test import test

    agent = Agent.load(model)
    total, rows = 0, []
    for path in sorted(stories.glob("test_*.yml")):
        with tempfile.TemporaryDirectory() as scratch, contextlib.redirect_stdout(io.StringIO()):
            report = asyncio.run(test(str(path), agent, out_directory=scratch, disable_plotting=True))
        held = report["report"]["conversation_accuracy"]
        total += held["total"]
        rows.append([path.name, str(held["total"]), str(held["total"] - held["correct"])])
    wrong = _sum(rows)
    facts = {"conversations": str(total), "wrong": str(wrong)}
    return Gate("conversations", bool(total) and not wrong, facts, [Table("conversations", ("file", "conversations", "went_wrong"), rows)])


def _sum(rows: List[List[str]]) -> int:
    return sum(int(row[-1]) for row in rows)
