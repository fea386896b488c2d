"""Which of several ways to go from a stop leads north, south, east or west: from where the stops lie to where their trips end."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Dict, List, Optional, Sequence, Tuple

from actions.clients.timetable import PLATFORM, STATION, Timetable

COMPASS = {"north": (1.0, 0.0), "south": (-1.0, 0.0), "east": (0.0, 1.0), "west": (0.0, -1.0)}  # of a step north and a step east
ALONG = 0.25  # of the whole way: on a street that leads north-west, both northbound and westbound are said
DAYS = 7  # in which every trip of a timetable runs
MOST_TRIPS = 40

_Step = Tuple[float, float]


def way_towards(timetable: Timetable, ways: Sequence[Sequence[int]], compass: str, day: date) -> Optional[int]:
    """The index of the way that leads there most, each way being the stops it is boarded at; None when none does, or two do alike.

    Args:
        day: from which on trips are looked at.
    """
    north, east = COMPASS[compass]
    shares = [step[0] * north + step[1] * east if (step := _step(timetable, stops, day)) else -1.0 for stops in ways]
    best = max(range(len(shares)), key=lambda index: shares[index], default=None)
    if best is None or shares[best] < ALONG or shares.count(shares[best]) > 1:
        return None
    return best


def opposite(timetable: Timetable, stops: Sequence[int]) -> List[int]:
    """The other stops of the same names: those across the street."""
    names = {timetable.stops[stop].name for stop in stops}
    return [
        stop.number
        for stop in timetable.stops.values()
        if stop.name in names and stop.number not in stops and stop.kind in (PLATFORM, STATION) and stop.number in timetable.served
    ]


def _step(timetable: Timetable, stops: Sequence[int], day: date) -> Optional[_Step]:
    """North and east of the way from the stops to where what leaves them ends, as a step of length one; None when nobody knows."""
    places = {stop.stop_id: (stop.latitude, stop.longitude) for stop in timetable.stops.values()}
    ends: Dict[Tuple[int, str], _Step] = {}
    for ahead in range(DAYS):
        for planned in timetable.departures(stops, day + timedelta(days=ahead), 0, 10**6, most=MOST_TRIPS):
            if (planned.route, planned.headsign) not in ends:
                start, end = (places[timetable.stops[planned.stop].stop_id], places[timetable.times_of(planned.trip)[-1][1]])
                if None not in (*start, *end):
                    ends[(planned.route, planned.headsign)] = _between(start, end)  # type: ignore[arg-type]
        if ends:
            break
    north, east = (sum(step[axis] for step in ends.values()) for axis in (0, 1))
    length = math.hypot(north, east)
    return (north / length, east / length) if length else None


def _between(start: _Step, end: _Step) -> _Step:
    """Degrees north, and as many of the same length east."""
    return end[0] - start[0], (end[1] - start[1]) * math.cos(math.radians(start[0]))
