"""Closed roads: what every source of them answers, whatever protocol it speaks.

`open511.py` and `roads_layer.py` read it; the setting `protocol` of the back end `roads` picks one (`road_sources.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import FrozenSet, List, Optional, Protocol

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
        ends: the moment on the last day, where the source tells one.
        weekdays: it is so on these only, 1 is Monday; empty: every day.
        some_hours: it is so at certain times only, of a day or of the week.
        direction: the one of the road that it is about, as Open511 writes it ("N"); empty: both.
    """

    road: str
    from_road: str
    to_road: str
    state: str
    reason: str
    first: Optional[date]
    last: Optional[date]
    paths: Paths = ()
    ends: Optional[datetime] = None
    weekdays: FrozenSet[int] = frozenset()
    some_hours: bool = False
    direction: str = ""

    def during(self, first: date, last: date) -> bool:
        """Whether it is in effect on one of these days, both included."""
        begin, end = max(first, self.first or first), min(last, self.last or last)
        days = (begin + timedelta(days=ahead) for ahead in range(min((end - begin).days + 1, 7)))
        return any(not self.weekdays or day.isoweekday() in self.weekdays for day in days)


class Roads(Protocol):
    """A source of closed roads."""

    def closures(self, today: date) -> List[Closure]:
        """All that have not ended before today. Raises a CityError."""
        ...
