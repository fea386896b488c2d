"""The widget's built file: small, and made from its source."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.settings import ROOT

WIDGET = ROOT / "bot" / "widget"
BUILT = WIDGET / "widget.js"
MOST_BYTES = 25 * 1024  # compressed as a server does: the smallest of the widgets that were measured has 53 KB, see docs/widget.md


def test_it_is_small() -> None:
    assert len(gzip.compress(BUILT.read_bytes(), 9)) <= MOST_BYTES


def test_it_needs_no_exception_from_a_strict_policy() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (WIDGET / "src").glob("*.js"))
    assert len(code) > 10_000
    for forbidden in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", 'setAttribute("style"'):
        assert forbidden not in code, forbidden


@pytest.mark.interop
def test_it_is_what_its_source_builds(tmp_path: Path) -> None:
    copy = tmp_path / "widget"
    shutil.copytree(WIDGET, copy, ignore=shutil.ignore_patterns("node_modules", "widget.js"))
    subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=copy, check=True, timeout=300)
    subprocess.run(["npm", "run", "build"], cwd=copy, check=True, timeout=60)
    built = (copy / "widget.js").read_bytes()
    assert built == BUILT.read_bytes(), "run `make widget` and commit bot/widget/widget.js"
