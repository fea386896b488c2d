"""How far places are from each other, on a plane: a city is small enough."""

from __future__ import annotations

import math
from typing import Iterable, Sequence, Tuple

Point = Tuple[float, float]  # latitude, longitude, WGS 84

_METRES_OF_A_DEGREE = 111_195.0  # of latitude


def metres_to_path(here: Point, path: Sequence[Point]) -> float:
    """Metres from a point to the nearest point of a line; a line may be one point. Infinite when it has none."""
    flat = [_metres(here, point) for point in path]
    if len(flat) == 1:
        return math.hypot(*flat[0])
    return min((_to_segment(start, end) for start, end in zip(flat, flat[1:], strict=False)), default=math.inf)


def metres_to_paths(here: Point, paths: Iterable[Sequence[Point]]) -> float:
    """The same for several lines."""
    return min((metres_to_path(here, path) for path in paths), default=math.inf)


def _metres(here: Point, there: Point) -> Point:
    """North and east of `here`."""
    east = (there[1] - here[1]) * math.cos(math.radians(here[0]))
    return (there[0] - here[0]) * _METRES_OF_A_DEGREE, east * _METRES_OF_A_DEGREE


def _to_segment(start: Point, end: Point) -> float:
    """From the origin."""
    along = (end[0] - start[0], end[1] - start[1])
    length = along[0] ** 2 + along[1] ** 2
    share = 0.0 if length == 0 else min(1.0, max(0.0, -(start[0] * along[0] + start[1] * along[1]) / length))
    return math.hypot(start[0] + share * along[0], start[1] + share * along[1])
