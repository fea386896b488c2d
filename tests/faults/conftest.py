"""A town with the whole system for each file of tests. Each test has residents of its own; after it all invariants are checked."""

from __future__ import annotations

import time
from typing import Iterator

import pytest

from tests.faults.invariants import broken, last_turn, seen
from tests.faults.postgres import Postgres
from tests.faults.system import FaultSystem
from tests.faults.town import Town
from tests.gateway.twilio_fake import twilio_at_work

QUIET_S = 240.0
QUESTION, ANSWER = "they skipped my garbage", "519-575-4400"  # the answer names the Region's phone number


@pytest.fixture(scope="module")
def system(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultSystem]:
    """With the module's `DEADLINE_S`."""
    postgres = Postgres()
    try:
        with twilio_at_work() as provider:
            running = FaultSystem(tmp_path_factory.mktemp("faults"), postgres, provider, deadline_s=request.module.DEADLINE_S)
            try:
                running.wait_until_ready()
                running.wait_until_well()
                yield running
            finally:
                running.close()
    finally:
        postgres.close()


@pytest.fixture
def town(system: FaultSystem) -> Iterator[Town]:
    before = last_turn(system)
    made = Town(system)
    yield made
    system.wait_until_well()
    assert ANSWER in made.caller().says(QUESTION), "I7: a new resident is not served"
    quiet(system)
    assert broken(seen(made, before, system.deadline_s + 30)) == []


def quiet(system: FaultSystem) -> None:
    """Until nothing is to be answered or sent."""
    until = time.monotonic() + QUIET_S
    pending = (
        "SELECT (SELECT count(*) FROM conversations_inboundmessage WHERE state = 'pending') + (SELECT count(*) FROM"
        " conversations_outboundmessage o JOIN conversations_conversation c ON c.key = o.conversation_id"
        " WHERE o.state = 'pending' AND c.channel = 'sms')"
    )
    while system.rows(pending)[0][0]:
        assert time.monotonic() < until, "something is never answered or sent"
        time.sleep(0.2)
