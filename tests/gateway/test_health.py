"""`GET /health`: what each part's state is, also when it is bad."""

from __future__ import annotations

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Dict, Iterator

import pytest
import requests
from django.utils import timezone

from bot.conversations.models import Heartbeat
from tests.gateway.conftest import Gateway


class _Part(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/slow":
            threading.Event().wait(30)
        self.send_response(200 if self.path in ("/health", "/webhooks/turn/health") else 404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Nothing."""


@pytest.fixture
def healthy_port() -> Iterator[int]:
    """A server that is well, as every part behind the gateway is."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Part)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def ports(port: int, **more: Any) -> Dict[str, Any]:
    return {**{name: port for name in ("ASSISTANT_PORT", "ACTIONS_PORT", "CONSOLE_PORT", "SANDBOX_PORT")}, **more}


def test_when_every_part_is_well_it_answers_200(record: str, gateway: Gateway, healthy_port: int) -> None:
    Heartbeat.objects.create(process="worker", name="worker", at=timezone.now())
    with gateway(record, **ports(healthy_port)) as url:
        Heartbeat.objects.update(at=timezone.now())
        answer = requests.get(f"{url}/health", timeout=30)
    names = ("gateway", "database", "worker", "assistant", "actions", "console", "sandbox")
    assert answer.json() == {"state": "ok", "parts": {name: "ok" for name in names}}
    assert answer.status_code == 200


def test_a_city_without_a_sandbox_is_well_without_it(record: str, gateway: Gateway, healthy_port: int) -> None:
    with gateway(record, **ports(healthy_port), RESIDENT_PROFILE="live") as url:
        Heartbeat.objects.create(process="worker", name="worker", at=timezone.now())
        answer = requests.get(f"{url}/health", timeout=30)
    assert "sandbox" not in answer.json()["parts"]
    assert answer.status_code == 200


def test_a_silent_worker_and_a_part_that_is_away_are_named(record: str, gateway: Gateway, healthy_port: int, unused_port: int) -> None:
    Heartbeat.objects.create(process="worker", name="worker", at=timezone.now() - timedelta(seconds=11))
    with gateway(record, **ports(healthy_port, ACTIONS_PORT=unused_port)) as url:
        answer = requests.get(f"{url}/health", timeout=30)
    assert answer.status_code == 503
    assert answer.json()["state"] == "down"
    assert {name for name, state in answer.json()["parts"].items() if state == "down"} == {"worker", "actions"}


@pytest.fixture
def unused_port() -> int:
    from tests.running import free_port

    return free_port()
