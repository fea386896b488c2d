"""The whole system on PostgreSQL, with two workers, and with a fault proxy wherever one process calls another."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import uuid
from pathlib import Path
from typing import Any, Dict, List, Tuple
from xmlrpc.client import ServerProxy

import requests
from supervisor.xmlrpc import SupervisorTransport

from tests.blackbox.system import System
from tests.faults.parts import WORKERS
from tests.faults.postgres import Postgres
from tests.faults.proxy import Proxy
from tests.gateway.twilio_fake import ACCOUNT, NUMBER, TOKEN, FakeTwilio
from tests.running import free_port

PUBLIC = "https://chat.example.org"
ANSWER_S = 200.0
WATCHED = ("gateway", *WORKERS, "assistant", "actions")


class FaultSystem(System):
    """Its proxies, by what they stand before and then by whose calls they take: `database`, `assistant`, `actions`, `city`, `twilio_api`.

    `deadline_s`: TURN_DEADLINE_S.
    """

    def __init__(self, folder: Path, postgres: Postgres, provider: FakeTwilio, *, deadline_s: int) -> None:
        self.postgres, self.provider, self.deadline_s = postgres, provider, deadline_s
        self.key = uuid.uuid4().hex
        self.proxies: List[Proxy] = []
        super().__init__(
            folder,
            DATABASE_URL=postgres.url(postgres.port),
            TRACKER_DATABASE_URL=postgres.url(postgres.port),
            TURN_DEADLINE_S=str(deadline_s),
            REST_API_KEY=self.key,
            PUBLIC_URL=PUBLIC,
            TWILIO_ACCOUNT_SID=ACCOUNT,
            TWILIO_AUTH_TOKEN=TOKEN,
            TWILIO_NUMBER=NUMBER,
            TWILIO_SEGMENTS_PER_S="100",
        )

    def _command(self) -> List[str]:
        self.database = self._before(self.postgres.port, *WATCHED)
        self.assistant = self._before(self.ports["ASSISTANT_PORT"], *WORKERS)
        self.twilio_api = self._before(self.provider.port, *WORKERS)
        self.actions = self._before(self.ports["ACTIONS_PORT"], "assistant")
        self.city = self._before(self.ports["SANDBOX_PORT"], "actions")
        self.monitoring = {part: free_port() for part in WATCHED}
        wiring: Dict[str, Dict[str, str]] = {part: {} for part in WATCHED}
        for part, proxy in self.database.items():
            url = self.postgres.url(proxy.port)
            watched = f"{'WORKER' if part in WORKERS else part.upper()}_MONITORING_PORT"
            wiring[part] = {"DATABASE_URL": url, "TRACKER_DATABASE_URL": url, watched: str(self.monitoring[part])}
        for worker in WORKERS:
            wiring[worker]["ASSISTANT_PORT"] = str(self.assistant[worker].port)
            wiring[worker]["TWILIO_API_BASE_URL"] = f"http://127.0.0.1:{self.twilio_api[worker].port}"
        wiring["assistant"]["ACTIONS_PORT"] = str(self.actions["assistant"].port)
        wiring["actions"]["SANDBOX_PORT"] = str(self.city["actions"].port)
        self.environ["FAULT_WIRING"] = json.dumps(wiring)
        return [sys.executable, "-m", "tests.faults.parts"]

    def _before(self, target: int, *callers: str) -> Dict[str, Proxy]:
        """A proxy in front of a server for each of its callers."""
        proxies = {caller: Proxy(caller, free_port(), target) for caller in callers}
        self.proxies += proxies.values()
        return proxies

    def says(self, sender: str, message: str, message_id: str = "") -> requests.Response:
        """One message over REST; answers when its turn is done."""
        body = {"sender": sender, "message": message, "message_id": message_id or uuid.uuid4().hex}
        return requests.post(f"{self.gateway}/webhooks/rest/webhook", json=body, headers={"X-Api-Key": self.key}, timeout=ANSWER_S)

    def answers(self, sender: str, message: str) -> str:
        """All that somebody reads in answer to a message over REST."""
        response = self.says(sender, message)
        assert response.status_code == 200, response.text
        return "\n".join(reply.get("text", "") for reply in response.json())

    def pid_of(self, part: str) -> int:
        """As in any system, without a process for each question."""
        configuration = (self.state / "run" / "supervisord.conf").read_text(encoding="utf-8")
        transport = SupervisorTransport(None, None, re.findall(r"^serverurl = (.+)$", configuration, re.MULTILINE)[0])
        try:
            asked: Any = ServerProxy("http://127.0.0.1", transport=transport)
            return int(asked.supervisor.getProcessInfo(f"resident:{part}")["pid"])
        finally:
            transport.close()

    def signals(self, part: str, number: int) -> int:
        """Sends a part a signal, once it runs; returns the process it went to."""
        self.wait_for(lambda: self.pid_of(part) > 0)
        pid = self.pid_of(part)
        os.kill(pid, number)
        return pid

    def kill(self, part: str) -> None:
        """SIGKILL; the manager starts it again."""
        pid = self.signals(part, signal.SIGKILL)
        self.wait_for(lambda: self.pid_of(part) != pid)

    def is_well(self) -> bool:
        """Whether every process runs, says that it is ready, and the gateway says the same of all of them."""
        try:
            ready = [requests.get(f"http://127.0.0.1:{port}/ready", timeout=5).status_code for port in self.monitoring.values()]
            return set(ready) == {200} and set(self.health().values()) == {"ok"}
        except requests.RequestException:
            return False

    def wait_until_well(self) -> None:
        self.wait_for(self.is_well)

    def metrics(self) -> str:
        """What every part shows whoever watches it."""
        return "\n".join(requests.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text for port in self.monitoring.values())

    def logs(self) -> str:
        texts = [path.read_text(encoding="utf-8", errors="replace") for path in sorted((self.state / "logs").iterdir())]
        return "\n".join([self.text(), *texts])

    def rows(self, query: str, parameters: Any = None) -> List[Tuple[Any, ...]]:
        return self.postgres.rows(query, parameters)

    def close(self) -> None:
        super().close()
        for proxy in self.proxies:
            proxy.close()
