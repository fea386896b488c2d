"""The sandbox's wards (`data/sandbox/wards.yml`) and neighbourhoods, each around its middle (`data/sandbox/neighbourhoods.yml`)."""

from __future__ import annotations

import math
import zlib
from functools import cache
from typing import Any, List, Mapping, Tuple

from bot.sandbox.outlines import within
from bot.sandbox.seeds import seed
from bot.sandbox.streets import Point

_EDGE = 1e-6  # degrees: a point on the city's edge is in a ward
_EAST = math.cos(math.radians(43.4))  # a degree of longitude in degrees of latitude
_LETTERS = "ABCEGHJKLMNPRSTVWXYZ"  # those that postal codes use

Row = Mapping[str, Any]


def ward_at(here: Point) -> int:
    """The number of the ward a point is in; of the nearest one, for a point outside the city."""
    box = seed("neighbourhoods")["box"]
    latitude = min(max(here[0], box["south"] + _EDGE), box["north"] - _EDGE)
    longitude = min(max(here[1], box["west"] + _EDGE), box["east"] - _EDGE)
    return next(int(ward["number"]) for ward in seed("wards")["wards"] if within((latitude, longitude), ward["outline"]))


def neighbourhood_at(here: Point) -> str:
    """The name of the neighbourhood a point is in."""
    return str(_nearest(_neighbourhoods(), here)["name"])


def postal_code(here: Point, block: str) -> str:
    """A made-up postal code, the same for all of a block (`200 King St W`: any text)."""
    start, number = _nearest(_neighbourhoods(), here)["fsa"], zlib.crc32(block.encode())
    return f"{start} {number % 9 + 1}{_LETTERS[number // 9 % len(_LETTERS)]}{number // 180 % 9 + 1}"


Middles = List[Tuple[float, float, Row]]


def _nearest(middles: Middles, here: Point) -> Row:
    north, east = here[0], here[1] * _EAST
    return min(middles, key=lambda middle: (middle[0] - north) ** 2 + (middle[1] - east) ** 2)[2]


@cache
def _neighbourhoods() -> Middles:
    return [(row["middle"][0], row["middle"][1] * _EAST, row) for row in seed("neighbourhoods")["neighbourhoods"]]
