"""kill -9 at each point of a turn, from the text that comes in to the text that goes out.

The points are not in the program. A process is stopped from outside in the very exchange (`proxy.Hold`) and killed there: its next line
has not run, whatever that line is. So the program knows nothing of the tests, and nothing in production can be told to kill itself.
"""

from __future__ import annotations

import os
import re
import signal
from concurrent.futures import wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Sequence

import pytest

from tests.faults.conftest import ANSWER, QUESTION
from tests.faults.parts import WORKERS
from tests.faults.proxy import holding
from tests.faults.system import FaultSystem
from tests.faults.town import LIMIT_S, Town, behind

pytestmark = pytest.mark.faults
DEADLINE_S = 180  # the assistant takes a while to load its model; what is tested is the answer, not the apology

INBOX, OUTBOX = b'INSERT INTO "conversations_inboundmessage"', b'INSERT INTO "conversations_outboundmessage"'
COMMIT = b"COMMIT"
TURN = b"POST /webhooks/turn/"
SEND = b"POST /2010-04-01/"
RUN = b'"next_action": "action_submit_report"'
STORE = b"INSERT INTO tracker_turns"
KEY = b'INSERT INTO "conversations_submission"'
FILE = b"POST /open311/v2/requests"
NUMBER = re.compile(r"\b\d{2}-\d{6}\b")


@dataclass(frozen=True)
class Point:
    """Where a process is killed: in an exchange with a server, whose `marks` have passed; `answered`: the server has done it."""

    server: str
    marks: Sequence[bytes]
    answered: bool = False


def kill_at(system: FaultSystem, point: Point, work: Callable[..., Any], *arguments: Any) -> Any:
    """Lets a resident do something, kills whoever gets to the point, and returns what comes of it."""
    with holding(getattr(system, point.server).values(), *point.marks, answered=point.answered) as held:
        working = behind(work, *arguments)
        held.wait()
        system.kill(held.caller)
        held.drop()
    if held.caller in WORKERS:
        pass_time(system)
    return working.result(LIMIT_S)


def pass_time(system: FaultSystem) -> None:
    """What the killed worker held may be taken again: conversations after ten seconds, texts it was sending after sixty."""
    system.rows("UPDATE conversations_conversation SET lease_until = now() WHERE lease_until IS NOT NULL")
    system.rows("UPDATE conversations_outboundmessage SET due_at = now() WHERE state = 'pending'")


@pytest.mark.parametrize(
    "point",
    [
        pytest.param(Point("database", [INBOX]), id="the gateway before the text is in the inbox"),
        pytest.param(Point("database", [INBOX, COMMIT], answered=True), id="the gateway before Twilio is told that it is"),
        pytest.param(Point("assistant", [TURN]), id="a worker before the assistant has the turn"),
        pytest.param(Point("assistant", [TURN], answered=True), id="a worker before it has the answer"),
        pytest.param(Point("database", [OUTBOX]), id="a worker before the answer is written"),
        pytest.param(Point("database", [OUTBOX, COMMIT], answered=True), id="a worker after the answer was written"),
        pytest.param(Point("twilio_api", [SEND]), id="a worker before Twilio has the text"),
        pytest.param(Point("twilio_api", [SEND], answered=True), id="a worker before it knows that Twilio has the text"),
    ],
)
def test_a_question_by_text_is_answered_once_whoever_is_killed(town: Town, point: Point) -> None:
    phone = town.phone()
    form = kill_at(town.system, point, phone.texts, QUESTION)
    assert ANSWER in phone.reads(1)[0]
    assert town.system.rows("SELECT count(*) FROM conversations_inboundmessage WHERE provider_id = %s", [form["MessageSid"]]) == [(1,)]


@pytest.mark.parametrize(
    "point",
    [
        pytest.param(Point("actions", [RUN]), id="the assistant before the action runs"),
        pytest.param(Point("database", [STORE]), id="the assistant after the city took the report"),
        pytest.param(Point("database", [STORE, COMMIT], answered=True), id="the assistant after the turn was stored"),
        pytest.param(Point("database", [KEY]), id="the actions before the report's key is written"),
        pytest.param(Point("city", [FILE], answered=True), id="the actions before they know that the city took it"),
    ],
)
def test_a_report_is_filed_once_and_its_number_told_whoever_is_killed(town: Town, point: Point) -> None:
    caller = town.caller()
    assert "210 King St W" in caller.describes_a_pothole()
    said = kill_at(town.system, point, caller.chooses, "Send it")
    (filed,) = town.system.filed(caller.word)
    assert NUMBER.findall(said) == [filed["service_request_id"]]


def test_a_report_cut_off_before_the_city_has_it_is_not_claimed_to_be_filed(town: Town) -> None:
    """The key is written and nobody knows how far the call got: it is looked for, and not sent by guess."""
    caller = town.caller()
    caller.describes_a_pothole()
    said = kill_at(town.system, Point("city", [FILE]), caller.chooses, "Send it")
    assert town.system.filed(caller.word) == []
    assert not NUMBER.search(said)
    assert "519-741-2345" in said


def test_everything_told_to_stop_in_the_middle_of_a_turn_costs_nothing(town: Town) -> None:
    """As a rolling restart does it, to every part at once."""
    caller, phone = town.caller(), town.phone()
    caller.describes_a_pothole()
    with holding(town.system.actions.values(), RUN) as held:
        sending, texting = behind(caller.chooses, "Send it"), behind(phone.texts, QUESTION)
        held.wait()
        for part in ("gateway", *WORKERS, "assistant", "actions"):
            town.system.signals(part, signal.SIGTERM)
        held.release()
    wait([sending, texting], LIMIT_S)
    (filed,) = town.system.filed(caller.word)
    assert NUMBER.findall(sending.result()) == [filed["service_request_id"]]
    assert ANSWER in phone.reads(1)[0]
    assert len(phone.shows()) == 1


def test_one_resident_served_by_two_workers_reads_every_answer_once_and_in_order(town: Town) -> None:
    """While one of the workers is killed again and again."""
    phone = town.phone()
    for number in range(9):
        phone.texts(f"hello number {'i' * (number + 1)}")
        if number % 3 == 1:
            town.system.kill(WORKERS[number % 2])
    phone.reads(9)


def test_an_assistant_that_loses_the_process_that_reads_for_it_answers_again_by_itself(town: Town) -> None:
    phone = town.phone()
    phone.texts("hello")
    phone.reads(1)
    assistant = town.system.pid_of("assistant")
    (reader,) = Path(f"/proc/{assistant}/task/{assistant}/children").read_text().split()
    os.kill(int(reader), signal.SIGKILL)
    phone.texts(QUESTION)
    assert ANSWER in phone.reads(2)[1]
    assert town.system.pid_of("assistant") != assistant
    assert len(phone.shows()) == 2
