"""Moments as city systems write them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Type

from actions.clients.errors import CityError, Failure


def moment_of(value: Any, error: Type[CityError]) -> datetime:
    """A moment with its offset from UTC, `2026-03-01T16:50:44.658Z`; without one it could be hours off.

    Raises:
        the client's error, MALFORMED.
    """
    try:
        moment = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    except ValueError as err:
        raise error(Failure.MALFORMED, "a moment that is none") from err
    if moment.tzinfo is None:
        raise error(Failure.MALFORMED, "a moment without its offset")
    return moment
