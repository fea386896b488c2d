"""Whether a point lies within an outline."""

from __future__ import annotations

from typing import Sequence, Tuple


def within(point: Tuple[float, float], outline: Sequence[Sequence[float]]) -> bool:
    """Ray casting, on a plane: a city is small enough. A point on an edge between two outlines that touch is in one of them only.

    Args:
        point: latitude and longitude.
        outline: corners as longitude and latitude, the first not repeated.
    """
    latitude, longitude = point
    inside = False
    for (x, y), (next_x, next_y) in zip(outline, [*outline[1:], outline[0]], strict=True):
        if (y > latitude) != (next_y > latitude) and longitude < x + (latitude - y) * (next_x - x) / (next_y - y):
            inside = not inside
    return inside
