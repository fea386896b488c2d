"""What is said to a question about certain days, with a calendar that is known."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from actions.clients.kept import Held
from actions.clients.waste import Calendar, Notice, Pickup
from actions.collection_answer import in_span, upcoming
from actions.collection_day import ActionCollectionDay
from actions.collection_span import Span
from tests.actions.turns import Said, run, tracker

THURSDAY = date(2026, 12, 3)
NEXT_WEEK = Span(date(2026, 12, 7), date(2026, 12, 13))
PICKUPS = (
    Pickup(date(2026, 12, 1), "organics", "Organics"),
    Pickup(date(2026, 12, 4), "garbage", "Garbage"),
    Pickup(date(2026, 12, 4), "organics", "Organics"),
    Pickup(date(2026, 12, 11), "recycling", "Recycling"),
    Pickup(date(2026, 12, 11), "organics", "Organics"),
    Pickup(date(2026, 12, 26), "garbage", "Garbage"),
)
MOVED = Notice(date(2026, 12, 26), "One day later because of Christmas Day.")


@pytest.fixture(autouse=True)
def _it_is_thursday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actions.collection_answer.today", lambda: THURSDAY)


def text_of(span: Span, language: str = "en") -> str:
    """What is read about a span in the calendar above."""
    answer = in_span(Calendar(PICKUPS, (MOVED,)), span, language)
    notices = "".join(f"\n{one}" for one in answer.notices)
    values = {"buttons": [], "address": "200 King St W", "notices": notices, **answer.values}
    return Said([{"response": answer.response, **values}], []).text(language)


@pytest.mark.parametrize(
    ("span", "english", "french"),
    [
        (
            Span(date(2026, 12, 4), date(2026, 12, 4), tonight=True),
            "Put these out tonight at 200 King St W: Garbage and Green bin. They are collected tomorrow, Friday, December 4.",
            "À sortir ce soir au 200 King St W : Ordures et Bac vert. La collecte est demain, vendredi 4 décembre.",
        ),
        (
            Span(date(2026, 12, 4), date(2026, 12, 4)),
            "On Friday, December 4 at 200 King St W: Garbage and Green bin.",
            "Le vendredi 4 décembre, au 200 King St W : Ordures et Bac vert.",
        ),
        (
            NEXT_WEEK,
            "From Monday, December 7 to Sunday, December 13 at 200 King St W:\nFriday, December 11: Recycling and Green bin",
            "Du lundi 7 décembre au dimanche 13 décembre, au 200 King St W :\nvendredi 11 décembre : Recyclage et Bac vert",
        ),
        (
            Span(date(2026, 12, 5), date(2026, 12, 5)),
            "Nothing is collected on Saturday, December 5 at 200 King St W.\nNext: Friday, December 11: Recycling and Green bin",
            "Rien n'est ramassé le samedi 5 décembre au 200 King St W.\nProchaine collecte, vendredi 11 décembre : Recyclage et Bac vert",
        ),
        (
            Span(date(2026, 12, 26), date(2026, 12, 26)),
            "On Saturday, December 26 at 200 King St W: Garbage.\nOne day later because of Christmas Day.",
            "Le samedi 26 décembre, au 200 King St W : Ordures.\nOne day later because of Christmas Day.",
        ),
    ],
    ids=["tonight", "one day", "a week", "nothing that day", "moved by a holiday"],
)
def test_the_days_that_were_asked_about_are_answered_first(span: Span, english: str, french: str) -> None:
    assert text_of(span) == english
    assert text_of(span, "fr") == french


def test_of_a_week_that_has_begun_only_what_is_still_to_come_is_told() -> None:
    text = text_of(Span(date(2026, 11, 30), date(2026, 12, 6)))
    assert text == "From Thursday, December 3 to Sunday, December 6 at 200 King St W:\nFriday, December 4: Garbage and Green bin"


def test_a_day_that_is_over_is_still_answered() -> None:
    assert text_of(Span(date(2026, 12, 1), date(2026, 12, 1))) == "On Tuesday, December 1 at 200 King St W: Green bin."


@pytest.mark.parametrize(
    ("span", "english", "french"),
    [
        (
            Span(date(2026, 11, 23), date(2026, 11, 29)),
            "From Monday, November 23 to Sunday, November 29 at 200 King St W:\nWednesday, November 25: Recycling",
            "Du lundi 23 novembre au dimanche 29 novembre, au 200 King St W :\nmercredi 25 novembre : Recyclage",
        ),
        (
            Span(date(2026, 11, 1), date(2026, 11, 30)),
            "From Sunday, November 1 to Monday, November 30 at 200 King St W:\nWednesday, November 25: Recycling",
            "Du dimanche 1er novembre au lundi 30 novembre, au 200 King St W :\nmercredi 25 novembre : Recyclage",
        ),
        (
            Span(date(2026, 11, 16), date(2026, 11, 22)),
            "Nothing is collected from Monday, November 16 to Sunday, November 22 at 200 King St W.\nNext: Friday, December 4: Garbage",
            "Rien n'est ramassé du lundi 16 novembre au dimanche 22 novembre au 200 King St W.\n"
            "Prochaine collecte, vendredi 4 décembre : Ordures",
        ),
    ],
    ids=["last week", "last month", "a week without collection"],
)
def test_of_days_that_are_over_all_are_told(span: Span, english: str, french: str) -> None:
    calendar = Calendar((Pickup(date(2026, 11, 25), "recycling", "Recycling"), Pickup(date(2026, 12, 4), "garbage", "Garbage")))
    for language, text in (("en", english), ("fr", french)):
        answer = in_span(calendar, span, language)
        assert Said([{"response": answer.response, "address": "200 King St W", "notices": "", **answer.values}], []).text(language) == text


def test_after_nothing_tonight_comes_what_is_next() -> None:
    nothing = Span(date(2026, 12, 5), date(2026, 12, 5), tonight=True)
    assert in_span(Calendar(PICKUPS), nothing, "en").response == "utter_collection_none_tonight"
    assert "Next: Friday, December 11" in text_of(nothing)


def test_days_behind_the_end_of_the_calendar_are_not_told_as_days_without_collection() -> None:
    beyond = Span(date(2027, 1, 4), date(2027, 1, 10))
    assert in_span(Calendar(PICKUPS), beyond, "en").response == "utter_collection_not_shown"
    assert in_span(Calendar(()), beyond, "en").response == "utter_collection_not_shown"


def test_a_long_span_shows_its_first_days_and_how_many_more_there_are() -> None:
    days = [THURSDAY + timedelta(days=7 * week) for week in range(8)]
    calendar = Calendar(tuple(Pickup(day, "organics", "Organics") for day in days))
    lines = in_span(calendar, Span(days[0], days[-1]), "en").values["collections"].strip().split("\n")
    assert len(lines) == 6
    assert lines[-1] == "and 3 more"


def test_without_days_the_next_dates_are_told_and_none_that_is_over() -> None:
    assert upcoming(Calendar(PICKUPS), "en").values["collections"].startswith("\nGarbage: Friday, December 4")
    assert "December 1 " not in upcoming(Calendar(PICKUPS), "en").values["collections"]


def test_the_age_is_said_in_the_city_s_time_in_both_languages() -> None:
    read_at = datetime(2026, 12, 1, 20, 5, tzinfo=timezone.utc)
    for language, words in (("en", "As of December 1, 3:05 p.m."), ("fr", "En date du 1er décembre, 15 h 05.")):
        action = ActionCollectionDay(Away(read_at))
        given = tracker(
            "garbage", "collection_day", slots={"language": language, "collection_place": {"place_id": "p", "name": "200 King St W"}}
        )
        assert words in run(action, given).text(language)


class Away:
    """A calendar that was read at a certain time and cannot be read now."""

    def __init__(self, read_at: datetime) -> None:
        self.read_at = read_at

    def collections(self, place_id: str, language: str, day: date) -> Held[Calendar]:
        return Held(Calendar(PICKUPS), self.read_at)

    def calendar_file(self, place_id: str, language: str) -> None:
        return None
