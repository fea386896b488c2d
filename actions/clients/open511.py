"""Road events of an Open511 server. It shares four letters with Open311 and nothing else.

Times are local where the road is, unless they say otherwise; an interval may have no end. Source: Open511 specification, events
(city-apis reference, 7.3).
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, Dict, FrozenSet, Iterator, List, Mapping, NamedTuple, Optional, Sequence
from zoneinfo import ZoneInfo

from actions.clients.errors import Failure
from actions.clients.geojson import Paths, paths_of
from actions.clients.http import Answer, Http, read_object
from actions.clients.roads import CLOSED, LANES, WORKS, Closure, RoadsError

PAGE = 200  # 50 unless asked otherwise, 500 at most
MOST_PAGES = 20
_STATES = {"CLOSED": CLOSED, "SOME_LANES_CLOSED": LANES, "SINGLE_LANE_ALTERNATING": LANES}

_BOTH = ("BOTH", "NONE")  # directions of a road, or none is said
_NO_END = "9999"  # a year that stands for none
_WEEK, _DAY_LETTERS = 7, len("2026-03-01")


class _Span(NamedTuple):
    """From one local moment to another; `weekdays`: on these only."""

    first: Optional[datetime]
    last: Optional[datetime]
    weekdays: FrozenSet[int] = frozenset()
    some_hours: bool = False


class Open511:
    """One server. Safe to use from several threads.

    Args:
        base_url: `events` is below it.
        bbox: west, south, east and north of the city, for a server that knows more than the city; empty: everything.
    """

    def __init__(self, base_url: str, *, zone: ZoneInfo, bbox: str = "") -> None:
        self.http = Http(base_url, RoadsError)
        self._zone = zone
        self._bbox = bbox

    def closures(self, today: date) -> List[Closure]:
        """All active events that have not ended before today, one for each road and span of days. Raises RoadsError."""
        found = [closure for event in self._events() for closure in self._closures(event)]
        return [one for one in found if one.last is None or one.last >= today]

    def _events(self) -> Iterator[Mapping[str, Any]]:
        params = {"format": "json", "status": "ACTIVE", "limit": str(PAGE), **({"bbox": self._bbox} if self._bbox else {})}
        seen: Dict[str, None] = {}
        offset = 0
        for _ in range(MOST_PAGES):
            shape = _read(self.http.get("events", {**params, "offset": str(offset)}, call="GET events"))
            events, pagination = shape.get("events"), shape.get("pagination")
            if not isinstance(events, list) or not all(isinstance(event, Mapping) for event in events):
                raise RoadsError(Failure.MALFORMED, "no list of events")
            for event in events:
                name = str(event.get("id") or event.get("url") or "")
                if name and name not in seen and event.get("status", "ACTIVE") == "ACTIVE":
                    seen[name] = None
                    yield event
            if not (isinstance(pagination, Mapping) and pagination.get("next_url")):
                return
            offset += len(events) or PAGE
        raise RoadsError(Failure.MALFORMED, "the pages do not end")

    def _closures(self, event: Mapping[str, Any]) -> Iterator[Closure]:
        """One for each road and each span of days that the event lasts."""
        try:
            spans = list(self._spans(event.get("schedule")))
            paths: Paths = paths_of(event.get("geography"))
        except (ValueError, TypeError, KeyError, AttributeError) as err:
            raise RoadsError(Failure.MALFORMED, "an event without its days or place") from err
        roads = [road for road in event.get("roads") or () if isinstance(road, Mapping) and road.get("name")]
        for road in roads or [{"name": event.get("headline")}]:
            direction = _text(road.get("direction"))
            for span in spans:
                yield Closure(
                    road=_text(road.get("name")),
                    from_road=_text(road.get("from")),
                    to_road=_text(road.get("to")),
                    state=_STATES.get(str(road.get("state")), WORKS),
                    reason=_text(event.get("description") or event.get("headline")),
                    first=span.first.date() if span.first else None,
                    last=_last_day(span.last),
                    paths=paths,
                    ends=span.last if span.last and span.last.time() != time() else None,
                    weekdays=span.weekdays,
                    some_hours=span.some_hours,
                    direction="" if direction in _BOTH else direction,
                )

    def _spans(self, schedule: Any) -> Iterator[_Span]:
        """What the schedule lists; intervals that follow each other from day to day are one."""
        shape = schedule if isinstance(schedule, Mapping) else {}
        exceptions = bool(shape.get("exceptions"))
        intervals, recurring = shape.get("intervals") or (), shape.get("recurring_schedules") or ()
        for span in _merged([self._interval(str(text)) for text in intervals]):
            yield span._replace(some_hours=span.some_hours or exceptions)
        for one in recurring:
            days = frozenset(int(day) for day in one.get("days") or ())
            if str(one.get("daily_end_time") or "24") < str(one.get("daily_start_time") or ""):  # past midnight
                days |= {day % 7 + 1 for day in days}
            span = self._interval(f"{one['start_date']}/{one.get('end_date') or ''}")
            some_hours = exceptions or "daily_start_time" in one or 0 < len(days) < _WEEK
            yield span._replace(weekdays=days, some_hours=some_hours)
        if not intervals and not recurring:
            yield _Span(None, None)

    def _interval(self, text: str) -> _Span:
        first, _, last = text.partition("/")
        open_ended = not last or last.startswith(_NO_END)
        return _Span(self._moment(first) if first else None, None if open_ended else self._moment(last, ends=True))

    def _moment(self, text: str, *, ends: bool = False) -> datetime:
        """The local moment; a day alone ends with its last second. Raises ValueError."""
        moment = datetime.fromisoformat(text[:-1] + "+00:00" if text.endswith("Z") else text)
        local = moment.astimezone(self._zone) if moment.tzinfo else moment.replace(tzinfo=self._zone)
        return local + timedelta(days=1) if ends and len(text) == _DAY_LETTERS else local


def _merged(spans: Sequence[_Span]) -> Iterator[_Span]:
    """Spans in their order; those with no whole day between them are one, at certain hours where there is a gap."""
    current: Optional[_Span] = None
    for span in sorted(spans, key=lambda one: one.first.timestamp() if one.first else 0.0):
        if current is None:
            current = span
            continue
        ended = _last_day(current.last)
        if ended is not None and span.first is not None and span.first.date() > ended + timedelta(days=1):
            yield current
            current = span
            continue
        gap = current.last is not None and span.first is not None and span.first > current.last
        last = max(current.last, span.last) if current.last and span.last else None
        current = current._replace(last=last, some_hours=current.some_hours or gap)
    if current is not None:
        yield current


def _last_day(moment: Optional[datetime]) -> Optional[date]:
    """What ends at midnight was last in effect the day before."""
    return (moment - timedelta(seconds=1)).date() if moment else None


def _text(value: Any) -> str:
    return " ".join(str(value or "").split())


def _read(answer: Answer) -> Mapping[str, Any]:
    if answer.status >= 300:
        raise RoadsError(Failure.REFUSED, "not accepted", status=answer.status)
    return read_object(answer, RoadsError)
