"""The action server as the assistant meets it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Iterator

import pytest
import requests

from actions.clients.breaker import FAILURES
from bot.secrets import secrets
from bot.settings import settings
from tests.running import ROOT, free_port, stop, wait_until_healthy


@dataclass
class Server:
    url: str
    log: Path

    def call(self, body: Any = None, *, secret: str = "", **headers: str) -> requests.Response:
        authorization = {"Authorization": f"Bearer {secret or secrets().internal_secret}"}
        return requests.post(f"{self.url}/webhook", json=body, headers={**authorization, **headers}, timeout=20)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    port, log = free_port(), tmp_path_factory.mktemp("actions") / "log"
    elsewhere = {"OPEN311_URL": "http://127.0.0.1:9", "TIMETABLE_URL": "off"}
    environ = {**os.environ, "ACTIONS_PORT": str(port), "RESIDENT_STATE": str(settings().state_folder), **elsewhere}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", "from actions.server import run; run()"], cwd=ROOT, env=environ, stdout=output, stderr=output
        )
        try:
            wait_until_healthy(f"http://127.0.0.1:{port}/health", process, log)
            yield Server(f"http://127.0.0.1:{port}", log)
        finally:
            stop(process)


def call_of(action: str, text: str = "hello", **slots: Any) -> Dict[str, Any]:
    message = {"text": text, "intent": {"name": "talk_to_person", "confidence": 0.9}, "entities": [], "metadata": {}}
    tracker = {
        "sender_id": "conversation",
        "slots": slots,
        "latest_message": message,
        "events": [{"event": "user", "text": text}],
        "active_loop": {},
    }
    return {"next_action": action, "tracker": tracker, "version": "3.6.21"}


def test_its_health_needs_no_secret(server: Server) -> None:
    answer = requests.get(f"{server.url}/health", timeout=5)
    assert (answer.status_code, answer.json()) == (200, {"state": "ok", "left_alone": []})


def test_an_action_runs_for_who_knows_the_secret(server: Server) -> None:
    answer = server.call(call_of("action_talk_to_person"))
    assert answer.status_code == 200
    assert [response["response"] for response in answer.json()["responses"]] == ["utter_talk_to_person"]
    assert answer.json()["events"][-1]["name"] == "action_report"


@pytest.mark.parametrize("secret", ["wrong", "0" * 64, "é"])
def test_nobody_else_runs_anything(server: Server, secret: str) -> None:
    answer = server.call(call_of("action_talk_to_person"), secret=secret.encode("utf-8").decode("latin-1"))
    assert answer.status_code == 401
    assert "responses" not in answer.json()


@pytest.mark.parametrize("body", [None, [], "text", {}, {"next_action": "action_talk_to_person"}, {"next_action": 7, "tracker": {}}])
def test_a_body_that_is_no_call_is_refused(server: Server, body: Any) -> None:
    assert server.call(body).status_code == 400


def test_an_unknown_action_is_not_found(server: Server) -> None:
    answer = server.call(call_of("action_nobody_wrote"))
    assert (answer.status_code, answer.json()["action_name"]) == (404, "action_nobody_wrote")


def test_an_error_tells_neither_caller_nor_log_what_was_said(server: Server) -> None:
    broken = call_of("action_talk_to_person", text="my secret is 200 King St W")
    broken["tracker"].pop("sender_id")
    answer = server.call(broken)
    assert answer.status_code == 500
    assert "King" not in answer.text
    assert "King" not in server.log.read_text(encoding="utf-8")


def test_no_page_of_another_origin_may_call_it(server: Server) -> None:
    answer = server.call(call_of("action_talk_to_person"), Origin="https://elsewhere.example")
    assert "access-control-allow-origin" not in {name.casefold() for name in answer.headers}


def test_nothing_else_is_served(server: Server) -> None:
    assert requests.get(f"{server.url}/actions", timeout=5).status_code == 404


def test_it_listens_on_loopback_only() -> None:
    from actions import server as module

    assert module.HOST == "127.0.0.1"


def test_its_health_names_the_hosts_of_systems_that_are_left_alone(server: Server) -> None:
    for _ in range(FAILURES):
        server.call(call_of("action_check_request_status", request_about={"number": "26-000417"}))
    assert requests.get(f"{server.url}/health", timeout=5).json()["left_alone"] == ["127.0.0.1:9"]
