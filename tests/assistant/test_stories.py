"""The conversation tests of `tests/stories` against the trained model: what is done next after each step."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from rasa.core.agent import Agent
from rasa.core.test import test as run_stories

from tests.running import ROOT

STORIES = ROOT / "tests" / "stories"
FILES = sorted(path.name for path in STORIES.glob("test_*.yml"))


@pytest.fixture(scope="module")
def agent(trained_model: Path) -> Agent:
    return Agent.load(trained_model)


def test_there_are_conversations_to_hold() -> None:
    assert len(FILES) >= 4


@pytest.mark.parametrize("name", FILES)
def test_every_step_of_the_conversations_is_the_one_written_down(name: str, agent: Agent, tmp_path: Path) -> None:
    report = asyncio.run(run_stories(str(STORIES / name), agent, out_directory=str(tmp_path), disable_plotting=True))
    held = report["report"]["conversation_accuracy"]
    went_wrong = tmp_path / "failed_test_stories.yml"
    assert held["total"] > 0
    assert held["correct"] == held["total"], went_wrong.read_text(encoding="utf-8")
