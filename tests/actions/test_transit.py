"""What leaves next: the arithmetic of days of service, and what live updates change."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, List, Optional, Tuple
from zoneinfo import ZoneInfo

import pytest
from google.protobuf import text_format
from google.transit import gtfs_realtime_pb2 as wire

from actions.clients.gtfs_realtime import Live, read_alerts, read_trip_updates
from actions.clients.timetable import Timetable, service_start
from actions.transit import ENOUGH, Departure, next_departures, relevant
from tests.actions.feeds import EVERY_DAY, FIXTURES, SMALL, number_of, sample_feed, small, timetable_of

ZONE = ZoneInfo("America/Toronto")
DAYS = "monday,tuesday,wednesday,thursday,friday,saturday,sunday"


def at(text: str) -> datetime:
    """A local time; "2026-11-30 08:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.fixture
def timetable(tmp_path: Path) -> Timetable:
    return timetable_of(tmp_path, SMALL)


def leaving(timetable: Timetable, stop_id: str, now: datetime, live: Optional[Live] = None, **more: Any) -> List[Departure]:
    return next_departures(timetable, [number_of(timetable, stop_id)], now, live=live, **more)


def clocks(found: List[Departure]) -> List[str]:
    return [f"{one.at.astimezone(ZONE):%a %H:%M}" for one in found]


def test_what_has_left_is_not_told(timetable: Timetable) -> None:
    assert clocks(leaving(timetable, "s1", at("2026-11-30 08:00"))) == ["Mon 08:00", "Mon 09:00", "Tue 01:00"]
    assert clocks(leaving(timetable, "s1", at("2026-11-30 08:01"))) == ["Mon 09:00", "Tue 01:00"]


def test_after_midnight_the_night_belongs_to_the_day_before(timetable: Timetable) -> None:
    friday_night = at("2026-11-28 00:30")  # Saturday by the calendar
    assert clocks(leaving(timetable, "s1", friday_night)) == ["Sat 01:00", "Sat 10:00"]


def test_when_nothing_more_leaves_today_the_next_day_with_service_is_told(timetable: Timetable) -> None:
    assert clocks(leaving(timetable, "s1", at("2026-11-28 12:00"))) == ["Mon 08:00", "Mon 09:00", "Tue 01:00"]


def test_a_holiday_without_service_is_passed_over(tmp_path: Path) -> None:
    timetable = timetable_of(tmp_path, small(calendar_dates="service_id,date,exception_type\nweek,20261225,2\nsaturday,20261226,2\n"))
    assert clocks(leaving(timetable, "s1", at("2026-12-25 09:00"))) == ["Mon 08:00", "Mon 09:00", "Tue 01:00"]


def test_after_the_end_of_the_timetable_there_is_nothing(timetable: Timetable) -> None:
    assert leaving(timetable, "s1", at("2027-02-01 09:00")) == []


def test_a_direction_or_a_route_can_be_asked_for(timetable: Timetable) -> None:
    now = at("2026-11-30 08:30")
    assert leaving(timetable, "s1", now, headsign="Elsewhere") == []
    assert clocks(leaving(timetable, "s1", now, headsign="Last", routes=[1])) == ["Mon 09:00", "Tue 01:00"]
    assert leaving(timetable, "s1", now, routes=[2]) == []


@pytest.mark.parametrize(
    ("day", "start"),
    [
        (date(2026, 11, 30), "2026-11-30T05:00:00+00:00"),
        (date(2026, 3, 8), "2026-03-08T04:00:00+00:00"),  # clocks go forward: noon minus twelve hours is an hour before midnight
        (date(2026, 11, 1), "2026-11-01T05:00:00+00:00"),  # clocks go back: an hour after midnight
    ],
)
def test_times_count_from_noon_minus_twelve_hours(day: date, start: str) -> None:
    assert service_start(day, ZONE).isoformat() == start


