"""Days as residents name them in a report, on Thursday, December 3, 2026."""

from __future__ import annotations

from datetime import date
from typing import Optional

import pytest

from actions.report_moments import moment_in

TODAY = date(2026, 12, 3)
SINCE = ("Since when has it been there?", "Depuis quand est-il là?")


def day_in(text: str, question: str = SINCE[0]) -> Optional[str]:
    moment = moment_in(text, question, TODAY)
    return moment[:10] if moment else None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("december 8", "2025-12-08"),
        ("le 8 décembre", "2025-12-08"),
        ("jan 4", "2026-01-04"),
        ("le 4 janvier", "2026-01-04"),
        ("december 1", "2026-12-01"),
        ("october 12", "2026-10-12"),
        ("january 4 2025", "2025-01-04"),
        ("friday", "2026-11-27"),
        ("vendredi", "2026-11-27"),
        ("monday at 7 pm", "2026-11-30"),
        ("the weekend", "2026-11-28"),
    ],
)
@pytest.mark.parametrize("question", SINCE)
def test_of_a_question_about_the_past_a_day_is_the_last_one_of_its_name_or_date(text: str, day: str, question: str) -> None:
    assert day_in(text, question) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("for 3 days", "2026-11-30"),
        ("3 weeks", "2026-11-12"),
        ("3weeks", "2026-11-12"),
        ("about two months now", "2026-10-03"),
        ("a week", "2026-11-26"),
        ("since a couple of weeks", "2026-11-19"),
        ("2 years", "2024-12-03"),
        ("depuis deux semaines", "2026-11-19"),
        ("ça fait un mois", "2026-11-03"),
        ("trois jours", "2026-11-30"),
        ("quinze jours", "2026-11-18"),
        ("depuis une quinzaine de jours", "2026-11-18"),
        ("un an", "2025-12-03"),
        ("3 weeks ago", "2026-11-12"),
        ("il y a 3 semaines", "2026-11-12"),
    ],
)
@pytest.mark.parametrize("question", SINCE)
def test_how_long_it_lasts_says_since_when(text: str, day: str, question: str) -> None:
    assert day_in(text, question) == day


@pytest.mark.parametrize(
    "text",
    [
        "tomorrow",
        "demain",
        "next friday",
        "vendredi qui vient",
        "in 3 days",
        "dans 3 jours",
        "december 8 2026",
        "a few days",
        "quelques jours",
        "1.5 weeks",
        "twenty one days",
        "vingt et un jours",
        "9999 weeks",
        "every day",
        "all week",
    ],
)
def test_a_day_to_come_and_a_time_that_is_not_sure_are_none(text: str) -> None:
    assert day_in(text) is None


@pytest.mark.parametrize(
    ("text", "day"), [("december 8", "2026-12-08"), ("friday", "2026-12-04"), ("in 3 days", "2026-12-06"), ("3 weeks", None)]
)
def test_a_question_about_what_is_to_come_is_read_forwards(text: str, day: Optional[str]) -> None:
    assert day_in(text, "When do you want it picked up?") == day


def test_an_hour_stands_beside_how_long_it_lasts() -> None:
    assert moment_in("2 weeks, always at night", SINCE[0], TODAY) == "2026-11-19T22:00:00-05:00"
