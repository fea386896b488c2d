"""The worker as a process: killed, restarted, told to stop."""

from __future__ import annotations

import signal
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Dict, Iterator

import pytest
from django.utils import timezone

from bot.conversations.leases import LEASE
from bot.conversations.models import Conversation, Heartbeat, OutboundMessage
from tests.conversations.assistant import FakeAssistant, messages
from tests.conversations.doing import conversation_of, texts, wait_for, wait_until, write
from tests.conversations.processes import environment, process


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "worker.log"


@contextmanager
def worker(record: str, assistant_port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with process("bot.conversations.worker", environment(record, ASSISTANT_PORT=str(assistant_port)), log) as started:
        yield started


def test_a_worker_killed_in_the_middle_of_a_turn_costs_nothing(
    record: str, assistant: FakeAssistant, assistant_port: int, log: Path
) -> None:
    answering, killed = threading.Event(), threading.Event()

    def reply(turn: Dict[str, Any]) -> Any:
        answering.set()
        assert killed.wait(30)
        return messages("filed as 26-000417")

    assistant.reply = reply
    row = write("resident", "file it")
    with worker(record, assistant_port, log) as first:
        assert answering.wait(30)
        first.send_signal(signal.SIGKILL)
        first.wait()
    killed.set()
    Conversation.objects.update(lease_until=timezone.now() - LEASE)  # ten seconds later
    with worker(record, assistant_port, log):
        wait_for(row)
    assert texts(row) == ["filed as 26-000417"]
    assert OutboundMessage.objects.count() == 1
    assert len(assistant.ran) == 1


def test_a_worker_told_to_stop_finishes_its_turn_and_leaves_no_trace_of_itself(
    record: str, assistant: FakeAssistant, assistant_port: int, log: Path
) -> None:
    asked, release = threading.Event(), threading.Event()

    def reply(turn: Dict[str, Any]) -> Any:
        asked.set()
        assert release.wait(30)
        return messages("answer")

    assistant.reply = reply
    row = write("resident", "hello")
    with worker(record, assistant_port, log) as process:
        assert asked.wait(30)
        wait_until(Heartbeat.objects.filter(name="worker").exists)
        process.send_signal(signal.SIGTERM)
        release.set()
        assert process.wait(30) == 0
    assert texts(row) == ["answer"]
    assert not Heartbeat.objects.exists()
    assert conversation_of("resident").owner == ""


def test_a_conversation_keeps_its_worker_through_a_turn_longer_than_the_lease(
    record: str, assistant: FakeAssistant, assistant_port: int, log: Path
) -> None:
    asked, release = threading.Event(), threading.Event()

    def reply(turn: Dict[str, Any]) -> Any:
        asked.set()
        assert release.wait(30)
        return messages("answer")

    assistant.reply = reply
    row = write("resident", "hello")
    with worker(record, assistant_port, log):
        assert asked.wait(30)
        before = conversation_of("resident").lease_until
        wait_until(lambda: conversation_of("resident").lease_until > before)
        release.set()
        wait_for(row)
    assert len(assistant.asked) == 1


def test_the_workers_log_says_nothing_of_what_residents_write(
    record: str, assistant: FakeAssistant, assistant_port: int, log: Path
) -> None:
    assistant.reply = lambda turn: (400, {"error": f"cannot read {turn['text']}"})
    row = write("+1 519 555 0199", "I am canary.person@example.ca, 45 canary st")
    with worker(record, assistant_port, log):
        wait_for(row)
    written = log.read_text()
    assert row.turn_id.hex in written
    assert "HTTP status 400" in written
    for secret in ("canary", "0199"):
        assert secret not in written