def night_feed(tmp_path: Path) -> Timetable:
    """One trip each at 00:30, 02:30, 08:00 and 26:30, every day."""
    clock = ("00:30:00", "02:30:00", "08:00:00", "26:30:00")
    trips = "".join(f"r7,daily,n{index},Last\n" for index in range(len(clock)))
    times = "".join(f"n{index},{time},s1,1\nn{index},{time[:3]}59:00,s4,2\n" for index, time in enumerate(clock))
    return timetable_of(
        tmp_path,
        small(
            trips="route_id,service_id,trip_id,trip_headsign\n" + trips,
            stop_times="trip_id,departure_time,stop_id,stop_sequence\n" + times,
            calendar=f"service_id,{DAYS},start_date,end_date\ndaily,{EVERY_DAY}\n",
        ),
    )


def instants(found: List[Departure]) -> List[str]:
    return [one.at.astimezone(ZONE).isoformat()[5:].replace(":00-", "-") for one in found]


def test_when_clocks_go_forward_the_morning_keeps_its_times_and_the_night_its_length(tmp_path: Path) -> None:
    timetable = night_feed(tmp_path)
    assert instants(leaving(timetable, "s1", at("2026-03-08 00:00"))) == [
        "03-08T01:30-05:00",  # 02:30 of that day
        "03-08T03:30-04:00",  # 26:30 of Saturday, two and a half hours after midnight
        "03-08T08:00-04:00",
        "03-09T02:30-04:00",
    ]


def test_when_clocks_go_back_the_morning_keeps_its_times_and_the_night_its_length(tmp_path: Path) -> None:
    timetable = night_feed(tmp_path)
    assert instants(leaving(timetable, "s1", at("2026-11-01 00:00"))) == [
        "11-01T01:30-04:00",  # 00:30 of that day, which has 25 hours
        "11-01T01:30-05:00",  # 26:30 of Saturday, 26 and a half hours after its midnight
        "11-01T02:30-05:00",
        "11-01T08:00-05:00",
        "11-02T02:30-05:00",
    ]


# Live updates. The trip t1 is at s1 at 08:00, s2 08:10, s3 08:21, s4 08:30.

NOW = at("2026-11-30 08:02")
LATER = "2026-11-30 08:14"


def feed(*updates: str, made: datetime = NOW) -> Live:
    text = f'header {{ gtfs_realtime_version: "2.0" timestamp: {int(made.timestamp())} }}'
    text += "".join(f'entity {{ id: "{index}" trip_update {{ {update} }} }}' for index, update in enumerate(updates))
    return read_trip_updates(text_format.Parse(text, wire.FeedMessage()))


def first(timetable: Timetable, stop_id: str, live: Live, now: datetime = NOW) -> Tuple[str, bool]:
    one = leaving(timetable, stop_id, now, live)[0]
    return f"{one.at.astimezone(ZONE):%H:%M:%S}{' ' + one.missing if one.missing else ''}", one.live


T1 = 'trip { trip_id: "t1" }'
CANCELED = "schedule_relationship: CANCELED"
AS_PLANNED = ("08:10:00", False), ("08:21:00", False)
CANCELLED = ("08:10:00 cancelled", True), ("08:21:00 cancelled", True)


def row(stop: str, what: str = "") -> str:
    """An update of one stop, by its sequence or its id."""
    return f"stop_time_update {{ {f'stop_sequence: {stop}' if stop.isdigit() else f'stop_id: {stop!r}'} {what} }}"


def departs(stop: str, delay: int) -> str:
    return row(stop, f"departure {{ delay: {delay} }}")


