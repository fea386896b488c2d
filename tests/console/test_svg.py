"""The geometry of charts."""

from __future__ import annotations

import re

import pytest

from bot.console import svg
from bot.conversations.outcomes import Share


@pytest.mark.parametrize(("largest", "top"), [(1, 1), (2, 2), (3, 5), (7, 10), (10, 10), (11, 20), (640, 1000), (2001, 5000)])
def test_an_axis_ends_at_a_round_number_that_everything_fits_below(largest: int, top: int) -> None:
    assert svg.nice_top(largest) == top


def test_a_line_runs_from_the_left_edge_to_the_right_and_zero_is_the_bottom() -> None:
    drawn = svg.line([0, 5, 10], [10, 0, 0])
    assert (drawn.now, drawn.before) == ("M0.0 300.0L500.0 150.0L1000.0 0.0", "M0.0 0.0L500.0 300.0L1000.0 300.0")


def test_one_day_is_a_dot_and_nothing_at_all_lies_on_the_ground() -> None:
    assert svg.line([3], [1]).dot == "M500 120.0h0"
    assert svg.line([0, 0], [0, 0]).now == "M0.0 300.0L1000.0 300.0"


def test_bars_are_parts_of_the_longest() -> None:
    assert [svg.bar_width(value, 8) for value in (8, 2, 0)] == ["100.0", "25.0", "0.0"]
    assert svg.bar_width(0, 0) == "0"


def test_the_area_of_a_square_says_how_many_and_it_stays_in_its_cell() -> None:
    large, quarter = svg.heat([[16, 0], [0, 4]])
    assert (large.x, large.y, large.size) == ("1.0", "1.0", "18.0")
    assert (quarter.x, quarter.y, quarter.size) == ("25.5", "25.5", "9.0")
    assert svg.heat([[0, 0]]) == []


def test_shares_stand_side_by_side_with_where_they_may_lie() -> None:
    drawn = svg.ranges([Share(45, 50), Share(0, 0), Share(0, 4), Share(4, 4)])
    points = [tuple(map(float, point.removesuffix("h0").split())) for point in drawn.dots.split("M")[1:]]
    assert points == [(125.0, 30.0), (625.0, 300.0), (875.0, 0.0)]
    first, second, third = drawn.lines.split("M")[1:]
    assert re.fullmatch(r"125\.0 64\.\dV13\.\d", first)  # Wilson's interval of 45 of 50: 0.786 to 0.957
    assert second.startswith("625.0 300.0V")
    assert third.endswith("V0.0")
    assert svg.ranges([Share(1, 2), Share(1, 2)], at=0.25).dots == "M125.0 150.0h0M625.0 150.0h0"
