"""Where a secret of a running system is to be read: in the file that is for it, and nowhere else."""

from __future__ import annotations

import subprocess
from typing import Dict

import pytest
import requests

from tests.blackbox.residents import ANSWER_S
from tests.blackbox.system import System
from tests.gateway.telegram_fake import TOKEN

pytestmark = pytest.mark.blackbox
PARTS = {"gateway", "worker", "assistant", "actions", "console"}


def secrets_of(system: System) -> Dict[str, str]:
    found = {**vars(system.secrets), "bot token": TOKEN.partition(":")[2]}
    assert len(found) == 5
    assert min(map(len, found.values())) > 30
    return found


def works(system: System) -> None:
    """Every way a secret is used, rightly and wrongly."""
    for channel in ("rest", "sms", "telegram", "webchat"):
        assert system.resident(channel).says("hello").text
    doors = {
        f"{system.gateway}/webhooks/telegram/webhook": {"X-Telegram-Bot-Api-Secret-Token": TOKEN},
        f"http://127.0.0.1:{system.ports['ASSISTANT_PORT']}/webhooks/turn/": {"Authorization": f"Bearer {system.secrets.internal_secret}x"},
        f"http://127.0.0.1:{system.ports['ACTIONS_PORT']}/webhook": {"Authorization": f"Bearer {system.secrets.internal_secret}x"},
    }
    for address, wrong in doors.items():
        assert 400 <= requests.post(address, headers=wrong, timeout=ANSWER_S).status_code < 500


def test_no_secret_is_in_the_arguments_of_a_process(system: System) -> None:
    rows = subprocess.run(["ps", "axww", "-o", "pid=,args="], capture_output=True, text=True, check=True).stdout.splitlines()
    ours = [row for row in rows if row.split(None, 1)[0] in system.processes()]
    assert len(ours) >= len(PARTS)
    assert not [name for name, secret in secrets_of(system).items() if secret in "\n".join(ours)]


def test_no_secret_is_in_a_log_a_database_or_any_other_file(system: System) -> None:
    works(system)
    files = [path for path in system.state.rglob("*") if path.is_file() and path != system.state / "secrets.json"]
    assert {f"{part}.log" for part in PARTS} <= {path.name for path in files}
    read = {path.name: path.read_bytes() for path in [*files, system.output]}
    for name, secret in secrets_of(system).items():
        assert not [file for file, content in read.items() if secret.encode() in content], name
    assert (system.state / "secrets.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("part", sorted(PARTS))
def test_no_secret_is_in_the_numbers_of_a_part(system: System, part: str) -> None:
    works(system)
    numbers = requests.get(f"http://127.0.0.1:{system.environ[f'{part.upper()}_MONITORING_PORT']}/metrics", timeout=ANSWER_S).text
    assert "process_" in numbers
    assert not [name for name, secret in secrets_of(system).items() if secret in numbers]
