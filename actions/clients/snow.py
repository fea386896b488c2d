"""Is a snow event declared? A city says so in one small JSON file (docs/roads-and-weather.md has its shape)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Optional

from actions.clients.errors import CityError, Failure
from actions.clients.http import Http, read_json
from actions.clients.kept import Held, Kept
from actions.clients.moments import moment_of
from bot.city import city

KEPT_S = 60.0
STALE_S = 900.0  # told with its age; older than that it says nothing about tonight


class SnowError(CityError):
    """The feed of the snow event did not do what was asked."""


@dataclass(frozen=True)
class SnowEvent:
    """`declared` False: none is. Moments know their zone; no `ends_at`: until the city says so."""

    declared: bool
    declared_at: Optional[datetime] = None
    ends_at: Optional[datetime] = None

    def on_at(self, moment: datetime) -> bool:
        """Whether it forbids parking at a moment."""
        return self.declared and (self.ends_at is None or moment < self.ends_at)


class Snow:
    """One feed. Safe to use from several threads."""

    def __init__(self, url: str) -> None:
        self.http = Http(url, SnowError)
        self._url = url
        self._event: Kept[SnowEvent] = Kept(ttl_s=KEPT_S, stale_s=STALE_S)

    def event(self) -> Held[SnowEvent]:
        """The state of the snow event, a minute old at most. Raises SnowError."""
        return self._event.get("", self._read)

    def _read(self) -> SnowEvent:
        answer = self.http.get(self._url, {}, call="GET snow event")
        if answer.status >= 300:
            raise SnowError(Failure.REFUSED, "not accepted", status=answer.status)
        shape = read_json(answer, SnowError)
        if not isinstance(shape, dict) or type(shape.get("active")) is not bool:
            raise SnowError(Failure.MALFORMED, "it does not say whether an event is declared")
        return SnowEvent(shape["active"], _moment(shape.get("declared_at")), _moment(shape.get("ends_at")))


def _moment(value: Any) -> Optional[datetime]:
    return None if value is None else moment_of(value, SnowError)


@lru_cache(maxsize=1)
def snow_from_settings() -> Optional[Snow]:
    """The feed of the city, one for all actions; None when the city offers none."""
    backend = city().backends["snow_event"]
    return Snow(backend.url) if backend.url else None
