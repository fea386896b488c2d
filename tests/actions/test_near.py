"""Distances, checked against lengths that are known."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.near import metres_to_path, metres_to_paths

HERE = (43.45, -80.49)
DEGREE_M = 111_195  # of latitude
points = st.tuples(st.floats(43.3, 43.6), st.floats(-80.7, -80.3))


@pytest.mark.parametrize(
    ("path", "metres"),
    [
        ([(43.46, -80.49)], DEGREE_M / 100),
        ([(43.45, -80.50)], DEGREE_M / 100 * math.cos(math.radians(43.45))),
        ([(43.46, -80.60), (43.46, -80.40)], DEGREE_M / 100),  # beside the line
        ([(43.46, -80.49), (43.47, -80.49)], DEGREE_M / 100),  # before its start
        ([(43.44, -80.49), (43.46, -80.49)], 0),
        ([(43.46, -80.49), (43.46, -80.49)], DEGREE_M / 100),  # a line without length
    ],
)
def test_the_nearest_point_of_a_line_counts(path: list, metres: float) -> None:
    assert metres_to_path(HERE, path) == pytest.approx(metres, rel=0.001, abs=0.01)


def test_without_a_line_nothing_is_near() -> None:
    assert metres_to_paths(HERE, []) == math.inf
    assert metres_to_path(HERE, []) == math.inf


@given(points, st.lists(points, min_size=1, max_size=5))
def test_a_line_is_never_farther_than_its_own_points(here: tuple, path: list) -> None:
    assert metres_to_path(here, path) <= min(metres_to_path(here, [point]) for point in path) + 0.001
    assert metres_to_path(here, path) == pytest.approx(metres_to_path(here, path[::-1]), abs=0.001)
