"""Which roads are closed or under construction near a place, or on a street?"""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from textwrap import shorten
from typing import Any, Callable, ClassVar, Dict, Iterable, List, Optional, Sequence, Tuple, TypeVar

from actions.base import Outcome, Turn
from actions.clients.geocoder import Geocoder
from actions.clients.kept import Held
from actions.clients.road_sources import KeptRoads, roads_from_settings
from actions.clients.roads import CLOSED, Closure
from actions.look_ups.base import State, earlier, written
from actions.look_ups.place import PlaceLookUp
from actions.look_ups.road_words import asks_detour, names_highway
from actions.report_answers import place_in
from actions.source import source_parts
from actions.words import as_of, below, line, now, spoken_date, spoken_time, title, today, word
from bot.city import city
from bot.language.dates import find_when
from bot.language.distances import to_paths_m
from bot.language.follow_up import leans_back
from bot.language.known_streets import known_streets
from bot.language.road_names import named_corner, named_road, same_road
from bot.language.streets import find_street

NEAR_M = 700  # a few blocks: a detour still begins within it
DAYS_AHEAD = 7
MOST_CLOSURES = 3
LONGEST_REASON = 60  # letters: some sources write a paragraph
MOST_IN_A_TEXT = 2  # message: with more it has many parts

Read = TypeVar("Read")


class Roads(PlaceLookUp):
    """Needs a place or a street. The state holds `place` or `street`, and `days`, the first and the last ISO date, where days are named.

    `highway`: it is about one, and no list has those; `detour`: the way around is asked for too.
    """

    kind: ClassVar[str] = "roads"
    backends = ("roads", "geocoder")

    def __init__(self, roads: Optional[KeptRoads] = None, geocoder: Optional[Geocoder] = None) -> None:
        super().__init__(geocoder)
        self.roads = roads or roads_from_settings()

    async def read(self, turn: Turn, state: State, *, asked: bool) -> bool:
        when = _first(lambda text: find_when(text, today()), turn.texts)
        if when and when.start and when.end and when.end >= today():
            state["days"] = [max(when.start, today()).isoformat(), when.end.isoformat()]
        if any(map(asks_detour, turn.texts)):
            state["detour"] = True
        said = turn.text if asked else written(turn)
        if turn.locations or any(map(place_in, turn.texts)) or (asked and "options" in state):
            return await super().read(turn, state, asked=asked)
        street = _first(lambda text: find_street(text, town=city().short_name), turn.texts)
        if street is None:
            roads = [one.road for one in (await self._closures()).value]
            corner = _first(lambda text: named_corner(text, roads), turn.texts)
            if corner:
                await self._locate(turn, state, corner)
                return True
            street = _first(lambda text: named_road(text, roads), turn.texts)
        if street is None and names_highway(said):
            street = _first(lambda text: named_road(text, known_streets()), [said])  # "is king closed at the 401"
            if street is None:
                state["highway"] = True
                return True
        if street is None and not asked and leans_back(turn.text):
            street = earlier(turn, self.kind).get("street")
        if street is None:
            return await super().read(turn, state, asked=asked)
        state.pop("unknown", None)
        state["street"] = street
        return True

    def missing(self, state: State) -> bool:
        return not {"street", "highway"} & set(state) and super().missing(state)

    async def ask(self, turn: Turn, state: State) -> None:
        if state.get("options") or state.get("unknown"):
            await super().ask(turn, state)
        else:
            turn.say("utter_ask_roads_place", by_hand=self.by_hand, parts={"asks_location": True})

    async def answer(self, turn: Turn, state: State) -> Outcome:
        if "highway" in state:
            turn.say("utter_roads_highway", by_hand=self.by_hand)
            return Outcome.NOT_FOUND
        held = await self._closures()
        first, last = _span(state)
        found = [one for one in held.value if one.during(first, last) and not (one.ends and one.ends <= now())]
        language = turn.language
        if "street" in state:
            found = [one for one in found if same_road(state["street"], one.road)]
            found.sort(key=lambda one: (one.state != CLOSED, one.first or date.min))
            where = line("on_street", language, street=state["street"])
        else:
            place = state["place"]
            here = place["latitude"], place["longitude"]
            apart = [(to_paths_m(here, one.paths), index) for index, one in enumerate(found)]
            found = [found[index] for metres, index in sorted(apart) if metres <= NEAR_M]
            where = line("within", language, metres=NEAR_M, place=place["label"] or word("places", "here", language))
        said: Dict[str, Any] = {"where": where, "as_of": below(as_of(held.as_of, language)), "parts": source_parts(turn, "roads")}
        if found:
            turn.say(
                "utter_roads_listed",
                closures=below(closure_lines(found, language, MOST_IN_A_TEXT if turn.channel == "sms" else MOST_CLOSURES)),
                **said,
            )
        else:
            turn.say("utter_roads_none", days=_days(state, language), **said)
        if "detour" in state:
            turn.say("utter_roads_no_detours")
        return Outcome.OK

    async def _closures(self) -> Held[List[Closure]]:
        if self.roads is None:
            raise ValueError("no closed roads are offered")
        return await asyncio.to_thread(self.roads.closures, today())


def _first(read: Callable[[str], Optional[Read]], texts: Iterable[str]) -> Optional[Read]:
    """What is read in the first text that holds it."""
    return next((found for found in map(read, texts) if found), None)


def closure_lines(closures: Sequence[Closure], language: str, most: int) -> List[str]:
    """One line for each of the first ones, and how many more there are."""
    lines = list(dict.fromkeys(closure_line(one, language) for one in closures))
    if len(lines) <= most:
        return lines
    return [*lines[:most], line("more", language, count=len(lines) - most)]


def closure_line(closure: Closure, language: str) -> str:
    """Which stretch, how, when and why."""
    ends = {"road": closure.road, "from_road": closure.from_road, "to_road": closure.to_road}
    stretch = line("closure_stretch", language, **ends) if closure.from_road and closure.to_road else closure.road
    direction = title("road_directions", closure.direction, language)
    if direction:
        stretch = line("closure_direction", language, stretch=stretch, direction=direction)
    when = _when(closure, language) + (line("some_hours", language) if closure.some_hours else "")
    why = line("closure_reason", language, reason=shorten(closure.reason, LONGEST_REASON, placeholder="...")) if closure.reason else ""
    return line("closure", language, stretch=stretch, state=word("road_states", closure.state, language), when=when, why=why)


def _when(closure: Closure, language: str) -> str:
    first, last = closure.first, closure.last
    days = {name: spoken_date(day, language, weekday=False) for name, day in (("first", first), ("last", last)) if day}
    if first is None or first <= today():
        if last is None:
            return line("until_further_notice", language)
        if last == today() and closure.ends:
            return line("until_hour", language, time=spoken_time(closure.ends, language))
        return line("until_tonight" if last == today() else "until_day", language, **days)
    if last is None:
        return line("from_day", language, **days)
    return line("one_day" if first == last else "from_until", language, **days)


def _span(state: State) -> Tuple[date, date]:
    """The days asked about: those named, else from today on."""
    if "days" in state:
        first, last = (date.fromisoformat(day) for day in state["days"])
        return first, last
    return today(), today() + timedelta(days=DAYS_AHEAD)


def _days(state: State, language: str) -> str:
    """Those days as they are said."""
    if "days" not in state:
        return line("coming_days", language, days=DAYS_AHEAD)
    first, last = _span(state)
    values: Any = {name: spoken_date(day, language) for name, day in (("first", first), ("last", last))}
    if first == last:
        return line("today", language) if first == today() else line("one_day", language, **values)
    return line("from_until", language, **values)
