"""Distances on the ground, and where the middle of an outline is. Points are latitude and longitude (WGS 84)."""

from __future__ import annotations

import math
from typing import Sequence, Tuple

Point = Tuple[float, float]

EARTH_RADIUS_M = 6_371_008.8
STEP_M = 10  # nobody walks to the metre, and a telephone does not know where it is to less


def between_m(one: Point, other: Point) -> float:
    """Metres between two points, by the haversine formula."""
    north, east = math.radians(other[0] - one[0]), math.radians(other[1] - one[1])
    square = math.sin(north / 2) ** 2 + math.cos(math.radians(one[0])) * math.cos(math.radians(other[0])) * math.sin(east / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, square)))


def nearest_point(here: Point, paths: Sequence[Sequence[Point]]) -> Point:
    """The point of a line, or of several, that is nearest; a line of one point is that point. A city is small enough to be flat."""
    found = [corner for path in paths for corner in path]
    found += [_on_segment(here, start, end) for path in paths for start, end in zip(path, path[1:], strict=False)]
    return min(found, key=lambda point: between_m(here, point))


def to_paths_m(here: Point, paths: Sequence[Sequence[Point]]) -> float:
    """Metres to the nearest point of a line, or of several; infinite when they have none."""
    return between_m(here, nearest_point(here, paths)) if any(paths) else math.inf


def rounded(metres: float) -> int:
    """Metres as they are said."""
    return round(metres / STEP_M) * STEP_M


def _on_segment(here: Point, start: Point, end: Point) -> Point:
    east = math.cos(math.radians(here[0]))
    along, aside = (end[0] - start[0], (end[1] - start[1]) * east), (here[0] - start[0], (here[1] - start[1]) * east)
    length = along[0] ** 2 + along[1] ** 2
    share = min(1.0, max(0.0, (along[0] * aside[0] + along[1] * aside[1]) / length)) if length else 0.0
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])


def middle(outline: Sequence[Point]) -> Point:
    """The centre of gravity of an outline; the mean of its corners when it has no area."""
    area = latitude = longitude = 0.0
    origin = outline[0]
    corners = [(y - origin[0], x - origin[1]) for y, x in outline]
    for (y, x), (next_y, next_x) in zip(corners, [*corners[1:], corners[0]], strict=True):
        cross = x * next_y - next_x * y
        area, latitude, longitude = area + cross, latitude + (y + next_y) * cross, longitude + (x + next_x) * cross
    if abs(area) < 1e-12:
        return sum(y for y, _ in outline) / len(outline), sum(x for _, x in outline) / len(outline)
    return origin[0] + latitude / (3 * area), origin[1] + longitude / (3 * area)
