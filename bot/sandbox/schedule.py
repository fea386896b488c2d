"""Which streams are collected where on which day, computed from the sample rules in `data/sandbox/waste.yml`.

The rules have no end, so there is always a next collection, whatever the date.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Iterator, List, Mapping, Optional, Tuple

from bot.sandbox.places import Zone
from bot.sandbox.seeds import seed

WEEK = timedelta(days=7)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
_HOLIDAYS_MOVE = range(1, 5)  # Tuesday to Friday: on a Monday nothing is collected anyway


@dataclass(frozen=True)
class Collection:
    """One day of one zone. `holiday`: the row of the holiday that moved it here; `message`: a row that is shown but collects nothing."""

    day: date
    streams: Tuple[Mapping[str, Any], ...] = ()
    holiday: Optional[Mapping[str, Any]] = None
    message: Optional[Mapping[str, Any]] = None


def collections(zone: Zone, after: date, before: date) -> List[Collection]:
    """What happens in a zone from `after` to `before`, both included, soonest first."""
    happening = [*_pickups(zone, after, before), *_messages(after, before)]
    return sorted((one for one in happening if after <= one.day <= before), key=lambda one: one.day)


def _pickups(zone: Zone, after: date, before: date) -> Iterator[Collection]:
    monday = after - timedelta(days=after.weekday())
    while monday <= before:
        usual = monday + timedelta(days=_WEEKDAYS.index(zone.day))
        holiday = _holiday_until(monday, usual)
        streams = tuple(stream for stream in seed("waste")["streams"] if _due(stream, zone, monday, usual))
        if streams:
            yield Collection(usual + timedelta(days=1) if holiday else usual, streams, holiday)
        monday += WEEK


def _due(stream: Mapping[str, Any], zone: Zone, monday: date, usual: date) -> bool:
    first, last = stream.get("season", ("01-01", "12-31"))
    if not first <= f"{usual:%m-%d}" <= last:
        return False
    own = "ab"[(monday - seed("waste")["anchor"]) // WEEK % 2] == zone.week
    return bool(stream["weeks"] == "every" or (stream["weeks"] == "own") == own)


def _holiday_until(monday: date, usual: date) -> Optional[Mapping[str, Any]]:
    """The holiday of the week that falls on the usual day or before it, if it moves collections."""
    days = [monday + timedelta(days=index) for index in _HOLIDAYS_MOVE]
    passed = {f"{day:%m-%d}" for day in days if day <= usual}
    return next((row for row in seed("waste")["holidays"] if row["day"] in passed), None)


def _messages(after: date, before: date) -> Iterator[Collection]:
    for row in seed("waste")["messages"]:
        month, day = (int(part) for part in row["day"].split("-"))
        for year in range(after.year, before.year + 1):
            yield Collection(date(year, month, day), message=row)
