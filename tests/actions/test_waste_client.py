"""The collection calendar's client against the sandbox and its faults."""

from __future__ import annotations

import time
from datetime import date, timedelta
from typing import Any, Dict

import pytest
import responses

from actions.clients.errors import Failure
from actions.clients.ledger import ledger
from actions.clients.waste import Waste, WasteError
from tests.actions.faults import EACH_FAULT
from tests.running import fault

FIRST = date(2026, 3, 2)


def place_of(waste: Waste, address: str) -> str:
    return waste.places(address, "en")[0].place_id


def test_an_address_is_found_with_its_collections(waste: Waste) -> None:
    calendar = waste.calendar(place_of(waste, "200 King St W"), FIRST, FIRST + timedelta(weeks=4), "en")
    assert calendar is not None
    assert {pickup.stream for pickup in calendar.pickups} >= {"garbage", "recycling", "organics"}
    days = [pickup.day for pickup in calendar.pickups]
    assert days == sorted(days)
    assert all(FIRST <= day <= FIRST + timedelta(weeks=4) for day in days)


def test_two_addresses_that_differ_in_direction_are_both_given(waste: Waste) -> None:
    assert [place.name for place in waste.places("200 King St", "en")] == ["200 King St E, Kitchener", "200 King St W, Kitchener"]


def test_no_such_address_is_an_empty_list(waste: Waste) -> None:
    assert waste.places("1 Nowhere Blvd", "en") == []


def test_a_place_that_is_not_there_is_none(waste: Waste) -> None:
    assert waste.calendar("00000000-0000-0000-0000-000000000000", FIRST, FIRST, "en") is None


def test_a_building_without_curbside_collection_has_no_pickups(waste: Waste) -> None:
    calendar = waste.calendar(place_of(waste, "55 Queen St N"), FIRST, FIRST + timedelta(weeks=4), "en")
    assert calendar is not None
    assert calendar.pickups == ()


@pytest.mark.parametrize(("language", "word"), [("en", "Canada Day"), ("fr", "du Canada")])
def test_a_holiday_that_moves_collection_is_told_in_the_residents_language(waste: Waste, language: str, word: str) -> None:
    calendar = waste.calendar(place_of(waste, "200 Frederick St"), date(2026, 6, 29), date(2026, 7, 5), language)
    assert calendar is not None
    assert {pickup.day for pickup in calendar.pickups} == {date(2026, 7, 2)}
    assert any(word in notice.text for notice in calendar.notices)


@EACH_FAULT
def test_each_fault_is_told_apart_from_nothing_found(waste: Waste, sandbox: str, name: str, failure: Failure) -> None:
    with fault(sandbox, "waste", name), ledger(0.8), pytest.raises(WasteError) as failed:
        waste.places("200 King St W", "en")
    assert failed.value.failure is failure


def event(**changes: Any) -> Dict[str, Any]:
    flag = {"name": "garbage", "subject": "Garbage", "event_type": "pickup"}
    return {"day": "2026-03-03", "flags": [flag], **changes}


EVENTS = "https://waste.example/api/places/p/services/1/events"


def calendar_of(*events: Any) -> Any:
    with responses.RequestsMock() as mock:
        mock.get(EVENTS, json={"events": list(events)})
        return Waste("https://waste.example/api", area="A", service="1").calendar("p", FIRST, FIRST + timedelta(days=7), "en")


def test_odd_events_of_the_real_service_are_read() -> None:
    null_subject = event(flags=[{"name": "yardwaste", "subject": None, "event_type": "pickup"}])
    message = {"name": "holiday", "event_type": "message", "html_message": "<p>One day <b>later</b> &amp; quiet</p>"}
    calendar = calendar_of(event(flags=None), null_subject, event(flags=[message]), event(), event(), event(day="2026-05-01"))
    assert [(pickup.stream, pickup.subject) for pickup in calendar.pickups] == [("yardwaste", "yardwaste"), ("garbage", "Garbage")]
    assert [notice.text for notice in calendar.notices] == ["One day later & quiet"]


def test_a_day_of_several_streams_and_an_event_without_flags_are_read() -> None:
    named = [{"name": name, "subject": None, "event_type": "pickup"} for name in ("organics", "yardwaste")]
    nameless = {"name": None, "subject": "Bulky items", "event_type": "pickup"}
    calendar = calendar_of({"day": "2026-03-02"}, event(flags=[*named, nameless, {"event_type": "pickup"}, "odd"]))
    assert [(pickup.stream, pickup.subject) for pickup in calendar.pickups] == [
        ("organics", "organics"),
        ("yardwaste", "yardwaste"),
        ("Bulky items", "Bulky items"),
    ]


def test_a_calendar_is_asked_for_once_and_cut_to_what_is_asked(waste: Waste, sandbox: str) -> None:
    place = place_of(waste, "200 King St W")
    read = waste.collections(place, "en", FIRST)
    with fault(sandbox, "waste", "html500"):
        again = waste.collections(place, "en", FIRST)
    assert again == read
    assert again.as_of is None
    assert read.value is not None
    week = read.value.between(FIRST, FIRST + timedelta(days=6))
    assert {pickup.day for pickup in week.pickups} == {date(2026, 3, 3)}
    assert {notice.day for notice in week.notices} == {date(2026, 3, 3)}


def test_what_an_older_calendar_says_is_given_with_its_time_for_a_week(waste: Waste, sandbox: str) -> None:
    place = place_of(waste, "200 King St W")
    read = waste.collections(place, "en", FIRST)
    now = time.time()
    with fault(sandbox, "waste", "html500"):
        waste._calendars._clock = lambda: now + 6 * 86_400
        held = waste.collections(place, "en", FIRST)
        assert held.value == read.value
        assert held.as_of is not None
        assert abs(held.as_of.timestamp() - now) < 10
        waste._calendars._clock = lambda: now + 8 * 86_400
        with pytest.raises(WasteError):
            waste.collections(place, "en", FIRST)


@pytest.mark.parametrize("broken", [{"flags": []}, {"day": "soon"}, "event", None])
def test_an_event_without_a_day_is_malformed(broken: Any) -> None:
    with pytest.raises(WasteError) as failed:
        calendar_of(broken)
    assert failed.value.failure is Failure.MALFORMED
