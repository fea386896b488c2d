"""Days and times as the city takes them, from how residents say them: "yesterday evening", "depuis lundi", "for 3 weeks", "2026-03-01"."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Optional

from babel.dates import format_time

from actions.report_words import about_the_past, is_to_come, lasting, part_of_day
from actions.words import LOCALES, spoken_date
from bot.city import city
from bot.language.dates import find_when
from bot.language.day_arithmetic import months_later
from bot.language.days import HALF_A_YEAR

DAY, WEEK = timedelta(1), timedelta(7)
DAYS, MONTHS = {"days": 1, "weeks": 7}, {"months": 1, "years": 12}


def moment_in(text: str, question: str, today: date) -> Optional[str]:
    """The moment a text names, as ISO 8601 with offset; None when it names none. A time alone is of today.

    A part of the day stands for an hour, a day alone for its midnight, a run of days for its first. Where the question or the
    answer is about the past, a day is the last one of its name or date, "3 weeks" is how long ago, and a day to come is none.
    """
    past = about_the_past(f"{question} {text}")
    when, hour = find_when(text, today), part_of_day(text)
    day, clock = (when.start, when.time) if when else (None, None)
    if day and day > today and past:
        day = _last(text, day, today)
    elif day is None:
        day = (_ago(text, today) if past else None) or (today if clock is not None else None)
    return datetime.combine(day, clock or time(hour or 0), city().timezone).isoformat() if day else None


def _ago(text: str, today: date) -> Optional[date]:
    """The day on which something began that lasts as long as a text says."""
    number, unit = lasting(text) or (0, "")
    if unit in MONTHS:
        return months_later(today, -number * MONTHS[unit])
    return today - timedelta(number * DAYS[unit]) if unit else None


def _last(text: str, day: date, today: date) -> Optional[date]:
    """The last day that a text may mean, of which `day` is one to come: a week before for a day of the week, a year for a date.

    None for a day that is to come as it is said: "tomorrow", "in 3 days", "october 12, 2030".
    """
    if is_to_come(text) or _start(text, today + DAY) != day:  # counted from today
        return None
    before = _start(text, today - WEEK)
    last = _start(text, today - timedelta(HALF_A_YEAR)) if before == day else before
    return last if last and last <= today else None


def _start(text: str, today: date) -> Optional[date]:
    """The first day a text names when it is said on `today`."""
    when = find_when(text, today)
    return when.start if when else None


def spoken_moment(value: str, language: str) -> str:
    """A moment as residents read it; a midnight is a day whose time is not known."""
    moment = datetime.fromisoformat(value)
    day = spoken_date(moment.date(), language, year=True)
    clock = format_time(moment.time(), "short", locale=LOCALES[language]).replace("\u202f", " ").replace("\u00a0", " ")  # not in GSM-7
    return day if moment.time() == time() else f"{day}, {clock}"
