"""Which days does a question about collection mean? What goes out in the evening is collected on the day behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Dict, Mapping, Optional

from bot.language.calendar_words import Words
from bot.language.days import days, part_of_day
from bot.language.found import Reading


@dataclass(frozen=True)
class Span:
    """First and last day, both included. `tonight`: the day is tomorrow because the bins go out tonight."""

    first: date
    last: date
    tonight: bool = False

    @property
    def one_day(self) -> bool:
        return self.first == self.last

    def to_slot(self) -> Dict[str, Any]:
        """Its JSON shape."""
        return {"first": self.first.isoformat(), "last": self.last.isoformat(), "tonight": self.tonight}

    @classmethod
    def from_slot(cls, shape: Mapping[str, Any]) -> Span:
        return cls(date.fromisoformat(shape["first"]), date.fromisoformat(shape["last"]), bool(shape["tonight"]))


def asked_span(text: str, today: date) -> Optional[Span]:
    """The first day or run of days that a message names; None when it names none."""
    words = Words.of(Reading.of(text))
    named = next(days(words, today), None)
    if named is None:
        return None
    if named.first == named.last and part_of_day(words, named) == "evening":
        day_after = named.first + timedelta(days=1)
        return Span(day_after, day_after, tonight=named.first == today)
    return Span(named.first, named.last)
