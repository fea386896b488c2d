"""A city system that fails again and again is left alone for a while, and residents hear at once that it cannot be reached."""

from __future__ import annotations

import time
from typing import List

import pytest

from actions.clients import http
from actions.clients.breaker import FAILURES, FIRST_PAUSE_S, LONGEST_PAUSE_S, WINDOW_S, Breaker, breaker_of, hosts_left_alone, system_of
from actions.clients.errors import CityError, Failure
from actions.clients.http import Http, read_json
from actions.clients.ledger import MOST_LOST_S, ledger, report_of
from actions.clients.waste import Waste
from actions.collection_day import ActionCollectionDay
from actions.collection_form import ValidateCollectionForm
from tests.actions.test_http import Odd, answer, server
from tests.actions.turns import Form
from tests.running import fault, free_port


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(clock)


def call(breaker: Breaker, worked: bool | None, *, sends: bool = False, connected: bool = True) -> bool:
    """Makes one call if it may be made; whether it was."""
    admission = breaker.admit(sends=sends)
    if admission is not None:
        breaker.ended(admission, worked, connected=connected)
    return admission is not None


def opened(breaker: Breaker, *, connected: bool = True) -> None:
    assert all(call(breaker, False, connected=connected) for _ in range(FAILURES))


def test_it_opens_after_some_failures_in_a_row_and_not_before(breaker: Breaker) -> None:
    for _ in range(FAILURES - 1):
        call(breaker, False)
    assert not breaker.is_open
    call(breaker, False)
    assert breaker.is_open
    assert not call(breaker, True)


def test_one_answer_in_between_begins_the_count_anew(breaker: Breaker) -> None:
    for worked in [False] * (FAILURES - 1) + [True] + [False] * (FAILURES - 1):
        call(breaker, worked)
    assert not breaker.is_open


def test_failures_far_apart_do_not_count_together(breaker: Breaker, clock: Clock) -> None:
    for _ in range(2 * FAILURES):
        call(breaker, False)
        clock.now += WINDOW_S / 2
    assert not breaker.is_open


def test_a_call_that_says_nothing_of_the_system_is_not_counted(breaker: Breaker) -> None:
    for _ in range(2 * FAILURES):
        call(breaker, None)
    assert not breaker.is_open


def test_after_the_pause_one_call_tries_and_the_others_wait_for_what_becomes_of_it(breaker: Breaker, clock: Clock) -> None:
    opened(breaker)
    clock.now += FIRST_PAUSE_S
    probe = breaker.admit(sends=False)
    assert probe is not None
    assert breaker.admit(sends=False) is None
    breaker.ended(probe, True)
    assert call(breaker, True)
    assert not breaker.is_open


def test_each_probe_that_fails_doubles_the_pause_up_to_the_longest(breaker: Breaker, clock: Clock) -> None:
    opened(breaker)
    pauses: List[float] = []
    for _ in range(8):
        since = clock.now
        while not call(breaker, False):
            clock.now += 0.5
        pauses.append(clock.now - since)
    assert pauses == [2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0]
    assert (pauses[0], pauses[-1]) == (FIRST_PAUSE_S, LONGEST_PAUSE_S)


def test_a_probe_that_says_nothing_leaves_the_next_call_to_try(breaker: Breaker, clock: Clock) -> None:
    opened(breaker)
    clock.now += FIRST_PAUSE_S
    assert call(breaker, None)
    assert call(breaker, True)
    assert not breaker.is_open


def test_after_it_recovered_the_first_pause_is_short_again(breaker: Breaker, clock: Clock) -> None:
    opened(breaker)
    for worked in (False, False, True):
        clock.now += LONGEST_PAUSE_S
        call(breaker, worked)
    opened(breaker)
    clock.now += FIRST_PAUSE_S
    assert call(breaker, True)


def test_handing_in_goes_on_while_only_reading_fails(breaker: Breaker) -> None:
    opened(breaker)
    assert call(breaker, False, sends=True)
    assert call(breaker, False, sends=True)
    assert not call(breaker, True)


def test_handing_in_is_refused_too_when_nothing_connects(breaker: Breaker) -> None:
    opened(breaker, connected=False)
    assert not call(breaker, True, sends=True)


def test_a_system_is_a_host_and_the_first_part_of_its_paths() -> None:
    assert system_of("https://user:secret@api.example:8443/waste/api/") == "api.example:8443/waste"
    assert system_of("https://api.example") == "api.example"
    assert breaker_of("api.example/waste") is breaker_of(system_of("https://api.example/waste/other"))
    assert breaker_of("api.example/waste") is not breaker_of("api.example/roads")


