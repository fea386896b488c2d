"""Distances on the ground, against known ones and against geometry."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.distances import EARTH_RADIUS_M, between_m, middle, nearest_point, to_paths_m

POINTS = st.tuples(st.floats(43.37, 43.48), st.floats(-80.58, -80.41))


def test_a_degree_of_latitude_is_a_three_hundred_and_sixtieth_of_the_earths_girth() -> None:
    assert between_m((43.0, -80.0), (44.0, -80.0)) == pytest.approx(2 * 3.141592653589793 * EARTH_RADIUS_M / 360)


def test_paris_and_new_york_are_5837_kilometres_apart() -> None:
    assert between_m((48.8566, 2.3522), (40.7128, -74.0060)) / 1000 == pytest.approx(5837, abs=3)


@given(one=POINTS, other=POINTS)
def test_there_and_back_is_as_far_and_nowhere_is_no_way(one: tuple[float, float], other: tuple[float, float]) -> None:
    assert between_m(one, other) == pytest.approx(between_m(other, one))
    assert between_m(one, one) == 0


def test_a_line_is_as_near_as_its_nearest_point_not_as_its_corners() -> None:
    street = [(43.45, -80.50), (43.45, -80.48)]
    assert nearest_point((43.46, -80.49), [street]) == pytest.approx((43.45, -80.49))
    assert nearest_point((43.46, -80.60), [street]) == (43.45, -80.50)
    assert nearest_point((43.46, -80.49), [street, [(43.459, -80.49)]]) == (43.459, -80.49)
    assert nearest_point((43.46, -80.49), [[(43.45, -80.5), (43.45, -80.5)]]) == (43.45, -80.5)


@pytest.mark.parametrize("closed", [False, True])
def test_the_middle_of_an_outline_is_its_centre_of_gravity(closed: bool) -> None:
    outline = [(43.40, -80.50), (43.44, -80.50), (43.44, -80.44), (43.40, -80.44)]
    assert middle(outline + outline[:1] * closed) == pytest.approx((43.42, -80.47))
    many_corners_on_one_side = [(43.40, -80.50 + step / 100) for step in range(6)] + [(43.44, -80.44), (43.44, -80.50)]
    assert middle(many_corners_on_one_side)[0] == pytest.approx(43.42, abs=0.002)
    assert middle([(43.4, -80.5)]) == (43.4, -80.5)


HERE = (43.45, -80.49)
DEGREE_M = 111_195  # of latitude
points = st.tuples(st.floats(43.3, 43.6), st.floats(-80.7, -80.3))


def metres_to_path(here: tuple, path: list) -> float:
    return to_paths_m(here, [path])


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
    assert to_paths_m(HERE, []) == math.inf
    assert metres_to_path(HERE, []) == math.inf


@given(points, st.lists(points, min_size=1, max_size=5))
def test_a_line_is_never_farther_than_its_own_points(here: tuple, path: list) -> None:
    assert metres_to_path(here, path) <= min(metres_to_path(here, [point]) for point in path) + 0.001
    assert metres_to_path(here, path) == pytest.approx(metres_to_path(here, path[::-1]), abs=0.001)
