"""When does the next bus come, at a stop that is named by its number, its name or a place nearby?"""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timezone
from typing import Any, Callable, Dict, Optional, Sequence, Tuple, TypeVar

from actions.base import Outcome, Turn
from actions.clients.errors import Failure
from actions.clients.geocoder import Geocoder
from actions.clients.gtfs_realtime import Alert, Live, Realtime, RealtimeError, realtime_from_settings
from actions.clients.gtfs_static import TimetableError, Timetables, timetables_from_settings
from actions.clients.timetable import Timetable
from actions.forms import UNCLEAR
from actions.look_ups.base import State, earlier, written
from actions.look_ups.next_bus_moment import asked_day, asked_moment, service_day
from actions.look_ups.next_bus_state import headsign_of, ids_of, numbers_of, routes_of
from actions.look_ups.next_bus_ways import opposite, way_towards
from actions.look_ups.next_bus_wishes import asks_last, asks_other_way, headed
from actions.look_ups.next_bus_words import Board, board_lines, direction_title, last_lines, notice_line, stop_label
from actions.look_ups.place import PlaceLookUp
from actions.offering import NONE_OF_THESE, index_meant, numbered
from actions.source import source_parts
from actions.stop_finder import Meant, boardings, nearest, read, route_title
from actions.transit import last_departures, next_departures, relevant
from actions.words import below, joined, line, spoken_date
from bot.city import city
from bot.language.addresses import locate
from bot.language.follow_up import leans_back

WITHIN_M = 800  # a walk of ten minutes
MOST_NEAR = 4  # stops to choose from
MOST_CHOICES = 4
# For today and for another day: something leaves on it, only something later does, nothing more of the routes that were asked for.
RESPONSES = {
    False: ("utter_next_bus", "utter_next_bus_later", "utter_next_bus_later_of"),
    True: ("utter_next_bus_then", "utter_next_bus_later_then", "utter_next_bus_later_then_of"),
}
LIVE_WAIT_S = 4.0  # the timetable alone is an answer too

_Answer = TypeVar("_Answer")


