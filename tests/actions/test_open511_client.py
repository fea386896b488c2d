"""The client of road events against the sandbox and its faults, and events as real servers have them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Dict, List
from zoneinfo import ZoneInfo

import pytest
import responses

from actions.clients.errors import Failure
from actions.clients.ledger import ledger
from actions.clients.open511 import Open511
from actions.clients.roads import CLOSED, LANES, WORKS, Closure, RoadsError
from bot.sandbox.seeds import seed
from tests.actions.faults import EACH_FAULT
from tests.running import fault

TORONTO = ZoneInfo("America/Toronto")
TODAY = date(2026, 3, 3)
ELSEWHERE = "https://roads.example.org/api"


@pytest.fixture
def roads(sandbox: str) -> Open511:
    return Open511(f"{sandbox}/open511", zone=TORONTO)


def event(**changes: Any) -> Dict[str, Any]:
    road = {"name": "King St W", "from": "Francis St", "to": "Victoria St", "state": "CLOSED", "direction": "BOTH"}
    return {
        "id": "city.example/1",
        "status": "ACTIVE",
        "headline": "King St closed",
        "description": "Water  main",
        "schedule": {"intervals": ["2026-03-01T08:00/2026-03-05T17:00"]},
        "geography": {"type": "Point", "coordinates": [-80.49, 43.45]},
        "roads": [road],
        **changes,
    }


def read(*events: Any, today: date = TODAY, **more: Any) -> List[Closure]:
    with responses.RequestsMock() as mock:
        mock.get(f"{ELSEWHERE}/events", json={"events": list(events), "pagination": {"offset": 0}, **more})
        return Open511(ELSEWHERE, zone=TORONTO).closures(today)


def test_the_sandboxs_closures_that_have_not_ended_are_all_read(roads: Open511) -> None:
    seeds = [row for row in seed("road_closures")["closures"] if row["ends"] is None or row["ends"] >= 1]  # not today's: midnight may pass
    found = roads.closures(date(2020, 1, 1))
    assert {(row["road"], row["from"], row["to"]) for row in seeds} <= {(one.road, one.from_road, one.to_road) for one in found}
    bridge = next(one for one in found if one.road == "Victoria St N" and one.from_road == "Margaret Ave")
    assert (bridge.state, bridge.last, bridge.reason) == (CLOSED, None, "Bridge repair, sample data")
    assert bridge.paths[0][0] == (43.45704, -80.48405)


def test_an_event_says_its_road_its_days_and_its_place() -> None:
    expected = Closure(
        road="King St W",
        from_road="Francis St",
        to_road="Victoria St",
        state=CLOSED,
        reason="Water main",
        first=date(2026, 3, 1),
        last=date(2026, 3, 5),
        paths=(((43.45, -80.49),),),
        ends=datetime(2026, 3, 5, 17, tzinfo=TORONTO),
    )
    assert read(event()) == [expected]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("CLOSED", CLOSED),
        ("SOME_LANES_CLOSED", LANES),
        ("SINGLE_LANE_ALTERNATING", LANES),
        ("ALL_LANES_OPEN", WORKS),
        ("SOMETHING_NEW", WORKS),
        (None, WORKS),
    ],
)
def test_only_what_is_said_to_be_closed_is_told_as_closed(state: Any, expected: str) -> None:
    assert [one.state for one in read(event(roads=[{"name": "King St W", "state": state}]))] == [expected]


@pytest.mark.parametrize(
    ("schedule", "first", "last"),
    [
        ({"intervals": ["2026-03-01T08:00/"]}, date(2026, 3, 1), None),
        ({"intervals": ["2026-03-01T08:00/2026-03-02T08:00", "2026-03-03T08:00/2026-03-10T08:00"]}, date(2026, 3, 1), date(2026, 3, 10)),
        ({"intervals": ["2026-03-01T22:00/2026-03-05T00:00"]}, date(2026, 3, 1), date(2026, 3, 4)),  # until midnight: not on the fifth
        ({"intervals": ["2026-03-01/2026-03-05"]}, date(2026, 3, 1), date(2026, 3, 5)),
        ({"intervals": ["2026-03-02T03:00Z/2026-03-06T04:59:00+00:00"]}, date(2026, 3, 1), date(2026, 3, 5)),  # in UTC
        ({"recurring_schedules": [{"start_date": "2026-03-01", "end_date": "2026-03-08"}]}, date(2026, 3, 1), date(2026, 3, 8)),
        ({}, None, None),
        (None, None, None),
    ],
)
def test_the_days_of_a_schedule_are_local_and_include_both_ends(schedule: Any, first: Any, last: Any) -> None:
    (closure,) = read(event(schedule=schedule))
    assert (closure.first, closure.last) == (first, last)


def test_works_at_night_are_told_apart_from_works_all_day() -> None:
    nightly = {"recurring_schedules": [{"start_date": "2026-03-01", "daily_start_time": "20:00", "daily_end_time": "05:00"}]}
    assert [one.some_hours for one in read(event(), event(id="2", schedule=nightly))] == [False, True]


@pytest.mark.parametrize(
    ("schedule", "some_hours"),
    [
        ({"intervals": ["2026-03-01/2026-03-05"]}, False),
        ({"intervals": ["2026-03-01T00:00/2026-03-03T00:00", "2026-03-03T00:00/2026-03-05T00:00"]}, False),
        ({"intervals": ["2026-03-02T09:00/2026-03-02T15:00", "2026-03-03T09:00/2026-03-03T15:00"]}, True),
        ({"intervals": ["2026-03-01/2026-03-05"], "exceptions": ["2026-03-04"]}, True),
        ({"recurring_schedules": [{"start_date": "2026-03-01", "days": [6, 7]}]}, True),
        ({"recurring_schedules": [{"start_date": "2026-03-01", "days": [1, 2, 3, 4, 5, 6, 7]}]}, False),
        ({"recurring_schedules": [{"start_date": "2026-03-01"}]}, False),
    ],
)
def test_what_has_gaps_is_not_told_as_closed_throughout(schedule: Any, some_hours: bool) -> None:
    assert [one.some_hours for one in read(event(schedule=schedule))] == [some_hours]


def test_a_split_closure_is_in_effect_on_its_own_days_only() -> None:
    split = event(schedule={"intervals": ["2026-03-20T08:00/2026-03-22T17:00", "2026-03-01T08:00/2026-03-03T17:00"]})
    assert [(one.first, one.last) for one in read(split)] == [
        (date(2026, 3, 1), date(2026, 3, 3)),
        (date(2026, 3, 20), date(2026, 3, 22)),
    ]
    assert [one.first for one in read(split, today=date(2026, 3, 10))] == [date(2026, 3, 20)]
    assert not any(one.during(date(2026, 3, 10), date(2026, 3, 17)) for one in read(split))


@pytest.mark.parametrize(
    ("more", "day", "closed"),
    [
        ({}, date(2026, 3, 7), True),  # a Saturday
        ({}, date(2026, 3, 9), False),
        ({"daily_start_time": "20:00", "daily_end_time": "05:00"}, date(2026, 3, 9), True),  # until Monday morning
        ({"daily_start_time": "20:00", "daily_end_time": "23:00"}, date(2026, 3, 9), False),
        ({}, date(2026, 4, 4), False),  # over
    ],
)
def test_a_weekly_closure_is_in_effect_on_its_weekdays(more: Any, day: date, closed: bool) -> None:
    (weekly,) = read(
        event(schedule={"recurring_schedules": [{"start_date": "2026-03-01", "end_date": "2026-03-31", "days": [6, 7], **more}]})
    )
    assert weekly.during(day, day) is closed
    assert weekly.during(date(2026, 3, 9), date(2026, 3, 16))


@pytest.mark.parametrize(("direction", "told"), [("BOTH", ""), ("NONE", ""), (None, ""), ("N", "N"), ("SW", "SW")])
def test_a_direction_is_kept_unless_it_is_both(direction: Any, told: str) -> None:
    assert [one.direction for one in read(event(roads=[{"name": "King St W", "direction": direction}]))] == [told]


def test_what_is_over_or_archived_is_left_out_and_what_ends_today_is_not() -> None:
    over = event(id="2", schedule={"intervals": ["2026-03-01T08:00/2026-03-02T17:00"]})
    today = event(id="3", schedule={"intervals": ["2026-03-01T08:00/2026-03-03T17:00"]}, description="today")
    assert [one.reason for one in read(over, today, event(id="4", status="ARCHIVED"), event(id="3", description="again"))] == ["today"]


def test_each_road_of_an_event_is_a_closure_and_without_roads_the_headline_is_one() -> None:
    roads = [{"name": "King St W", "state": "CLOSED"}, {"name": "Duke St", "state": "SOME_LANES_CLOSED"}, {"state": "CLOSED"}]
    assert [(one.road, one.state) for one in read(event(roads=roads))] == [("King St W", CLOSED), ("Duke St", LANES)]
    assert [one.road for one in read(event(roads=None))] == ["King St closed"]


@pytest.mark.parametrize(
    ("geography", "points"),
    [
        ({"type": "LineString", "coordinates": [[-80.5, 43.4], [-80.4, 43.5]]}, [2]),
        ({"type": "MultiLineString", "coordinates": [[[-80.5, 43.4], [-80.4, 43.5]], [[-80.3, 43.3], [-80.2, 43.2]]]}, [2, 2]),
        ({"type": "Polygon", "coordinates": [[[-80.5, 43.4], [-80.4, 43.5], [-80.4, 43.4], [-80.5, 43.4]]]}, [4]),
        (None, []),
    ],
)
def test_geometries_of_every_kind_are_read(geography: Any, points: List[int]) -> None:
    assert [len(path) for path in read(event(geography=geography))[0].paths] == points


@pytest.mark.parametrize("end", ["9999-12-31", "9999-12-31T23:59:59Z"])
def test_a_closure_until_the_end_of_time_has_no_end(end: str) -> None:
    assert [(one.last, one.ends) for one in read(event(schedule={"intervals": [f"2026-03-01/{end}"]}))] == [(None, None)]


@pytest.mark.parametrize(
    "broken",
    [
        event(schedule={"intervals": ["soon/later"]}),
        event(schedule={"recurring_schedules": ["daily"]}),
        event(geography={"type": "Point", "coordinates": ["west", "north"]}),
        event(geography={"type": "Blob", "coordinates": []}),
        event(geography="here"),
        "event",
        None,
    ],
)
def test_an_event_that_is_none_is_malformed(broken: Any) -> None:
    with pytest.raises(RoadsError) as failed:
        read(broken)
    assert failed.value.failure is Failure.MALFORMED


def test_an_answer_without_a_list_of_events_is_malformed() -> None:
    with responses.RequestsMock() as mock:
        mock.get(f"{ELSEWHERE}/events", json={"meta": {}})
        with pytest.raises(RoadsError) as failed:
            Open511(ELSEWHERE, zone=TORONTO).closures(TODAY)
    assert failed.value.failure is Failure.MALFORMED


def test_every_page_is_read_and_pages_without_end_are_malformed() -> None:
    with responses.RequestsMock() as mock:
        more = {"offset": 0, "next_url": "/events?offset=1"}
        mock.get(f"{ELSEWHERE}/events", json={"events": [event()], "pagination": more})
        mock.get(f"{ELSEWHERE}/events", json={"events": [event(id="2")], "pagination": {"offset": 1}})
        assert len(Open511(ELSEWHERE, zone=TORONTO, bbox="-81,43,-80,44").closures(TODAY)) == 2
        asked = [call.request.params for call in mock.calls]
        assert [one["offset"] for one in asked] == ["0", "1"]
        assert {(one["status"], one["bbox"]) for one in asked} == {("ACTIVE", "-81,43,-80,44")}
    with pytest.raises(RoadsError):
        read(event(), pagination={"next_url": "/events"})


@EACH_FAULT
def test_each_fault_is_told_apart_from_no_closures(roads: Open511, sandbox: str, name: str, failure: Failure) -> None:
    with fault(sandbox, "open511", name), ledger(0.8), pytest.raises(RoadsError) as failed:
        roads.closures(TODAY)
    assert failed.value.failure is failure
    with fault(sandbox, "open511", "empty"):
        assert roads.closures(TODAY) == []


def test_a_refusal_is_told_as_one() -> None:
    with responses.RequestsMock() as mock:
        mock.get(f"{ELSEWHERE}/events", json={"error": "no key"}, status=403)
        with pytest.raises(RoadsError) as failed:
            Open511(ELSEWHERE, zone=TORONTO).closures(TODAY)
    assert (failed.value.failure, failed.value.status) == (Failure.REFUSED, 403)
