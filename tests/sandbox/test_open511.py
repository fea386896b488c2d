"""The sandbox's road events, in Open511's shapes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Dict, List

import pytest
import requests

from bot.city import city
from bot.sandbox.open511 import all_events
from bot.sandbox.seeds import seed
from tests.sandbox.asking import TIMEOUT_S

ROWS = seed("road_closures")["closures"]
DAY = date(2026, 12, 30)


def ask(sandbox: str, path: str = "events", **query: str) -> requests.Response:
    return requests.get(f"{sandbox}/open511/{path}", params=query, timeout=TIMEOUT_S)


def events(sandbox: str, **query: str) -> List[Dict[str, Any]]:
    answer = ask(sandbox, **query)
    assert answer.status_code == 200
    return answer.json()["events"]


def test_days_are_counted_from_today_across_the_year() -> None:
    row, event = next(
        (row, event) for row, event in zip(ROWS, all_events(DAY, "http://sandbox.example/"), strict=True) if row["starts"] == -12
    )
    assert event["schedule"]["intervals"] == ["2026-12-18T07:00/2027-01-19T19:00"]
    assert event["roads"] == [{"name": row["road"], "from": row["from"], "to": row["to"], "state": "CLOSED", "direction": "BOTH"}]
    assert "sample data" in event["description"]


def test_what_is_over_is_archived_and_only_listed_when_asked_for(sandbox: str) -> None:
    active, archived = events(sandbox, limit="500"), events(sandbox, status="ARCHIVED")
    assert {event["status"] for event in active} == {"ACTIVE"}
    assert {event["status"] for event in archived} == {"ARCHIVED"}
    assert len(active) + len(archived) == len(events(sandbox, status="ACTIVE,ARCHIVED", limit="500")) == len(ROWS)


def test_some_are_active_whatever_day_it_is_and_one_has_no_end(sandbox: str) -> None:
    assert len(events(sandbox, in_effect_on="now", limit="500")) > 0
    noon = datetime.combine(datetime.now(city().timezone).date() + timedelta(days=1), datetime.min.time()).replace(hour=12)
    assert 5 < len(events(sandbox, in_effect_on=noon.isoformat(), limit="500")) < len(ROWS)
    assert any(event["schedule"]["intervals"][0].endswith("/") for event in events(sandbox))


@pytest.mark.parametrize(
    ("query", "field", "value"),
    [({"severity": "MAJOR"}, "severity", "MAJOR"), ({"event_type": "SPECIAL_EVENT"}, "event_type", "SPECIAL_EVENT")],
)
def test_events_are_chosen_by_their_fields(sandbox: str, query: Dict[str, str], field: str, value: str) -> None:
    found = events(sandbox, **query)
    assert found
    assert {event[field] for event in found} == {value}
    assert len(found) < len(events(sandbox))


def test_a_box_finds_what_meets_it(sandbox: str) -> None:
    found = {event["roads"][0]["name"] for event in events(sandbox, bbox="-80.4890,43.4500,-80.4880,43.4506")}
    assert "King St W" in found
    assert "Bleams Rd" not in found
    assert events(sandbox, bbox="0,0,1,1") == []


def test_pages_follow_each_other(sandbox: str) -> None:
    first = ask(sandbox, limit="10").json()
    assert (len(first["events"]), first["pagination"]["offset"]) == (10, 0)
    rest = requests.get(sandbox + first["pagination"]["next_url"], timeout=TIMEOUT_S).json()
    assert not {event["id"] for event in first["events"]} & {event["id"] for event in rest["events"]}
    assert "next_url" not in ask(sandbox, limit="500").json()["pagination"]


def test_an_event_has_an_address_of_its_own(sandbox: str) -> None:
    (event,) = ask(sandbox, limit="1").json()["events"]
    assert requests.get(sandbox + event["url"], timeout=TIMEOUT_S).json()["events"] == [event]
    assert ask(sandbox, "events/sandbox.example/999").status_code == 404
    assert ask(sandbox, "jurisdiction").json()["name"].endswith("(sample data)")
    assert ask(sandbox, "").json()["services"][0]["url"] == "/open511/events"


@pytest.mark.parametrize("query", [{"bbox": "here"}, {"limit": "many"}, {"offset": "-1"}, {"in_effect_on": "soon"}])
def test_a_bad_parameter_is_refused(sandbox: str, query: Dict[str, str]) -> None:
    answer = ask(sandbox, **query)
    assert answer.status_code == 400
    assert next(iter(query)) in answer.json()["error"]