@pytest.mark.parametrize(
    ("update", "s2", "s3"),
    [
        (f"{T1} {departs('1', 120)}", ("08:12:00", True), ("08:23:00", True)),
        (f"{T1} {row('2', 'arrival { delay: 60 }')}", ("08:11:00", True), ("08:22:00", True)),
        (f"{T1} {row('s2', 'arrival { delay: 60 }')}", ("08:11:00", True), ("08:22:00", True)),
        (f"{T1} {departs('2', 0)} {departs('3', 300)}", ("08:10:00", True), ("08:26:00", True)),
        (f"{T1} {departs('3', 300)}", ("08:10:00", False), ("08:26:00", True)),
        (f"{T1} {row('2', f'departure {{ time: {int(at(LATER).timestamp())} }}')}", ("08:14:00", True), ("08:25:00", True)),
        (f"{T1} {departs('1', 60)} {row('2', 'schedule_relationship: SKIPPED')}", ("08:10:00 skipped", True), ("08:22:00", True)),
        (f"{T1} {departs('1', 60)} {row('3', 'schedule_relationship: NO_DATA')}", ("08:11:00", True), ("08:21:00", False)),
        (f"{T1} {departs('1', 60)} {row('3')}", ("08:11:00", True), ("08:21:00", False)),
        (f"{T1} delay: 180", ("08:13:00", True), ("08:24:00", True)),
        (T1, *AS_PLANNED),
        (f'trip {{ trip_id: "t1" {CANCELED} }}', *CANCELLED),
        (f'trip {{ trip_id: "t1" start_date: "20261130" {CANCELED} }}', *CANCELLED),
        (f'trip {{ trip_id: "t1" start_date: "20261201" {CANCELED} }}', *AS_PLANNED),
        (f'trip {{ trip_id: "t1" route_id: "r8" {CANCELED} }}', *AS_PLANNED),
        (f'trip {{ trip_id: "unknown" {CANCELED} }}', *AS_PLANNED),
        (f"{T1} {departs('77', 300)}", *AS_PLANNED),
        (f"{T1} {departs('elsewhere', 300)}", *AS_PLANNED),
    ],
)
def test_an_update_puts_the_timetable_right(timetable: Timetable, update: str, s2: Tuple[str, bool], s3: Tuple[str, bool]) -> None:
    live = feed(update)
    assert first(timetable, "s2", live) == s2
    assert first(timetable, "s3", live) == s3


def test_an_old_feed_changes_nothing_and_is_not_live(timetable: Timetable) -> None:
    update = f"{T1} stop_time_update {{ stop_sequence: 1 departure {{ delay: 120 }} }}"
    assert first(timetable, "s2", feed(update, made=NOW - timedelta(minutes=3))) == ("08:10:00", False)


def test_a_late_bus_is_told_after_its_time_and_one_that_left_early_is_not(timetable: Timetable) -> None:
    late = f"{T1} stop_time_update {{ stop_sequence: 1 departure {{ delay: 600 }} }}"
    now = at("2026-11-30 08:15")
    assert first(timetable, "s2", feed(late, made=now), now) == ("08:20:00", True)
    early = f"{T1} stop_time_update {{ stop_sequence: 1 departure {{ delay: -300 }} }}"
    now = at("2026-11-30 08:06")
    assert first(timetable, "s2", feed(early, made=now), now) == ("09:10:00", False)


def test_an_update_without_a_date_is_about_the_nearest_run(timetable: Timetable) -> None:
    live = feed(f"{T1} stop_time_update {{ stop_sequence: 1 departure {{ delay: 600 }} }}", made=at("2026-11-28 20:00"))
    monday = leaving(timetable, "s1", at("2026-11-28 20:00"), live)
    assert [(f"{one.at.astimezone(ZONE):%H:%M}", one.live) for one in monday][:1] == [("08:00", False)]


def test_the_night_bus_of_yesterday_is_put_right_by_its_own_day(timetable: Timetable) -> None:
    now = at("2026-12-01 00:50")
    of_monday = feed(
        'trip { trip_id: "night" start_date: "20261130" } stop_time_update { stop_sequence: 1 departure { delay: 240 } }', made=now
    )
    assert first(timetable, "s1", of_monday, now) == ("01:04:00", True)
    of_tuesday = feed(
        'trip { trip_id: "night" start_date: "20261201" } stop_time_update { stop_sequence: 1 departure { delay: 240 } }', made=now
    )
    assert first(timetable, "s1", of_tuesday, now) == ("01:00:00", False)


