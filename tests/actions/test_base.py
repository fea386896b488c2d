"""What every action promises: an answer in time, a report, and no error that leaves it."""

from __future__ import annotations

import asyncio
import time
from typing import Optional, Set

import pytest

from actions.base import Outcome, TaskAction, Turn
from actions.clients.errors import CityError
from actions.clients.http import Http
from actions.forms import FormTask
from tests.actions.turns import run, tracker
from tests.running import free_port


class Breaks(TaskAction):
    """Says something, sets something, and breaks."""

    def name(self) -> str:
        return "action_of_this_test_breaks"

    async def work(self, turn: Turn) -> Outcome:
        turn.say("utter_help")
        turn.set(report_location="200 King St W")
        turn.answered = "collection_day"
        raise RuntimeError("the resident lives at 200 King St W")


def test_an_error_becomes_an_honest_sentence_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    given = tracker("hello")
    said = run(Breaks(), given)
    assert said.responses == ["utter_failed"]
    assert set(said.slots) == {"action_report"}
    assert said.report["outcome"] == "failed"
    assert "answered" not in said.report
    assert "report_location" not in given.slots
    assert "RuntimeError" in caplog.text
    assert "King" not in caplog.text


class Waits(TaskAction):
    """Never ends."""

    budget_s = 0.05

    def name(self) -> str:
        return "action_of_this_test_waits"

    async def work(self, turn: Turn) -> Outcome:
        await asyncio.sleep(60)
        return Outcome.OK


def test_an_action_without_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actions.base.GRACE_S", 0.05)
    assert run(Waits(), tracker("hello")).responses == ["utter_failed"]


class Calls(TaskAction):
    """Calls a city that is not there, in a thread."""

    def name(self) -> str:
        return "action_of_this_test_calls"

    async def work(self, turn: Turn) -> Outcome:
        client = Http(f"http://127.0.0.1:{free_port()}", CityError)
        try:
            await asyncio.to_thread(client.get, "thing", {"q": "secret"}, call="GET thing")
        except CityError:
            turn.say("utter_failed")
        return Outcome.UNAVAILABLE


def test_the_report_lists_the_calls_made_in_threads() -> None:
    begun = time.monotonic()
    report = run(Calls(), tracker("hello")).report
    assert report["name"] == "action_of_this_test_calls"
    assert report["outcome"] == "unavailable"
    assert {call["call"] for call in report["api_calls"]} == {"GET thing"}
    assert all(call["status"] is None for call in report["api_calls"])
    assert "secret" not in str(report)
    assert report["ms"] <= (time.monotonic() - begun) * 1000


class BrokenForm(FormTask):
    """A validator that breaks."""

    form = "form_of_this_test"
    slots = ("form_note",)

    async def understand(self, turn: Turn, asked: Optional[str]) -> bool:
        raise RuntimeError

    async def next_slot(self, turn: Turn) -> Optional[str]:
        return None


def test_a_validator_that_breaks_keeps_the_form_open_at_its_question() -> None:
    said = run(BrokenForm(), tracker("hello", slots={"requested_slot": "report_location"}, loop="form_of_this_test"))
    assert said.responses == ["utter_failed"]
    assert said.slots["requested_slot"] == "report_location"


class Shows(TaskAction):
    """Says something for the resident's eyes only, forgets it where told to, and breaks where told to."""

    def name(self) -> str:
        return "action_of_this_test_shows"

    async def work(self, turn: Turn) -> Outcome:
        turn.private = True
        turn.forget = turn.text != "show"
        if turn.text == "break":
            raise RuntimeError
        return Outcome.OK


@pytest.mark.parametrize(("text", "flags"), [("show", {"private"}), ("forget this", {"private", "forget"}), ("break", {"private"})])
def test_a_report_says_that_the_turn_is_private_and_what_is_forgotten(text: str, flags: Set[str]) -> None:
    report = run(Shows(), tracker(text)).report
    assert {flag for flag in ("private", "forget") if report.get(flag) is True} == flags
    assert {flag for flag in ("private", "forget") if flag in report} == flags
