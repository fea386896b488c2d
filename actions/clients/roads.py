"""Closed roads: what every source of them answers, whatever protocol it speaks.

`open511.py` and `roads_layer.py` read it; the setting `protocol` of the back end `roads` picks one (`road_sources.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import List, Optional, Protocol

from actions.clients.errors import CityError
from actions.clients.geojson import Paths

CLOSED, LANES, WORKS = "closed", "lanes", "works"


class RoadsError(CityError):
    """The source of closed roads did not do what was asked."""


@dataclass(frozen=True)
class Closure:
    """A stretch of road that is closed or narrowed. Texts are the source's own words; absent ones are empty.

    Args:
        state: CLOSED; LANES: some lanes are open; WORKS: the source does not say that anything is closed.
        first, last: local dates, both included. No `first`: it has begun; no `last`: nobody knows when it ends.
        some_hours: it is so at certain hours of those days only.
    """

    road: str
    from_road: str
    to_road: str
    state: str
    reason: str
    first: Optional[date]
    last: Optional[date]
    paths: Paths = ()
    some_hours: bool = False

    def during(self, first: date, last: date) -> bool:
        """Whether it is in effect on one of these days, both included."""
        return (self.first is None or self.first <= last) and (self.last is None or self.last >= first)


class Roads(Protocol):
    """A source of closed roads."""

    def closures(self, today: date) -> List[Closure]:
        """All that have not ended before today. Raises a CityError."""
        ...