def test_a_vehicle_besides_the_timetable_is_told(timetable: Timetable) -> None:
    times = {stop: int(at(f"2026-11-30 08:{minute}").timestamp()) for stop, minute in (("s2", "06"), ("s4", "20"))}
    rows = " ".join(f'stop_time_update {{ stop_id: "{stop}" departure {{ time: {time} }} }}' for stop, time in times.items())
    live = feed(f'trip {{ trip_id: "extra" route_id: "r8" schedule_relationship: ADDED }} {rows}')
    extra = leaving(timetable, "s2", NOW, live)[0]
    assert (f"{extra.at.astimezone(ZONE):%H:%M}", extra.live, timetable.routes[extra.route].name, extra.headsign) == (
        "08:06",
        True,
        "8",
        "King / Last",
    )
    assert leaving(timetable, "s4", NOW, live) == []  # it ends there
    assert (
        leaving(timetable, "s2", NOW, live, routes=[number for number, route in timetable.routes.items() if route.name == "7"])[0].headsign
        == "Last"
    )


def test_a_place_a_trip_passes_twice_is_told_apart(tmp_path: Path) -> None:
    times = "trip_id,departure_time,stop_id,stop_sequence\nt1,08:00:00,s1,1\nt1,08:10:00,s2,2\nt1,08:20:00,s1,3\nt1,08:30:00,s4,4\n"
    timetable = timetable_of(tmp_path, small(stop_times=times))
    rows = 'stop_time_update { stop_id: "s2" departure { delay: 60 } } stop_time_update { stop_id: "s1" departure { delay: 300 } }'
    assert first(timetable, "s1", feed(f"{T1} {rows}")) == ("08:25:00", True)


def test_a_run_of_a_trip_with_headways_is_put_right_by_its_start(tmp_path: Path) -> None:
    timetable = timetable_of(tmp_path, sample_feed())
    now = datetime(2007, 6, 11, 9, 5, tzinfo=ZoneInfo("America/Los_Angeles"))
    update = 'trip { trip_id: "STBA" start_time: "09:30:00" } stop_time_update { stop_sequence: 1 departure { delay: 120 } }'
    live = feed(update, made=now)
    route = [number for number, one in timetable.routes.items() if one.route_id == "STBA"]
    found = next_departures(timetable, [number_of(timetable, "STAGECOACH")], now, live=live, routes=route)
    assert [(f"{one.at.astimezone(timetable.zone):%H:%M}", one.live) for one in found[:2]] == [("09:32", True), ("10:00", False)]


def test_the_specification_s_example_delays_each_stop_as_it_says(tmp_path: Path) -> None:
    """Its words: stops 3 to 7 are 5 s late, 8 and 9 one; of 10 and beyond nothing is known. Its time is 14 September 2010, 9:44 UTC."""
    stops = "stop_id,stop_name\n" + "".join(f"e{number},E {number}\n" for number in range(1, 13))
    times = "trip_id,departure_time,stop_id,stop_sequence\n" + "".join(
        f"trip-1,06:{number:02}:00,e{number},{number}\n" for number in range(1, 13)
    )
    timetable = timetable_of(
        tmp_path,
        small(
            stops=stops,
            stop_times=times,
            trips="route_id,service_id,trip_id\nr7,daily,trip-1\n",
            calendar=f"service_id,{DAYS},start_date,end_date\ndaily,1,1,1,1,1,1,1,20100101,20101231\n",
        ),
    )
    live = read_trip_updates(text_format.Parse((FIXTURES / "trip-updates-full.asciipb").read_text(), wire.FeedMessage()))
    told = {number: leaving(timetable, f"e{number}", live.made, live)[0] for number in range(1, 12)}
    late = {number: one.late_s if one.live else None for number, one in told.items()}
    assert late == {1: None, 2: None, 3: 5, 4: 5, 5: 5, 6: 5, 7: 5, 8: 1, 9: 1, 10: None, 11: None}


def test_at_a_stop_with_more_departures_an_hour_than_are_told_those_to_come_are_told(tmp_path: Path) -> None:
    hours, minutes = range(7, 11), range(60)
    trips = "".join(f"r7,week,b{hour}.{minute},Last\n" for hour in hours for minute in minutes)
    times = "".join(
        f"b{hour}.{minute},{hour:02}:{minute:02}:00,{hour:02}:{minute:02}:00,s1,1\nb{hour}.{minute},11:30:00,11:30:00,s4,2\n"
        for hour in hours
        for minute in minutes
    )
    busy = timetable_of(
        tmp_path,
        small(
            trips="route_id,service_id,trip_id,trip_headsign\n" + trips,
            stop_times="trip_id,arrival_time,departure_time,stop_id,stop_sequence\n" + times,
        ),
    )
    found = clocks(leaving(busy, "s1", at("2026-11-30 09:00")))
    assert found[:2] == ["Mon 09:00", "Mon 09:01"]
    assert len(found) == ENOUGH


