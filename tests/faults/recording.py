"""A plugin of pytest that writes down how each test ended: `pytest -p tests.faults.recording --record-results FILE`.

FILE: JSON, by test `{"outcome": "passed" or "failed", "properties": {…}}`; what it holds of other tests stays.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record-results", type=Path, help="write down there how each test ended")


def pytest_configure(config: pytest.Config) -> None:
    path = config.getoption("--record-results")
    if path and not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Recorder(path))


class _Recorder:
    def __init__(self, path: Path) -> None:
        self.path, self.results = path, {}  # type: Path, Dict[str, Any]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        before = self.results.get(report.nodeid, {"outcome": "passed", "properties": {}})
        outcome = "passed" if before["outcome"] == report.outcome == "passed" else "failed"
        self.results[report.nodeid] = {"outcome": outcome, "properties": {**before["properties"], **dict(report.user_properties)}}

    def pytest_sessionfinish(self) -> None:
        before = json.loads(self.path.read_text(encoding="utf-8")) if self.path.exists() else {}
        self.path.write_text(json.dumps({**before, **self.results}), encoding="utf-8")
