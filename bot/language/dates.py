"""When does a message mean? Its first day or run of days and its first time of day. What was tried: docs/decisions/dates.md."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import List, Optional

from bot.language.calendar_words import Words
from bot.language.days import days, part_of_day
from bot.language.found import Found, Reading
from bot.language.times import times


@dataclass(frozen=True)
class When:
    """`start` and `end` are the first and the last day, both included; None: no day is named. `time` is the city's local time.

    `part` of the day is "morning", "afternoon" or "evening", when it is said of it.
    """

    start: Optional[date]
    end: Optional[date]
    time: Optional[time]
    part: Optional[str] = None

    @property
    def days(self) -> str:
        """ "2026-11-27", "2026-11-28/2026-11-29", or nothing."""
        if self.start is None or self.end is None:
            return ""
        return self.start.isoformat() if self.start == self.end else f"{self.start.isoformat()}/{self.end.isoformat()}"

    @property
    def line(self) -> str:
        """The canonical text: "2026-11-27 19:30". Reading it gives the same, on any day."""
        return " ".join(part for part in (self.days, self.time.strftime("%H:%M") if self.time else "") if part)


def moments(reading: Reading, today: date) -> List[Found]:
    """Everything that names days (`date`, "2026-11-28/2026-11-29") or a time of day (`time`, "19:30").

    Args:
        today: the day it is where the city is.
    """
    words = Words.of(reading)
    found = [Found("date", When(one.first, one.last, None).days, *words.place(one.start, one.end)) for one in days(words, today)]
    clocks = [Found("time", one.time.strftime("%H:%M"), *words.place(one.start, one.end)) for one in times(words)]
    return found + clocks


def find_when(text: str, today: date) -> Optional[When]:
    """The first day or days and the first time of a text; None when it names neither. `today`: as for `moments`."""
    words = Words.of(Reading.of(text))
    day, clock = next(days(words, today), None), next(times(words), None)
    if day is None:
        return When(None, None, clock.time) if clock else None
    return When(day.first, day.last, clock.time if clock else None, part_of_day(words, day))
