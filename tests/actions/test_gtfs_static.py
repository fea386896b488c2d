"""The timetable's client against the sandbox and its faults: what is there stays until something better comes."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import Callable, Iterator

import pytest
import responses

from actions.clients import gtfs_static
from actions.clients.errors import Failure
from actions.clients.gtfs_static import FRESH_S, TimetableError, Timetables
from actions.clients.ledger import ledger
from bot.city import city
from tests.actions.feeds import SMALL, small, zipped
from tests.running import fault

ZIP = "https://feed.example/gtfs.zip"
LIMIT_S = 20.0


@pytest.fixture
def timetables(sandbox: str, tmp_path: Path) -> Iterator[Timetables]:
    made = Timetables(f"{sandbox}/transit/gtfs.zip", tmp_path, zone=city().timezone)
    yield made
    made.stop()


def until(condition: Callable[[], bool]) -> None:
    limit = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < limit
        threading.Event().wait(0.02)


def is_loaded(timetables: Timetables) -> bool:
    try:
        return bool(timetables.current().stops)
    except TimetableError:
        return False


def routes(timetables: Timetables) -> set[str]:
    return {route.short_name for route in timetables.current().routes.values()}


def test_before_anything_is_loaded_there_is_no_answer(timetables: Timetables) -> None:
    with pytest.raises(TimetableError) as failed:
        timetables.current()
    assert failed.value.failure is Failure.UNREACHABLE


def test_it_is_loaded_in_the_background(timetables: Timetables) -> None:
    timetables.keep_fresh()
    until(lambda: is_loaded(timetables))
    assert routes(timetables) == {"7", "8", "10", "12", "20", "22", "201", "301"}


def test_nobody_waits_for_a_slow_agency(timetables: Timetables, sandbox: str) -> None:
    with fault(sandbox, "transit", "slow"):
        begun = time.monotonic()
        timetables.keep_fresh()
        assert not is_loaded(timetables)
        assert time.monotonic() - begun < 1


def test_what_has_not_changed_is_not_loaded_again_and_counts_as_new(timetables: Timetables) -> None:
    assert timetables.refresh()
    assert not timetables.due
    loaded = timetables.current()
    os.utime(timetables.path, (0, time.time() - FRESH_S - 1))
    assert timetables.due
    assert not timetables.refresh()
    assert not timetables.due
    assert timetables.current() is loaded


@responses.activate
def test_a_new_timetable_takes_the_place_of_the_old_one_which_its_readers_keep(tmp_path: Path) -> None:
    timetables = Timetables(ZIP, tmp_path, zone=city().timezone)
    responses.get(ZIP, body=zipped(SMALL), headers={"ETag": '"one"'})
    assert timetables.refresh()
    before = timetables.current()
    new = small(routes="route_id,route_short_name,route_type\nr7,70,3\n")
    responses.replace(responses.GET, ZIP, body=zipped(new), headers={"ETag": '"two"'})
    assert timetables.refresh()
    assert responses.calls[1].request.headers["If-None-Match"] == '"one"'
    assert routes(timetables) == {"70"}
    assert {route.short_name for route in before.routes.values()} == {"7", "8"}
    assert [row.trip_id for row in before.departures([1], timetables.current().last_day, 0, 10**6, most=1)] == ["t1"]
    assert os.listdir(tmp_path) == ["timetable.sqlite3"]


@pytest.mark.parametrize(
    ("name", "failure"),
    [
        ("slow", Failure.UNREACHABLE),
        ("html500", Failure.UNREACHABLE),
        ("429", Failure.UNREACHABLE),
        ("error200", Failure.MALFORMED),
        ("empty", Failure.MALFORMED),
    ],
)
def test_after_each_fault_the_old_timetable_still_answers(timetables: Timetables, sandbox: str, name: str, failure: Failure) -> None:
    timetables.refresh()
    with fault(sandbox, "transit", name), ledger(1.0), pytest.raises(TimetableError) as failed:
        timetables.refresh()
    assert failed.value.failure is failure
    assert "301" in routes(timetables)
    assert os.listdir(timetables.path.parent) == ["timetable.sqlite3"]


def test_half_a_zip_is_no_timetable(timetables: Timetables, sandbox: str) -> None:
    with fault(sandbox, "transit", "truncated"), pytest.raises(TimetableError) as failed:
        timetables.refresh()
    assert failed.value.failure is Failure.MALFORMED
    assert os.listdir(timetables.path.parent) == []


@responses.activate
def test_a_timetable_beyond_the_size_limit_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gtfs_static, "MOST_BYTES", 1000)
    responses.get(ZIP, body=zipped(SMALL))
    with pytest.raises(TimetableError) as failed:
        Timetables(ZIP, tmp_path, zone=city().timezone).refresh()
    assert failed.value.failure is Failure.MALFORMED


@responses.activate
def test_another_agency_s_timetable_in_the_same_folder_is_not_ours(tmp_path: Path) -> None:
    responses.get(ZIP, body=zipped(SMALL))
    Timetables(ZIP, tmp_path, zone=city().timezone).refresh()
    other = Timetables("https://other.example/gtfs.zip", tmp_path, zone=city().timezone)
    assert other.due
    with pytest.raises(TimetableError):
        other.current()


def test_a_second_process_sees_what_the_first_one_loaded(timetables: Timetables, tmp_path: Path) -> None:
    other = Timetables(timetables.url, tmp_path, zone=city().timezone)
    timetables.refresh()
    assert "301" in routes(other)
    assert not other.due


def test_an_agency_that_starts_after_us_is_asked_again_soon(timetables: Timetables, sandbox: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gtfs_static, "FIRST_RETRY_S", 0.05)
    refused, refresh = threading.Event(), timetables.refresh

    def noticed() -> bool:
        try:
            return refresh()
        except TimetableError:
            refused.set()
            raise

    monkeypatch.setattr(timetables, "refresh", noticed)
    with fault(sandbox, "transit", "error200"):
        timetables.keep_fresh()
        assert refused.wait(LIMIT_S)
    until(lambda: is_loaded(timetables))
    assert "301" in routes(timetables)


@responses.activate
def test_an_error_of_our_own_does_not_end_the_background_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gtfs_static, "FIRST_RETRY_S", 0.01)
    responses.get(ZIP, body=zipped(SMALL))
    timetables = Timetables(ZIP, tmp_path, zone=city().timezone)
    refresh, tries = timetables.refresh, []

    def broken_at_first() -> bool:
        tries.append(1)
        if len(tries) == 1:
            raise ValueError("our own fault")
        return refresh()

    monkeypatch.setattr(timetables, "refresh", broken_at_first)
    timetables.keep_fresh()
    until(lambda: is_loaded(timetables))
    timetables.stop()
