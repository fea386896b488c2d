"""The city's offices and when they are open: `data/offices.yml`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Container, Mapping, Tuple

from holidays import country_holidays

from bot.settings import settings
from bot.yaml_files import safe_load

LOOKS_AHEAD = timedelta(days=14)  # no office is closed for longer


@dataclass(frozen=True)
class Office:
    """`days`: of the week it is open on, Monday is 1; `closed_on`: the days it is closed all the same; times are the city's."""

    phone: str
    name: Mapping[str, str]
    topics: Tuple[str, ...]
    days: Tuple[int, ...]
    opens: time
    closes: time
    closed_on: Container[date]

    def is_open_on(self, day: date) -> bool:
        return day.isoweekday() in self.days and day not in self.closed_on


@dataclass(frozen=True)
class Opening:
    """Whether an office is open, and when that changes next."""

    is_open: bool
    until: datetime


def opening(office: Office, now: datetime) -> Opening:
    """How it stands at a moment where the city is. Raises ValueError when the office does not open within `LOOKS_AHEAD`."""
    if office.is_open_on(now.date()) and office.opens <= now.time() < office.closes:
        return Opening(True, datetime.combine(now.date(), office.closes, now.tzinfo))
    for ahead in range(LOOKS_AHEAD.days):
        day = now.date() + timedelta(days=ahead)
        opens_at = datetime.combine(day, office.opens, now.tzinfo)
        if office.is_open_on(day) and opens_at > now:
            return Opening(False, opens_at)
    raise ValueError(f"{office.phone} never opens")


def read_offices(shape: Mapping[str, Any]) -> Tuple[Office, ...]:
    """The offices of a file's content. Raises KeyError, TypeError or ValueError for what is no office."""
    known = shape["holidays"]
    holidays = country_holidays(known["country"], subdiv=known["subdivision"], categories=known["categories"])
    return tuple(_office(row, holidays) for row in shape["offices"])


def _office(row: Mapping[str, Any], holidays: Container[date]) -> Office:
    opens, closes, days = time.fromisoformat(row["opens"]), time.fromisoformat(row["closes"]), tuple(row["days"])
    if not opens < closes or not days or not set(days) <= set(range(1, 8)):
        raise ValueError(f"hours of {row['phone']} must be days from 1 to 7, and close after they open")
    closed_on = holidays if row["closed_on_holidays"] else frozenset()
    return Office(row["phone"], row["name"], tuple(row["topics"]), days, opens, closes, closed_on)


@lru_cache(maxsize=1)
def offices() -> Tuple[Office, ...]:
    """Those of this city."""
    with (settings().data_folder / "offices.yml").open(encoding="utf-8") as file:
        return read_offices(safe_load(file))
