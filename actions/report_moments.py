"""Days and times as the city takes them, from how residents say them: "yesterday evening", "depuis lundi", "2026-03-01 14:30"."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Optional

from babel.dates import format_time

from actions.report_words import about_the_past, is_to_come, part_of_day
from actions.words import LOCALES, spoken_date
from bot.city import city
from bot.language.dates import find_when

WEEK = timedelta(7)


def moment_in(text: str, question: str, today: date) -> Optional[str]:
    """The moment a text names, as ISO 8601 with offset; None when it names none, or only a time.

    A part of the day stands for an hour, a day alone for its midnight, a run of days for its first. A day of the week is
    the last one when the question or the answer is about the past, where a day to come is none.
    """
    when = find_when(text, today)
    if when is None:
        return None
    hour = part_of_day(text)
    clock = when.time or (time(hour) if hour is not None else time())
    day = when.start or (today if when.time is not None or hour is not None else None)
    if day is None:
        return None
    if day > today and about_the_past(f"{question} {text}"):
        day -= WEEK
        if day > today or is_to_come(text):
            return None
    return datetime.combine(day, clock, city().timezone).isoformat()


def spoken_moment(value: str, language: str) -> str:
    """A moment as residents read it; a midnight is a day whose time is not known."""
    moment = datetime.fromisoformat(value)
    day = spoken_date(moment.date(), language, year=True)
    clock = format_time(moment.time(), "short", locale=LOCALES[language]).replace("\u202f", " ").replace("\u00a0", " ")  # not in GSM-7
    return day if moment.time() == time() else f"{day}, {clock}"
