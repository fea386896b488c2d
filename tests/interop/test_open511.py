"""The validator that Open North publishes accepts every road event of the sandbox."""

from __future__ import annotations

from typing import Any, Dict, List

import pytest
import requests
from open511 import validator

pytestmark = pytest.mark.interop
TIMEOUT_S = 20


@pytest.fixture(scope="module")
def events(sandbox: str) -> List[Dict[str, Any]]:
    query = {"status": "ACTIVE,ARCHIVED", "limit": "500"}
    return requests.get(f"{sandbox}/open511/events", params=query, timeout=TIMEOUT_S).json()["events"]


def test_every_event_is_valid(events: List[Dict[str, Any]]) -> None:
    assert len(events) == 40
    for event in events:
        assert validator.validate_single_json_item(event)


@pytest.mark.parametrize(
    "broken",
    [
        {"severity": "HUGE"},
        {"headline": None},
        {"roads": [{"name": "King St W", "state": "CLOSED"}]},  # a state needs a direction
    ],
)
def test_the_validator_would_have_said_so(events: List[Dict[str, Any]], broken: Dict[str, Any]) -> None:
    event = {name: value for name, value in {**events[0], **broken}.items() if value is not None}
    with pytest.raises(validator.Open511ValidationError):
        validator.validate_single_json_item(event)
