"""Which days does a question about collection mean? "What goes out tonight" means what is collected tomorrow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Dict, Mapping, Optional

from bot.language.calendar_words import Words
from bot.language.days import days
from bot.language.found import Reading

_THE_NIGHT_BEFORE = {"tonight", "this evening", "ce soir"}


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
    if words.line[named.start : named.end] in _THE_NIGHT_BEFORE:
        tomorrow = named.first + timedelta(days=1)
        return Span(tomorrow, tomorrow, tonight=True)
    return Span(named.first, named.last)
