"""What residents ask about, as open data: counts that lead to nobody, see docs/numbers.md, "Open data".

A question is one resident asking about one topic in one month, however often, so a count is a count of people.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from django.db.models import Count

from bot.conversations.models import TurnSummary
from bot.review.cells import csv_lines
from bot.review.periods import DAY, Period, today
from bot.sealing import lookup_digest

Words = Mapping[str, Mapping[str, Any]]
SMALLEST = 5  # a smaller count is not shown
ROOM = 2 * (SMALLEST - 1)  # how far the counts held back must be, together, above the least they can be: one each
ALL = "all"
UNKNOWN = "und"  # of BCP 47: a language that could not be told
DATATYPES = {"month": "gYearMonth", "questions": "nonNegativeInteger"}
COLUMNS = ("month", "channel", "language", "topic", "questions")


@dataclass(frozen=True)
class Row:
    """`questions` None: not shown, because it or another count of the month is small."""

    month: str  # 2026-11
    channel: str
    language: str
    topic: str
    questions: Optional[int]


class MonthsError(ValueError):
    """These months cannot be counted; the message says why."""


def write(first: date, last: date, file: Path, said: Words) -> Tuple[Path, int]:
    """Writes a CSV file, and beside it its description: W3C "CSV on the Web", found by its name.

    Args:
        said: the words of the description, by language: `title`, `description` and the `columns`.
    Returns:
        The file of the description, and how many rows there are.
    Raises:
        MonthsError: there is none, or one is not over yet.
        OSError: not written.
    """
    if first > last:
        raise MonthsError("the first month is after the last one")
    if Period.of_month(last.year, last.month).last >= today():
        raise MonthsError("a month is counted when it is over: a part of it beside the whole could give small counts away")
    found = [(row.month, row.channel, row.language, row.topic, row.questions) for row in rows(first, last)]
    with file.open("w", encoding="utf-8", newline="") as table:
        table.writelines(csv_lines([COLUMNS, *found]))
    description = file.with_name(f"{file.name}-metadata.json")
    description.write_text(json.dumps(described(file.name, said), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return description, len(found)


def described(name: str, said: Words) -> Dict[str, Any]:
    """The description of a file of this name, in each language. Source: W3C, Metadata Vocabulary for Tabular Data, 2015."""
    return {
        "@context": "http://www.w3.org/ns/csvw",
        "url": name,
        "dc:title": [{"@value": words["title"], "@language": language} for language, words in said.items()],
        "dc:description": [{"@value": words["description"], "@language": language} for language, words in said.items()],
        "tableSchema": {
            "columns": [
                {
                    "name": column,
                    "titles": column,
                    "dc:description": [{"@value": words["columns"][column], "@language": language} for language, words in said.items()],
                    "datatype": DATATYPES.get(column, "string"),
                }
                for column in COLUMNS
            ],
            "primaryKey": list(COLUMNS[:-1]),
        },
    }


def rows(first: date, last: date) -> Iterator[Row]:
    """Whole months, from the one `first` is in to the one `last` is in: each count that is not zero, then the month's total."""
    month = first.replace(day=1)
    while month <= last:
        period = Period.of_month(month.year, month.month)
        yield from _month(period)
        month = period.last + DAY


def _month(period: Period) -> Iterator[Row]:
    begin, end = period.bounds()
    name = f"{period.first:%Y-%m}"
    asked = TurnSummary.objects.filter(at__gte=begin, at__lt=end).exclude(topic="")
    counted = list(
        asked.order_by("channel", "language", "topic")
        .values_list("channel", "language", "topic")
        .annotate(questions=Count("visit__conversation", distinct=True))
    )
    cells = [(channel, language or UNKNOWN, topic) for channel, language, topic, _ in counted]
    order = sorted(range(len(cells)), key=lambda number: lookup_digest("statistics", "\n".join((name, *cells[number]))))
    shown, total = held_back([row[-1] for row in counted], order)
    for cell, questions in zip(cells, shown, strict=True):
        yield Row(name, *cell, questions)
    yield Row(name, ALL, ALL, ALL, total)


def held_back(counts: Sequence[int], order: Sequence[int]) -> Tuple[List[Optional[int]], Optional[int]]:
    """The counts that may be shown beside their total, and the total, so that nobody can work out one that is not shown.

    Small counts are held back, then others, until the counts held back have `ROOM` in their sum: each of them could then be
    anything from 1 to `ROOM` at least, even for a reader who knows this rule. That reader must not know `order`.

    Args:
        counts: at least 1 each.
        order: the places in `counts`, in the order they are held back in for others' sake. A secret.
    Returns:
        None for what is held back: also the total where too little is left to hide behind.
    """
    hidden = {place for place, count in enumerate(counts) if count < SMALLEST}
    if not hidden:
        return list(counts), sum(counts)
    others = [place for place in order if place not in hidden]
    room, helped = sum(counts[place] - 1 for place in hidden), False
    for place in others:
        if helped and room >= ROOM:
            break
        hidden.add(place)
        room, helped = room + counts[place] - 1, True
    shown = [None if place in hidden else count for place, count in enumerate(counts)]
    return shown, sum(counts) if helped and room >= ROOM else None
