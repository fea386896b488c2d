"""Whether each process says of itself, truly, that it lives and that it can do its work."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path
from typing import Callable, Dict

import pytest

from bot.monitoring import loop
from tests.assistant.serving import Assistant, FakeActions
from tests.assistant.serving import served as actions_served
from tests.conversations import databases
from tests.conversations.doing import wait_until
from tests.conversations.processes import environment, process
from tests.monitoring.watching import Watched
from tests.running import ROOT, free_port, wait_until_healthy

MODULES = {"gateway": "bot.gateway.server", "worker": "bot.conversations.worker", "console": "bot.console.server"}


@pytest.fixture
def environ(tmp_path: Path) -> Dict[str, str]:
    """Of a process whose database has no tables yet."""
    ports = {name: str(free_port()) for name in ("GATEWAY_PORT", "CONSOLE_PORT", "ASSISTANT_PORT")}
    return {**environment(f"sqlite:///{tmp_path / 'record.sqlite3'}"), "DJANGO_SETTINGS_MODULE": "", **ports}


def probe(environ: Dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    code = "from bot.cli import main; main()"
    return subprocess.run([sys.executable, "-c", code, "probe", *words], cwd=ROOT, env=environ, capture_output=True, text=True)


@pytest.mark.parametrize("part", MODULES)
def test_a_part_is_ready_when_its_database_has_our_tables_and_alive_before(part: str, environ: Dict[str, str], tmp_path: Path) -> None:
    watched = Watched()
    environ[f"{part.upper()}_MONITORING_PORT"] = str(watched.port)
    with process(MODULES[part], environ, tmp_path / "log"):
        wait_until(lambda: watched.status("/live") == 200)
        assert watched.status("/ready") == 503
        asked = probe(environ, part)
        assert (asked.returncode, asked.stdout) == (1, f"{part}: not ready\n")
        databases.migrate(environ["DATABASE_URL"])
        watched.wait_until_ready()
        asked = probe(environ, part)
        assert (asked.returncode, asked.stdout) == (0, f"{part}: ready\n")
        assert probe(environ, part, "--live").returncode == 0
        assert watched.status("/elsewhere") == 404
    assert probe(environ, part, "--live").returncode == 1


def test_the_assistant_is_ready_when_its_model_is_loaded(trained_model: Path, tmp_path: Path) -> None:
    watched = Watched()
    fake = FakeActions()
    with actions_served(fake):
        assistant = Assistant(tmp_path, fake.port)
        assistant.environ["ASSISTANT_MONITORING_PORT"] = str(watched.port)
        log = tmp_path / "log"
        with process("bot.assistant.server", assistant.environ, log) as started:
            wait_until_healthy(f"{watched.url}/live", started, log)
            assert watched.status("/ready") == 503
            wait_until_healthy(f"{watched.url}/ready", started, log)
            assert assistant.say("somebody", "hello").status_code == 200
            wait_until(lambda: watched.value("chatbot_event_loop_lag_seconds_count") > 0)
            assert watched.value("process_resident_memory_bytes") > 1e8


def test_a_port_that_is_taken_ends_the_part_with_one_sentence(environ: Dict[str, str], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with process("bot.gateway.server", {**environ, "GATEWAY_MONITORING_PORT": str(port)}, tmp_path / "log") as started:
            assert started.wait(60) == 1
    last = (tmp_path / "log").read_text().splitlines()[-1]
    assert last.startswith(f"Port {port} cannot be listened on (")
    assert "set GATEWAY_MONITORING_PORT or MONITORING_HOST" in last


def test_a_probe_of_a_part_without_a_port_says_which_setting_is_missing(environ: Dict[str, str]) -> None:
    asked = probe(environ, "worker")
    assert (asked.returncode, asked.stderr) == (2, "WORKER_MONITORING_PORT must be set for a probe.\n")


def test_a_loop_that_does_not_turn_any_more_is_not_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    clock: Callable[[], float] = lambda: now  # noqa: E731
    monkeypatch.setattr(loop.time, "monotonic", clock)
    watch = loop.LoopWatch()
    assert (watch.is_alive(), watch.is_serving()) == (True, False)
    watch._turned_at = now
    assert (watch.is_alive(), watch.is_serving()) == (True, True)
    now += loop.STUCK_S
    assert (watch.is_alive(), watch.is_serving()) == (False, False)
