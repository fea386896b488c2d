"""What is set before Rasa and the numeric libraries are imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.assistant.process import too_new
from tests.running import ROOT


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ("fpu sse2 avx avx2 fma", False),  # Haswell, Zen: known
        ("fpu sse2 avx2 avx512f avx512_vnni", False),  # Cascade Lake: known
        ("fpu sse2 avx2 avx512f avx512_bf16 amx_tile", True),  # Sapphire Rapids
        ("fpu sse2 avx2 avx_vnni", True),  # Alder Lake
    ],
)
def test_a_processor_newer_than_openblas_is_told_by_its_instructions(flags: str, expected: bool, tmp_path: Path) -> None:
    description = tmp_path / "cpuinfo"
    description.write_text(f"processor\t: 0\nflags\t\t: {flags}\n\nprocessor\t: 1\nflags\t\t: {flags}\n", encoding="utf-8")
    assert too_new(description) is expected


def test_a_system_without_a_description_is_left_as_it_is(tmp_path: Path) -> None:
    assert not too_new(tmp_path / "cpuinfo")


@pytest.mark.parametrize("module", ["bot.assistant.training", "bot.assistant.server"])
def test_numeric_libraries_are_not_loaded_before_they_are_told(module: str) -> None:
    code = f"import sys, {module}; sys.exit('numpy is loaded' if 'numpy' in sys.modules else 0)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
