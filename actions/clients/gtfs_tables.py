"""Reads a GTFS zip into SQLite tables: stops, routes, trips, times, days of service.

Lenient where agencies are careless (byte order marks, odd spacing, missing cells, rows that lead nowhere), strict where the
result would be wrong: without stops, routes, trips, times or days there is no timetable.
Source: GTFS Schedule reference, gtfs.org.
"""

from __future__ import annotations

import csv
import io
import sqlite3
import zipfile
from collections import defaultdict
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import IO, Dict, Iterator, List, Mapping, Optional, Tuple

from actions.clients.gtfs_values import coordinate, is_day, seconds_of, whole

MOST_UNPACKED_BYTES = 1_000_000_000
MOST_RUNS = 200_000  # of trips that are given by a headway
SHORTEST_HEADWAY_S = 30
MOST_LOST = 0.5  # of the times: beyond, the feed's parts do not belong together
_NO_PICKUP = "1"
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

TABLES = """
CREATE TABLE stop (id INTEGER PRIMARY KEY, stop_id TEXT, code TEXT, name TEXT, latitude REAL, longitude REAL, parent TEXT, kind INTEGER);
CREATE TABLE route (id INTEGER PRIMARY KEY, route_id TEXT, short_name TEXT, long_name TEXT, kind INTEGER);
CREATE TABLE service (id INTEGER PRIMARY KEY, service_id TEXT, days TEXT, first TEXT, last TEXT);
CREATE TABLE exception (service INTEGER, day TEXT, runs INTEGER);
CREATE TABLE trip (id INTEGER PRIMARY KEY, trip_id TEXT, route INTEGER, service INTEGER, headsign TEXT, start INTEGER);
CREATE TABLE stop_time (
    trip INTEGER, sequence INTEGER, stop INTEGER, departure INTEGER, headsign TEXT, boards INTEGER, PRIMARY KEY (trip, sequence)
) WITHOUT ROWID;
CREATE TABLE served (stop INTEGER, route INTEGER, headsign TEXT, times INTEGER);
CREATE TABLE note (name TEXT PRIMARY KEY, value TEXT);
"""
FINISHING = """
BEGIN;
UPDATE stop_time SET boards = 0 WHERE (trip, sequence) IN (SELECT trip, MAX(sequence) FROM stop_time GROUP BY trip);
CREATE INDEX departures ON stop_time (stop, departure, trip) WHERE boards;
CREATE INDEX trip_ids ON trip (trip_id);
UPDATE trip SET headsign = COALESCE(
    (SELECT name FROM stop_time JOIN stop ON stop.id = stop WHERE trip = trip.id ORDER BY sequence DESC LIMIT 1), ''
) WHERE headsign = '';
INSERT INTO served
SELECT stop, route, COALESCE(stop_time.headsign, trip.headsign), COUNT(*)
FROM stop_time JOIN trip ON trip.id = trip WHERE boards GROUP BY 1, 2, 3;
INSERT INTO note SELECT 'latest', MAX(departure) FROM stop_time;
COMMIT;
ANALYZE;
"""


class FeedError(ValueError):
    """The zip is no GTFS feed that could be used; says why."""


class _Feed:
    """The files of a zip, by name, wherever in it they are."""

    def __init__(self, file: IO[bytes]) -> None:
        self.archive = zipfile.ZipFile(file)
        members = sorted(self.archive.infolist(), key=lambda member: member.filename.count("/"), reverse=True)
        self.members = {
            member.filename.rpartition("/")[2].lower(): member for member in members if not member.filename.startswith("__MACOSX")
        }
        if sum(member.file_size for member in self.members.values()) > MOST_UNPACKED_BYTES:
            raise FeedError("too large")

    def rows(self, name: str, *columns: str) -> Iterator[List[str]]:
        """The named columns of a file's rows, empty where a row or the file has none."""
        if name not in self.members:
            return
        with self.archive.open(self.members[name]) as raw:
            text = io.TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline="")
            reader = csv.reader(line.replace("\0", "") for line in text)
            header = [title.strip().lower() for title in next(reader, [])]
            places = [header.index(column) if column in header else -1 for column in columns]
            for row in reader:
                width = len(row)
                yield [row[place].strip() if -1 < place < width else "" for place in places]


