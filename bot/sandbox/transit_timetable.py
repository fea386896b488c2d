"""The sandbox's timetable, computed from the sample rules in `data/sandbox/transit.yml`: it has no end."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cache
from typing import Any, Iterator, List, Mapping, Sequence, Tuple

from bot.city import city
from bot.sandbox.seeds import seed

OUT, BACK = 0, 1
_METRES_OF_A_DEGREE = 111_320.0


@dataclass(frozen=True)
class Trip:
    """One vehicle's way. `calls`: the numbers of its stops and when it is there, in seconds into the day of service."""

    trip_id: str
    route: str
    service: str
    direction: int
    headsign: str
    calls: Tuple[Tuple[str, int], ...]


@cache
def trips() -> Tuple[Trip, ...]:
    """Every trip of every kind of day."""
    return tuple(
        trip
        for row in seed("transit")["routes"]
        for index, (service, hours) in enumerate(seed("transit")["services"].items())
        for direction in (OUT, BACK)
        for trip in _trips(row, service, hours, row["minutes"][index], direction)
    )


def service_on(day: date) -> str:
    """The kind of day, which decides what runs."""
    services = seed("transit")["services"]
    if is_holiday(day):
        return "sunday"
    return str(next(name for name, row in services.items() if row["days"][day.weekday()] == "1"))


def is_holiday(day: date) -> bool:
    return f"{day:%m-%d}" in seed("transit")["holidays"]


def service_start(day: date) -> datetime:
    """What the times of a day of service count from, in UTC: noon minus twelve hours."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=city().timezone).astimezone(timezone.utc) - timedelta(hours=12)


def under_way(now: datetime, ahead: timedelta) -> Iterator[Tuple[Trip, date, datetime]]:
    """The trips on the road at a moment, and those that begin soon after: with their day of service and what its times count from."""
    today = now.astimezone(city().timezone).date()
    for day in (today - timedelta(days=1), today):
        start, service = service_start(day), service_on(day)
        for trip in trips():
            begins, ends = (start + timedelta(seconds=trip.calls[at][1]) for at in (0, -1))
            if trip.service == service and begins <= now + ahead and ends >= now:
                yield trip, day, start


def seconds_of(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60


def _trips(row: Mapping[str, Any], service: str, hours: Mapping[str, str], minutes: int, direction: int) -> Iterator[Trip]:
    names: List[str] = row["stops"] if direction == OUT else row["stops"][::-1]
    offsets = _offsets(names)
    numbers = [str(seed("transit")["places"][name]["codes"][direction]) for name in names]
    headsign = row["headsigns"][1 - direction]
    for begins in range(seconds_of(hours["first"]), seconds_of(hours["last"]) + 1, minutes * 60):
        calls = tuple((number, begins + offset) for number, offset in zip(numbers, offsets, strict=True))
        yield Trip(f"{row['short_name']}-{service}-{direction}-{begins // 60:04}", row["short_name"], service, direction, headsign, calls)


def _offsets(names: Sequence[str]) -> List[int]:
    """Seconds from the first stop to each, by the distance between them."""
    places, rules = seed("transit")["places"], seed("transit")
    offsets = [0]
    for here, there in zip(names, names[1:], strict=False):
        (latitude, longitude), (to_latitude, to_longitude) = places[here]["at"], places[there]["at"]
        east = math.cos(math.radians(latitude)) * (to_longitude - longitude)
        metres = math.hypot(to_latitude - latitude, east) * _METRES_OF_A_DEGREE
        travel = metres / (rules["km_per_hour"] / 3.6) + rules["stop_seconds"]
        offsets.append(offsets[-1] + max(60, round(travel / 30) * 30))
    return offsets