class NextBus(PlaceLookUp):
    """The state: `routes` (ids) and `headsign` that are asked about, `stops` (ids) once known, `offered` while one is to be chosen.

    `moment`: from when on, where that is not now. `last`: the day whose last departures are wanted. `headed`: a point of the compass.
    Stops and routes are kept by the agency's ids: the timetable may be loaded anew between two messages.
    """

    kind = "next_bus"
    backends = ("timetable",)

    def __init__(
        self,
        timetables: Optional[Timetables] = None,
        realtime: Optional[Realtime] = None,
        geocoder: Optional[Geocoder] = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(city().timezone),
    ) -> None:
        super().__init__(geocoder)
        self.timetables = timetables or timetables_from_settings()
        self.realtime = realtime or realtime_from_settings()
        self.now = now

    def _timetable(self) -> Timetable:
        if self.timetables is None:
            raise ValueError("no timetable is offered")
        return self.timetables.current()

    async def read(self, turn: Turn, state: State, *, asked: bool) -> bool:
        timetable = await asyncio.to_thread(self._timetable)
        if asked and "offered" in state and self._pick(turn, timetable, state):
            return True
        said = turn.text if asked else written(turn)
        texts = [said] if asked else [said, *turn.texts[1:]]
        here = self.now().astimezone(city().timezone)
        moment = next(filter(None, (asked_moment(text, here) for text in texts)), None)
        if moment:
            state["moment"] = moment.isoformat()
        towards = next(filter(None, map(headed, texts)), None)
        if towards:
            state["headed"] = towards
        meant = [await asyncio.to_thread(read, timetable, text) for text in texts]
        found = next((one for one in meant if one.code or one.stops), meant[0])
        if any(map(asks_last, texts)) and not asks_last(found.headsign):
            state["last"] = asked_day(said, here).isoformat()
        if found.routes:
            state["routes"] = [timetable.routes[route].route_id for route in found.routes]
        if found.headsign:
            state["headsign"] = found.headsign
        if found.code or found.stops:
            self._take(turn, timetable, state, found)
            return True
        if not _is_route_only(timetable, said, found) and await self._place(turn, state, asked=asked):
            self._take_near(turn, timetable, state)
            return True
        before = {} if asked else earlier(turn, self.kind)
        across = opposite(timetable, numbers_of(timetable, before.get("stops", ()))) if asks_other_way(said) else ()
        if across:
            state.update({key: before[key] for key in ("routes", "last") if key in before and key not in state})
            self._narrow(turn, timetable, state, across)
        elif leans_back(said) or ("last" in state and not found.routes):  # "and the 8?", "how late does it run"
            kept = ("stops",) if found.routes or found.headsign else ("stops", "routes", "headsign")
            state.update({key: before[key] for key in kept if key in before})
        return bool(found.routes or found.headsign or moment or towards or "last" in state)

    async def _place(self, turn: Turn, state: State, *, asked: bool) -> bool:
        """Whether a place was read, or something about one that is to be asked."""
        if self.geocoder is None and not turn.locations:
            return False
        return await super().read(turn, state, asked=asked)

    def _take(self, turn: Turn, timetable: Timetable, state: State, found: Meant) -> None:
        for key in ("place", "options", "unknown", "unknown_code", "offered", "stops"):
            state.pop(key, None)
        if not found.stops:
            state["unknown_code"] = found.code
        elif len(found.stops) == 1:
            self._narrow(turn, timetable, state, found.stops[0])
        else:
            groups = [(stop_label(timetable, stops, turn.language), stops) for stops in found.stops[:MOST_CHOICES]]
            state["offered"] = [{"label": label, "stops": ids_of(timetable, stops)} for label, stops in groups]

    def _take_near(self, turn: Turn, timetable: Timetable, state: State) -> None:
        place = state.get("place")
        if not place:
            return
        for key in ("unknown_code", "offered", "stops"):
            state.pop(key, None)
        routes = routes_of(timetable, state)
        rows = nearest(timetable, place["latitude"], place["longitude"], within_m=WITHIN_M, routes=routes)
        state["stops"] = []
        self._narrow(turn, timetable, state, [number for _, number in rows[:MOST_NEAR]])

    def _narrow(self, turn: Turn, timetable: Timetable, state: State, stops: Sequence[int]) -> None:
        """Takes the one stop there is, or offers those that lead elsewhere; a route or direction nobody serves there does not count."""
        routes, headsign = routes_of(timetable, state), state.get("headsign", "")
        ways = boardings(timetable, stops, routes=routes, headsign=headsign) or boardings(timetable, stops, routes=routes)
        if not ways and routes:
            ways, state["not_here"] = boardings(timetable, stops), [route_title(timetable.routes[route]) for route in routes]
            state.pop("routes")
        if "headed" in state:
            index = way_towards(timetable, [way.stops for way in ways], state["headed"], service_day(self.now()))
            ways = ways if index is None else [ways[index]]
        if 1 < len(ways) <= MOST_CHOICES:
            several = len({timetable.stops[stop].name for way in ways for stop in way.stops}) > 1
            state["offered"] = [
                {"label": direction_title(timetable, way, turn.language, named=several), "stops": ids_of(timetable, way.stops)}
                for way in ways
            ]
        else:
            state["stops"] = ids_of(timetable, [stop for way in ways for stop in way.stops] or stops)

    def _pick(self, turn: Turn, timetable: Timetable, state: State) -> bool:
        """Takes one of the offered stops; False when the message is something else."""
        offered = state["offered"]
        if turn.intent in NONE_OF_THESE:
            state.pop("offered")
            state.pop("place", None)
            return True
        index = index_meant(turn, [one["label"] for one in offered])
        if index is None:
            index = self._headed_index(turn, timetable, offered)
        if index is None:
            return False
        state["stops"] = offered[index]["stops"]
        state.pop("offered")
        return True

    def _headed_index(self, turn: Turn, timetable: Timetable, offered: Sequence[Dict[str, Any]]) -> Optional[int]:
        """The offered stop that leads where the message says, or away from where the last answer led."""
        towards, ways = headed(turn.text, answer=True), [numbers_of(timetable, one["stops"]) for one in offered]
        if towards:
            return way_towards(timetable, ways, towards, service_day(self.now()))
        told = earlier(turn, self.kind).get("stops")
        others = [index for index, one in enumerate(offered) if one["stops"] != told]
        return others[0] if asks_other_way(turn.text) and len(others) == 1 < len(offered) else None

    def missing(self, state: State) -> bool:
        return "offered" in state or "stops" not in state

    async def ask(self, turn: Turn, state: State) -> None:
        unclear = turn.slot("form_note") == UNCLEAR
        if "offered" in state:
            if unclear:
                turn.say("utter_answer_unclear")
            turn.say("utter_ask_next_bus_which", choices=numbered([one["label"] for one in state["offered"]], turn.language))
        elif state.get("options"):
            await super().ask(turn, state)
        else:
            parts = {"asks_location": True}
            unknown = state.get("unknown_code") or state.get("unknown")
            response = (
                "utter_ask_next_bus_stop_unknown"
                if unknown
                else "utter_ask_next_bus_stop_unclear"
                if unclear
                else "utter_ask_next_bus_stop"
            )
            turn.say(response, unknown=unknown, parts=parts)

    async def answer(self, turn: Turn, state: State) -> Outcome:
        timetable = await asyncio.to_thread(self._timetable)
        stops = numbers_of(timetable, state["stops"])
        if not stops:
            turn.say("utter_next_bus_no_stop_near", by_hand=self.by_hand)
            return Outcome.NOT_FOUND
        if "last" in state:
            return await self._tell_last(turn, timetable, stops, state)
        now = self.now().astimezone(timezone.utc)
        start = max(now, datetime.fromisoformat(state.get("moment", now.isoformat())))
        (live, alerts), routes = await self._feeds(), routes_of(timetable, state)
        live = live if start == now else None  # where the vehicles are now says nothing about later
        headsign = headsign_of(timetable, stops, routes, state)
        found = await asyncio.to_thread(next_departures, timetable, stops, start, live=live, routes=routes, headsign=headsign)
        label = stop_label(timetable, stops, turn.language)
        if not any(not one.missing for one in found):
            if timetable.last_day < now.astimezone(timetable.zone).date():
                raise TimetableError(Failure.MALFORMED, "the timetable has ended")
            response = "utter_next_bus_none" if start == now else "utter_next_bus_none_then"
            day = spoken_date(start.astimezone(timetable.zone).date(), turn.language)
            turn.say(response, stop=label, day=day, by_hand=self.by_hand)
            return Outcome.NOT_FOUND
        board = Board(timetable, start, found, live if live and live.is_fresh(now) else None)
        self._tell(turn, board, label, alerts, state, now, only=_only(board, routes, headsign, turn.language))
        return Outcome.OK

    async def _tell_last(self, turn: Turn, timetable: Timetable, stops: Sequence[int], state: State) -> Outcome:
        """The last departures of a day, or that the timetable does not know them."""
        day, routes, now = date.fromisoformat(state["last"]), routes_of(timetable, state), self.now().astimezone(timezone.utc)
        headsign = headsign_of(timetable, stops, routes, state)
        found = await asyncio.to_thread(last_departures, timetable, stops, day, routes=routes, headsign=headsign)
        said: Dict[str, Any] = {"stop": stop_label(timetable, stops, turn.language), "day": spoken_date(day, turn.language)}
        if not found:
            source = source_parts(turn, "timetable")
            turn.say("utter_next_bus_last_unknown", agency=source["source"]["name"], by_hand=self.by_hand, **said)
            return Outcome.NOT_FOUND
        if "not_here" in state:
            turn.say("utter_next_bus_not_here", routes=joined(state["not_here"], turn.language), stop=said["stop"])
        said.update(departures=below(last_lines(timetable, found, now, turn.language)), parts=source_parts(turn, "timetable"))
        response = "utter_next_bus_last" if found[-1].at >= now else "utter_next_bus_last_gone"
        turn.say(response, as_of=line("bus_timetable_only", turn.language), **said)
        return Outcome.OK

    def _tell(self, turn: Turn, board: Board, label: str, alerts: Sequence[Alert], state: State, now: datetime, *, only: str) -> None:
        lines = board_lines(board, turn.language, offered=self.realtime is not None and board.now == now)
        notices = notice_line(relevant(alerts, board.timetable, board.shown, board.now), turn.language)
        today, day = (moment.astimezone(board.timetable.zone).date() for moment in (now, board.now))
        if "not_here" in state:
            turn.say("utter_next_bus_not_here", routes=joined(state["not_here"], turn.language), stop=label)
        leaving, later, later_of = RESPONSES[day != today]
        turn.say(
            leaving if not board.is_later else later_of if only else later,
            stop=label,
            day=spoken_date(day, turn.language),
            routes=only,
            departures=below([*lines.departures, *notices]),
            as_of=below([lines.as_of]),
            parts=source_parts(turn, "timetable"),
        )

    async def _feeds(self) -> Tuple[Optional[Live], Sequence[Alert]]:
        """The vehicles and the notices now; what cannot be had in time is left out, and the answer says so."""
        if self.realtime is None:
            return None, ()
        live, alerts = await asyncio.gather(_in_time(self.realtime.live), _in_time(self.realtime.alerts))
        return live, alerts or ()


async def _in_time(ask: Callable[[], _Answer]) -> Optional[_Answer]:
    try:
        return await asyncio.wait_for(asyncio.to_thread(ask), LIVE_WAIT_S)
    except (RealtimeError, asyncio.TimeoutError):
        return None


def _is_route_only(timetable: Timetable, text: str, found: Meant) -> bool:
    """Whether the only house number of a text is a route's: "is the 8 running late"."""
    located = locate(text, town=city().short_name)
    return located is not None and located.address.civic in {timetable.routes[route].short_name for route in found.routes}


def _only(board: Board, routes: Sequence[int], headsign: str, language: str) -> str:
    """The routes and the direction that were asked for, of all that leaves there; empty: everything was."""
    if not routes and not headsign:
        return ""
    wanted = routes or list(dict.fromkeys(one.route for one in board.found))
    titles = joined([route_title(board.timetable.routes[route]) for route in wanted], language)
    return line("bus", language, route=titles, headsign=headsign) if headsign else titles
