"""Charts: bars as long as their values, on a picture that a phone shows."""

from __future__ import annotations

import io
from typing import List, Tuple

import numpy as np
import pytest
from PIL import Image

from actions.open_data.drawing import draw
from actions.open_data.telling import Bar

BLUE = (31, 95, 168)


def bars(*values: float, shown: str = "{:,.0f}") -> List[Bar]:
    return [Bar(f"ward {place}", value, shown.format(value)) for place, value in enumerate(values, 1)]


def drawn(*values: float, shown: str = "{:,.0f}") -> Image.Image:
    picture = Image.open(io.BytesIO(draw("Trees by ward", bars(*values, shown=shown), "Source: Tree inventory, sample data")))
    assert picture.format == "PNG"
    return picture.convert("RGB")


def lengths(picture: Image.Image) -> List[int]:
    """How long the bars are in pixels, from top to bottom."""
    rows = (np.asarray(picture) == BLUE).all(axis=2).sum(axis=1)
    found, last = [], 0
    for row in rows:
        if row and not last:
            found.append(int(row))
        elif row:
            found[-1] = max(found[-1], int(row))
        last = row
    return found


def test_bars_are_as_long_as_their_values() -> None:
    first, second, third = lengths(drawn(4000, 1000, 2000))
    assert first / third == pytest.approx(2, abs=0.05)
    assert first / second == pytest.approx(4, abs=0.1)


@pytest.mark.parametrize("values", [(1, 2), (0, 0, 0), tuple(range(1, 21)), (0.4, 12_345_678.9), (5,) * 3])
def test_any_values_can_be_drawn(values: Tuple[float, ...]) -> None:
    picture = drawn(*values)
    assert picture.width == 720
    assert picture.height < 1400
    assert len(lengths(picture)) == sum(value > max(values) / 400 for value in values)


@pytest.mark.parametrize("shown", ["{:,.0f}", "{:,.0f} (100%)", "${:,.0f},000,000 (100 %)"])
def test_values_behind_the_bars_are_not_cut_off(shown: str) -> None:
    picture = drawn(123_456, 99_000, shown=shown)
    assert {picture.getpixel((picture.width - 1, y)) for y in range(picture.height)} == {(255, 255, 255)}
    assert {picture.getpixel((0, y)) for y in range(picture.height)} == {(255, 255, 255)}


def test_a_long_title_and_long_names_stay_within_the_picture() -> None:
    long = [Bar("Schwedler's Norway Maple of the very old kind", 5.0, "5"), Bar("x" * 60, 4.0, "4")]
    content = draw("Average construction value by permit type " * 3, long, "Source " * 40)
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    edge = [(x, y) for y in range(picture.height) for x in (0, picture.width - 1)]
    assert {picture.getpixel(place) for place in edge} == {(255, 255, 255)}
    assert len(lengths(picture)) == 2