def load(file: IO[bytes], path: Path, notes: Mapping[str, str]) -> None:
    """Writes the feed to a new database.

    Args:
        notes: kept in the table `note`, beside the agency's `timezone`.
    Raises:
        FeedError: it is no feed, or holds no timetable.
    """
    try:
        feed = _Feed(file)
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;" + TABLES)
            _Loading(feed, connection).run()
            zone = next((zone for (zone,) in feed.rows("agency.txt", "agency_timezone") if zone), "")
            connection.executemany("INSERT INTO note VALUES (?, ?)", {**notes, "timezone": zone}.items())
            connection.executescript(FINISHING)
    except (zipfile.BadZipFile, EOFError, csv.Error, NotImplementedError, RuntimeError, OSError) as err:
        raise FeedError(type(err).__name__) from err


class _Loading:
    """One feed on its way into the tables. Ids of the feed are texts; in the tables rows have numbers."""

    def __init__(self, feed: _Feed, connection: sqlite3.Connection) -> None:
        self.feed = feed
        self.connection = connection
        self.stops: Dict[str, int] = {}
        self.trips: Dict[str, int] = {}
        self.runs: Dict[str, List[Tuple[int, int, int]]] = defaultdict(list)  # by trip: first, last, headway in seconds
        self.lost = 0

    def run(self) -> None:
        self._stops()
        routes, services = self._routes(), self._services()
        self._trips(routes, services)
        patterns = self._times()
        self._interpolate()
        self._repeat(patterns)
        (times,) = self.connection.execute("SELECT COUNT(*) FROM stop_time").fetchone()
        for what, count in (("stops", len(self.stops)), ("routes", len(routes)), ("trips", len(self.trips)), ("times", times)):
            if not count:
                raise FeedError(f"no {what}")
        if not services:
            raise FeedError("no days of service")
        if self.lost > MOST_LOST * (times + self.lost):
            raise FeedError("most times lead nowhere")

    def _stops(self) -> None:
        columns = ("stop_id", "stop_code", "stop_name", "stop_lat", "stop_lon", "parent_station", "location_type")
        for stop_id, code, name, latitude, longitude, parent, kind in self.feed.rows("stops.txt", *columns):
            if not stop_id or stop_id in self.stops:
                continue
            number = self.stops[stop_id] = len(self.stops) + 1
            place = coordinate(latitude), coordinate(longitude)
            self.connection.execute(
                "INSERT INTO stop VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (number, stop_id, code, name, *place, parent, whole(kind) or 0)
            )

    def _routes(self) -> Dict[str, int]:
        routes: Dict[str, int] = {}
        for route_id, short, long, kind in self.feed.rows("routes.txt", "route_id", "route_short_name", "route_long_name", "route_type"):
            if route_id and route_id not in routes:
                routes[route_id] = len(routes) + 1
                self.connection.execute("INSERT INTO route VALUES (?, ?, ?, ?, ?)", (routes[route_id], route_id, short, long, whole(kind)))
        return routes

    def _services(self) -> Dict[str, int]:
        services: Dict[str, int] = {}

        def number(service_id: str) -> int:
            return services.setdefault(service_id, len(services) + 1)

        for service_id, first, last, *days in self.feed.rows("calendar.txt", "service_id", "start_date", "end_date", *_DAYS):
            if service_id and is_day(first) and is_day(last):
                runs = "".join("1" if day == "1" else "0" for day in days)
                self.connection.execute("INSERT INTO service VALUES (?, ?, ?, ?, ?)", (number(service_id), service_id, runs, first, last))
        for service_id, day, kind in self.feed.rows("calendar_dates.txt", "service_id", "date", "exception_type"):
            if service_id and is_day(day) and kind in ("1", "2"):
                self.connection.execute("INSERT INTO exception VALUES (?, ?, ?)", (number(service_id), day, kind == "1"))
        return services

    def _trips(self, routes: Mapping[str, int], services: Mapping[str, int]) -> None:
        for trip_id, first, last, headway in self.feed.rows("frequencies.txt", "trip_id", "start_time", "end_time", "headway_secs"):
            begin, end, every = seconds_of(first), seconds_of(last), whole(headway)
            if begin is not None and end is not None and every and every >= SHORTEST_HEADWAY_S:
                self.runs[trip_id].append((begin, end, every))
        for trip_id, route, service, headsign in self.feed.rows("trips.txt", "trip_id", "route_id", "service_id", "trip_headsign"):
            if trip_id and trip_id not in self.trips and route in routes and service in services:
                number = self.trips[trip_id] = len(self.trips) + 1
                self.connection.execute(
                    "INSERT INTO trip VALUES (?, ?, ?, ?, ?, NULL)", (number, trip_id, routes[route], services[service], headsign)
                )

    def _times(self) -> Dict[int, str]:
        """Writes the times; gives the trips that are patterns, by number."""
        columns = ("trip_id", "stop_sequence", "stop_id", "departure_time", "arrival_time", "stop_headsign", "pickup_type")

        def rows() -> Iterator[Tuple[int, int, int, Optional[int], Optional[str], bool]]:
            for trip_id, sequence, stop_id, departure, arrival, headsign, pickup in self.feed.rows("stop_times.txt", *columns):
                trip, stop = self.trips.get(trip_id), self.stops.get(stop_id)
                if trip is None or stop is None or not sequence.isdecimal():
                    self.lost += 1
                    continue
                yield trip, int(sequence), stop, seconds_of(departure or arrival), headsign or None, pickup != _NO_PICKUP

        self.connection.executemany("INSERT OR IGNORE INTO stop_time VALUES (?, ?, ?, ?, ?, ?)", rows())
        return {self.trips[trip_id]: trip_id for trip_id in self.runs if trip_id in self.trips}

    def _interpolate(self) -> None:
        """Fills in the times between two that are given, evenly; what has none on one side is left out."""
        with_gaps = "SELECT trip FROM stop_time WHERE departure IS NULL"
        query = f"SELECT trip, sequence, departure FROM stop_time WHERE trip IN ({with_gaps}) ORDER BY 1, 2"  # noqa: S608 - no input in it
        for trip, rows in groupby(self.connection.execute(query).fetchall(), key=lambda row: row[0]):
            known: Optional[Tuple[int, int]] = None
            pending: List[int] = []
            for _, sequence, departure in rows:
                if departure is None:
                    pending.append(sequence)
                    continue
                for index, waiting in enumerate(pending, 1) if known else ():
                    between = known[1] + (departure - known[1]) * index // (len(pending) + 1) if known else 0
                    self.connection.execute("UPDATE stop_time SET departure = ? WHERE trip = ? AND sequence = ?", (between, trip, waiting))
                known, pending = (sequence, departure), []
        self.connection.execute("DELETE FROM stop_time WHERE departure IS NULL")

    def _repeat(self, patterns: Mapping[int, str]) -> None:
        """Turns each pattern into its runs, all day long."""
        number = len(self.trips)
        for pattern, trip_id in patterns.items():
            times = self.connection.execute("SELECT * FROM stop_time WHERE trip = ? ORDER BY sequence", (pattern,)).fetchall()
            route, service, headsign = self.connection.execute(
                "SELECT route, service, headsign FROM trip WHERE id = ?", (pattern,)
            ).fetchone()
            self.connection.execute("DELETE FROM stop_time WHERE trip = ?", (pattern,))
            self.connection.execute("DELETE FROM trip WHERE id = ?", (pattern,))
            for start in (start for first, last, every in self.runs[trip_id] for start in range(first, last, every)):
                number += 1
                if number - len(self.trips) > MOST_RUNS:
                    raise FeedError("too many runs")
                self.connection.execute("INSERT INTO trip VALUES (?, ?, ?, ?, ?, ?)", (number, trip_id, route, service, headsign, start))
                shifted = [(number, row[1], row[2], row[3] - times[0][3] + start, *row[4:]) for row in times]
                self.connection.executemany("INSERT INTO stop_time VALUES (?, ?, ?, ?, ?, ?)", shifted)
