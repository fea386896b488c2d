"""A timetable that was loaded (`gtfs_tables`): stops, routes and what leaves where on a day of service."""

from __future__ import annotations

import math
import sqlite3
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Dict, FrozenSet, List, Optional, Sequence, Tuple
from urllib.parse import quote
from zoneinfo import ZoneInfo

STATION = 1
PLATFORM = 0
_METRES_OF_A_DEGREE = 111_320.0  # of latitude


@dataclass(frozen=True)
class Stop:
    """A place where vehicles stop. `code` is what its sign says."""

    number: int
    stop_id: str
    code: str
    name: str
    latitude: Optional[float]
    longitude: Optional[float]
    parent: str
    kind: int

    def metres_from(self, latitude: float, longitude: float) -> float:
        """Infinite when nobody knows where the stop is."""
        if self.latitude is None or self.longitude is None:
            return math.inf
        east = math.cos(math.radians(latitude)) * (self.longitude - longitude)
        return math.hypot(self.latitude - latitude, east) * _METRES_OF_A_DEGREE


@dataclass(frozen=True)
class Route:
    number: int
    route_id: str
    short_name: str
    long_name: str
    kind: Optional[int]

    @property
    def name(self) -> str:
        """What riders call it: "7"."""
        return self.short_name or self.long_name


@dataclass(frozen=True)
class Scheduled:
    """One vehicle at one stop, as planned. `departure`: seconds into its day of service. `start`: of a run of a trip that repeats."""

    trip: int
    trip_id: str
    route: int
    headsign: str
    stop: int
    sequence: int
    departure: int
    start: Optional[int]


class Timetable:
    """Read only. Safe to use from several threads.

    Args:
        zone: of the city, for an agency that names none.
    """

    def __init__(self, path: Path, zone: ZoneInfo) -> None:
        self._connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        self._lock = Lock()
        self._city_zone = zone
        self.services_on = lru_cache(maxsize=64)(self._services_on)

    def close(self) -> None:
        self._connection.close()

    def note(self, name: str) -> str:
        rows = self._rows("SELECT value FROM note WHERE name = ?", (name,))
        return str(rows[0][0]) if rows else ""

    @cached_property
    def zone(self) -> ZoneInfo:
        """The agency's zone: the times of the timetable are its."""
        try:
            return ZoneInfo(self.note("timezone"))
        except (ValueError, OSError, KeyError):
            return self._city_zone

    @cached_property
    def stops(self) -> Dict[int, Stop]:
        return {row[0]: Stop(*row) for row in self._rows("SELECT * FROM stop")}

    @cached_property
    def routes(self) -> Dict[int, Route]:
        return {row[0]: Route(*row) for row in self._rows("SELECT * FROM route")}

    @cached_property
    def last_day(self) -> date:
        """The last day with any service."""
        rows = self._rows("SELECT MAX(day) FROM (SELECT last AS day FROM service UNION ALL SELECT day FROM exception WHERE runs)")
        return datetime.strptime(rows[0][0], "%Y%m%d").date() if rows[0][0] else date.min  # noqa: DTZ007 - a date has no zone

    @cached_property
    def days_of_a_trip(self) -> int:
        """How many calendar days a trip may reach into, at least two: times go on beyond 24:00, and the last before may be late."""
        return max(2, int(self.note("latest")) // 86_400 + 1)

    @cached_property
    def served(self) -> Dict[int, Dict[Tuple[int, str], int]]:
        """Per stop, the routes and headsigns of what can be boarded there, with how often."""
        found: Dict[int, Dict[Tuple[int, str], int]] = {}
        for stop, route, headsign, count in self._rows("SELECT * FROM served ORDER BY times DESC"):
            found.setdefault(stop, {})[(route, headsign)] = count
        return found

    def _services_on(self, day: date) -> FrozenSet[int]:
        text = f"{day:%Y%m%d}"
        usual = self._rows(
            "SELECT id FROM service WHERE first <= ? AND last >= ? AND substr(days, ?, 1) = '1'", (text, text, day.weekday() + 1)
        )
        changed = self._rows("SELECT service, runs FROM exception WHERE day = ?", (text,))
        added = {service for service, runs in changed if runs}
        return frozenset(({service for (service,) in usual} | added) - {service for service, runs in changed if not runs})

    def departures(
        self, stops: Sequence[int], day: date, after_s: int, before_s: int, *, routes: Sequence[int] = (), most: Optional[int] = None
    ) -> List[Scheduled]:
        """What can be boarded at the stops on a day of service, soonest first, all or the first; `after_s` and `before_s` are included."""
        services = self.services_on(day)
        if not services or not stops:
            return []
        only = f"AND trip.route IN ({_marks(routes)})" if routes else ""
        query = f"""
            SELECT trip.id, trip.trip_id, trip.route, COALESCE(stop_time.headsign, trip.headsign), stop, sequence, departure, trip.start
            FROM stop_time INDEXED BY departures JOIN trip ON trip.id = stop_time.trip
            WHERE boards AND stop IN ({_marks(stops)}) AND departure BETWEEN ? AND ? AND trip.service IN ({_marks(services)})
            {only} ORDER BY departure LIMIT ?"""  # noqa: S608 - only question marks are put in
        values = (*stops, after_s, before_s, *services, *routes, -1 if most is None else most)  # to SQLite -1 is no limit
        return [Scheduled(*row) for row in self._rows(query, values)]

    def times_of(self, trip: int) -> List[Tuple[int, str, int]]:
        """A trip's stops in order: sequence, stop id, seconds into the day of service."""
        query = "SELECT sequence, stop.stop_id, departure FROM stop_time JOIN stop ON stop.id = stop_time.stop WHERE trip = ? ORDER BY 1"
        return [(sequence, stop_id, departure) for sequence, stop_id, departure in self._rows(query, (trip,))]

    def _rows(self, query: str, values: Sequence[Any] = ()) -> List[Any]:
        with self._lock:
            return self._connection.execute(query, tuple(values)).fetchall()


def service_start(day: date, zone: ZoneInfo) -> datetime:
    """What the times of a day of service count from: noon minus twelve hours, which is not midnight when clocks change. In UTC:

    adding to a local time would count the clock's hours instead of those that pass.
    """
    return datetime(day.year, day.month, day.day, 12, tzinfo=zone).astimezone(timezone.utc) - timedelta(hours=12)


def _marks(values: Any) -> str:
    return ", ".join("?" * len(values))
