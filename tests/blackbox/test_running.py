"""Starting and stopping the real parts."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.blackbox.system import PORTS, System

pytestmark = pytest.mark.blackbox


def test_health_reports_each_part(system: System) -> None:
    assert {name: state for name, state in system.health().items() if name != "database"} == dict.fromkeys(
        ("gateway", "worker", "assistant", "actions", "console", "sandbox"), "ok"
    )


@pytest.mark.parametrize("variable", PORTS)
def test_every_part_listens_on_one_loopback_address_only(system: System, variable: str) -> None:
    """What listens on every address of the machine can be reached at 127.0.0.2 too."""
    with socket.socket() as probe:
        probe.settimeout(5)
        assert probe.connect_ex(("127.0.0.2", system.ports[variable])) != 0


def test_ctrl_c_leaves_no_process(tmp_path: Path) -> None:
    system = System(tmp_path)
    try:
        system.wait_until_ready()
        assert len(system.processes()) >= 8  # it, the manager, six parts
        assert system.press_ctrl_c() == 0
        assert system.processes() == []
    finally:
        system.close()


def test_no_log_holds_what_residents_wrote(system: System) -> None:
    words = "the zamboni of mrs abernathy is stuck at 45 queen st n"
    system.resident().says(words)
    logs = sorted((system.state / "logs").iterdir())
    assert len(logs) >= 7
    assert [log.name for log in logs if "zamboni" in log.read_text(encoding="utf-8", errors="replace").lower()] == []
