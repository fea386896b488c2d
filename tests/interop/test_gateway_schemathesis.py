"""Schemathesis, which nobody here wrote, asks the running gateway whatever `docs/gateway.yaml` allows and forbids."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Iterator

import pytest

from tests.conversations import databases
from tests.gateway.starting import system_at_work
from tests.gateway.visitor import Visitor
from tests.interop.test_billing_schemathesis import LIMIT_S, SCHEMATHESIS
from tests.interop.venvs import foreign_venv
from tests.running import ROOT

pytestmark = pytest.mark.interop
PAGE, KEY = "http://127.0.0.1:8000", "the key of tests"
CHECKS = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "404", "409", "410"]
[checks.negative_data_rejection]
expected-statuses = ["400", "401", "403", "404", "405"]
"""
# A stream ends after ten minutes; deleting ends what the others need; not all parts are started here, and /health says so with a 503.
ALONE = ("--exclude-tag", "stream", "--exclude-operation-id", "deleteConversation", "--exclude-operation-id", "health")


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("gateway")
    database = databases.sqlite(folder / "record.sqlite3")
    databases.migrate(database)
    settings = {"WEBCHAT_ORIGINS": PAGE, "REST_API_KEY": KEY}
    with system_at_work(database, folder, gateway="tests.browser.patient_gateway", **settings) as (url, _):
        yield url
    for name in ("gateway", "worker"):
        assert "Traceback" not in (folder / f"{name}.log").read_text()


def run(url: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    config = folder / "schemathesis.toml"
    config.write_text(CHECKS)
    st = foreign_venv("schemathesis", SCHEMATHESIS) / "st"
    token = Visitor(url, PAGE).begins().token
    known = ["-H", f"Authorization: Bearer {token}", "-H", f"X-Api-Key: {KEY}"]
    given = ["--url", url, *known, "--max-examples", "12", "--no-color", "--seed", "9"]
    return subprocess.run(
        [st, "--config-file", config, "run", ROOT / "docs" / "gateway.yaml", *given, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
    )


def test_every_answer_is_in_the_description(gateway: str, tmp_path: Path) -> None:
    done = run(gateway, tmp_path, *ALONE)
    assert done.returncode == 0, done.stdout[-6000:]
    assert "Tested: 7" in done.stdout


def test_deleting_a_conversation_is_in_the_description(gateway: str, tmp_path: Path) -> None:
    done = run(gateway, tmp_path, "--include-operation-id", "deleteConversation", "--phases", "examples,coverage,fuzzing")
    assert done.returncode == 0, done.stdout[-6000:]
