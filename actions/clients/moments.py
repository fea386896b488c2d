"""Days and moments as city systems write them."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any, Type

from actions.clients.errors import CityError, Failure

_FRACTION = re.compile(r"(?<=:[0-9]{2})\.([0-9]+)")  # RFC 3339 allows any number of digits, `fromisoformat` three or six
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def moment_of(value: Any, error: Type[CityError]) -> datetime:
    """A moment with its offset from UTC, `2026-03-01T16:50:44.658Z`; without one it could be hours off.

    Raises:
        the client's error, MALFORMED.
    """
    text = _FRACTION.sub(lambda found: "." + found[1][:6].ljust(6, "0"), str(value))
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError as err:
        raise error(Failure.MALFORMED, "a moment that is none") from err
    if moment.tzinfo is None:
        raise error(Failure.MALFORMED, "a moment without its offset")
    return moment


def day_of(value: Any, error: Type[CityError]) -> date:
    """A day without time, `2026-03-01`: one where the city is, whatever the zone of the process.

    Raises:
        the client's error, MALFORMED.
    """
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise error(Failure.MALFORMED, "a day that is none")
