"""When does a message mean? Its first day or run of days and its first time of day. What was tried: docs/decisions/dates.md."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import List, Optional

from bot.language.calendar_words import Words
from bot.language.days import days
from bot.language.found import Found, Reading
from bot.language.times import times


@dataclass(frozen=True)
class When:
    """`start` and `end` are the first and the last day, both included; None: no day is named. `time` is the city's local time."""

    start: Optional[date]
    end: Optional[date]
    time: Optional[time]

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
    found = moments(Reading.of(text), today)
    day = next((one.value for one in found if one.kind == "date"), "")
    clock = next((one.value for one in found if one.kind == "time"), "")
    if not day and not clock:
        return None
    first, _, last = day.partition("/")
    return When(
        date.fromisoformat(first) if first else None,
        date.fromisoformat(last or first) if first else None,
        time.fromisoformat(clock) if clock else None,
    )
