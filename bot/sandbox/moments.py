"""Dates and times as the protocols write them."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from typing import Optional

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)  # beyond these a date is a mistake, and arithmetic on it may overflow


def moment_of(text: str, timezone: tzinfo) -> Optional[datetime]:
    """An ISO 8601 date with or without time; without an offset it is the city's time. None when it is something else."""
    try:
        moment = datetime.fromisoformat(text[:-1] + "+00:00" if text.endswith("Z") else text)
    except ValueError:
        return None
    if not EARLIEST <= moment.date() <= LATEST:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone)


def day_of(text: str) -> Optional[date]:
    """An ISO 8601 date. None when it is something else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None
