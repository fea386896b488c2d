"""Counting from today: the nearest 5 December, the next Thursday, a month on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Optional


def day_of(year: int, month: int, day: int) -> Optional[date]:
    """The date, None when there is no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def nearest(today: date, month: int, day: int) -> Optional[date]:
    """The day of that month nearest to today; a year was not given."""
    days = (day_of(year, month, day) for year in range(today.year - 1, today.year + 2))
    return min(filter(None, days), key=lambda found: abs(found - today), default=None)


def first_after(today: date, weekday: int) -> date:
    """The first such weekday from today on."""
    return today + timedelta((weekday - today.weekday()) % 7)


def monday_of(today: date, weeks: int = 0) -> date:
    """The Monday of the week `weeks` away from this one; weeks begin on Monday."""
    return today - timedelta(today.weekday()) + timedelta(weeks=weeks)


def months_later(today: date, months: int) -> date:
    """The same day of a later month, or its last one."""
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return next(filter(None, (day_of(year, month + 1, day) for day in range(today.day, 0, -1))))
