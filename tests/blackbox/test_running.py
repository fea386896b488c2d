"""Starting and stopping the real parts."""

from __future__ import annotations

import html
import socket
from pathlib import Path

import pytest
import yaml

from bot.conversations.masking import mask
from bot.settings import ROOT
from tests.blackbox.system import PORTS, System

pytestmark = pytest.mark.blackbox
SAMPLES = yaml.safe_load((ROOT / "data" / "samples.yml").read_text(encoding="utf-8"))


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


def test_a_new_console_is_filled_with_samples_and_ctrl_c_leaves_no_process(tmp_path: Path) -> None:
    system = System(tmp_path, samples=True)
    try:
        system.wait_until_ready()
        assert len(system.processes()) >= 8  # it, the manager, six parts
        clerk = system.clerk()
        newest = min(SAMPLES, key=lambda sample: sample["days_ago"])["lines"][0]
        system.wait_for(lambda: mask(newest) in html.unescape(clerk.get(f"{system.console}/conversations", timeout=10).text))
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
