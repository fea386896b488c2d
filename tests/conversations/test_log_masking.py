"""Nothing personal is in the log of any part, whichever way it is written."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.conversations.cleaning import tidy
from bot.running.parts import ALL, Part
from tests.conversations.leaking import TAGS
from tests.conversations.processes import environment
from tests.running import ROOT, free_port

SECRETS = [
    "4111 1111 1111 1111",
    "4242\u200b424242424242",
    "my SIN is 046 454 286",
    "519-555-0142",
    "five one nine five five five oh one seven seven",
    "jane.doe@example.ca",
    "jane dot roe at example dot ca",
    "account 301456789",
    "my name is Marisol Petrov",
    "45 Queen St N",
    "N2G 4G7",
    "plate CKRT 482",
    "$213.40",
]
# Digits have a neighbour or a sign with them, so that no time of day, number of a process or address in memory happens to hold them.
TRACES = ["4111 1", "42424", "046 4", "5-0142", "five", "jane", "roe", "301456789", "Marisol", "Petrov", "Queen", "4G7", "CKRT", "213.4"]
QUIET = ["tag-logger-django.request"]
# They note only what went wrong inside; warnings in the assistant are for developers of Rasa and are off.
SILENT = {"gateway": QUIET, "sandbox": QUIET, "assistant": ["tag-warning"]}


@pytest.mark.parametrize("log_format", ["text", "json"])
@pytest.mark.parametrize("part", ALL, ids=lambda part: part.name)
def test_no_part_lets_a_secret_into_its_log(part: Part, log_format: str, tmp_path: Path) -> None:
    log = tmp_path / "part.log"
    ports = {f"{name}_PORT": str(free_port()) for name in ("GATEWAY", "ASSISTANT", "ACTIONS", "CONSOLE", "SANDBOX")}
    own = {"RESIDENT_STATE": str(tmp_path), "LEAKED": json.dumps(SECRETS), "LOG_FORMAT": log_format}
    environ = environment(f"sqlite:///{tmp_path}/record.db", **own, **ports)
    with log.open("wb") as output:
        ended = subprocess.run(
            [sys.executable, "-m", "tests.conversations.leaking", part.module],
            cwd=ROOT,
            env=environ,
            stdout=output,
            stderr=output,
            timeout=300,
        )
    written = log.read_text(encoding="utf-8")
    if log_format == "json":
        lines = [json.loads(line) for line in written.splitlines()]
        assert {line["part"] for line in lines} == {part.name}
        assert all(datetime.fromisoformat(line["time"]).utcoffset() == timedelta(0) for line in lines)
        written = "\n".join(value for line in lines for value in line.values())
    assert ended.returncode == 1
    assert [tag for tag in TAGS if tag not in written] == SILENT.get(part.name, [])
    assert "Traceback" in written  # where it failed is to be read
    shown = tidy(re.sub(r'File "[^"]*", line \d+', "", written))
    assert [trace for trace in TRACES if trace in shown] == []
