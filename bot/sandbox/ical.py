"""A collection calendar as an iCalendar file: one all-day event per day.

Source: RFC 5545; ReCollect's files name what is collected in SUMMARY as "Organics, Yard waste and Recycling".
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Iterable, Iterator, List, Sequence

from bot.sandbox.schedule import Collection
from bot.sandbox.seeds import seed

CONTENT_TYPE = "text/calendar; charset=utf-8"
LINE_LIMIT = 75  # bytes, RFC 5545 3.1


def calendar(place_id: str, days: Iterable[Collection], language: str) -> str:
    """The file's text."""
    words = seed("waste")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Sandbox city//Sample data//EN", "METHOD:PUBLISH"]
    lines.append(f"X-WR-CALNAME:{_escaped(words['calendar_name'][language])}")
    for one in days:
        lines += _event(place_id, one, language)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _event(place_id: str, one: Collection, language: str) -> List[str]:
    words = seed("waste")
    shown = [one.message] if one.message else list(one.streams)
    summary = _joined([row["subject"][language] for row in shown], words["and"][language])
    notes = [words["sample"][language]]
    if one.holiday:
        notes.insert(0, words["holiday_message"][language].format(holiday=one.holiday["name"][language]))
    return [
        "BEGIN:VEVENT",
        f"UID:{one.day:%Y%m%d}-{'message' if one.message else 'pickup'}-{place_id}",
        f"DTSTAMP:{datetime.now(timezone.utc):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{one.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{one.day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(summary)}",
        f"DESCRIPTION:{_escaped(' '.join(notes))}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _joined(names: Sequence[str], conjunction: str) -> str:
    *first, last = names
    return f"{', '.join(first)} {conjunction} {last}" if first else last


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """The line in parts of at most 75 bytes, continued with a space; a character is never cut."""
    part = ""
    for sign in line:
        if len(f"{part}{sign}".encode()) > LINE_LIMIT:
            yield part
            part = " "
        part += sign
    yield part
