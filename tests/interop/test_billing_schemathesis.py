"""Schemathesis, which nobody here wrote, asks the sandbox's billing gateway whatever `docs/billing-gateway.yaml` allows and forbids."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.interop.venvs import foreign_venv
from tests.running import ROOT, sandbox_server
from tests.sandbox.billing import CURRENT, log_in
from tests.test_billing_adapter import KEY, adapter

pytestmark = pytest.mark.interop
SCHEMATHESIS = "schemathesis==4.30.1"
LIMIT_S = 400
# Codes that are wrong, too old or nobody's are right requests: 410 and 422. A broken identifier in a path is a verification nobody has.
CHECKS = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "401", "404", "409", "410", "422", "429"]
[checks.negative_data_rejection]
expected-statuses = ["400", "401", "404", "405", "409", "410", "429"]
"""


def run(url: str, folder: Path, *arguments: str, key: str = "sandbox") -> subprocess.CompletedProcess[str]:
    config = folder / "schemathesis.toml"
    config.write_text(CHECKS)
    st = foreign_venv("schemathesis", SCHEMATHESIS) / "st"
    contract = ROOT / "docs" / "billing-gateway.yaml"
    given = ["--url", url, "-H", f"X-Gateway-Key: {key}", "--max-examples", "20", "--no-color", "--seed", "9"]
    return subprocess.run(
        [st, "--config-file", config, "run", contract, *given, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
    )


def test_every_answer_is_in_the_contract(tmp_path: Path) -> None:
    with sandbox_server() as base_url:
        token = log_in(base_url, CURRENT)
        # Logging out would end the session that the others need.
        done = run(f"{base_url}/billing", tmp_path, "-H", f"Authorization: Bearer {token}", "--exclude-operation-id", "logOut")
    assert done.returncode == 0, done.stdout[-6000:]
    assert "Tested: 10" in done.stdout


def test_logging_out_and_what_nobody_is_verified_for_are_in_the_contract(tmp_path: Path) -> None:
    with sandbox_server() as base_url:
        done = run(
            f"{base_url}/billing",
            tmp_path,
            "--phases",
            "examples,coverage,fuzzing",
            "--include-tag",
            "account",
            "--include-operation-id",
            "logOut",
        )
    assert done.returncode == 0, done.stdout[-6000:]


def test_the_example_of_an_adapter_keeps_the_contract_where_it_answers(tmp_path: Path) -> None:
    with adapter(tmp_path) as (base_url, _):
        offered = ("--include-tag", "gateway", "--include-tag", "verification", "--include-operation-id", "balance")
        done = run(base_url.removesuffix("/v1"), tmp_path, "--phases", "examples,coverage,fuzzing", *offered, key=KEY)
    assert done.returncode == 0, done.stdout[-6000:]
    assert "Tested: 6" in done.stdout
