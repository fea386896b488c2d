"""Which days does a question about collection mean? What goes out in the evening is collected on the day behind it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Dict, Mapping, Optional

from bot.language.dates import find_when

DAYS_OF_A_WEEK = 7
_OR = re.compile(r"\b(?:or|ou)\b(?! est\b)", re.IGNORECASE)
# "(this week) or next", "ou la prochaine": the week is not named again.
_NEXT = re.compile(
    r"\W*(?:is it |is |on |c'est )*(?:the |la |l'|celle d')?(?:next|following|other|prochaine|suivante|autre|apres|après)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Span:
    """First and last day, both included. `tonight`: the day is tomorrow because the bins go out tonight."""

    first: date
    last: date
    tonight: bool = False

    @property
    def one_day(self) -> bool:
        return self.first == self.last

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def to_slot(self) -> Dict[str, Any]:
        """Its JSON shape."""
        return {"first": self.first.isoformat(), "last": self.last.isoformat(), "tonight": self.tonight}

    @classmethod
    def from_slot(cls, shape: Mapping[str, Any]) -> Span:
        return cls(date.fromisoformat(shape["first"]), date.fromisoformat(shape["last"]), bool(shape["tonight"]))


def asked_span(text: str, today: date) -> Optional[Span]:
    """The first day or run of days that a message names, with the one behind an "or"; None when it names none."""
    either = _OR.split(text, maxsplit=1)
    first = _first_span(either[0], today) if len(either) > 1 else None
    if first is None:
        return _first_span(text, today)
    second = _week_behind(first) if _NEXT.match(either[1]) and first.days == DAYS_OF_A_WEEK else _first_span(either[1], today)
    return Span(min(first.first, second.first), max(first.last, second.last)) if second else first


def _week_behind(span: Span) -> Span:
    return Span(span.first + timedelta(weeks=1), span.last + timedelta(weeks=1))


def _first_span(text: str, today: date) -> Optional[Span]:
    when = find_when(text, today)
    if when is None or when.start is None or when.end is None:
        return None
    if when.start == when.end and when.part == "evening":
        day_after = when.start + timedelta(days=1)
        return Span(day_after, day_after, tonight=when.start == today)
    return Span(when.start, when.end)
