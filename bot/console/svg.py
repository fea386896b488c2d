"""The geometry of charts. Templates draw them from it (`console/charts/`); their words and numbers are HTML beside the drawing,
so that they keep their size on a phone, and every chart has its numbers as a table too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Sequence

from bot.conversations.outcomes import Share

WIDTH, HEIGHT = 1000, 300  # of a line chart's drawing; it is stretched to the room there is
CELL = 20  # of a heat map, across
LARGEST_MARK = 18


def nice_top(largest: int) -> int:
    """The end of an axis: the next 1, 2 or 5 with zeros."""
    unit = 1
    while True:
        for step in (1, 2, 5):
            if step * unit >= largest:
                return step * unit
        unit *= 10


@dataclass(frozen=True)
class Line:
    """`now` and `before` are the data of SVG paths; empty when there is nothing to draw. `dots`: of a line so short that it has none."""

    now: str
    before: str
    dot: str
    top: int


def line(now: Sequence[int], before: Sequence[int]) -> Line:
    """Two lines over the same days, on one axis from 0 to `top`."""
    top = nice_top(max([*now, *before, 1]))
    return Line(_path(now, top), _path(before, top), f"M{WIDTH // 2} {_height(now[0], top)}h0" if len(now) == 1 else "", top)


def _path(values: Sequence[int], top: int) -> str:
    if len(values) < 2:
        return ""
    points = [f"{number * WIDTH / (len(values) - 1):.1f} {_height(value, top)}" for number, value in enumerate(values)]
    return "M" + "L".join(points)


def _height(value: float, top: int) -> str:
    return f"{HEIGHT - HEIGHT * value / top:.1f}"


@dataclass(frozen=True)
class Ranges:
    """Paths on an axis from 0 to 1: a dot for each share, and a line through it for where it may lie."""

    dots: str
    lines: str


def ranges(shares: Sequence[Share], at: float = 0.5) -> Ranges:
    """Shares of samples side by side, each in the middle of its place, or `at` another part of it; nothing where a sample is empty."""
    dots, lines = [], []
    for number, share in enumerate(shares):
        if share.value is None or share.interval is None:
            continue
        x = f"{WIDTH * (number + at) / len(shares):.1f}"
        low, high = (_height(end, 1) for end in share.interval)
        dots.append(f"M{x} {_height(share.value, 1)}h0")
        lines.append(f"M{x} {low}V{high}")
    return Ranges("".join(dots), "".join(lines))


def bar_width(value: float, largest: float) -> str:
    """Of a bar, in hundredths of the longest."""
    return f"{100 * value / largest:.1f}" if largest else "0"


@dataclass(frozen=True)
class Mark:
    """A square in a heat map; its area says how many."""

    x: str
    y: str
    size: str


def heat(counts: Sequence[Sequence[int]]) -> List[Mark]:
    """Rows of a heat map, top first; no mark where there is nothing."""
    largest = max((count for row in counts for count in row), default=0)
    marks = []
    for row_number, row in enumerate(counts):
        for column, count in enumerate(row):
            if count:
                size = max(2.0, LARGEST_MARK * (count / largest) ** 0.5)
                x, y = (CELL * place + (CELL - size) / 2 for place in (column, row_number))
                marks.append(Mark(f"{x:.1f}", f"{y:.1f}", f"{size:.1f}"))
    return marks
