"""Whatever the holder of the secret sends to the connector: an answer or a 400, and nothing in the log."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.assistant.serving import Assistant, FakeActions, turn
from tests.odd_values import JSON, TEXT, body_of, damaged

WHOLE = {
    **turn("c" * 20, "hello", language="en"),
    "location": {"latitude": 43.4516, "longitude": -80.4925, "label": "here"},
    "media": [{"id": "1" * 32, "type": "image/jpeg"}],
}
CHOICES = st.sampled_from(["/affirm", "/report_problem", '/switch_language{"language": "fr"}', '/look_up{"kind": {}}', "/affirm[]"]) | TEXT
EXAMPLES = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def _as_new(shape: Any) -> Any:
    """A turn of its own in a conversation of its own, where it is one."""
    fresh = {name: uuid.uuid4().hex for name in ("turn_id", "conversation") if isinstance(shape.get(name), str)}
    return {**shape, **fresh}


@pytest.fixture(scope="module", autouse=True)
def log_before(assistant: Assistant) -> str:
    """What other tests left in the log."""
    return assistant.log.read_text(encoding="utf-8")


@EXAMPLES
@given((damaged(WHOLE).map(_as_new) | JSON).map(body_of) | st.binary(max_size=200))
def test_a_body(assistant: Assistant, actions: FakeActions, body: bytes) -> None:
    assert assistant.post(body).status_code in (200, 400)


@EXAMPLES
@given(TEXT, st.none() | CHOICES)
def test_words_and_choices(assistant: Assistant, actions: FakeActions, text: str, choice: str | None) -> None:
    assert assistant.say(uuid.uuid4().hex, text, choice=choice).status_code in (200, 400)


def test_afterwards_it_answers_and_its_log_has_no_error(
    assistant: Assistant, actions: FakeActions, conversation: str, log_before: str
) -> None:
    assert assistant.say(conversation, "hello").status_code == 200
    log = assistant.log.read_text(encoding="utf-8").removeprefix(log_before)
    assert "understood and answered" in log
    assert "Traceback" not in log
    assert "ERROR" not in log
