"""What is set before Rasa and the numeric libraries are imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.assistant.process import arithmetic
from tests.running import ROOT

_AVX512 = "avx512f avx512dq avx512cd avx512bw avx512vl"


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ("fpu sse2 avx avx2 fma", ""),  # Haswell, Zen: known
        (f"fpu sse2 avx2 fma {_AVX512} avx512_vnni", ""),  # Cascade Lake: known
        (f"fpu sse2 avx2 fma {_AVX512} avx512_bf16 amx_tile", "SkylakeX"),  # Sapphire Rapids
        ("fpu sse2 avx2 fma avx512f avx512_bf16 amx_tile", "Haswell"),  # a virtual machine that hides some instructions
        ("fpu sse2 avx2 fma avx_vnni", "Haswell"),  # Alder Lake
        ("fpu sse2 avx_vnni", ""),  # nothing older runs on it for certain
    ],
)
def test_openblas_takes_a_processor_newer_than_itself_for_the_best_older_one(flags: str, expected: str, tmp_path: Path) -> None:
    description = tmp_path / "cpuinfo"
    description.write_text(f"processor\t: 0\nflags\t\t: {flags}\n\nprocessor\t: 1\nflags\t\t: {flags}\n", encoding="utf-8")
    assert arithmetic(description) == expected


def test_a_system_without_a_description_is_left_as_it_is(tmp_path: Path) -> None:
    assert not arithmetic(tmp_path / "cpuinfo")


@pytest.mark.parametrize("module", ["bot.assistant.training", "bot.assistant.server"])
def test_numeric_libraries_are_not_loaded_before_they_are_told(module: str) -> None:
    code = f"import sys, {module}; sys.exit('numpy is loaded' if 'numpy' in sys.modules else 0)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
