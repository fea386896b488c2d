"""Validators nobody here wrote read the sandbox's timetable and live feeds, in an environment of their own."""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Dict, List

import pytest
import requests

from bot.city import city
from bot.sandbox import transit_live
from tests.running import ROOT

pytestmark = pytest.mark.interop
REQUIREMENTS = Path(__file__).parent / "gtfs" / "requirements.txt"
TIMEOUT_S = 20
MOMENTS = [
    datetime(2026, 11, 30, 8, 2, tzinfo=city().timezone),
    datetime(2026, 11, 28, 0, 40, tzinfo=city().timezone),  # the night of Friday
    datetime(2026, 11, 1, 1, 10, tzinfo=city().timezone),  # the night the clocks go back
]


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the validators' commands."""
    scratch = tmp_path_factory.mktemp("gtfs")
    uv = shutil.which("uv") or ROOT / ".tools" / "uv" / "bin" / "uv"  # where scripts/setup.sh puts it
    subprocess.run([uv, "venv", "-q", "--python", ">=3.11", scratch / "venv"], cwd=scratch, check=True, timeout=120)
    python = scratch / "venv" / "bin" / "python"
    subprocess.run([uv, "pip", "install", "-q", "--python", python, "-r", REQUIREMENTS], check=True, timeout=300)
    return python.parent


@pytest.fixture(scope="module")
def feed(sandbox: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("feed") / "gtfs.zip"
    path.write_bytes(requests.get(f"{sandbox}/transit/gtfs.zip", timeout=TIMEOUT_S).content)
    return path


def errors(report: Path) -> Dict[str, int]:
    notices: List[Dict[str, object]] = json.loads(report.read_text(encoding="utf-8"))["notices"]
    return {str(one["code"]): int(str(one["totalNotices"])) for one in notices if one["severity"] == "ERROR"}


def timetable_errors(tools: Path, feed: Path, out: Path) -> Dict[str, int]:
    subprocess.run([tools / "gtfs-validator", "-i", feed, "-o", out, "-c", "CA"], check=True, timeout=120, capture_output=True)
    return errors(out / "report.json")


def live_errors(tools: Path, feed: Path, out: Path, moment: datetime, updates: bytes, alerts: bytes) -> Dict[str, int]:
    out.mkdir()
    (out / "updates.pb").write_bytes(updates)
    (out / "alerts.pb").write_bytes(alerts)
    command = [tools / "gtfs-rt-validator", "-gtfs", feed, "-tu", out / "updates.pb", "-sa", out / "alerts.pb", "--at", moment.isoformat()]
    subprocess.run([*command, "--out", out / "report"], check=True, timeout=120, capture_output=True)
    return errors(out / "report" / "report.json")


def test_the_timetable_breaks_no_rule(tools: Path, feed: Path, tmp_path: Path) -> None:
    assert timetable_errors(tools, feed, tmp_path / "out") == {}


def test_the_validator_sees_a_stop_that_is_missing(tools: Path, feed: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.zip"
    with zipfile.ZipFile(feed) as source, zipfile.ZipFile(broken, "w") as target:
        for name in source.namelist():
            text = source.read(name).decode()
            target.writestr(name, text.replace("\r\n2504,", "\r\n2599,") if name == "stops.txt" else text)
    assert "foreign_key_violation" in timetable_errors(tools, broken, tmp_path / "out")


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_live_feeds_break_no_rule(tools: Path, feed: Path, tmp_path: Path, moment: datetime) -> None:
    message = transit_live.trip_updates(moment)
    assert len(message.entity) > 5
    alerts = transit_live.alerts(moment).SerializeToString()
    assert live_errors(tools, feed, tmp_path / "out", moment, message.SerializeToString(), alerts) == {}


def test_the_validator_sees_a_trip_that_is_not_in_the_timetable(tools: Path, feed: Path, tmp_path: Path) -> None:
    message = transit_live.trip_updates(MOMENTS[0])
    message.entity[0].trip_update.trip.trip_id = "unknown"
    alerts = transit_live.alerts(MOMENTS[0]).SerializeToString()
    assert "E003" in live_errors(tools, feed, tmp_path / "out", MOMENTS[0], message.SerializeToString(), alerts)
