"""What leaves next, or last, from a stop: the timetable, put right by what is known of the vehicles now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone
from itertools import chain
from typing import Dict, Iterator, List, Optional, Sequence, Tuple

from actions.clients.gtfs_realtime import Alert, Live, StopUpdate, TripUpdate
from actions.clients.gtfs_values import seconds_of
from actions.clients.timetable import Scheduled, Timetable, service_start

MOST_LATE = timedelta(hours=1)  # what should have left before may still come
DAYS_AHEAD = 7
DAY_BEGINS = time(4)  # what leaves before is the last of the evening
ENOUGH = 40  # of the times of one day of service: some do not run, some have left
_SAME_RUN = timedelta(hours=12)  # an update without a date is about the run that is nearest to now
_LIVE_TAIL = timedelta(hours=6)  # a delay known now says nothing about later


@dataclass(frozen=True)
class Departure:
    """One vehicle at one stop. `missing`: it does not come, and why; then `at` is when it should have. `late_s`: when live."""

    route: int
    headsign: str
    stop: int
    at: datetime
    live: bool
    late_s: int = 0
    missing: str = ""  # "cancelled" or "skipped"
    trip_id: str = ""


def next_departures(
    timetable: Timetable,
    stops: Sequence[int],
    now: datetime,
    *,
    live: Optional[Live] = None,
    routes: Sequence[int] = (),
    headsign: str = "",
) -> List[Departure]:
    """What still leaves on the present days of service, soonest first; when nothing does, what leaves on the next day with service.

    Args:
        live: the vehicles now; None, or too old: everything is as planned.
        headsign: only what says this on its front.
    Returns:
        Times in UTC; up to `ENOUGH` of each day of service.
    """
    now, today = now.astimezone(timezone.utc), now.astimezone(timetable.zone).date()
    if live is not None and not live.is_fresh(now):
        live = None
    days = [today - timedelta(days=back) for back in range(timetable.days_of_a_trip - 1, -1, -1)]
    found = [one for day in days for one in _on(timetable, stops, day, now, live, routes, headsign)]
    found += _added(timetable, stops, now, live, routes, headsign) if live else []
    if any(not one.missing for one in found):
        return sorted(found, key=_when)
    for ahead in range(1, DAYS_AHEAD + 1):
        later = list(_on(timetable, stops, today + timedelta(days=ahead), now, live, routes, headsign))
        if any(not one.missing for one in later):
            return sorted([*found, *later], key=_when)
    return sorted(found, key=_when)


def last_departures(
    timetable: Timetable, stops: Sequence[int], day: date, *, routes: Sequence[int] = (), headsign: str = ""
) -> List[Departure]:
    """What leaves last, as planned, of each route and direction from 4 in the morning of a day to 4 of the next, soonest first. In UTC."""
    begins = datetime.combine(day, DAY_BEGINS, timetable.zone).astimezone(timezone.utc)
    ends = datetime.combine(day + timedelta(days=1), DAY_BEGINS, timetable.zone).astimezone(timezone.utc)
    last: Dict[Tuple[int, str], Departure] = {}
    for served in (day, day + timedelta(days=1)):
        start = service_start(served, timetable.zone)
        after, before = (int((moment - start).total_seconds()) for moment in (begins, ends))
        for planned in timetable.departures(stops, served, max(after, 0), before - 1, routes=routes):
            if headsign and planned.headsign != headsign:
                continue
            at = start + timedelta(seconds=planned.departure)
            found = Departure(planned.route, planned.headsign, planned.stop, at, live=False, trip_id=planned.trip_id)
            last[(planned.route, planned.headsign)] = max(last.get((planned.route, planned.headsign), found), found, key=_when)
    return sorted(last.values(), key=_when)


def relevant(alerts: Sequence[Alert], timetable: Timetable, departures: Sequence[Departure], now: datetime) -> List[Alert]:
    """The active notices about all that runs, then those about the routes, the stops or the trips of departures."""
    known = [timetable.routes[one.route] for one in departures if one.route in timetable.routes]
    routes, kinds, trips = {one.route_id for one in known}, {None, *(one.kind for one in known)}, {one.trip_id for one in departures}
    stops = {timetable.stops[one.stop].stop_id for one in departures}
    stops |= {timetable.stops[one.stop].parent for one in departures} - {""}
    active = [alert for alert in alerts if alert.is_active(now)]
    everywhere = [alert for alert in active if alert.everywhere & kinds]
    here = [
        alert
        for alert in active
        if alert not in everywhere
        and (
            alert.trips & trips
            or any((route or stop) and (not route or route in routes) and (not stop or stop in stops) for route, stop in alert.informed)
        )
    ]
    return [*everywhere, *here]


def _when(one: Departure) -> datetime:
    return one.at


def _on(
    timetable: Timetable, stops: Sequence[int], day: date, now: datetime, live: Optional[Live], routes: Sequence[int], headsign: str
) -> Iterator[Departure]:
    """What leaves from now on of what one day of service plans."""
    start = service_start(day, timetable.zone)
    at_now = int((now - start).total_seconds())
    late = timetable.departures(stops, day, at_now - int(MOST_LATE.total_seconds()), at_now - 1, routes=routes)
    most = ENOUGH * (10 if headsign else 1)
    for planned in chain(late, timetable.departures(stops, day, at_now, 10**6, routes=routes, most=most)):
        if headsign and planned.headsign != headsign:
            continue
        at = start + timedelta(seconds=planned.departure)
        update = _update_for(timetable, planned, day, at, live) if live else None
        one = _put_right(timetable, planned, start, at, update)
        if one.at >= now:
            yield one


def _update_for(timetable: Timetable, planned: Scheduled, day: date, at: datetime, live: Live) -> Optional[TripUpdate]:
    route_id = timetable.routes[planned.route].route_id
    for update in live.trips.get(planned.trip_id, ()):
        if update.route_id not in ("", route_id):
            continue
        if planned.start is not None and seconds_of(update.start_time) != planned.start:  # one of many runs
            continue
        same_day = update.start_date == f"{day:%Y%m%d}" if update.start_date else live.made and abs(at - live.made) < _SAME_RUN
        if same_day:
            return update
    return None


def _put_right(timetable: Timetable, planned: Scheduled, start: datetime, at: datetime, update: Optional[TripUpdate]) -> Departure:
    stop = planned.stop
    as_planned = Departure(planned.route, planned.headsign, stop, at, live=False, trip_id=planned.trip_id)
    if update is None:
        return as_planned
    if update.cancelled:
        return replace(as_planned, live=True, missing="cancelled")
    stop_id, delay_s, known = timetable.stops[stop].stop_id, update.delay_s, update.delay_s is not None
    times = {sequence: (own_stop, seconds) for sequence, own_stop, seconds in timetable.times_of(planned.trip)}
    for row in _in_order(update.stops, times):
        sequence, told = row
        if sequence > planned.sequence:
            break
        if told.skipped:
            if sequence == planned.sequence and times[sequence][0] == stop_id:
                return replace(as_planned, live=True, missing="skipped")
            continue
        if told.time is not None:
            delay_s, known = round(told.time - start.timestamp()) - times[sequence][1], True
        elif told.delay_s is not None:
            delay_s, known = told.delay_s, True
        else:  # nothing is known from here on
            delay_s, known = None, False
    if not known or delay_s is None:
        return as_planned
    return replace(as_planned, at=at + timedelta(seconds=delay_s), live=True, late_s=delay_s)


def _in_order(updates: Sequence[StopUpdate], times: Dict[int, Tuple[str, int]]) -> List[Tuple[int, StopUpdate]]:
    """The updates with the place of their stop in the trip; those of stops it does not have are left out."""
    places: List[Tuple[int, StopUpdate]] = []
    last = -1
    for update in updates:
        if update.sequence is not None and update.sequence in times:
            last = update.sequence
        else:  # by stop: a trip may come by twice, so behind the last one
            same = (sequence for sequence, (stop_id, _) in times.items() if stop_id == update.stop_id and sequence > last)
            sequence = next(same, None)
            if sequence is None:
                continue
            last = sequence
        places.append((last, update))
    return sorted(places, key=lambda place: place[0])


def _added(
    timetable: Timetable, stops: Sequence[int], now: datetime, live: Live, routes: Sequence[int], headsign: str
) -> Iterator[Departure]:
    """What runs besides the timetable."""
    numbers = {route.route_id: route.number for route in timetable.routes.values()}
    by_id = {timetable.stops[stop].stop_id: stop for stop in stops}
    names = {stop.stop_id: stop.name for stop in timetable.stops.values()} if live.added else {}
    for update in live.added:
        route = numbers.get(update.route_id)
        if route is None or routes and route not in routes or not update.stops:
            continue
        front = names.get(update.stops[-1].stop_id, "")
        for told in update.stops[:-1]:
            stop = by_id.get(told.stop_id)
            if stop is None or told.skipped or told.time is None or headsign and front != headsign:
                continue
            at = datetime.fromtimestamp(told.time, timezone.utc)
            if now <= at <= now + _LIVE_TAIL:
                yield Departure(route, front, stop, at, live=True, trip_id=update.trip_id)
