"""What a newcomer meets before there is a Python environment: `make` and the set-up scripts."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import List

import pytest

from bot.settings import ROOT

TOOLS = ("sh", "dirname", "sed", "sort", "head", "grep", "rm", "cat")
UV_WITHOUT_PYTHON = """#!/bin/sh
case "$1" in
--version) echo "uv 0.13.9 (x86_64-unknown-linux-gnu)" ;;
*) echo "error: no download available" >&2; exit 2 ;;
esac
"""
PYTHON_WITHOUT_VENV = f"""#!/bin/sh
case "$*" in *ensurepip*) exit 1 ;; esac
exec {sys.executable} "$@"
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with our set-up scripts, and beside it `bin` with the few tools they use: its only PATH."""
    shutil.copytree(ROOT / "scripts", tmp_path / "clone" / "scripts")
    (tmp_path / "bin").mkdir()
    for name in TOOLS:
        (tmp_path / "bin" / name).symlink_to(str(shutil.which(name)))
    return tmp_path / "clone"


def program(clone: Path, name: str, text: str) -> None:
    path = clone.parent / "bin" / name
    path.write_text(text)
    path.chmod(0o755)


def run(clone: Path, script: str) -> subprocess.CompletedProcess[str]:
    environ = {"PATH": str(clone.parent / "bin"), "HOME": str(clone.parent)}
    return subprocess.run([str(clone / "scripts" / script)], env=environ, capture_output=True, text=True)


def tasks() -> List[str]:
    return re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)


@pytest.mark.parametrize("words", [["make"], ["make", "help"]], ids=" ".join)
def test_make_lists_every_task_with_a_sentence(words: List[str]) -> None:
    environ = {"PATH": os.environ["PATH"]}  # without what a make above this test would pass on
    lines = subprocess.run(words, cwd=ROOT, env=environ, capture_output=True, text=True, check=True).stdout.splitlines()
    assert {"run", "test", "lint", "types", "train", "check", "clean"} <= set(tasks())
    assert [line.split()[1] for line in lines] == tasks()
    assert all(len(line.split()) > 4 for line in lines)


def test_without_python3_it_says_how_to_get_one(clone: Path) -> None:
    done = run(clone, "setup.sh")
    assert done.returncode == 1
    assert done.stderr.startswith("python3 was not found. On Debian and Ubuntu: sudo apt-get install python3 python3-venv.")


def test_without_venv_it_names_the_package(clone: Path) -> None:
    program(clone, "python3", PYTHON_WITHOUT_VENV)
    done = run(clone, "setup.sh")
    assert done.returncode == 1
    assert done.stderr.endswith("has no venv module. On Debian and Ubuntu: sudo apt-get install python3-venv\n")


def test_without_python_310_it_says_how_to_get_one_on_each_system(clone: Path) -> None:
    program(clone, "uv", UV_WITHOUT_PYTHON)
    done = run(clone, "setup.sh")
    assert done.returncode == 1
    for way in ("uv python install 3.10", "deadsnakes", "brew install python@3.10", "pyenv install 3.10"):
        assert way in done.stderr


def test_an_old_uv_is_not_used(clone: Path) -> None:
    program(clone, "uv", UV_WITHOUT_PYTHON.replace("0.13.9", "0.4.30"))
    assert run(clone, "uv.sh").stderr.startswith("python3 was not found")


def test_a_uv_that_is_new_enough_is_used(clone: Path) -> None:
    program(clone, "uv", UV_WITHOUT_PYTHON)
    assert run(clone, "uv.sh").stdout == f"{clone.parent / 'bin' / 'uv'}\n"


def test_the_notices_name_every_package_we_ask_for() -> None:
    project = (ROOT / "pyproject.toml").read_text()
    asked = re.findall(r'^    "([A-Za-z0-9-]+)', project.split("\n[tool.", 1)[0], flags=re.MULTILINE)
    assert "rasa" in asked
    notices = (ROOT / "THIRD_PARTY_NOTICES.md").read_text()
    assert [name for name in asked if f"`{name.lower()}`" not in notices] == []
