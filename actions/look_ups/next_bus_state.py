"""What the state of a question about buses holds, as numbers of the timetable; the state has the agency's ids, which last."""

from __future__ import annotations

from typing import List, Sequence

from actions.clients.timetable import Timetable
from actions.look_ups.base import State
from actions.stop_finder import boardings


def routes_of(timetable: Timetable, state: State) -> List[int]:
    """The routes that are asked about, as far as the timetable still has them."""
    wanted = state.get("routes") or ()
    return [route.number for route in timetable.routes.values() if route.route_id in wanted]


def headsign_of(timetable: Timetable, stops: Sequence[int], routes: Sequence[int], state: State) -> str:
    """The direction that is asked for, if anything goes there from the stops."""
    wanted = state.get("headsign", "")
    return wanted if wanted and boardings(timetable, stops, routes=routes, headsign=wanted) else ""


def ids_of(timetable: Timetable, stops: Sequence[int]) -> List[str]:
    return [timetable.stops[stop].stop_id for stop in stops]


def numbers_of(timetable: Timetable, ids: Sequence[str]) -> List[int]:
    numbers = {stop.stop_id: stop.number for stop in timetable.stops.values()}
    return [numbers[one] for one in ids if one in numbers]
