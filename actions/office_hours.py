"""Whether the offices that an answer sends people to are open now."""

from __future__ import annotations

from datetime import timedelta
from typing import Iterable, List

from babel.dates import format_date

from actions.words import LOCALES, below, line, now, spoken_date, spoken_time
from bot.offices import Office, offices, opening
from bot.sms.plain import plain
from bot.sms.segments import segments

NAMED_BY_WEEKDAY = timedelta(days=7)  # "Monday" is the next one


def hours_lines(some: Iterable[Office], language: str) -> List[str]:
    """A line for each office: that it is open, until when, or when it opens."""
    return [_line(office, language) for office in some]


def with_hours(text: str, topic: str, language: str, channel: str) -> str:
    """The answer to a question of a topic, with the hours of each of its offices whose phone number it names.

    As a text message only where that costs no segment more.
    """
    named = [office for office in offices_of(topic) if office.phone in text]
    whole = text + below(hours_lines(named, language))
    return text if channel == "sms" and segments(plain(whole)) > segments(plain(text)) else whole


def offices_of(topic: str) -> List[Office]:
    """The offices that answer questions of a topic."""
    return [office for office in offices() if topic in office.topics]


def _line(office: Office, language: str) -> str:
    moment = now()
    found = opening(office, moment)
    at = {"office": office.name[language], "phone": office.phone, "time": spoken_time(found.until, language)}
    if found.is_open:
        return line("office_open", language, **at)
    day = found.until.date()
    if day == moment.date():
        return line("office_opens_today", language, **at)
    near = day - moment.date() < NAMED_BY_WEEKDAY
    spoken = str(format_date(day, "EEEE", locale=LOCALES[language])) if near else spoken_date(day, language)
    return line("office_opens", language, day=spoken, **at)
