"""Spans of whole days, as the city's calendar has them."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import List, Tuple

from bot.city import city

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """From one day to another, both included."""

    first: date
    last: date

    @staticmethod
    def of_month(year: int, month: int) -> Period:
        """Raises ValueError: no calendar has this month."""
        first = date(year, month, 1)
        return Period(first, first.replace(day=calendar.monthrange(year, month)[1]))

    @property
    def length(self) -> int:
        """In days."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Period:
        """The time as long just before. Raises OverflowError: there is none."""
        return Period(self.first - self.length * DAY, self.first - DAY)

    @property
    def days(self) -> List[date]:
        return [self.first + number * DAY for number in range(self.length)]

    def bounds(self) -> Tuple[datetime, datetime]:
        """The moment it begins and the moment it is over, in UTC: a day of the city's may have 23 or 25 hours."""
        return _midnight(self.first), _midnight(self.last + DAY)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), city().timezone).astimezone(timezone.utc)


def today() -> date:
    return datetime.now(city().timezone).date()
