"""The feed of the snow event: the sandbox's, its faults, and files as a city may write them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any, Iterator

import pytest
import requests
import responses

from actions.clients.errors import Failure
from actions.clients.ledger import ledger
from actions.clients.snow import Snow, SnowError, SnowEvent
from tests.actions.faults import EACH_FAULT_AND_NOTHING
from tests.running import fault

NOW = datetime(2026, 12, 5, 19, 0, tzinfo=timezone.utc)
ELSEWHERE = "https://city.example.org/snow.json"


@pytest.fixture
def url(sandbox: str) -> Iterator[str]:
    yield f"{sandbox}/snow/snow-event.json"
    requests.post(f"{sandbox}/_sandbox/snow_event", json={"active": False}, timeout=5).raise_for_status()


def read(shape: Any) -> SnowEvent:
    with responses.RequestsMock() as mock:
        mock.get(ELSEWHERE, json=shape)
        return Snow(ELSEWHERE).event().value


def test_what_the_sandbox_declares_is_read(sandbox: str, url: str) -> None:
    assert Snow(url).event().value == SnowEvent(declared=False)
    requests.post(f"{sandbox}/_sandbox/snow_event", json={"active": True, "hours": 6}, timeout=5).raise_for_status()
    event = Snow(url).event().value
    assert event.declared
    assert event.declared_at
    assert event.ends_at
    assert event.ends_at - event.declared_at == timedelta(hours=6)


@pytest.mark.parametrize(
    ("shape", "on"),
    [
        ({"active": True}, True),
        ({"active": True, "declared_at": "2026-12-05T12:00:00-05:00", "ends_at": None}, True),
        ({"active": True, "ends_at": "2026-12-05T14:00:01-05:00"}, True),
        ({"active": True, "ends_at": "2026-12-05T14:00:00-05:00"}, False),  # nobody switched it off
        ({"active": False, "ends_at": "2026-12-09T00:00:00Z"}, False),
    ],
)
def test_an_event_is_on_until_it_ends(shape: Any, on: bool) -> None:
    assert read(shape).on_at(NOW) is on


@pytest.mark.parametrize(
    "shape",
    [
        {},
        {"active": "no"},
        {"active": None},
        [],
        {"active": True, "ends_at": "tomorrow"},
        {"active": True, "ends_at": "2026-12-05T14:00:00"},  # whose hour?
    ],
)
def test_a_file_that_does_not_say_it_is_malformed_and_not_no(shape: Any) -> None:
    with pytest.raises(SnowError) as failed:
        read(shape)
    assert failed.value.failure is Failure.MALFORMED


@EACH_FAULT_AND_NOTHING
def test_no_fault_is_told_as_no_event(sandbox: str, url: str, name: str, failure: Failure) -> None:
    with fault(sandbox, "snow", name), ledger(0.8), pytest.raises(SnowError) as failed:
        Snow(url).event()
    assert failed.value.failure is failure


def test_a_file_that_is_not_there_is_refused() -> None:
    with responses.RequestsMock() as mock:
        mock.get(ELSEWHERE, status=404)
        with pytest.raises(SnowError) as failed:
            Snow(ELSEWHERE).event()
    assert (failed.value.failure, failed.value.status) == (Failure.REFUSED, 404)
