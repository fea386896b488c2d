"""A message that leaves the open form and asks for something else."""

from __future__ import annotations

import asyncio
from typing import Any, Dict, List

import pytest

from bot.assistant.leaving import leaves_for

KNOWN = {
    "scratch that": "cancel",
    "oublie ça": "cancel",
    "where can i skate": "article",
    "où est-ce que je peux patiner": "article",
    "the lamp is out too": "report_problem",
    "le lampadaire est éteint": "report_problem",
    "31 krug st": "inform",
    "no": "deny",
}


async def understand(text: str) -> Dict[str, Any]:
    name = KNOWN.get(text)
    return {"text": text, "intent": {"name": name or "nlu_fallback", "outcome": "sure" if name else "torn"}, "entities": []}


def parts(text: str, form: str = "collection_form") -> List[str]:
    return [part["intent"]["name"] for part in asyncio.run(leaves_for({"text": text}, understand, form))]


@pytest.mark.parametrize("text", ["scratch that, where can i skate", "oublie ça. où est-ce que je peux patiner"])
def test_leaving_comes_first_and_then_what_is_asked_for(text: str) -> None:
    assert parts(text) == ["cancel", "article"]


def test_a_question_that_is_not_understood_leaves_too() -> None:
    assert parts("scratch that. any good rinks?") == ["cancel", "nlu_fallback"]


@pytest.mark.parametrize(
    "text", ["scratch that", "scratch that, 31 krug st", "no, where can i skate", "scratch that. the thing there", "where can i skate"]
)
def test_anything_else_is_one_message(text: str) -> None:
    assert parts(text) == []


@pytest.mark.parametrize("text", ["scratch that, the lamp is out too", "oublie ça. le lampadaire est éteint"])
def test_more_for_the_open_form_does_not_leave_it(text: str) -> None:
    assert parts(text, "report_form") == []
    assert parts(text, "status_form") == ["cancel", "report_problem"]
