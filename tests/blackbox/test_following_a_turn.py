"""One question of a resident, followed through every part: in the logs, in the trace, in the numbers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Iterator, List

import pytest

from tests.blackbox.system import System
from tests.monitoring.collector import Collector, Received, collecting
from tests.monitoring.watching import Watched

pytestmark = [pytest.mark.blackbox, pytest.mark.xdist_group("following_a_turn")]  # one process: they share a system of their own
PARTS = ("gateway", "worker", "assistant", "actions", "console")
QUESTION = "what is happening with request 26-000417 about the zamboni"
SECRETS = ("zamboni", "26-000417")


@dataclass
class Followed:
    system: System
    collector: Collector
    watched: Dict[str, Watched]

    def only(self, service: str, name: str) -> Received:
        (span,) = self.collector.of(f"chatbot-{service}", name)
        return span

    def lines(self, part: str) -> List[Dict[str, str]]:
        log = (self.system.state / "logs" / f"{part}.log").read_text(encoding="utf-8")
        return [json.loads(line) for line in log.splitlines()]


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Followed]:
    folder: Path = tmp_path_factory.mktemp("followed")
    watched = {part: Watched() for part in PARTS}
    ports = {f"{part.upper()}_MONITORING_PORT": str(port.port) for part, port in watched.items()}
    with collecting() as collector:
        system = System(folder, LOG_FORMAT="json", **ports, **collector.settings)
        try:
            system.wait_until_ready()
            system.resident().says(QUESTION)
            system.wait_for(lambda: bool(collector.of("chatbot-worker", "turn")))
            yield Followed(system, collector, watched)
        finally:
            system.close()


def test_its_trace_leads_from_the_worker_to_the_city(followed: Followed) -> None:
    followed.system.wait_for(lambda: bool(followed.collector.of("chatbot-actions", "action_check_request_status")))
    way = [
        followed.only("worker", "turn"),
        followed.only("worker", "ask the assistant"),
        followed.only("assistant", "answer"),
        followed.only("assistant", "run action_check_request_status"),
        followed.only("actions", "action_check_request_status"),
    ]
    calls = [span for span in followed.collector.spans if span.parent == way[-1].id]
    assert calls
    assert {span.attributes["server.address"] for span in calls} == {f"127.0.0.1:{followed.system.ports['SANDBOX_PORT']}"}
    assert [span.parent for span in [*way, calls[0]]] == ["", *(span.id for span in way)]
    assert followed.only("assistant", "understand").parent == way[2].id
    assert {span.trace for span in [*way, *calls]} == {way[0].trace}


def test_its_id_is_in_the_log_of_each_part_it_went_through(followed: Followed) -> None:
    turn = followed.only("worker", "turn").attributes["chatbot.turn"]
    for part in ("gateway", "worker", "assistant", "actions"):
        assert [line for line in followed.lines(part) if line.get("turn") == turn], part


def test_every_line_of_every_part_is_an_object(followed: Followed) -> None:
    for part in (*PARTS, "sandbox"):
        assert {line["part"] for line in followed.lines(part)} <= {part}


def test_the_numbers_count_it_and_every_part_is_ready(followed: Followed) -> None:
    host = f"127.0.0.1:{followed.system.ports['SANDBOX_PORT']}"
    assert followed.watched["worker"].value("chatbot_turns_total", channel="rest", language="en") == 1
    assert followed.watched["worker"].value("chatbot_lookup_seconds_count", host=host) >= 1
    assert followed.watched["actions"].value("chatbot_circuit_open") == 0
    assert {part: watched.status("/ready") for part, watched in followed.watched.items()} == dict.fromkeys(PARTS, 200)


def test_nothing_of_what_was_asked_leaves_with_spans_numbers_or_lines(followed: Followed) -> None:
    shown = [body.decode("utf-8", "replace") for body in followed.collector.bodies]
    shown += [watched.get("/metrics").text for watched in followed.watched.values()]
    shown += [log.read_text(encoding="utf-8") for log in (followed.system.state / "logs").iterdir()]
    assert [secret for secret in SECRETS if any(secret in text for text in shown)] == []
