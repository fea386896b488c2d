"""Which days does a question about collection mean? What goes out in the evening is collected on the day behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Dict, Mapping, Optional

from bot.language.dates import find_when


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
    when = find_when(text, today)
    if when is None or when.start is None or when.end is None:
        return None
    if when.start == when.end and when.part == "evening":
        day_after = when.start + timedelta(days=1)
        return Span(day_after, day_after, tonight=when.start == today)
    return Span(when.start, when.end)
