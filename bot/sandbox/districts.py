"""The sandbox's wards, which have outlines (`data/sandbox/wards.yml`), and its neighbourhoods, each around a middle."""

from __future__ import annotations

import math
import zlib
from functools import cache
from typing import Any, List, Mapping, Sequence, Tuple

from bot.sandbox.outlines import within
from bot.sandbox.seeds import seed
from bot.sandbox.streets import Point

_EAST = math.cos(math.radians(43.4))  # a degree of longitude in degrees of latitude
_EDGE = 1e-9  # degrees: a point on the far sides of the box is in no outline
_LETTERS = "ABCEGHJKLMNPRSTVWXYZ"  # those that postal codes use

Row = Mapping[str, Any]


def ward_at(here: Point) -> int:
    """The number of the ward a point is in; a point beyond the city's box is taken to be at its edge."""
    box = seed("neighbourhoods")["box"]
    north = min(max(here[0], box["south"]), box["north"] - _EDGE)
    east = min(max(here[1], box["west"]), box["east"] - _EDGE)
    for number, (least_east, most_east), outline in _wards():
        if least_east <= east <= most_east and within((north, east), outline):
            return number
    raise ValueError("wards leave out a part of the box")


def neighbourhood_at(here: Point) -> str:
    """The name of the neighbourhood a point is in."""
    return str(_nearest(here)["name"])


def postal_code(here: Point, block: str) -> str:
    """A made-up postal code, the same for all of a block (`200 King St W`: any text)."""
    start, number = _nearest(here)["fsa"], zlib.crc32(block.encode())
    return f"{start} {number % 9 + 1}{_LETTERS[number // 9 % len(_LETTERS)]}{number // 180 % 9 + 1}"


def _nearest(here: Point) -> Row:
    middles, north, east = _middles(), here[0], here[1] * _EAST
    away = [(middle[0] - north) ** 2 + (middle[1] - east) ** 2 for middle in middles]
    return middles[away.index(min(away))][2]


@cache
def _wards() -> List[Tuple[int, Tuple[float, float], Sequence[Sequence[float]]]]:
    """Number, between which longitudes, outline."""
    rows = [(ward["number"], ward["outline"]) for ward in seed("wards")["wards"]]
    return [(number, (min(east for east, _ in outline), max(east for east, _ in outline)), outline) for number, outline in rows]


@cache
def _middles() -> List[Tuple[float, float, Row]]:
    return [(row["middle"][0], row["middle"][1] * _EAST, row) for row in seed("neighbourhoods")["neighbourhoods"]]


def cell(row: Row) -> List[Tuple[float, float]]:
    """The outline of a neighbourhood: what of the city's box is nearer to its middle than to any other.

    Returns:
        Longitude and latitude of each corner, clockwise, the first one again at the end.
    """
    box = seed("neighbourhoods")["box"]
    west, south, east, north = (box[side] for side in ("west", "south", "east", "north"))
    outline = [(west * _EAST, south), (west * _EAST, north), (east * _EAST, north), (east * _EAST, south)]
    y, x = row["middle"][0], row["middle"][1] * _EAST
    for other_y, other_x, other in _middles():
        if other is not row:
            outline = _nearer(outline, (x, y), (other_x, other_y))
    corners = [(round(east / _EAST, 7), round(north, 7)) for east, north in outline]
    return [*corners, corners[0]]


Flat = Tuple[float, float]  # east and north, in degrees of latitude


def _nearer(outline: List[Flat], middle: Flat, other: Flat) -> List[Flat]:
    """The part of a convex outline that is nearer to `middle`."""

    def excess(point: Flat) -> float:
        return math.dist(point, middle) ** 2 - math.dist(point, other) ** 2

    kept: List[Flat] = []
    for start, end in zip(outline, [*outline[1:], outline[0]], strict=True):
        before, after = excess(start), excess(end)
        if before <= 0:
            kept.append(start)
        if (before < 0 < after) or (after < 0 < before):
            share = before / (before - after)
            kept.append((start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])))
    return kept
