"""An assistant for tests: a real HTTP server that speaks the turn contract and, like the real one, answers a turn id once."""

from __future__ import annotations

import json
import threading
from typing import Any, Callable, ContextManager, Dict, List, Optional, Tuple

from tests.loopback import Handler, send, serving

Turn = Dict[str, Any]
Reply = Tuple[int, Any]  # status; body as JSON, or as bytes


def messages(*texts: str, **more: Any) -> Reply:
    """A plain answer in English."""
    shape = {"messages": [{"text": text} for text in texts], "understood": [], "actions": [], "slots_changed": [], "language": "en"}
    return 200, {**shape, **more}


def tells_of_danger(reply: Reply) -> bool:
    return not isinstance(reply[1], dict) or any(part.get("intent", {}).get("name") == "emergency" for part in reply[1]["understood"])


class FakeAssistant:
    """`reply` decides; `asked` are all requests in order of arrival, `ran` those that were not answered from the store."""

    def __init__(self) -> None:
        self.reply: Callable[[Turn], Reply] = lambda turn: messages(f"You said: {turn['text']}")
        self.asked: List[Turn] = []
        self.secrets: List[str] = []
        self.traceparents: List[Optional[str]] = []
        self.ran: List[Turn] = []
        self._stored: Dict[str, Reply] = {}
        self._locks: Dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def handle(self, turn: Turn) -> Reply:
        with self._lock:
            self.asked.append(turn)
            lock = self._locks.setdefault(turn["conversation"], threading.Lock())
        with lock:
            if turn["turn_id"] not in self._stored:
                self.ran.append(turn)
                reply = self.reply(turn)
                if reply[0] != 200:
                    return reply
                if turn.get("only_danger") and not tells_of_danger(reply):
                    return 200, {"danger": False}
                self._stored[turn["turn_id"]] = reply
            return self._stored[turn["turn_id"]]


class _Handler(Handler):
    fake: FakeAssistant

    def do_POST(self) -> None:
        turn = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.fake.secrets.append(self.headers["Authorization"])
        self.fake.traceparents.append(self.headers["traceparent"])
        status, body = self.fake.handle(turn)
        send(self, status, body if isinstance(body, bytes) else json.dumps(body).encode())

    def do_GET(self) -> None:
        send(self, 200, b"{}")


def served(fake: FakeAssistant, port: int = 0) -> ContextManager[int]:
    """Serves on loopback; yields the port."""
    return serving(_Handler, port, fake=fake)
