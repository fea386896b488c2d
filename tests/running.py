"""Starts our servers for tests as processes of their own, on free loopback ports and temporary state."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Dict, Iterator, Optional

import requests

ROOT = Path(__file__).resolve().parent.parent
START_LIMIT_S = 180.0  # a loaded machine may be slow
STOP_LIMIT_S = 10.0


# Below the ports that outgoing connections get, and a share for each process of tests: nobody takes a port between choosing and listening.
FIRST_PORT, PORTS_EACH, SHARES = 12_000, 2_000, 10


def _ports() -> Iterator[int]:
    share = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % SHARES
    begin = random.randrange(PORTS_EACH)
    while True:
        for number in range(PORTS_EACH):
            yield FIRST_PORT + share * PORTS_EACH + (begin + number) % PORTS_EACH


_offered = _ports()


def free_port() -> int:
    """A loopback port nobody listens on at this moment, another one at each call."""
    for port in _offered:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise AssertionError("the ports never end")


def wait_until_healthy(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Returns when `GET url` answers 200; raises RuntimeError with the process's own words when it ends or takes too long."""
    limit = time.monotonic() + START_LIMIT_S
    while time.monotonic() < limit and process.poll() is None:
        try:
            if requests.get(url, timeout=2).status_code == 200:
                return
        except requests.RequestException:
            pass  # not listening yet
        time.sleep(0.1)
    raise RuntimeError(f"{url} did not become healthy:\n{log.read_text(encoding='utf-8', errors='replace')}")


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ends the process: politely, then not."""
    process.terminate()
    try:
        process.wait(STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def sandbox_server(state: Optional[Path] = None) -> Iterator[str]:
    """A freshly seeded sandbox city; yields its base URL, for example `http://127.0.0.1:40123`.

    Args:
        state: a state folder to keep, in which the server's output is `sandbox.log`; without one the state is thrown away at the end.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = state or Path(scratch)
        port = free_port()
        log = folder / "sandbox.log"
        environ = {**os.environ, "RESIDENT_PROFILE": "sandbox", "RESIDENT_STATE": str(folder), "SANDBOX_PORT": str(port)}
        with log.open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-c", "from bot.sandbox.server import run; run(ahead=False)"],
                cwd=ROOT,
                env=environ,
                stdout=output,
                stderr=output,
            )
            try:
                wait_until_healthy(f"http://127.0.0.1:{port}/health", process, log)
                yield f"http://127.0.0.1:{port}"
            finally:
                stop(process)


@contextmanager
def fault(base_url: str, protocol: str, name: str, seconds: Optional[float] = None) -> Iterator[None]:
    """Switches one fault of a sandbox on, and off again at the end."""
    shape: Dict[str, object] = {"protocol": protocol, "fault": name}
    if seconds is not None:
        shape["seconds"] = seconds
    requests.post(f"{base_url}/_faults", json=shape, timeout=5).raise_for_status()
    try:
        yield
    finally:
        requests.post(f"{base_url}/_faults", json={"protocol": protocol, "fault": "none"}, timeout=5).raise_for_status()