def test_the_last_bus_before_midnight_that_is_late_still_comes_after_it(tmp_path: Path) -> None:
    late = timetable_of(
        tmp_path,
        small(
            trips="route_id,service_id,trip_id,trip_headsign\nr7,week,t1,Last\n",
            stop_times=(
                "trip_id,arrival_time,departure_time,stop_id,stop_sequence\nt1,23:50:00,23:50:00,s1,1\nt1,23:55:00,23:55:00,s2,2\n"
                "t1,23:59:00,23:59:00,s3,3\n"
            ),
        ),
    )
    now = at("2026-12-01 00:05")
    update = f"""
        header {{ gtfs_realtime_version: "2.0" timestamp: {int(now.timestamp())} }}
        entity {{ id: "1" trip_update {{
            trip {{ trip_id: "t1" start_date: "20261130" }} stop_time_update {{ stop_sequence: 1 departure {{ delay: 1200 }} }}
        }} }}
    """
    live = read_trip_updates(text_format.Parse(update, wire.FeedMessage()))
    assert clocks(leaving(late, "s2", now, live))[0] == "Tue 00:15"


def alert(*informed: str, effect: str = "DETOUR") -> str:
    entities = " ".join(f"informed_entity {{ {one} }}" for one in informed)
    return f'alert {{ effect: {effect} {entities} header_text {{ translation {{ text: "{effect}" }} }} }}'


@pytest.mark.parametrize(
    ("informed", "told"),
    [
        (['route_id: "r7"'], True),
        (['route_id: "r8"'], False),
        (['stop_id: "s1"'], True),
        (['stop_id: "s2"'], False),
        (['route_id: "r7" stop_id: "s1"'], True),
        (['route_id: "r7" stop_id: "s2"'], False),  # of this route, but at another stop
        (['route_id: "r8"', 'trip { route_id: "r7" }'], True),
        (['trip { trip_id: "t1" route_id: "r7" }'], False),  # it has left
        (['trip { trip_id: "t2" route_id: "r7" }'], True),
        (['agency_id: "A"'], False),  # a detour, nobody knows where
        ([], False),
    ],
)
def test_a_notice_is_told_where_it_matters(timetable: Timetable, informed: List[str], told: bool) -> None:
    text = f'header {{ gtfs_realtime_version: "2.0" }} entity {{ id: "1" {alert(*informed)} }}'
    alerts = read_alerts(text_format.Parse(text, wire.FeedMessage()))
    assert bool(relevant(alerts, timetable, leaving(timetable, "s1", NOW), NOW)) is told


@pytest.mark.parametrize(
    ("effect", "informed", "told"),
    [
        ("NO_SERVICE", 'agency_id: "A"', True),
        ("REDUCED_SERVICE", 'agency_id: "A"', True),
        ("SIGNIFICANT_DELAYS", "route_type: 3", True),
        ("NO_SERVICE", "route_type: 0", False),  # trams, and a bus leaves here
        ("OTHER_EFFECT", 'agency_id: "A"', False),
        ("NO_SERVICE", 'agency_id: "A" route_id: "r8"', False),
    ],
)
def test_when_little_runs_at_all_it_is_told_first(timetable: Timetable, effect: str, informed: str, told: bool) -> None:
    own, wide = alert('route_id: "r7"'), alert(informed, effect=effect)
    text = f'header {{ gtfs_realtime_version: "2.0" }} entity {{ id: "1" {own} }} entity {{ id: "2" {wide} }}'
    found = relevant(read_alerts(text_format.Parse(text, wire.FeedMessage())), timetable, leaving(timetable, "s1", NOW), NOW)
    assert [one.text("en") for one in found] == [*([effect] if told else []), "DETOUR"]
