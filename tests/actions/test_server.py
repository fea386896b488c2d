"""The action server as the assistant meets it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Iterator, List

import pytest
import requests

from actions.clients.breaker import FAILURES
from actions.threads import CITY_THREADS
from bot.secrets import secrets
from bot.settings import settings
from tests.conversations.doing import wait_until
from tests.monitoring.watching import Watched
from tests.running import ROOT, free_port, stop, wait_until_healthy


@dataclass
class Server:
    url: str
    log: Path
    watched: Watched
    process: subprocess.Popen[bytes]

    def call(self, body: Any = None, *, secret: str = "", **headers: str) -> requests.Response:
        authorization = {"Authorization": f"Bearer {secret or secrets().internal_secret}"}
        return requests.post(f"{self.url}/webhook", json=body, headers={**authorization, **headers}, timeout=20)


@contextmanager
def running(folder: Path, **more: str) -> Iterator[Server]:
    port, log = free_port(), folder / "log"
    elsewhere = {"OPEN311_URL": "http://127.0.0.1:9", "TIMETABLE_URL": "off"}
    watched = Watched()
    ports = {"ACTIONS_PORT": str(port), "ACTIONS_MONITORING_PORT": str(watched.port)}
    environ = {**os.environ, **ports, "RESIDENT_STATE": str(settings().state_folder), **elsewhere, **more}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", "from actions.server import run; run()"], cwd=ROOT, env=environ, stdout=output, stderr=output
        )
        try:
            wait_until_healthy(f"http://127.0.0.1:{port}/health", process, log)
            yield Server(f"http://127.0.0.1:{port}", log, watched, process)
        finally:
            stop(process)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("actions")) as started:
        yield started


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
    assert answer.json()["responses"][0]["response"] == "utter_talk_to_person"
    assert answer.json()["events"][-1]["name"] == "action_report"


def test_an_action_is_in_the_log_with_its_turn(server: Server) -> None:
    turn = uuid.uuid4().hex
    body = call_of("action_talk_to_person")
    body["tracker"]["latest_message"]["metadata"]["turn_id"] = turn
    assert server.call(body).status_code == 200
    (line,) = [line for line in server.log.read_text(encoding="utf-8").splitlines() if turn in line]
    assert re.search(rf"INFO actions\.base: action_talk_to_person: ok in \d+ ms \(turn {turn}\)$", line)


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


def test_its_health_and_its_metrics_name_the_systems_that_are_left_alone(server: Server) -> None:
    for _ in range(FAILURES):
        server.call(call_of("action_check_request_status", request_about={"number": "26-000417"}))
    assert requests.get(f"{server.url}/health", timeout=5).json()["left_alone"] == ["127.0.0.1:9"]
    assert server.watched.value("chatbot_circuit_open", system="127.0.0.1:9") == 1


def test_it_is_ready_when_it_serves_and_tells_how_late_its_loop_is(server: Server) -> None:
    assert (server.watched.status("/live"), server.watched.status("/ready")) == (200, 200)
    wait_until(lambda: server.watched.value("chatbot_event_loop_lag_seconds_count") > 0)


def test_while_every_thread_for_the_city_waits_for_one_that_is_slow_an_article_is_answered(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=2 * CITY_THREADS) as city:  # takes calls, and answers none of them
        with running(tmp_path, OPEN311_URL=f"http://127.0.0.1:{city.getsockname()[1]}") as server:
            about = call_of("action_check_request_status", request_about={"number": "26-000417"})
            askers = [threading.Thread(target=server.call, args=(about,)) for _ in range(CITY_THREADS + 4)]
            for asker in askers:
                asker.start()
            time.sleep(1)
            article = call_of("action_answer_article")
            article["tracker"]["latest_message"]["entities"] = [{"entity": "article", "value": "garbage_missed"}]
            begun = time.monotonic()
            answer = server.call(article).json()
            took_s = time.monotonic() - begun
            waiting = sum(asker.is_alive() for asker in askers)
            for asker in askers:
                asker.join()
    assert "garbage" in answer["responses"][0]["custom"]["text"].casefold()
    assert took_s < 2
    assert waiting == len(askers), "the city had not answered anybody yet"


def test_told_to_end_it_ends_though_its_callers_ask_again_and_again_over_their_connections(tmp_path: Path) -> None:
    statuses: List[int] = []

    def ask(url: str) -> None:
        with requests.Session() as caller:
            caller.headers["Authorization"] = f"Bearer {secrets().internal_secret}"
            try:
                while True:
                    statuses.append(caller.post(f"{url}/webhook", json=call_of("action_talk_to_person"), timeout=60).status_code)
            except requests.ConnectionError:
                pass  # it has gone, or this connection has: the next request would go to another copy

    with running(tmp_path, STOP_WITHIN_S="600") as server:
        callers = [threading.Thread(target=ask, args=(server.url,)) for _ in range(4)]
        for caller in callers:
            caller.start()
        wait_until(lambda: len(statuses) > 20)
        server.process.terminate()
        server.process.wait(60)
        for caller in callers:
            caller.join()
    assert set(statuses) == {200}, "who was let in was answered"
