"""The assistant as the worker sees it: a real process with the real model; and an action server that fails when told to."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import uuid
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional, Set

import requests

from bot.secrets import secrets
from tests.loopback import Handler, send, serving
from tests.running import ROOT, free_port, stop, wait_until_healthy

START = "from bot.assistant.server import run; run()"
Call = Dict[str, Any]
NOTHING = {"events": [], "responses": []}


class FakeActions:
    """Runs the tasks of a tiny city: where a request stands. `fails` makes every call go wrong instead."""

    def __init__(self) -> None:
        self.port = free_port()
        self.calls: List[Call] = []
        self.secrets: List[Optional[str]] = []
        self.fails: Optional[Callable[[BaseHTTPRequestHandler], None]] = None

    def names(self, conversation: str) -> List[str]:
        """The actions called for a conversation, in order."""
        return [call["next_action"] for call in self.calls if call["sender_id"] == conversation]

    def answer(self, call: Call) -> Any:
        name, tracker = call["next_action"], call["tracker"]
        if name == "validate_status_form":
            number = re.search(r"\d{2}-\d{6}", tracker["latest_message"]["text"])
            found = slot("request_number", number.group()) if number else slot("form_note", "unclear")
            return {"events": [found, slot("requested_slot", None if number else "request_number")], "responses": []}
        if name == "action_ask_request_number":
            return {"events": [report(name)], "responses": [{"response": "utter_ask_request_number"}]}
        if name == "action_check_request_status":
            number = tracker["slots"]["request_number"]
            said = {"response": "utter_request_open", "number": number, "service": "Pothole", "details": ""}
            return {"events": [report(name)], "responses": [said]}
        return {"events": [report(name)], "responses": [{"text": f"Done: {name}"}]}


def slot(name: str, value: Any) -> Dict[str, Any]:
    return {"event": "slot", "name": name, "value": value}


def report(name: str) -> Dict[str, Any]:
    return slot("action_report", {"name": name, "outcome": "ok", "api_calls": [], "ms": 1})


@contextmanager
def served(fake: FakeActions) -> Iterator[FakeActions]:
    """The action server on its port; closed at the end, so that calls are refused."""

    open_connections: Set[socket.socket] = set()

    class Calls(Handler):
        def setup(self) -> None:
            super().setup()
            open_connections.add(self.connection)

        def do_POST(self) -> None:
            call = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            fake.secrets.append(self.headers["Authorization"])
            fake.calls.append(call)
            if fake.fails:
                fake.fails(self)
            else:
                send(self, 200, json.dumps(fake.answer(call)).encode())

    try:
        with serving(Calls, fake.port):
            yield fake
    finally:
        for connection in open_connections:
            hang_up(connection)


def hang_up(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # the other side was first


class Assistant:
    """A running assistant. `say` is a turn of the worker."""

    def __init__(self, state: Path, actions_port: int) -> None:
        self.state = state
        self.log = state / "assistant.log"
        self.tracker = state / "tracker.sqlite3"
        self.port = free_port()
        own = {"RESIDENT_STATE": str(state), "ASSISTANT_PORT": str(self.port), "ACTIONS_PORT": str(actions_port)}
        shared = {name.upper(): value for name, value in vars(secrets()).items()}  # this process opens and signs what that one does
        self.environ = {**os.environ, **own, **shared, "TRACKER_DATABASE_URL": f"sqlite:///{self.tracker}"}
        self.process: Optional[subprocess.Popen[bytes]] = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/webhooks/turn/"

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen([sys.executable, "-c", START], cwd=ROOT, env=self.environ, stdout=output, stderr=output)
        wait_until_healthy(f"{self.url}health", self.process, self.log)

    def stop(self) -> None:
        if self.process:
            stop(self.process)

    def kill(self) -> None:
        """SIGKILL."""
        assert self.process
        self.process.kill()
        self.process.wait()

    def post(self, body: Any, secret: Optional[str] = None, timeout: float = 60) -> requests.Response:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        bearer = secrets().internal_secret if secret is None else secret
        return requests.post(self.url, data, headers={"Authorization": f"Bearer {bearer}"}, timeout=timeout)

    def say(self, conversation: str, text: str, **more: Any) -> requests.Response:
        return self.post(turn(conversation, text, **more))


def turn(conversation: str, text: str, **more: Any) -> Dict[str, Any]:
    """The body of a turn."""
    plain = {"text": text, "choice": None, "language": None, "channel": "rest"}
    return {"turn_id": uuid.uuid4().hex, "conversation": conversation, **plain, **more}


def texts(answer: requests.Response) -> List[str]:
    """What the resident reads."""
    assert answer.status_code == 200, answer.text
    return [message.get("text", "") for message in answer.json()["messages"]]


def slowly(seconds: float) -> Callable[[BaseHTTPRequestHandler], None]:
    """A failure: the right answer, much too late."""

    def fail(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(seconds)
        send(handler, 200, json.dumps(NOTHING).encode())

    return fail
