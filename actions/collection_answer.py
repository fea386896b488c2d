"""The answer to a question about collection days: which response, and the lines in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Dict, List, Optional, Sequence, Tuple

from actions.clients.waste import Calendar, Pickup
from actions.collection_span import Span
from actions.collection_streams import Asked
from actions.words import below, joined, line, spoken_date, title, today

WEEKS_AHEAD = 4
MOST_DATES = 2  # per stream
MOST_DAYS = 5
SOMETHING = {"on": "utter_collection_on", "tonight": "utter_collection_tonight", "between": "utter_collection_between"}
NOTHING = {"on": "utter_collection_none_on", "tonight": "utter_collection_none_tonight", "between": "utter_collection_none_between"}
NOT_THE_STREAM = {
    "on": "utter_collection_stream_none_on",
    "tonight": "utter_collection_stream_none_tonight",
    "between": "utter_collection_stream_none_between",
}


@dataclass(frozen=True)
class Answer:
    """A response of the domain with its values; `notices` are the authority's words, each once."""

    response: str
    values: Dict[str, Any]
    notices: Tuple[str, ...]


def upcoming(calendar: Calendar, language: str, asked: Optional[Asked] = None) -> Answer:
    """The next dates of each stream, of the one that is asked for on top."""
    last = today() + timedelta(weeks=WEEKS_AHEAD)
    soon = calendar.between(today(), last)
    if asked is None:
        return Answer("utter_collection_days", {"collections": below(stream_lines(soon, language))}, _texts(soon))
    own = _of_stream(calendar.between(today(), date.max), asked.stream)
    others = Calendar(tuple(pickup for pickup in soon.pickups if pickup.stream != asked.stream))
    if own.pickups:
        lines = [*stream_lines(own, language), *stream_lines(others, language)]
        return Answer("utter_collection_days", {"collections": below(lines)}, _texts(soon))
    values = {"stream": title("streams", asked.stream, language), "collections": below(stream_lines(others, language))}
    return Answer("utter_collection_stream_not_shown", values, _texts(soon))


def of_stream(calendar: Calendar, span: Span, asked: Asked, language: str) -> Answer:
    """Whether one stream is collected in a span, and when next; then what else is. What is open is answered with days alone."""
    first = span.first if span.last < today() else max(span.first, today())
    within, after = calendar.between(first, span.last), max(span.last, today() - timedelta(days=1))
    own, following = _of_stream(within, asked.stream), _of_stream(calendar.between(after + timedelta(days=1), date.max), asked.stream)
    if not own.pickups and (asked.open or not following.pickups):
        return upcoming(calendar, language, asked)
    others = Calendar(tuple(pickup for pickup in within.pickups if pickup.stream != asked.stream))
    kind = "tonight" if span.tonight else "between" if first < span.last else "on"
    days = [spoken_date(pickup.day, language) for pickup in own.pickups[:MOST_DATES]]
    values = {
        "stream": _name((own.pickups or following.pickups)[0], language),
        "days": joined(days, language),
        "day": spoken_date(span.last, language),
        "first": spoken_date(first, language),
        "last": spoken_date(span.last, language),
        "next": below([line("next_of_stream", language, day=spoken_date(pickup.day, language)) for pickup in following.pickups[:1]]),
        "others": below([line("other_collections", language, value=one) for one in _day_lines(others.pickups, language)[:MOST_DAYS]]),
    }
    if not own.pickups:
        return Answer(NOT_THE_STREAM[kind], values, _texts(within))
    if kind == "tonight" and not asked.open:
        return Answer("utter_collection_stream_tonight", values, _texts(within))
    return Answer("utter_collection_stream_open" if asked.open else "utter_collection_stream_yes", values, _texts(within))


def in_span(calendar: Calendar, span: Span, language: str) -> Answer:
    """What is collected in a span; of one that has begun and is not over, what is still to come."""
    first = span.first if span.last < today() else max(span.first, today())
    within = calendar.between(first, span.last)
    values = {"first": spoken_date(first, language), "last": spoken_date(span.last, language), "day": spoken_date(span.last, language)}
    kind = "between" if first < span.last else "tonight" if span.tonight else "on"
    following = _next(calendar, span, language)
    if not (within.pickups or following) and span.last >= today():  # the authority may not have published that far
        return Answer("utter_collection_not_shown", values, _texts(within))
    if not within.pickups:
        return Answer(NOTHING[kind], {**values, "next": below(following)}, _texts(within))
    if kind != "between":
        return Answer(SOMETHING[kind], {**values, "streams": _streams(within.pickups, language)}, _texts(within))
    lines = _day_lines(within.pickups, language)
    more = [line("more", language, count=len(lines) - MOST_DAYS)] if len(lines) > MOST_DAYS else []
    return Answer(SOMETHING[kind], {**values, "collections": below([*lines[:MOST_DAYS], *more])}, _texts(within))


def stream_lines(calendar: Calendar, language: str) -> List[str]:
    """One line per stream with its next dates, the stream that is collected first on top."""
    days: Dict[str, List[date]] = {}
    names: Dict[str, str] = {}
    for pickup in calendar.pickups:
        days.setdefault(pickup.stream, []).append(pickup.day)
        names[pickup.stream] = _name(pickup, language)
    return [
        line(
            "collection", language, stream=names[stream], days=joined([spoken_date(day, language) for day in dates[:MOST_DATES]], language)
        )
        for stream, dates in days.items()
    ]


def _next(calendar: Calendar, span: Span, language: str) -> List[str]:
    """The first collection behind the span that is still to come."""
    after = max(span.last, today() - timedelta(days=1))
    later = [pickup for pickup in calendar.pickups if pickup.day > after]
    return [line("next_collection", language, **values) for values in _by_day(later, language)[:1]]


def _day_lines(pickups: Sequence[Pickup], language: str) -> List[str]:
    return [line("collection_of_a_day", language, **values) for values in _by_day(pickups, language)]


def _by_day(pickups: Sequence[Pickup], language: str) -> List[Dict[str, str]]:
    groups = groupby(pickups, key=lambda pickup: pickup.day)
    return [{"day": spoken_date(day, language), "streams": _streams(list(some), language)} for day, some in groups]


def _of_stream(calendar: Calendar, stream: str) -> Calendar:
    return Calendar(tuple(pickup for pickup in calendar.pickups if pickup.stream == stream))


def _streams(pickups: Sequence[Pickup], language: str) -> str:
    return joined(list(dict.fromkeys(_name(pickup, language) for pickup in pickups)), language)


def _name(pickup: Pickup, language: str) -> str:
    return title("streams", pickup.stream, language) or pickup.subject


def _texts(calendar: Calendar) -> Tuple[str, ...]:
    return tuple(dict.fromkeys(notice.text for notice in calendar.notices))
