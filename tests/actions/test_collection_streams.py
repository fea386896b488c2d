"""Questions about one stream: yes or no, and when next."""

from __future__ import annotations

from datetime import date
from typing import Optional

import pytest

from actions.clients.waste import Calendar, Pickup
from actions.collection_answer import of_stream, upcoming
from actions.collection_span import Span, asked_span
from actions.collection_streams import Asked, asked_stream
from tests.actions.turns import Said

THURSDAY = date(2026, 12, 3)
THIS_WEEK, NEXT_WEEK = Span(date(2026, 11, 30), date(2026, 12, 6)), Span(date(2026, 12, 7), date(2026, 12, 13))
TONIGHT = Span(date(2026, 12, 4), date(2026, 12, 4), tonight=True)
CALENDAR = Calendar(
    (
        Pickup(date(2026, 12, 4), "garbage", "Garbage"),
        Pickup(date(2026, 12, 4), "organics", "Organics"),
        Pickup(date(2026, 12, 11), "recycling", "Recycling"),
        Pickup(date(2026, 12, 11), "organics", "Organics"),
        Pickup(date(2026, 12, 18), "garbage", "Garbage"),
    )
)


@pytest.fixture(autouse=True)
def _it_is_thursday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actions.collection_answer.today", lambda: THURSDAY)


@pytest.mark.parametrize(
    ("text", "stream"),
    [
        ("do the blue boxes go out this week", Asked("recycling")),
        ("what day is the green cart", Asked("organics", open=True)),
        ("are leaf bags taken on friday", Asked("yardwaste")),
        ("do i put trash out tonight", Asked("garbage")),
        ("est-ce que le bac vert passe demain", Asked("organics")),
        ("les résidus de jardin, c'est quand", Asked("yardwaste", open=True)),
        ("is garbage cancelled tomorrow", Asked("garbage", open=True)),
        ("is the green bin delayed this week?", Asked("organics", open=True)),
        ("is there no garbage pickup tomorrow", Asked("garbage", open=True)),
        ("are they not taking recycling tomorrow", Asked("recycling", open=True)),
        ("aren't they taking leaves on friday?", Asked("yardwaste", open=True)),
        ("est-ce que les vidanges sont annulées demain", Asked("garbage", open=True)),
        ("il n'y a pas de recyclage demain?", Asked("recycling", open=True)),
        ("le bac vert est-il reporté cette semaine", Asked("organics", open=True)),
        ("is it trash or blue box on friday", None),
        ("when is garbage day", None),
        ("quel est l'horaire des ordures", None),
        ("what goes out tonight", None),
    ],
)
def test_the_stream_of_a_question_is_read(text: str, stream: Optional[Asked]) -> None:
    assert asked_stream(text) == stream
    assert stream is None or Asked.from_slot(stream.to_slot()) == stream


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("blue box this week or the next one", Span(THIS_WEEK.first, NEXT_WEEK.last)),
        ("c'est cette semaine ou l'autre", Span(THIS_WEEK.first, NEXT_WEEK.last)),
        ("today or tomorrow", Span(THURSDAY, date(2026, 12, 4))),
        ("trash or blue box this week", THIS_WEEK),
    ],
)
def test_both_sides_of_an_or_count(text: str, span: Span) -> None:
    assert asked_span(text, THURSDAY) == span


def read(span: Optional[Span], asked: Asked, language: str = "en") -> str:
    answer = of_stream(CALENDAR, span, asked, language) if span else upcoming(CALENDAR, language, asked)
    values = {"address": "200 King St W", "notices": "", "by_hand": "https://waste.example", **answer.values}
    return Said([{"response": answer.response, "buttons": [], **values}], []).text(language)


@pytest.mark.parametrize(
    ("span", "stream", "english", "french"),
    [
        (
            THIS_WEEK,
            Asked("garbage"),
            "Yes. Garbage at 200 King St W: Friday, December 4.\nOther collections: Friday, December 4: Green bin",
            "Oui. Ordures au 200 King St W : vendredi 4 décembre.\nAutres collectes : vendredi 4 décembre : Bac vert",
        ),
        (
            THIS_WEEK,
            Asked("recycling"),
            "No. Recycling at 200 King St W: not from Thursday, December 3 to Sunday, December 6.\nNext: Friday, December 11\n"
            "Other collections: Friday, December 4: Garbage and Green bin",
            "Non. Recyclage au 200 King St W : rien du jeudi 3 décembre au dimanche 6 décembre.\n"
            "Prochaine collecte : vendredi 11 décembre\n"
            "Autres collectes : vendredi 4 décembre : Ordures et Bac vert",
        ),
        (
            TONIGHT,
            Asked("garbage"),
            "Yes, put it out tonight. Garbage at 200 King St W: tomorrow, Friday, December 4.\n"
            "Other collections: Friday, December 4: Green bin",
            "Oui, à sortir ce soir. Ordures au 200 King St W : demain, vendredi 4 décembre.\n"
            "Autres collectes : vendredi 4 décembre : Bac vert",
        ),
    ],
)
def test_yes_or_no_comes_first_and_then_what_else_is_collected(span: Span, stream: Asked, english: str, french: str) -> None:
    assert read(span, stream) == english
    assert read(span, stream, "fr") == french


def test_a_question_for_one_of_two_weeks_is_answered_with_the_day() -> None:
    both = Span(THIS_WEEK.first, NEXT_WEEK.last)
    assert read(both, Asked("recycling", open=True)).startswith("Recycling at 200 King St W: Friday, December 11.")


@pytest.mark.parametrize("span", [THIS_WEEK, TONIGHT])
@pytest.mark.parametrize("stream", ["garbage", "recycling"])
def test_whether_it_is_cancelled_is_answered_with_the_day_and_no_yes_or_no(span: Span, stream: str) -> None:
    asked = asked_stream(f"is {stream} cancelled?")
    assert asked is not None
    english, french = read(span, asked), read(span, asked, "fr")
    day = {"garbage": ("December 4", "4 décembre"), "recycling": ("December 11", "11 décembre")}[stream]
    assert day[0] in english
    assert day[1] in french
    assert not english.startswith(("Yes", "No"))
    assert not french.startswith(("Oui", "Non"))


def test_not_tonight_says_when_next() -> None:
    text = read(TONIGHT, Asked("recycling"))
    assert text.startswith("No, not tonight. Recycling at 200 King St W: not tomorrow, Friday, December 4.\nNext: Friday, December 11")


def test_without_days_the_stream_comes_first() -> None:
    assert read(None, Asked("recycling", open=True)).split("\n")[1] == "Recycling: Friday, December 11"


@pytest.mark.parametrize("span", [None, THIS_WEEK])
def test_of_a_stream_that_the_calendar_does_not_show_this_is_said(span: Optional[Span]) -> None:
    text = read(span, Asked("yardwaste"))
    assert text.startswith("Yard waste: the calendar of 200 King St W shows no date now.")
    assert "Garbage: Friday, December 4" in text
    assert read(span, Asked("yardwaste"), "fr").startswith("Résidus de jardin : le calendrier")