@pytest.fixture
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "PAUSE_S", 0.001)


def exhausted(client: Http) -> None:
    """Asks until the system is left alone."""
    for _ in range(FAILURES):
        with pytest.raises(CityError):
            read_json(client.get("thing", {}, call="GET thing"), Odd)


@pytest.mark.usefixtures("_no_pause")
@pytest.mark.parametrize(
    ("status", "body", "content_type"), [(500, b"oops", "text/plain"), (503, b"", ""), (200, b"<html>Sign in</html>", "text/html")]
)
def test_a_system_left_alone_is_not_called_and_the_record_says_why(status: int, body: bytes, content_type: str) -> None:
    def fails(handler: object, number: int) -> None:
        answer(handler, status, body, Content_Type=content_type)  # type: ignore[arg-type]

    with server(fails) as client:
        exhausted(client)
        calls = len(client.seen)  # type: ignore[attr-defined]
        another = Http(client.base_url + "other", Odd)  # of the same system
        with ledger(8) as kept, pytest.raises(Odd) as failed:
            another.get("more", {}, call="GET more")
        assert len(client.seen) == calls  # type: ignore[attr-defined]
    assert failed.value.failure is Failure.UNREACHABLE
    assert report_of(kept.calls) == [{"host": client.host, "call": "GET more", "status": None, "ms": 0, "note": "circuit open"}]
    assert hosts_left_alone() == [client.host]


@pytest.mark.usefixtures("_no_pause")
@pytest.mark.parametrize(("status", "content_type"), [(404, "text/html"), (400, "text/plain"), (429, "application/json")])
def test_a_system_that_answers_is_never_left_alone(status: int, content_type: str) -> None:
    def says_no(handler: object, number: int) -> None:
        answer(handler, status, Content_Type=content_type)  # type: ignore[arg-type]

    with server(says_no) as client:
        for _ in range(FAILURES):
            if status == 429:
                with pytest.raises(Odd):
                    client.get("thing", {}, call="GET thing")
            else:
                client.get("thing", {}, call="GET thing")
        assert hosts_left_alone() == []


@pytest.mark.usefixtures("_no_pause")
def test_a_dead_host_costs_nothing_once_it_is_left_alone() -> None:
    client = Http(f"http://127.0.0.1:{free_port()}", Odd)
    exhausted(client)
    begun = time.monotonic()
    for _ in range(10):
        with ledger(8), pytest.raises(Odd) as failed:
            client.get("thing", {}, call="GET thing")
        assert failed.value.failure is Failure.UNREACHABLE
    assert time.monotonic() - begun < 0.1
    with pytest.raises(Odd) as refused:
        client.post("thing", [], call="POST thing")
    assert not refused.value.may_have_happened


def test_calls_without_time_do_not_count_against_the_system() -> None:
    client = Http(f"http://127.0.0.1:{free_port()}", Odd)
    for _ in range(2 * FAILURES):
        with ledger(0), pytest.raises(Odd):
            client.get("thing", {}, call="GET thing")
    assert hosts_left_alone() == []


def test_a_host_that_hangs_takes_only_a_part_of_the_action_s_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actions.clients.ledger.MOST_LOST_S", 0.3)
    begun = time.monotonic()
    with server(lambda handler, number: time.sleep(3)) as client, ledger(8):
        for _ in range(3):
            with pytest.raises(Odd) as failed:
                client.get("thing", {}, call="GET thing")
            assert failed.value.failure is Failure.UNREACHABLE
        assert len(client.seen) == 1  # type: ignore[attr-defined]
        elsewhere = Http(f"http://127.0.0.1:{free_port()}", Odd)
        with pytest.raises(Odd, match="connection failed"):
            elsewhere.get("thing", {}, call="GET thing")
    assert time.monotonic() - begun < 2.5
    assert MOST_LOST_S < 8.0


def test_a_calendar_left_alone_is_told_as_out_of_reach_and_never_as_an_unknown_address(waste: Waste, sandbox: str) -> None:
    form = Form(ValidateCollectionForm(waste), {}, ActionCollectionDay(waste))
    with fault(sandbox, "waste", "html500"):
        for _ in range(FAILURES):
            form.say("when is garbage at 200 king st w", "collection_day")
        said = form.say("when is garbage at 45 queen st n", "collection_day")
    reports = [event["value"] for event in said.events if event["name"] == "action_report"]
    assert [one.get("note") for report in reports for one in report["api_calls"]] == ["circuit open"]
    assert said.responses == ["utter_collection_unreachable"]
