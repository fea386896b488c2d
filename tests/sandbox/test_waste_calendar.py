"""The collection days the sandbox tells over HTTP, as events and as a calendar file."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import requests
from icalendar import Calendar

from bot.city import city
from tests.sandbox.asking import AREA, SERVICE, TIMEOUT_S, picked_up, place_events, suggestions

WEDNESDAYS = "45 queen st n"  # in week a
FRIDAYS = "100 tyson dr"  # in week a
APARTMENTS = "55 queen st n"
YARD_WASTE_SEASON = "2026-04-01"


def test_an_event_has_the_fields_of_the_protocol(sandbox: str) -> None:
    found = place_events(sandbox, WEDNESDAYS, after="2026-03-01", before="2026-03-14", locale="en")
    ((zone_id, zone),) = found["zones"].items()
    assert (zone["id"], zone["service_id"]) == (int(zone_id), int(SERVICE))
    assert zone["title"] == "Wednesday A (sample data)"
    first, second = found["events"]
    assert (first["day"], picked_up(first)) == ("2026-03-04", ["garbage", "organics"])
    assert (second["day"], picked_up(second)) == ("2026-03-11", ["recycling", "organics"])
    assert first["zone_id"] == zone["id"]
    flag = first["flags"][0]
    assert (flag["subject"], flag["event_type"], flag["area_name"]) == ("Garbage", "pickup", AREA)
    assert first["id"] != second["id"]


def test_every_event_says_that_it_is_sample_data_in_the_language_asked(sandbox: str) -> None:
    events = place_events(sandbox, WEDNESDAYS)["events"]
    assert {event["custom_message"] for event in events} == {"Sample data: not a real collection day."}
    in_french = place_events(sandbox, WEDNESDAYS, locale="fr")["events"]
    assert {event["custom_message"] for event in in_french} == {"Données d'exemple : ce n'est pas un vrai jour de collecte."}
    assert {"Matières organiques"} <= {flag["subject"] for event in in_french for flag in event["flags"]}


def test_without_dates_the_next_eight_weeks_are_given(sandbox: str) -> None:
    today = datetime.now(city().timezone).date()
    days = [date.fromisoformat(event["day"]) for event in place_events(sandbox, WEDNESDAYS)["events"]]
    assert len(days) >= 8
    assert today <= min(days) <= today + timedelta(days=8)
    assert max(days) <= today + timedelta(days=57)


def test_a_holiday_moves_the_day_and_says_why(sandbox: str) -> None:
    (event,) = place_events(sandbox, FRIDAYS, after="2026-06-29", before="2026-07-05")["events"]
    assert event["day"] == "2026-07-04"
    (message,) = (flag for flag in event["flags"] if flag["event_type"] == "message")
    assert message["plain_text_message"] == "Collection is one day later because of Canada Day. (Sample data)"
    assert message["html_message"].startswith("<p>")
    (in_french,) = place_events(sandbox, FRIDAYS, after="2026-06-29", before="2026-07-05", locale="fr")["events"]
    assert in_french["flags"][-1]["plain_text_message"].startswith("Jour férié (Fête du Canada)")
    (usual,) = place_events(sandbox, FRIDAYS, after="2026-07-06", before="2026-07-12")["events"]
    assert usual["day"] == "2026-07-10"
    assert all(flag["event_type"] == "pickup" for flag in usual["flags"])


def test_a_day_with_only_a_message_is_no_collection(sandbox: str) -> None:
    (event,) = place_events(sandbox, FRIDAYS, after=YARD_WASTE_SEASON, before=YARD_WASTE_SEASON)["events"]
    assert picked_up(event) == []
    assert event["flags"][0]["subject"].startswith("Yard waste season")


def test_an_apartment_building_is_a_place_with_an_empty_calendar(sandbox: str) -> None:
    assert place_events(sandbox, APARTMENTS)["events"] == []


def test_an_unknown_place_or_service_is_not_found(sandbox: str) -> None:
    (place,) = suggestions(sandbox, WEDNESDAYS)
    for path in (f"00000000-0000-0000-0000-000000000000/services/{SERVICE}", f"{place['place_id']}/services/999"):
        for kind in ("events", "events.en.ics"):
            answer = requests.get(f"{sandbox}/waste/api/places/{path}/{kind}", timeout=TIMEOUT_S)
            assert answer.status_code == 404
            assert answer.json()["error"]


@pytest.mark.parametrize("query", [{"after": "soon"}, {"before": "2026-13-01"}, {"after": "9999-12-31"}, {"after": "0001-01-01"}])
def test_a_date_that_is_none_is_refused(sandbox: str, query: dict[str, str]) -> None:
    (place,) = suggestions(sandbox, WEDNESDAYS)
    answer = requests.get(f"{sandbox}/waste/api/places/{place['place_id']}/services/{SERVICE}/events", params=query, timeout=TIMEOUT_S)
    assert answer.status_code == 400
    assert "after and before" in answer.json()["error"]


def test_a_very_long_span_is_cut_and_a_reversed_one_is_empty(sandbox: str) -> None:
    long = place_events(sandbox, WEDNESDAYS, after="2026-01-01", before="2099-01-01")["events"]
    assert 50 <= len(long) <= 70
    assert place_events(sandbox, WEDNESDAYS, after="2026-02-01", before="2026-01-01")["events"] == []


@pytest.mark.parametrize(
    ("locale", "organics", "conjunction"), [("en", "Organics", "and"), ("fr", "Matières organiques", "et"), ("en-US", "Organics", "and")]
)
def test_the_calendar_file_holds_the_same_days_as_the_events(sandbox: str, locale: str, organics: str, conjunction: str) -> None:
    (place,) = suggestions(sandbox, WEDNESDAYS)
    answer = requests.get(f"{sandbox}/waste/api/places/{place['place_id']}/services/{SERVICE}/events.{locale}.ics", timeout=TIMEOUT_S)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    entries = Calendar.from_ical(answer.text).walk("VEVENT")
    assert len(entries) > 50
    in_file = {entry.decoded("DTSTART"): str(entry["SUMMARY"]) for entry in entries}
    for event in place_events(sandbox, WEDNESDAYS, locale=locale)["events"]:
        summary = in_file[date.fromisoformat(event["day"])]
        parts = summary.replace(f" {conjunction} ", ", ").split(", ")
        assert parts == [flag["subject"] for flag in event["flags"] if flag["event_type"] == "pickup"] or not picked_up(event)
    collected = [entry for entry in entries if organics in str(entry["SUMMARY"])]
    assert len(collected) > 50
    assert len({str(entry["UID"]) for entry in entries}) == len(entries)
