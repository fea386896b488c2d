"""The sandbox's transit agency: its timetable, its vehicles and what its faults make of them."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from datetime import date, datetime, timedelta, timezone
from typing import Dict, List

import pytest
import requests
from google.transit import gtfs_realtime_pb2 as wire

from bot.city import city
from bot.sandbox import gtfs, transit_live
from bot.sandbox.transit_timetable import service_on, trips
from tests.running import fault
from tests.sandbox.asking import TIMEOUT_S

MORNING = datetime(2026, 11, 30, 13, 0, tzinfo=timezone.utc)  # Monday, 8:00
HEADER_BYTES = 15  # how long the head of the alerts is, which tells the second
STOPPED = wire.TripUpdate.StopTimeUpdate.SKIPPED


def table(body: bytes, name: str) -> List[Dict[str, str]]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return list(csv.DictReader(io.StringIO(archive.read(name).decode())))


def message(sandbox: str, path: str) -> wire.FeedMessage:
    answer = requests.get(f"{sandbox}/transit/{path}", timeout=TIMEOUT_S)
    assert answer.headers["Content-Type"] == "application/x-protobuf"
    return wire.FeedMessage.FromString(answer.content)


def test_the_timetable_has_lines_and_stops_within_the_city(sandbox: str) -> None:
    body = requests.get(f"{sandbox}/transit/gtfs.zip", timeout=TIMEOUT_S).content
    assert len(table(body, "routes.txt")) == 8
    stops = [stop for stop in table(body, "stops.txt") if stop["location_type"] == "0"]
    assert len(stops) >= 150
    assert all(-80.58 <= float(stop["stop_lon"]) <= -80.41 and 43.37 <= float(stop["stop_lat"]) <= 43.48 for stop in stops)
    assert max(Counter(stop["stop_code"] for stop in stops).values()) == 1
    assert "sample data" in table(body, "agency.txt")[0]["agency_name"]
    assert any(row["departure_time"] >= "25:00:00" for row in table(body, "stop_times.txt"))


def test_a_timetable_that_is_known_is_not_sent_again(sandbox: str) -> None:
    etag = requests.get(f"{sandbox}/transit/gtfs.zip", timeout=TIMEOUT_S).headers["ETag"]
    again = requests.get(f"{sandbox}/transit/gtfs.zip", headers={"If-None-Match": etag}, timeout=TIMEOUT_S)
    assert (again.status_code, again.content) == (304, b"")
    other = requests.get(f"{sandbox}/transit/gtfs.zip", headers={"If-None-Match": '"other"'}, timeout=TIMEOUT_S)
    assert other.status_code == 200


@pytest.mark.parametrize(
    ("day", "service"),
    [
        (date(2026, 11, 30), "weekday"),
        (date(2026, 11, 28), "saturday"),
        (date(2026, 11, 29), "sunday"),
        (date(2026, 12, 25), "sunday"),
        (date(2026, 12, 26), "sunday"),
    ],
)
def test_each_day_has_its_service_and_the_calendar_says_the_same(day: date, service: str) -> None:
    assert service_on(day) == service
    usual = {row["service_id"]: row[f"{day:%A}".lower()] == "1" for row in table(gtfs.feed(2026), "calendar.txt")}
    for row in table(gtfs.feed(2026), "calendar_dates.txt"):
        if row["date"] == f"{day:%Y%m%d}":
            usual[row["service_id"]] = row["exception_type"] == "1"
    assert [name for name, runs in usual.items() if runs] == [service]


def test_in_the_morning_some_are_late_one_is_cancelled_and_one_skips_a_stop() -> None:
    known = {trip.trip_id: trip for trip in trips()}
    updates = [entity.trip_update for entity in transit_live.trip_updates(MORNING).entity]
    cancelled = [one for one in updates if one.trip.schedule_relationship == wire.TripDescriptor.CANCELED]
    skipped = [row for one in updates for row in one.stop_time_update if row.schedule_relationship == STOPPED]
    assert (len(cancelled), len(skipped)) == (1, 1)
    delays = [row.departure.delay for one in updates for row in one.stop_time_update if row.HasField("departure")]
    assert max(delays) >= 120
    assert min(delays) < 0
    assert 0 in delays
    for one in updates:
        numbers = [number for number, _ in known[one.trip.trip_id].calls]
        assert all(numbers[row.stop_sequence - 1] == row.stop_id for row in one.stop_time_update)


def test_who_asks_at_the_same_moment_is_told_the_same_and_later_something_else() -> None:
    assert transit_live.trip_updates(MORNING) == transit_live.trip_updates(MORNING)
    assert transit_live.trip_updates(MORNING) != transit_live.trip_updates(MORNING + timedelta(minutes=20))


def test_the_night_s_vehicles_belong_to_the_day_before() -> None:
    after_midnight = datetime(2026, 11, 28, 0, 20, tzinfo=city().timezone)
    days = {entity.trip_update.trip.start_date for entity in transit_live.trip_updates(after_midnight).entity}
    assert days == {"20261127"}


def test_its_feeds_are_of_this_moment_and_a_stale_one_is_not(sandbox: str) -> None:
    for path in ("tripupdates", "alerts"):
        age = datetime.now(timezone.utc).timestamp() - message(sandbox, path).header.timestamp
        assert abs(age) < 60
        with fault(sandbox, "transit", "stale"):
            age = datetime.now(timezone.utc).timestamp() - message(sandbox, path).header.timestamp
        assert age > 1700


def test_empty_feeds_are_well_formed(sandbox: str) -> None:
    with fault(sandbox, "transit", "empty"):
        assert len(message(sandbox, "tripupdates").entity) == len(message(sandbox, "alerts").entity) == 0
        body = requests.get(f"{sandbox}/transit/gtfs.zip", timeout=TIMEOUT_S).content
    assert zipfile.ZipFile(io.BytesIO(body)).namelist() == []


@pytest.mark.parametrize("path", ["gtfs.zip", "tripupdates", "alerts"])
def test_its_other_faults_are_those_of_every_protocol(sandbox: str, path: str) -> None:
    url = f"{sandbox}/transit/{path}"
    for name, status in (("html500", 500), ("error200", 200), ("429", 429)):
        with fault(sandbox, "transit", name):
            answer = requests.get(url, timeout=TIMEOUT_S)
        assert answer.status_code == status
        assert answer.headers["Content-Type"].startswith("text/html")
    with fault(sandbox, "transit", "slow"), pytest.raises(requests.Timeout):
        requests.get(url, timeout=0.5)


@pytest.mark.parametrize("path", ["gtfs.zip", "alerts"])  # tripupdates is another one each second
def test_a_truncated_answer_is_its_first_half(sandbox: str, path: str) -> None:
    url = f"{sandbox}/transit/{path}"
    whole = requests.get(url, timeout=TIMEOUT_S).content
    with fault(sandbox, "transit", "truncated"):
        half = requests.get(url, timeout=TIMEOUT_S).content
    assert len(half) == len(whole) // 2
    assert half[HEADER_BYTES:100] == whole[HEADER_BYTES:100]


def test_only_a_feed_can_be_stale(sandbox: str) -> None:
    answer = requests.post(f"{sandbox}/_faults", json={"protocol": "waste", "fault": "stale"}, timeout=TIMEOUT_S)
    assert answer.status_code == 400
