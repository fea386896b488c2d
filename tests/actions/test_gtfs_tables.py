"""Timetables as agencies really write them, read into tables."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import List, Tuple

import pytest

from actions.clients import gtfs_tables
from actions.clients.gtfs_tables import FeedError, load
from actions.clients.gtfs_values import seconds_of
from actions.clients.timetable import Timetable
from tests.actions.feeds import SMALL, number_of, sample_feed, small, timetable_of, zipped

MONDAY = date(2026, 11, 30)
SATURDAY = date(2026, 11, 28)


def leaving(timetable: Timetable, stop_id: str, day: date) -> List[Tuple[str, int]]:
    rows = timetable.departures([number_of(timetable, stop_id)], day, 0, 10**6, most=100)
    return [(row.trip_id, row.departure) for row in rows]


def test_what_leaves_on_a_day_is_what_its_services_run(tmp_path: Path) -> None:
    timetable = timetable_of(tmp_path, SMALL)
    assert leaving(timetable, "s3", MONDAY) == [("t1", 30060), ("t2", 33660), ("night", 91260)]
    assert leaving(timetable, "s3", SATURDAY) == [("t3", 37260)]
    assert leaving(timetable, "s3", date(2026, 11, 29)) == []


def test_nothing_leaves_from_the_last_stop_nor_where_nobody_may_board(tmp_path: Path) -> None:
    rows = ("t1,08:00:00,s1,1,0", "t1,08:10:00,s2,2,1", "t1,08:20:00,s3,3,", "t1,08:30:00,s4,4,0")
    times = "\n".join(("trip_id,departure_time,stop_id,stop_sequence,pickup_type", *rows))
    timetable = timetable_of(tmp_path, small(stop_times=times))
    assert {stop: bool(leaving(timetable, stop, MONDAY)) for stop in ("s1", "s2", "s3", "s4")} == {
        "s1": True,
        "s2": False,
        "s3": True,
        "s4": False,
    }


def test_days_that_are_added_and_taken_out_count(tmp_path: Path) -> None:
    dates = "service_id,date,exception_type\nweek,20261130,2\nsaturday,20261130,1\n"
    timetable = timetable_of(tmp_path, small(calendar_dates=dates))
    assert leaving(timetable, "s1", MONDAY) == [("t3", 36000)]
    assert leaving(timetable, "s1", date(2026, 12, 1)) != leaving(timetable, "s1", MONDAY)


def test_a_feed_may_have_no_weekly_calendar(tmp_path: Path) -> None:
    dates = "service_id,date,exception_type\nweek,20261130,1\n"
    timetable = timetable_of(tmp_path, small(calendar="", calendar_dates=dates))
    assert [trip for trip, _ in leaving(timetable, "s1", MONDAY)] == ["t1", "t2", "night"]
    assert leaving(timetable, "s1", date(2026, 12, 1)) == []
    assert timetable.last_day == MONDAY


def test_careless_files_are_read(tmp_path: Path) -> None:
    stops = (
        '\ufeffstop_id , stop_code,stop_name, stop_lat,stop_lon\r\n s1 ,1001,"King, First",43.40,-80.45\r\n'
        "s2,1002,K\u00f6nig,43.41,-80.46,surplus\r\ns3,1003\r\ns4,1004,Last,,far\r\n\r\n"
    )
    files = {f"feed/{name}": text for name, text in small(stops=stops.encode()).items()}
    files["feed/routes.txt"] = b"route_id,route_short_name,route_type\nr7,7\0,3\nr9,caf\xe9,3\n"
    files["__MACOSX/feed/stops.txt"] = "rubbish"
    timetable = timetable_of(tmp_path, files)
    assert [(stop.code, stop.name) for stop in timetable.stops.values()] == [
        ("1001", "King, First"),
        ("1002", "König"),
        ("1003", ""),
        ("1004", "Last"),
    ]
    assert [(route.route_id, route.short_name) for route in timetable.routes.values()] == [("r7", "7"), ("r9", "caf\ufffd")]
    assert timetable.stops[4].metres_from(43.4, -80.4) == float("inf")
    assert [trip for trip, _ in leaving(timetable, "s1", MONDAY)] == ["t1", "t2", "night"]


def test_rows_that_lead_nowhere_are_left_out(tmp_path: Path) -> None:
    times = SMALL["stop_times.txt"] + "t1,08:31:00,08:31:00,nowhere,5\nghost,08:00:00,08:00:00,s1,1\nt2,09:40:00,09:40:00,s1,last\n"
    timetable = timetable_of(tmp_path, small(stop_times=times))
    assert leaving(timetable, "s1", MONDAY) == [("t1", 28800), ("t2", 32400), ("night", 90000)]


def test_times_that_are_missing_lie_evenly_between_those_that_are_given(tmp_path: Path) -> None:
    times = (
        "trip_id,departure_time,stop_id,stop_sequence\nt1,,s1,1\nt1,08:00:00,s2,2\nt1,,s3,3\nt1,,s1,4\nt1,08:30:00,s4,5\n"
        "t2,09:00:00,s1,1\nt2,09:30:00,s4,2\n"
    )
    timetable = timetable_of(tmp_path, small(stop_times=times))
    assert leaving(timetable, "s3", MONDAY) == [("t1", seconds_of("08:10:00"))]
    assert leaving(timetable, "s1", MONDAY) == [("t1", seconds_of("08:20:00")), ("t2", seconds_of("09:00:00"))]


def test_a_trip_without_a_sign_goes_to_its_last_stop(tmp_path: Path) -> None:
    timetable = timetable_of(tmp_path, small(trips="route_id,service_id,trip_id\nr7,week,t1\nr7,week,t2\nr7,week,night\nr7,saturday,t3\n"))
    (row, *_) = timetable.departures([number_of(timetable, "s1")], MONDAY, 0, 10**6, most=1)
    assert row.headsign == "King / Last"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("06:00:00", 21600),
        ("6:00:00", 21600),
        ("24:00:00", 86400),
        ("25:10:00", 90600),
        ("7:05", 25500),
        ("", None),
        ("noon", None),
        ("08:61:00", None),
    ],
)
def test_times_are_read_as_they_are_written(text: str, seconds: int) -> None:
    assert seconds_of(text) == seconds


def test_google_s_sample_feed_is_read_with_its_headways(tmp_path: Path) -> None:
    timetable = timetable_of(tmp_path, sample_feed())
    assert timetable.zone.key == "America/Los_Angeles"
    assert (len(timetable.stops), len(timetable.routes)) == (9, 5)
    monday = date(2007, 6, 11)
    shuttle = leaving(timetable, "STAGECOACH", monday)
    assert [departure for trip, departure in shuttle if trip == "STBA"] == list(range(21600, 79200, 1800))
    city = [departure for trip, departure in shuttle if trip == "CITY1"]
    assert [departure for departure in city if 8 * 3600 <= departure < 9 * 3600] == [28800, 29400, 30000, 30600, 31200, 31800]
    assert [trip for trip, _ in leaving(timetable, "AMV", monday)] == []
    assert leaving(timetable, "AMV", date(2007, 6, 9)) == [("AAMV2", 36000), ("AAMV4", 54000)]
    assert leaving(timetable, "STAGECOACH", date(2007, 6, 4)) == []  # the exception of the feed


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("no stops", small(stops="")),
        ("no routes", small(routes="")),
        ("no trips", small(trips="")),
        ("no times", small(stop_times="")),
        ("no days of service", small(calendar="")),
        ("only headings", small(stop_times="trip_id,departure_time,stop_id,stop_sequence\n")),
        ("most times lead nowhere", small(stops="stop_id,stop_name\ns1,King\n")),
        ("nothing", {}),
    ],
)
def test_what_holds_no_timetable_is_refused(tmp_path: Path, name: str, files: dict[str, str]) -> None:
    with pytest.raises(FeedError):
        timetable_of(tmp_path, files)


@pytest.mark.parametrize(
    "body", [b"", b"<html>busy</html>", zipped(SMALL)[:900], zipped(SMALL)[:-30]], ids=["nothing", "a page", "the head", "no end"]
)
def test_what_is_no_zip_is_refused(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(FeedError):
        load(io.BytesIO(body), tmp_path / "t.sqlite3", {})


def test_a_zip_that_would_unpack_into_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gtfs_tables, "MOST_UNPACKED_BYTES", 500)
    with pytest.raises(FeedError):
        timetable_of(tmp_path, SMALL)
