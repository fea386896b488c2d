"""Reads the tables of our own documentation, so that tests can hold them against the code."""

from __future__ import annotations

from typing import Dict, List

from bot.settings import ROOT


def table(page: str, heading: str) -> Dict[str, List[str]]:
    """Rows of the table under a heading of a page in docs/: the first cell, without backticks, and the other cells."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    section = text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in section.splitlines() if line.startswith("| `")]
    return {row[0].strip("` "): row[1:] for row in rows}
