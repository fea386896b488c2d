"""The sandbox's timetable as a GTFS zip. Source: GTFS Schedule reference, gtfs.org."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Dict, Iterator, List, Sequence

from bot.city import city
from bot.sandbox.seeds import seed
from bot.sandbox.transit_timetable import is_holiday, service_on, trips

STATION = "Station"
_WRITTEN = (2026, 1, 1, 0, 0, 0)  # of every file in the zip: the same timetable is the same bytes
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

Rows = Iterator[Sequence[Any]]


@lru_cache(maxsize=2)
def feed(year: int) -> bytes:
    """The zip whose calendar holds this year, and those before and after it."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in _files(year).items():
            text = io.StringIO()
            csv.writer(text, lineterminator="\r\n").writerows(rows)
            archive.writestr(zipfile.ZipInfo(name, _WRITTEN), text.getvalue(), zipfile.ZIP_DEFLATED)
    return written.getvalue()


@lru_cache(maxsize=1)
def nothing() -> bytes:
    """A zip without files."""
    written = io.BytesIO()
    zipfile.ZipFile(written, "w").close()
    return written.getvalue()


def _files(year: int) -> Dict[str, Rows]:
    first, last = date(year - 1, 1, 1), date(year + 1, 12, 31)
    return {
        "agency.txt": _agency(),
        "feed_info.txt": _feed_info(first, last),
        "stops.txt": _stops(),
        "routes.txt": _routes(),
        "trips.txt": _trips(),
        "stop_times.txt": _stop_times(),
        "calendar.txt": _calendar(first, last),
        "calendar_dates.txt": _calendar_dates(first, last),
    }


def _agency() -> Rows:
    row = seed("transit")["agency"]
    yield "agency_id", "agency_name", "agency_url", "agency_timezone", "agency_lang", "agency_phone"
    yield row["id"], row["name"], row["url"], city().timezone.key, city().languages[0], row["phone"]


def _feed_info(first: date, last: date) -> Rows:
    yield "feed_publisher_name", "feed_publisher_url", "feed_lang", "feed_start_date", "feed_end_date", "feed_version", "feed_contact_url"
    sample = seed("transit")
    yield (
        sample["publisher"],
        sample["agency"]["url"],
        city().languages[0],
        f"{first:%Y%m%d}",
        f"{last:%Y%m%d}",
        f"{first:%Y}-sample",
        sample["agency"]["url"],
    )


def _stops() -> Rows:
    yield "stop_id", "stop_code", "stop_name", "stop_lat", "stop_lon", "location_type", "parent_station"
    for name, row in seed("transit")["places"].items():
        latitude, longitude = row["at"]
        parent = f"station-{row['codes'][0]}" if name.endswith(STATION) else ""
        if parent:
            yield parent, "", name, f"{latitude:.5f}", f"{longitude:.5f}", 1, ""
        for side, code in zip((1, -1), row["codes"], strict=True):  # the two sides of a street are some 20 metres apart
            yield code, code, name, f"{latitude + side * 0.0001:.5f}", f"{longitude:.5f}", 0, parent


def _routes() -> Rows:
    yield "route_id", "agency_id", "route_short_name", "route_long_name", "route_type"
    for row in seed("transit")["routes"]:
        yield row["short_name"], seed("transit")["agency"]["id"], row["short_name"], row["long_name"], row["kind"]


def _trips() -> Rows:
    yield "route_id", "service_id", "trip_id", "trip_headsign", "direction_id"
    for trip in trips():
        yield trip.route, trip.service, trip.trip_id, trip.headsign, trip.direction


def _stop_times() -> Rows:
    yield "trip_id", "arrival_time", "departure_time", "stop_id", "stop_sequence"
    for trip in trips():
        for sequence, (number, seconds) in enumerate(trip.calls, 1):
            clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
            yield trip.trip_id, clock, clock, number, sequence


def _calendar(first: date, last: date) -> Rows:
    yield "service_id", *_DAYS, "start_date", "end_date"
    for name, row in seed("transit")["services"].items():
        yield name, *row["days"], f"{first:%Y%m%d}", f"{last:%Y%m%d}"


def _calendar_dates(first: date, last: date) -> Rows:
    yield "service_id", "date", "exception_type"
    days: List[date] = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    for day in filter(is_holiday, days):
        usual = next(name for name, row in seed("transit")["services"].items() if row["days"][day.weekday()] == "1")
        if usual != service_on(day):
            yield usual, f"{day:%Y%m%d}", 2
            yield service_on(day), f"{day:%Y%m%d}", 1
