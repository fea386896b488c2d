"""What the processes tell an OpenTelemetry collector, and each other."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any, Dict, List, Optional

import requests

from bot.secrets import secrets
from tests.actions.test_server import call_of
from tests.conversations.assistant import FakeAssistant, messages
from tests.conversations.doing import wait_for, wait_until, write
from tests.conversations.processes import environment, process
from tests.loopback import Handler, send, serving
from tests.monitoring.collector import collecting
from tests.running import free_port, wait_until_healthy

SECRET = "the zamboni of mrs abernathy"


def test_the_worker_tells_the_assistant_which_span_asks_and_sends_no_word_of_the_resident(
    record: str, assistant: FakeAssistant, assistant_port: int, tmp_path: Path
) -> None:
    with collecting() as collector:
        environ = environment(record, ASSISTANT_PORT=str(assistant_port), **collector.settings)
        assistant.reply = lambda turn: messages(SECRET)
        row = write("resident", SECRET)
        with process("bot.conversations.worker", environ, tmp_path / "log"):
            wait_for(row)
            wait_until(lambda: collector.of("chatbot-worker", "turn"))
    (turn,), (asks,) = (collector.of("chatbot-worker", name) for name in ("turn", "ask the assistant"))
    assert (turn.parent, asks.parent, asks.trace) == ("", turn.id, turn.trace)
    assert turn.attributes == {"chatbot.turn": row.turn_id.hex, "chatbot.channel": "rest", "chatbot.try": "1"}
    assert assistant.traceparents == [f"00-{asks.trace}-{asks.id}-01"]
    assert b"zamboni" not in b"".join(collector.bodies)


def test_a_try_that_fails_is_marked_by_the_kind_of_error_only(
    record: str, assistant: FakeAssistant, assistant_port: int, tmp_path: Path
) -> None:
    with collecting() as collector:
        environ = environment(record, ASSISTANT_PORT=str(assistant_port), **collector.settings)
        assistant.reply = lambda turn: (400, {"error": SECRET})
        row = write("resident", SECRET)
        with process("bot.conversations.worker", environ, tmp_path / "log"):
            wait_for(row)
            wait_until(lambda: collector.of("chatbot-worker", "ask the assistant"))
    assert [span.failed for span in collector.of("chatbot-worker", "ask the assistant")] == ["AssistantError"]
    assert b"zamboni" not in b"".join(collector.bodies)


def test_without_a_collector_nobody_is_told_of_a_span(record: str, assistant: FakeAssistant, assistant_port: int, tmp_path: Path) -> None:
    row = write("resident", "hello")
    with process("bot.conversations.worker", environment(record, ASSISTANT_PORT=str(assistant_port)), tmp_path / "log"):
        wait_for(row)
    assert assistant.traceparents == [None]


class _City(Handler):
    told: List[Optional[str]]

    def do_GET(self) -> None:
        self.told.append(self.headers["traceparent"])
        send(self, 200, b"[]")


def test_an_action_goes_on_with_the_trace_of_its_caller_and_tells_the_city(record: str, tmp_path: Path) -> None:
    told: List[Optional[str]] = []
    trace, caller = uuid.uuid4().hex, uuid.uuid4().hex[:16]
    with collecting() as collector, serving(_City, told=told) as city:
        port, log = free_port(), tmp_path / "log"
        own: Dict[str, Any] = {"ACTIONS_PORT": str(port), "OPEN311_URL": f"http://127.0.0.1:{city}", "TIMETABLE_URL": "off"}
        with process("actions.server", environment(record, **own, **collector.settings), log) as started:
            wait_until_healthy(f"http://127.0.0.1:{port}/health", started, log)
            call = call_of("action_check_request_status", text=SECRET, request_about={"number": "26-000417"})
            headers = {"Authorization": f"Bearer {secrets().internal_secret}", "traceparent": f"00-{trace}-{caller}-01"}
            assert requests.post(f"http://127.0.0.1:{port}/webhook", json=call, headers=headers, timeout=20).status_code == 200
            wait_until(lambda: collector.of("chatbot-actions", "action_check_request_status"))
    (ran,) = collector.of("chatbot-actions", "action_check_request_status")
    assert (ran.trace, ran.parent) == (trace, caller)
    asks = [span for span in collector.spans if span.parent == ran.id]
    assert asks
    assert [header for header in told if header] == [f"00-{trace}-{span.id}-01" for span in asks]
    assert asks[0].attributes == {"server.address": f"127.0.0.1:{city}", "http.request.method": "GET", "http.response.status_code": "200"}
    body = b"".join(collector.bodies)
    assert [word for word in (b"zamboni", b"000417") if word in body] == []
