"""Values as GTFS writes them: times beyond 24:00, dates without dashes, numbers that may be missing."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import Optional

_TIME = re.compile(r"(\d{1,3}):([0-5]\d)(?::([0-5]\d))?")


@lru_cache(maxsize=100_000)
def seconds_of(text: str) -> Optional[int]:
    """Seconds into the day of service: "25:10:00" is 90600. None when it is no time."""
    found = _TIME.fullmatch(text)
    return int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3] or 0) if found else None


def is_day(text: str) -> bool:
    try:
        datetime.strptime(text, "%Y%m%d")  # noqa: DTZ007 - a date has no zone
    except ValueError:
        return False
    return len(text) == 8


def whole(text: str) -> Optional[int]:
    return int(text) if text.isdecimal() else None


def coordinate(text: str) -> Optional[float]:
    try:
        return float(text) if abs(float(text)) <= 180 else None
    except ValueError:
        return None
