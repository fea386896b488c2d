"""A system as in production: two copies of every part on PostgreSQL, each a process that is started by its own command."""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Dict, List, Optional

import requests

from bot.running.parts import ALL, Part
from bot.secrets import Secrets
from bot.settings import Settings, read_settings
from bot.simulator.account import with_account
from bot.simulator.twilio import SimulatedTwilio
from tests.blackbox.balancer import balanced
from tests.blackbox.system import READY_S, UNSET
from tests.conversations import databases
from tests.monitoring.watching import Watched
from tests.running import ROOT, free_port, sandbox_server

COPIES = 2
STOP_WITHIN_S = 20
ENDED_S = 90.0  # on a machine that does much else
RESIDENT = [sys.executable, str(Path(sys.executable).with_name("resident"))]
PARTS = [part for part in ALL if not part.sandbox_only]


@dataclass
class Copy:
    """One process of a part. `port`: where it listens; the worker does not."""

    part: Part
    environ: Dict[str, str]
    log: Path
    port: int
    watched: Watched = field(default_factory=Watched)
    process: Optional[subprocess.Popen[bytes]] = None

    def start(self) -> None:
        name = self.part.name.upper()
        own = {f"{name}_PORT": str(self.port), f"{name}_MONITORING_PORT": str(self.watched.port)}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([*RESIDENT, *self.part.command], cwd=ROOT, env={**self.environ, **own}, stdout=log, stderr=log)

    def wait_until_ready(self) -> None:
        limit = time.monotonic() + READY_S
        while self.watched.status("/ready") != 200:
            assert self.process, "it was not started"
            assert self.process.poll() is None, self.log.read_text(encoding="utf-8", errors="replace")
            assert time.monotonic() < limit, f"{self.part.name} did not get ready"
            time.sleep(0.1)

    def stop(self) -> None:
        """Tells it to end, and sees that it does so by itself."""
        assert self.process
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(ENDED_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError(f"{self.part.name} did not end") from None


class Copies:
    """Everything, from `start` to `close`. Residents and staff come to `gateway` and `console`, which pass them on to a copy."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._stack = folder, ExitStack()
        self.copies: List[Copy] = []
        self.api_key, self.password = secrets.token_hex(16), ""
        self.addresses = {part.name: free_port() for part in PARTS if part.port_field}
        made = {row.name: secrets.token_hex(32) for row in fields(Secrets)}
        self.secrets = Secrets(**made)

    @property
    def gateway(self) -> str:
        return f"http://127.0.0.1:{self.addresses['gateway']}"

    @property
    def console(self) -> str:
        return f"http://127.0.0.1:{self.addresses['console']}"

    def start(self) -> None:
        """Returns when every copy is ready."""
        record, tracker = (databases.postgres(self._stack.enter_context(databases.postgres_database())) for _ in range(2))
        self.sandbox = self._stack.enter_context(sandbox_server())
        environ = self._environment(record, tracker)
        self.database = record
        made = subprocess.run([*RESIDENT, "migrate"], cwd=ROOT, env=environ, capture_output=True, text=True, check=True)
        self.clerk, self.password = re.findall(r"First console account: (\S+), password (\S+)", made.stdout)[0]
        self._stack.callback(self._end)
        for part in PARTS:
            copies = [Copy(part, environ, self._folder / f"{part.name}-{number}.log", free_port()) for number in range(COPIES)]
            self.copies += copies
            if part.port_field:
                self._stack.enter_context(balanced(self.addresses[part.name], [copy.port for copy in copies]))
        self.twilio = self._stack.enter_context(SimulatedTwilio(self._config(environ)))
        for copy in self.copies:
            copy.start()
        for copy in self.copies:
            copy.wait_until_ready()

    def _environment(self, record: str, tracker: str) -> Dict[str, str]:
        others = {name: value for name, value in os.environ.items() if name not in UNSET and not name.startswith(("TWILIO_", "TELEGRAM_"))}
        at = {name: f"http://127.0.0.1:{port}" for name, port in self.addresses.items()}
        given = {
            **others,
            **{name.upper(): value for name, value in vars(self.secrets).items()},
            "RESIDENT_STATE": str(self._folder / "state"),
            "DATABASE_URL": record,
            "TRACKER_DATABASE_URL": tracker,
            "ASSISTANT_URL": at["assistant"],
            "ACTIONS_URL": at["actions"],
            "CONSOLE_PRIVATE_URL": at["console"],
            "PUBLIC_URL": self.gateway,
            "REST_API_KEY": self.api_key,
            "SANDBOX_PORT": self.sandbox.rpartition(":")[2],
            "SMS_SIMULATOR_PORT": str(free_port()),
            "STOP_WITHIN_S": str(STOP_WITHIN_S),
        }
        texts = with_account(read_settings(given), self.secrets)
        names = {row.name: row.metadata["variable"] for row in fields(Settings) if row.name.startswith("twilio_")}
        return {**given, **{variable: str(getattr(texts, name)) for name, variable in names.items() if getattr(texts, name)}}

    def _config(self, environ: Dict[str, str]) -> Settings:
        """The settings of who texts: the gateway is where its copies are reached."""
        return with_account(read_settings({**environ, "GATEWAY_PORT": str(self.addresses["gateway"])}), self.secrets)

    def filed(self, words: str) -> int:
        """How many requests the city has with these words in their description."""
        rows = requests.get(f"{self.sandbox}/open311/v2/requests.json", timeout=30).json()
        return sum(words in row["description"] for row in rows)

    def _end(self) -> None:
        for copy in self.copies:
            if copy.process and copy.process.poll() is None:
                copy.process.kill()
                copy.process.wait()

    def close(self) -> None:
        self._stack.close()
