"""What `bench.load` measures: our whole system, stock Rasa, and a server that does nothing, each as processes on loopback."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, Iterator, List

import requests

from bench.load_residents import ACCOUNT, API_KEY, NUMBER, PUBLIC, TOKEN
from tests.blackbox.system import System
from tests.conversations import databases
from tests.running import ROOT, free_port

_READY_S = 300.0
_MB = 1024


@dataclass
class Running:
    """A system that serves. `processes`: their ids by name; `metrics`: the address of our worker's."""

    gateway: str
    processes: Dict[str, int] = field(default_factory=dict)
    metrics: str = ""

    def memory_mb(self) -> Dict[str, float]:
        """Each process's share of memory (PSS), with that of the processes it has made."""
        return {name: _pss_mb(process) for name, process in self.processes.items()}


def _pss_mb(process: int) -> float:
    rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
    made = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    own = sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / _MB
    return own + sum(_pss_mb(int(child)) for child in made)


@contextmanager
def ours(twilio: str, *, postgres: bool, workers: int = 1) -> Iterator[Running]:
    """Everything, as `resident up` starts it. Each worker beyond the first is a worker process with an assistant of its own."""
    with ExitStack() as ends:
        folder = Path(ends.enter_context(tempfile.TemporaryDirectory()))
        watched = free_port()
        settings = {
            "PUBLIC_URL": PUBLIC,
            "REST_API_KEY": API_KEY,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_NUMBER": NUMBER,
            "TWILIO_API_BASE_URL": twilio,
            "TWILIO_SEGMENTS_PER_S": "1000",
            "WORKER_MONITORING_PORT": str(watched),
        }
        if postgres:
            url = databases.postgres(ends.enter_context(databases.postgres_database()))
            settings.update(DATABASE_URL=url, TRACKER_DATABASE_URL=url)
        system = System(folder, **settings)
        ends.callback(system.close)
        system.wait_until_ready()
        running = Running(system.gateway, {name: system.pid_of(name) for name in ("gateway", "worker", "assistant", "actions")})
        running.metrics = f"http://127.0.0.1:{watched}/metrics"
        for number in range(2, workers + 1):
            _another_pair(system, number, running, ends)
        yield running


def _another_pair(system: System, number: int, running: Running, ends: ExitStack) -> None:
    environ = {name: value for name, value in system.environ.items() if not name.endswith("_MONITORING_PORT")}
    environ["ASSISTANT_PORT"] = str(free_port())
    for part in ("assistant", "worker"):
        started = _started([str(Path(sys.executable).with_name("resident")), part], environ, ends)
        running.processes[f"{part} {number}"] = started.pid
    _wait_for(f"http://127.0.0.1:{environ['ASSISTANT_PORT']}/webhooks/turn/health")


@contextmanager
def stock(twilio: str, model: Path) -> Iterator[Running]:
    """Stock Rasa in front of our actions and the sandbox city."""
    with ExitStack() as ends:
        folder = Path(ends.enter_context(tempfile.TemporaryDirectory()))
        system = System(folder)  # for its actions and its city
        ends.callback(system.close)
        system.wait_until_ready()
        port = free_port()
        command = [sys.executable, "-m", "bench.load_stock", "serve", str(model), str(port), ACCOUNT, TOKEN, NUMBER, twilio]
        server = _started(command, system.environ, ends)
        _wait_for(f"http://127.0.0.1:{port}/webhooks/rest/")
        yield Running(f"http://127.0.0.1:{port}", {"Rasa": server.pid, "actions": system.pid_of("actions")})


@contextmanager
def bare() -> Iterator[Running]:
    """A Sanic handler that answers every message with the same list."""
    with ExitStack() as ends:
        port = free_port()
        server = _started([sys.executable, "-m", "bench.load_bare", str(port)], dict(os.environ), ends)
        _wait_for(f"http://127.0.0.1:{port}/webhooks/rest/")
        yield Running(f"http://127.0.0.1:{port}", {"Sanic": server.pid})


def _started(command: List[str], environ: Dict[str, str], ends: ExitStack) -> subprocess.Popen[bytes]:
    log = ends.enter_context(tempfile.TemporaryFile())
    process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log)

    def end() -> None:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()

    ends.callback(end)
    return process


def _wait_for(address: str) -> None:
    until = time.monotonic() + _READY_S
    while time.monotonic() < until:
        try:
            if requests.get(address, timeout=5).status_code == 200:
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.5)
    raise TimeoutError(f"nothing answers at {address}")
