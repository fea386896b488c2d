"""The sandbox city that foreign clients talk to, and the foreign programs that npm installs."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Iterator

import pytest

from tests.conversations.conftest import database_url, postgres_template, record, sqlite_template  # noqa: F401
from tests.running import sandbox_server

NPM = Path(__file__).parent / "npm"
# Needs somebody's Open311 server: not there to be skipped where none is given.
collect_ignore = [] if os.environ.get("OPEN311_INTEROP_URL") else ["test_open311_server.py"]


@pytest.fixture(scope="session")
def sandbox() -> Iterator[str]:
    with sandbox_server() as base_url:
        yield base_url


@pytest.fixture(scope="session")
def npm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of `tests/interop/npm` with the packages of its lock file installed; no package's own scripts were run."""
    folder = tmp_path_factory.mktemp("npm")
    shutil.copytree(NPM, folder, ignore=shutil.ignore_patterns("node_modules"), dirs_exist_ok=True)
    subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, check=True, timeout=300)
    return folder
