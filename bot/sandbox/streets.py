"""The sandbox's streets: straight lines with numbers (`data/sandbox/geocoder.yml`), and where a door or a corner is on them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Any, Mapping, Optional, Sequence, Tuple

from bot.sandbox.seeds import seed

CORNER_M = 25.0  # lines that come this close meet
_METRES_OF_A_DEGREE = 111_320.0  # of latitude

Point = Tuple[float, float]  # latitude, longitude


@dataclass(frozen=True)
class Street:
    """A stretch of one street: number `first` is at `start`, number `last` at `end`, every number between exists."""

    name: str
    first: int
    last: int
    start: Point
    end: Point

    @property
    def base(self) -> str:
        """The name without its direction: King St W goes on as King St E."""
        return self.name[:-2] if self.name[-2:] in (" N", " S", " E", " W") else self.name

    def door(self, number: int) -> Point:
        """Where a number of this stretch is."""
        return between(self.start, self.end, (number - self.first) / (self.last - self.first))

    def nearest(self, here: Point) -> Tuple[float, int]:
        """Metres to the door that is nearest to a point, and its number."""
        number = self.first + round(share_along(self.start, self.end, here) * (self.last - self.first))
        return distance_m(here, self.door(number)), number


@cache
def streets() -> Tuple[Street, ...]:
    """Every stretch. A long street has several, under the same name."""
    return tuple(_street(row) for row in seed("geocoder")["streets"])


def nearest_door(here: Point) -> Tuple[float, int, Street]:
    """Metres, number and street of the address nearest to a point."""
    return min(((*street.nearest(here), street) for street in streets()), key=lambda found: found[0])


def corner(one: Street, other: Street) -> Optional[Point]:
    """Where two streets meet, None when they do not."""
    crossing = _crossing(one, other)
    if crossing is not None:
        return crossing
    ends = ((end, street) for end, street in ((one.start, other), (one.end, other), (other.start, one), (other.end, one)))
    near = min((distance_m(end, on), on) for end, on in ((end, _on(street, end)) for end, street in ends))
    return near[1] if near[0] <= CORNER_M else None


def between(start: Point, end: Point, share: float) -> Point:
    """The point so far along a line: 0 is its start, 1 its end."""
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])


def share_along(start: Point, end: Point, here: Point) -> float:
    """How far along a line the point nearest to `here` is, from 0 to 1."""
    along, aside = metres(start, end), metres(start, here)
    length = sum(part * part for part in along)
    return min(1.0, max(0.0, sum(one * other for one, other in zip(along, aside, strict=True)) / length))


def distance_m(one: Point, other: Point) -> float:
    """How far apart two points of the city are."""
    return math.hypot(*metres(one, other))


def metres(start: Sequence[float], end: Sequence[float]) -> Tuple[float, float]:
    """How far north and east the end is; a city is small enough to be flat."""
    east = math.cos(math.radians(start[0])) * (end[1] - start[1])
    return (end[0] - start[0]) * _METRES_OF_A_DEGREE, east * _METRES_OF_A_DEGREE


def _on(street: Street, here: Point) -> Point:
    return between(street.start, street.end, share_along(street.start, street.end, here))


def _crossing(one: Street, other: Street) -> Optional[Point]:
    (north, east), (north2, east2), (up, right) = metres(one.start, one.end), metres(other.start, other.end), metres(one.start, other.start)
    turn = north * east2 - east * north2
    if abs(turn) < 1e-6:  # parallel
        return None
    share, share2 = (up * east2 - right * north2) / turn, (up * east - right * north) / turn
    return between(one.start, one.end, share) if 0 <= share <= 1 and 0 <= share2 <= 1 else None


def _street(row: Mapping[str, Any]) -> Street:
    (first, last), start, end = row["numbers"], row["from"], row["to"]
    return Street(row["street"], first, last, (start[0], start[1]), (end[0], end[1]))
