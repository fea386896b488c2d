"""Days and times as residents write them. Today is Thursday, 26 November 2026."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Optional

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from bot.language.calendar_words import LOCALES, Words
from bot.language.dates import When, find_when, moments
from bot.language.found import Reading
from bot.language.text import MAX_CHARACTERS

TODAY = date(2026, 11, 26)


def line(text: str, today: date = TODAY) -> Optional[str]:
    found = find_when(text, today)
    return found.line if found else None


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("tomorrow", "2026-11-27"),
        ("is garbage picked up tommorow?", "2026-11-27"),
        ("tmrw", "2026-11-27"),
        ("can i come tonight", "2026-11-26"),
        ("it was not picked up yesturday", "2026-11-25"),
        ("the day after tomorrow", "2026-11-28"),
        ("friday", "2026-11-27"),
        ("thursday", "2026-11-26"),  # today counts
        ("on wed", "2026-12-02"),
        ("Wed.", "2026-12-02"),  # nothing else is said
        ("sat 10 am works", "2026-11-28 10:00"),
        ("next thurs", "2026-12-03"),
        ("can i come in next monday", "2026-11-30"),
        ("monday next week", "2026-11-30"),
        ("this wendesday", "2026-12-02"),
        ("last tuesday", "2026-11-24"),
        ("last thursday", "2026-11-19"),
        ("not collected since monday", "2026-11-23"),
        ("by fri", "2026-11-27"),
        ("friday the 25th", "2026-12-25"),
        ("in 3 days", "2026-11-29"),
        ("in two weeks", "2026-12-10"),
        ("a week ago", "2026-11-19"),
        ("in 1 month", "2026-12-26"),
        ("Dec 5", "2026-12-05"),
        ("5 Dec 2027", "2027-12-05"),
        ("is it open december 5th?", "2026-12-05"),
        ("saturday, decemer 5, 2026", "2026-12-05"),
        ("november 20", "2026-11-20"),  # the nearest: it is past
        ("march 1", "2027-03-01"),
        ("Dec 5-7", "2026-12-05/2026-12-07"),
        ("since may", "2026-05-01/2026-05-31"),
        ("in december", "2026-12-01/2026-12-31"),
        ("2026-12-05", "2026-12-05"),
        ("2026/12/05", "2026-12-05"),
        ("25/12/2026", "2026-12-25"),
        ("12/25/2026", "2026-12-25"),
        ("05/05/2026", "2026-05-05"),  # the same either way
        ("this weekend", "2026-11-28/2026-11-29"),
        ("next weekend", "2026-12-05/2026-12-06"),
        ("next week", "2026-11-30/2026-12-06"),
        ("last month", "2026-10-01/2026-10-31"),
        ("demain", "2026-11-27"),
        ("après-demain", "2026-11-28"),
        ("apres demain svp", "2026-11-28"),
        ("avant-hier", "2026-11-24"),
        ("aujourd’hui", "2026-11-26"),
        ("ce soir", "2026-11-26"),
        ("cet après-midi", "2026-11-26"),
        ("lundi prochain", "2026-11-30"),
        ("jeudi prochain", "2026-12-03"),
        ("vendredi prochain", "2026-11-27"),  # the first one to come
        ("vendrdi", "2026-11-27"),
        ("ven. prochain", "2026-11-27"),
        ("mardi dernier", "2026-11-24"),
        ("pas ramassé depuis lundi", "2026-11-23"),
        ("lundi de la semaine prochaine", "2026-11-30"),
        ("dans deux semaines", "2026-12-10"),
        ("dans sept jours", "2026-12-03"),  # seven, not September
        ("il y a 3 jours", "2026-11-23"),
        ("le 5 décembre", "2026-12-05"),
        ("le sam. 5 déc.", "2026-12-05"),
        ("1er mars", "2027-03-01"),
        ("du 5 au 7 décembre", "2026-12-05/2026-12-07"),
        ("en décembre", "2026-12-01/2026-12-31"),
        ("cette fin de semaine", "2026-11-28/2026-11-29"),
        ("la fin de semaine prochaine", "2026-12-05/2026-12-06"),
        ("la semaine prochaine", "2026-11-30/2026-12-06"),
        ("mardi en huit", "2026-12-08"),
        ("jeudi en huit", "2026-12-03"),  # today is one
        ("le mardi en quinze", "2026-12-15"),
        ("demain en huit", "2026-12-04"),
        ("vendredi dans deux semaines", "2026-12-11"),
        ("a week from friday", "2026-12-04"),
        ("two weeks from friday", "2026-12-11"),
        ("a week from tomorrow", "2026-12-04"),
        ("is it garbage friday week?", "2026-12-04"),
        ("friday in two weeks", "2026-12-11"),
        ("tuesday after next", "2026-12-08"),
        ("friday after next", "2026-12-11"),
        ("the week after next", "2026-12-07/2026-12-13"),
        ("the weekend after next", "2026-12-12/2026-12-13"),
        ("friday this week", "2026-11-27"),
        ("mon week-end est gâché", "2026-11-28/2026-11-29"),  # no Monday
        ("mardi en 8 jours", "2026-12-01"),
        ("tomorrow at 7 am", "2026-11-27 07:00"),
        ("dec 5. 10 pm", "2026-12-05 22:00"),
        ("at 7 tonight", "2026-11-26 19:00"),
        ("demain à 19 h 30", "2026-11-27 19:30"),
        ("mardi 10 h", "2026-12-01 10:00"),
        ("dimanche à midi", "2026-11-29 12:00"),
    ],
)
def test_days_are_found(text: str, days: str) -> None:
    assert line(text) == days


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("7 am", "07:00"),
        ("7:30 p.m.", "19:30"),
        ("7.30pm", "19:30"),
        ("12 am", "00:00"),
        ("16:30", "16:30"),
        ("at 07:30", "07:30"),
        ("at 10 in the morning", "10:00"),
        ("at noon", "12:00"),
        ("midnight", "00:00"),
        ("19 h 30", "19:30"),
        ("19h", "19:00"),
        ("à 7 h du soir", "19:00"),
        ("8 heures du matin", "08:00"),
        ("à midi et demi", "12:30"),
        ("avant minuit", "00:00"),
        ("de 8 h à 17 h", "08:00"),
        ("half past seven pm", "19:30"),
        ("at half past 7 in the morning", "07:30"),
        ("quarter to 9 tonight", "2026-11-26 20:45"),
        ("a quarter past 8 a.m.", "08:15"),
        ("ten past seven pm", "19:10"),
        ("20 minutes to 8 pm", "19:40"),
        ("quarter to noon", "11:45"),
        ("quarter past midnight", "00:15"),
        ("8 to 5 pm", "17:00"),  # hours of opening, and no minutes
        ("8 heures et quart", "08:15"),
        ("8 heures moins quart", "07:45"),
        ("à 8 h moins le quart du soir", "19:45"),
        ("20 h moins vingt-cinq", "19:35"),
        ("midi et quart", "12:15"),
        ("minuit moins dix", "23:50"),
    ],
)
def test_a_time_is_found(text: str, clock: str) -> None:
    assert line(text) == clock


@pytest.mark.parametrize(
    "text",
    [
        "03/04/2026",  # March or April
        "31/31/2026",
        "2026-02-30",
        "feb 30",
        "feb 29",  # of no year near
        "every monday",
        "open monday to friday",
        "on fridays",
        "in 2 business days",
        "dans 2 jours ouvrables",
        "at 7",  # morning or evening
        "at 7:30",
        "13 pm",
        "un jeu en 15 minutes",
        "half past seven",
        "quarter to nine",
        "à 8 heures moins de bruit",
        "the first monday of the month",
        "le dernier vendredi du mois",
        "25:00",
        "we waited 2 hours",
        "limite de 3 h",
        "depuis 2 h",
        "il y a 2 h",
        "pendant 1 h 30",
        "24 h sur 24",
        "there are 3 potholes on king st",
        "il y a 3 nids-de-poule",
        "may i pay online",
        "you may 5",
        "5 may st",
        "12 august cres",
        "45 queen st n",
        "status of 26-000417",
        "call 519-741-2345",
        "account 123456789",
        "the sun is out",
        "my bin sat there",
        "we wed",
        "mon bac est brisé",
        "un jeu pour enfants",
        "marché de kitchener",
        "a demand for money",
        "same problem",
        "marc a appelé",
        "9999 days ago",
        "",
    ],
)
def test_what_only_looks_like_one(text: str) -> None:
    assert line(text) is None


@pytest.mark.parametrize(
    ("text", "today", "days"),
    [
        ("next thurs", date(2026, 11, 23), "2026-12-03"),  # on a Monday: of next week
        ("this thurs", date(2026, 11, 23), "2026-11-26"),
        ("jeudi prochain", date(2026, 11, 23), "2026-11-26"),  # the first one to come
        ("this weekend", date(2026, 11, 29), "2026-11-28/2026-11-29"),  # on its Sunday
        ("in 1 month", date(2026, 1, 31), "2026-02-28"),
        ("jan 2", date(2026, 12, 30), "2027-01-02"),
        ("dec 30", date(2027, 1, 2), "2026-12-30"),
        ("feb 29", date(2027, 12, 1), "2028-02-29"),
    ],
)
def test_what_a_day_means_depends_on_today(text: str, today: date, days: str) -> None:
    assert line(text, today) == days


def test_every_day_and_time_is_found_where_it_stands() -> None:
    text = "Pas demain mais lundi prochain à 9 h ou 10 h 30"
    found = moments(Reading.of(text), TODAY)
    assert [(one.kind, one.value, text[one.start : one.end]) for one in found] == [
        ("date", "2026-11-27", "demain"),
        ("date", "2026-11-30", "lundi prochain"),
        ("time", "09:00", "à 9 h"),
        ("time", "10:30", "10 h 30"),
    ]


DAYS = st.dates(date(2000, 1, 1), date(2090, 12, 31))
CLOCKS = st.builds(time, st.integers(0, 23), st.integers(0, 59))


@given(DAYS, st.integers(0, 40), st.none() | CLOCKS, DAYS)
def test_the_canonical_line_reads_as_the_same_on_any_day(start: date, days: int, clock: Optional[time], today: date) -> None:
    when = When(start, start + timedelta(days), clock)
    assert find_when(when.line, today) == when


@given(DAYS, st.sampled_from(["long", "medium", "full"]), st.sampled_from(["en", "fr"]), DAYS)
def test_a_date_as_babel_writes_it_is_read_back(day: date, style: str, language: str, today: date) -> None:
    text = format_date(day, style, locale=LOCALES[language])
    assert line(f"{text}?", today) == day.isoformat()


@given(CLOCKS)
def test_a_time_is_read_back_as_both_languages_write_it(clock: time) -> None:
    english = f"{(clock.hour - 1) % 12 + 1}:{clock.minute:02} {'am' if clock.hour < 12 else 'p.m.'}"
    assert find_when(f"at {english}", TODAY) == When(None, None, clock)
    assert find_when(f"à {clock.hour} h {clock.minute:02}", TODAY) == When(None, None, clock)


VOCABULARY = "next last this lundi dernier prochain mon dec 5 2026 31 - / : h am pm midi in dans 99 weeks mois ago sept the 29 feb il y a ."


@given(st.text(max_size=200) | st.lists(st.sampled_from(VOCABULARY.split()), max_size=12).map(" ".join), DAYS)
def test_any_text_can_be_read(text: str, today: date) -> None:
    found = find_when(text, today)
    assert found is None or (found.line and (found.start is None or found.end is None or found.start <= found.end))


def test_only_the_beginning_of_a_text_is_read() -> None:
    assert len(Words.of(Reading.of("1 " * 5000)).starts) <= MAX_CHARACTERS
    assert line("." * MAX_CHARACTERS + " tomorrow") is None
