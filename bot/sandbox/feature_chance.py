"""Chance that always falls the same way: what the made-up records of the sandbox's layers have in common."""

from __future__ import annotations

import random
from bisect import bisect
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from itertools import accumulate, combinations
from typing import Any, Generic, Iterator, List, Mapping, Optional, Sequence, Tuple, TypeVar

from bot.city import city
from bot.sandbox.streets import CORNER_M, Point, Street, corner, distance_m, streets

_SPOT_EVERY = 12  # doors: near enough to each other that records seem to be anywhere along a street
_NORTH = 1 / 111_320  # degrees of latitude in a metre
_EAST = _NORTH / 0.7263  # degrees of longitude in a metre, at latitude 43.4

T = TypeVar("T")


@dataclass(frozen=True)
class Corner:
    """Where two streets meet."""

    name: str
    point: Point


def chance(*about: object) -> random.Random:
    """Chance that is the same for the same words, whatever is drawn elsewhere."""
    return random.Random(" ".join(map(str, about)))


class Shares(Generic[T]):
    """Names, each drawn as often as its share says."""

    def __init__(self, shares: Mapping[T, float]) -> None:
        self.names, self.sums = list(shares), list(accumulate(shares.values()))

    def pick(self, luck: random.Random) -> T:
        return self.names[bisect(self.sums, luck.random() * self.sums[-1])]


def milliseconds(day: Optional[date]) -> Optional[int]:
    """Local midnight as ArcGIS writes dates."""
    return None if day is None else _midnight(day)


@lru_cache(maxsize=4096)
def _midnight(day: date) -> int:
    return round(datetime(day.year, day.month, day.day, tzinfo=city().timezone).timestamp() * 1000)


def beside(luck: random.Random, point: Point, metres: float) -> Point:
    """A point within so many metres, north and east, of another."""
    return point[0] + luck.uniform(-metres, metres) * _NORTH, point[1] + luck.uniform(-metres, metres) * _EAST


def days(seed: Mapping[str, Any], about: str, today: date, *, weekdays: bool = False) -> Iterator[Tuple[date, random.Random]]:
    """A day for every record of a layer that grows, oldest first, with the chance to draw the rest of the record from.

    A caller that draws equally often for every record gets the same records for the same days, whatever day is today.

    Args:
        seed: `first_year`, `years` (records of a year), `later` (of a year after those), `months` (shares of a year).
        weekdays: whether nothing happens on Saturdays and Sundays.
    """
    for year in range(seed["first_year"], today.year + 1):
        count = seed["years"].get(year, seed["later"])
        for month, share in enumerate(seed["months"], start=1):
            luck = chance(about, year, month)
            most = count * share / sum(seed["months"])
            for day in sorted(_day(luck, year, month, weekdays) for _ in range(round(luck.gauss(most, most**0.5)))):
                if day > today:
                    return
                yield day, luck


def _day(luck: random.Random, year: int, month: int, weekdays: bool) -> date:
    first = date(year, month, 1)
    length = ((first + timedelta(days=31)).replace(day=1) - first).days
    day = first + timedelta(days=luck.randrange(length))
    late = day.weekday() - 4
    return day - timedelta(days=late) if weekdays and late > 0 and day.day > 2 else day


@cache
def spots() -> Sequence[Tuple[Street, int]]:
    """Doors all over the city, from which records are drawn: busy streets have more."""
    return [(street, number) for street in streets() for number in range(street.first, street.last + 1, _SPOT_EVERY)]


@cache
def corners() -> Sequence[Corner]:
    """Every corner of the city, in an order without meaning."""
    found: List[Corner] = []
    for one, other in combinations(streets(), 2):
        place = None if one.base == other.base else corner(one, other)
        if place and all(distance_m(place, there.point) > CORNER_M for there in found):
            found.append(Corner(f"{one.name} & {other.name}", place))
    chance("corners").shuffle(found)
    return found


def busy_corner(luck: random.Random) -> Corner:
    """A corner; the first ones far more often than the last."""
    return corners()[int(len(corners()) * luck.random() ** 1.3)]
