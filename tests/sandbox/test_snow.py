"""The sandbox's snow event and its switch."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Dict, Iterator

import pytest
import requests

from tests.sandbox.asking import TIMEOUT_S


@pytest.fixture(autouse=True)
def _over_again(sandbox: str) -> Iterator[None]:
    yield
    switch(sandbox, {"active": False})


def switch(sandbox: str, wanted: Any) -> requests.Response:
    return requests.post(f"{sandbox}/_sandbox/snow_event", json=wanted, timeout=TIMEOUT_S)


def shown(sandbox: str) -> Dict[str, Any]:
    return requests.get(f"{sandbox}/snow/snow-event.json", timeout=TIMEOUT_S).json()


def test_there_is_none_until_one_is_declared_and_then_until_it_is_ended(sandbox: str) -> None:
    assert {name: shown(sandbox)[name] for name in ("active", "declared_at", "ends_at")} == {
        "active": False,
        "declared_at": None,
        "ends_at": None,
    }
    assert switch(sandbox, {"active": True}).status_code == 200
    assert shown(sandbox)["active"] is True
    assert shown(sandbox)["ends_at"] is None
    switch(sandbox, {"active": False})
    assert shown(sandbox)["active"] is False


def test_its_end_is_so_many_hours_after_it_was_declared(sandbox: str) -> None:
    switch(sandbox, {"active": True, "hours": 36})
    declared, ends = (datetime.fromisoformat(shown(sandbox)[name]) for name in ("declared_at", "ends_at"))
    assert ends - declared == timedelta(hours=36)
    assert declared.utcoffset() is not None


def test_it_says_that_it_is_sample_data(sandbox: str) -> None:
    assert "Sample data" in shown(sandbox)["note"]


@pytest.mark.parametrize(
    "wanted", [{}, [], {"active": "yes"}, {"active": True, "hours": 0}, {"active": True, "hours": "6"}, {"active": True, "until": 6}]
)
def test_a_switch_that_is_none_is_refused_and_changes_nothing(sandbox: str, wanted: Any) -> None:
    switch(sandbox, {"active": True})
    assert switch(sandbox, wanted).status_code == 400
    assert shown(sandbox)["active"] is True
