"""Questions about certain days: what goes out tonight, this week, next week. And what is said while the calendar is away."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Optional

import icalendar
import pytest
import requests

from actions.clients.waste import Waste
from actions.collection_day import ActionCollectionDay
from actions.collection_form import ActionAskCollectionAddress, ValidateCollectionForm
from actions.collection_span import Span, asked_span
from actions.words import today
from tests.actions.turns import Form, run, tracker
from tests.running import fault

THURSDAY = date(2026, 12, 3)
NEXT_WEEK = Span(date(2026, 12, 7), date(2026, 12, 13))


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("what goes out tonight", Span(date(2026, 12, 4), date(2026, 12, 4), tonight=True)),
        ("je sors quel bac ce soir", Span(date(2026, 12, 4), date(2026, 12, 4), tonight=True)),
        ("do i put the bins out tonite??", Span(date(2026, 12, 4), date(2026, 12, 4), tonight=True)),
        ("thursday night?", Span(date(2026, 12, 4), date(2026, 12, 4), tonight=True)),  # it is Thursday
        ("what do i put out tomorrow night", Span(date(2026, 12, 5), date(2026, 12, 5))),
        ("je mets quoi au chemin demain soir", Span(date(2026, 12, 5), date(2026, 12, 5))),
        ("quel bac demain en soirée", Span(date(2026, 12, 5), date(2026, 12, 5))),
        ("which bins go out monday evening", Span(date(2026, 12, 8), date(2026, 12, 8))),
        ("quel bac lundi soir", Span(date(2026, 12, 8), date(2026, 12, 8))),
        ("what was i to put out last night", Span(date(2026, 12, 3), date(2026, 12, 3))),
        ("is it collected tomorrow morning", Span(date(2026, 12, 4), date(2026, 12, 4))),
        ("on ramasse quoi demain matin", Span(date(2026, 12, 4), date(2026, 12, 4))),
        ("tomorrow, i work at night", Span(date(2026, 12, 4), date(2026, 12, 4))),
        ("which bins tomorrow", Span(date(2026, 12, 4), date(2026, 12, 4))),
        ("on met quoi au chemin demain", Span(date(2026, 12, 4), date(2026, 12, 4))),
        ("which bin this week", Span(date(2026, 11, 30), date(2026, 12, 6))),
        ("and next week?", NEXT_WEEK),
        ("et la semaine prochaine", NEXT_WEEK),
        ("is it garbage on friday", Span(date(2026, 12, 4), date(2026, 12, 4))),
        ("when is garbage at 200 king st w", None),
        ("c'est quand les ordures", None),
    ],
)
def test_the_days_of_a_question_are_read(text: str, span: Optional[Span]) -> None:
    assert asked_span(text, THURSDAY) == span


def test_a_span_survives_in_the_conversation() -> None:
    tonight = Span(THURSDAY, THURSDAY, tonight=True)
    assert Span.from_slot(tonight.to_slot()) == tonight


@pytest.fixture
def form(waste: Waste) -> Form:
    return Form(ValidateCollectionForm(waste), {"collection_address": ActionAskCollectionAddress()}, ActionCollectionDay(waste))


def test_the_days_are_remembered_while_the_address_is_asked_for(form: Form) -> None:
    assert form.say("what goes out next week", "collection_day").responses == ["utter_ask_collection_address"]
    said = form.say("200 king st w")
    monday = today() - timedelta(days=today().weekday()) + timedelta(weeks=1)
    assert said.responses == ["utter_collection_between"]
    assert f"From Monday, {monday:%B} {monday.day} to Sunday" in said.text()
    assert "Green bin" in said.text()
    assert form.slots["collection_days"] is None


@pytest.mark.parametrize("question", ["and next week?", "what about next week", "next week?"])
def test_the_next_question_may_only_change_the_days(form: Form, question: str) -> None:
    assert form.say("which bins this week at 200 king st w", "collection_day").responses[0].startswith("utter_collection")
    said = form.say(question, "collection_day")
    assert said.responses == ["utter_collection_between"]
    assert "200 King St W" in said.text()


def test_a_month_far_away_is_asked_for_and_not_taken_from_what_is_kept(form: Form) -> None:
    far = today().replace(day=1) + timedelta(days=130)
    said = form.say(f"which bins in {far:%B %Y} at 200 king st w", "collection_day")
    assert said.responses == ["utter_collection_between"]
    assert f"{far:%B}" in said.text()


def test_a_building_without_a_calendar_is_told_as_such_whatever_days_are_asked_about(form: Form) -> None:
    assert form.say("what goes out tomorrow at 55 queen st n", "collection_day").responses == ["utter_collection_no_calendar"]


def test_inside_another_form_the_days_of_the_message_count(waste: Waste) -> None:
    asked = tracker("what goes out next week at 45 queen st n?", "collection_day", loop="report_form", slots={"collection_days": None})
    assert run(ActionCollectionDay(waste), asked).responses == ["utter_collection_between"]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_calendar_file_of_the_place_goes_along_and_opens(sandbox: str, language: str) -> None:
    waste = Waste(f"{sandbox}/waste/api", area="RegionOfWaterlooON", service="1110", calendar_url=f"{sandbox}/waste/api")
    form = Form(ValidateCollectionForm(waste), {}, ActionCollectionDay(waste), slots={"language": language})
    link = form.say("garbage day 200 king st w", "collection_day").messages[-1]["custom"]["link"]
    read = icalendar.Calendar.from_ical(requests.get(link["url"], timeout=10).text)
    assert len(read.walk("VEVENT")) > 50
    assert link["title"]


def test_no_calendar_file_goes_along_where_the_authority_offers_none(form: Form) -> None:
    assert "link" not in form.say("garbage day 200 king st w", "collection_day").messages[-1]["custom"]


@pytest.mark.parametrize(
    ("channel", "calendar_url", "shown"),
    [
        ("sms", "https://calendar.example", False),  # a segment of its own
        ("telegram", "https://calendar.example", True),
        ("telegram", "http://127.0.0.1:5090", False),  # no button of Telegram's leads there
        ("webchat", "http://127.0.0.1:5090", True),
    ],
)
def test_a_calendar_file_goes_along_where_a_channel_can_show_it(sandbox: str, channel: str, calendar_url: str, shown: bool) -> None:
    waste = Waste(f"{sandbox}/waste/api", area="RegionOfWaterlooON", service="1110", calendar_url=calendar_url)
    asked = tracker("garbage day 200 king st w", "collection_day", loop="report_form")
    asked.latest_message["metadata"]["channel"] = channel
    assert ("link" in run(ActionCollectionDay(waste), asked).messages[-1]["custom"]) is shown


def test_while_the_calendar_is_away_what_was_read_before_is_told_with_its_age(form: Form, waste: Waste, sandbox: str) -> None:
    form.say("garbage day 200 king st w", "collection_day")
    later = datetime.now(timezone.utc).timestamp() + 13 * 3600
    for kept in (waste._places, waste._calendars):
        kept._clock = lambda: later
    with fault(sandbox, "waste", "html500"):
        said = form.say("what goes out next week at 200 king st w", "collection_day")
    assert said.responses == ["utter_collection_between"]
    assert "Green bin" in said.text()
    assert "As of " in said.text()
    assert "I cannot reach the system right now" in said.text()
