"""Lines for the person in front of the terminal."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import List, Sequence


def say(text: str = "") -> None:
    """Prints one line. A terminal that was closed is no error: what is going on must still be ended in order."""
    with suppress(OSError, ValueError):
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


def complain(text: str) -> None:
    """Prints one line where errors go."""
    with suppress(OSError, ValueError):
        sys.stderr.write(text + "\n")
        sys.stderr.flush()


def table(rows: Sequence[Sequence[str]]) -> List[str]:
    """Lines of left-aligned columns, two spaces in front."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return ["  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
