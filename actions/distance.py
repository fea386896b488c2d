"""How far two places are from each other, and how residents read it."""

from __future__ import annotations

import math

EARTH_RADIUS_M = 6_371_008.8
STEP_M = 10  # nearer than this a telephone does not know where it is


def metres_between(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Metres between two points in degrees (WGS 84), true enough within a city."""
    north = math.radians(other_latitude - latitude)
    east = math.radians(other_longitude - longitude) * math.cos(math.radians((latitude + other_latitude) / 2))
    return EARTH_RADIUS_M * math.hypot(north, east)


def rounded(metres: float) -> int:
    """Metres as they are said: to the nearest ten."""
    return int(round(metres / STEP_M) * STEP_M)
