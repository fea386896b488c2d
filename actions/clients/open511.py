"""Road events of an Open511 server. It shares four letters with Open311 and nothing else.

Times are local where the road is, unless they say otherwise; an interval may have no end. Source: Open511 specification, events
(city-apis reference, 7.3).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Dict, Iterator, List, Mapping, Optional, Tuple
from zoneinfo import ZoneInfo

from actions.clients.errors import Failure
from actions.clients.geojson import Paths, paths_of
from actions.clients.http import Answer, Http, read_object
from actions.clients.roads import CLOSED, LANES, WORKS, Closure, RoadsError

PAGE = 200  # 50 unless asked otherwise, 500 at most
MOST_PAGES = 20
_STATES = {"CLOSED": CLOSED, "SOME_LANES_CLOSED": LANES, "SINGLE_LANE_ALTERNATING": LANES}

Span = Tuple[Optional[date], Optional[date]]


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
        """All active events that have not ended before today, one for each road. Raises RoadsError."""
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
        try:
            first, last = self._span(event.get("schedule"))
            paths: Paths = paths_of(event.get("geography"))
        except (ValueError, TypeError, KeyError) as err:
            raise RoadsError(Failure.MALFORMED, "an event without its days or place") from err
        schedule = event.get("schedule")
        hours = isinstance(schedule, Mapping) and any("daily_start_time" in one for one in schedule.get("recurring_schedules") or ())
        roads = [road for road in event.get("roads") or () if isinstance(road, Mapping) and road.get("name")]
        for road in roads or [{"name": event.get("headline")}]:
            yield Closure(
                road=_text(road.get("name")),
                from_road=_text(road.get("from")),
                to_road=_text(road.get("to")),
                state=_STATES.get(str(road.get("state")), WORKS),
                reason=_text(event.get("description") or event.get("headline")),
                first=first,
                last=last,
                paths=paths,
                some_hours=hours,
            )

    def _span(self, schedule: Any) -> Span:
        """From the first beginning to the last end of everything the schedule lists."""
        if not isinstance(schedule, Mapping):
            return None, None
        intervals = [self._interval(str(text)) for text in schedule.get("intervals") or ()]
        recurring = [self._days(one["start_date"], one.get("end_date")) for one in schedule.get("recurring_schedules") or ()]
        spans = [*intervals, *recurring]
        firsts, lasts = [first for first, _ in spans], [last for _, last in spans]
        first = None if None in firsts else min((one for one in firsts if one), default=None)
        last = None if None in lasts else max((one for one in lasts if one), default=None)
        return first, last

    def _interval(self, text: str) -> Span:
        first, _, last = text.partition("/")
        return self._days(first, last)

    def _days(self, first: Any, last: Any) -> Span:
        return (self._day(str(first)) if first else None), (self._day(str(last), ends=True) if last else None)

    def _day(self, text: str, *, ends: bool = False) -> date:
        """The local date of a moment; what ends at midnight was last in effect the day before. Raises ValueError."""
        moment = datetime.fromisoformat(text[:-1] + "+00:00" if text.endswith("Z") else text)
        local = moment.astimezone(self._zone) if moment.tzinfo else moment
        return (local - timedelta(seconds=1)).date() if ends and "T" in text else local.date()


def _text(value: Any) -> str:
    return " ".join(str(value or "").split())


def _read(answer: Answer) -> Mapping[str, Any]:
    if answer.status >= 300:
        raise RoadsError(Failure.REFUSED, "not accepted", status=answer.status)
    return read_object(answer, RoadsError)
