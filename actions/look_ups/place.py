"""What look-ups share that need a place: an address, a corner, a facility, or where the resident's telephone is."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar, Dict, List, Optional

from actions.base import Turn, location_of
from actions.clients.geocoder import Geocoder, Located, geocoder_from_settings
from actions.forms import SMALL_TALK, UNCLEAR, is_question
from actions.look_ups.base import LAST, LookUp, State
from actions.look_ups.place_words import facility_in, facility_name
from actions.offering import NONE_OF_THESE, index_meant, numbered
from actions.report_answers import number_on, place_in
from actions.report_words import without_lead_in
from bot.city import city
from bot.labels import NEEDS
from bot.language.corners import find_corner
from bot.language.follow_up import leans_back
from bot.language.found import Reading
from bot.language.streets import find_street
from bot.messages import Place

MOST_CHOICES = 3
STREET = "on_street"  # in the state: a street on which a number or a cross street is still to be named
NOT_YET = ("options", "unknown", "area", STREET)  # in the state of a place that is not found yet
MOST_WORDS = 6  # of an answer that is only the name of a place


class PlaceLookUp(LookUp):
    """Leaves `place` in the state: latitude, longitude (WGS 84) and a label.

    Meanwhile `options` holds places to choose from, `unknown` what the city's locator does not know, and `area` a neighbourhood that is
    too large to answer for.
    """

    areas: ClassVar[bool] = True  # whether the middle of a neighbourhood will do

    def __init__(self, geocoder: Optional[Geocoder] = None) -> None:
        self.geocoder = geocoder or geocoder_from_settings()

    async def read(self, turn: Turn, state: State, *, asked: bool) -> bool:
        if asked and "options" in state and self._choose(turn, state):
            return True
        if turn.locations:
            take(state, turn.locations[0])
            return True
        named = next(filter(None, map(place_in, turn.texts)), None)
        if named is None and asked and STREET in state:
            named = number_on(state[STREET], turn.text) or find_corner(f"{state[STREET]} & {without_lead_in(turn.text)}")
        facility = facility_in(Reading.of(turn.text)) if named is None else None
        if facility:
            named = facility_name(facility)
        if named is None and not asked:
            return await self._beside(turn, state) or self._as_before(turn, state)
        street = find_street(turn.text, town=city().short_name) if named is None else None
        if street and not is_question(turn):
            state[STREET] = street
            return True
        if named is None and self._is_name(turn):
            named = " ".join(turn.text.split())
        if named is None:
            return False
        await self._locate(turn, state, named)
        return True

    def missing(self, state: State) -> bool:
        return "place" not in state

    async def ask(self, turn: Turn, state: State) -> None:
        options: List[Dict[str, Any]] = state.get("options") or []
        if options:
            if turn.slot("form_note") == UNCLEAR:
                turn.say("utter_answer_unclear")
            turn.say("utter_ask_look_up_place_which", choices=numbered([option["label"] for option in options], turn.language))
            return
        parts = {"asks_location": True}
        if STREET in state:
            turn.say("utter_ask_report_location_street_only", street=state[STREET], parts=parts)
        elif state.get("unknown"):
            turn.say("utter_ask_look_up_place_unknown", place=state["unknown"], parts=parts)
        elif turn.slot("form_note") == UNCLEAR:
            turn.say("utter_ask_look_up_place_unclear", parts=parts)
        else:
            turn.say("utter_ask_look_up_place", parts=parts)

    async def _beside(self, turn: Turn, state: State) -> bool:
        """The place of what was looked up just now, when one message asked for both."""
        shared = next(filter(None, map(location_of, turn.beside)), None)
        named = next(filter(None, (place_in(str(event.get("text") or "")) for event in turn.beside)), None)
        if shared:
            take(state, shared)
        elif named:
            await self._locate(turn, state, named)
        return bool(shared or named)

    def _as_before(self, turn: Turn, state: State) -> bool:
        """The place of the look-up before, when the message leans on it: "and the library?"."""
        place = ((turn.slot(LAST) or {}).get("state") or {}).get("place") if leans_back(turn.text) else None
        if place:
            state["place"] = place
        return bool(place)

    def _is_name(self, turn: Turn) -> bool:
        """Whether an answer without an address may name a place: "doon south"."""
        words = turn.text.split()
        named = any(word[0].isalpha() for word in words) and not is_question(turn)
        return named and len(words) <= MOST_WORDS and turn.intent not in (NEEDS | SMALL_TALK)

    async def _locate(self, turn: Turn, state: State, named: str) -> None:
        if self.geocoder is None:
            raise ValueError("no locator is offered")
        found = await asyncio.to_thread(self.geocoder.candidates, named, turn.language)
        for key in NOT_YET:
            state.pop(key, None)
        areas = [] if self.areas else [one for one in found if one.kind == "neighbourhood"]
        if areas:
            state["area"] = areas[0].name
        elif len(found) == 1:
            take(state, _place(found[0]))
        elif found:
            state["options"] = [vars(_place(one)) for one in found[:MOST_CHOICES]]
        else:
            state["unknown"] = named

    def _choose(self, turn: Turn, state: State) -> bool:
        """Takes one of the offered places, or none of them; False when the message is something else."""
        options: List[Dict[str, Any]] = state["options"]
        if turn.intent in NONE_OF_THESE:
            state.pop("options")
            return True
        index = index_meant(turn, [option["label"] for option in options])
        if index is None:
            return False
        take(state, Place(**options[index]))
        return True


def _place(located: Located) -> Place:
    return Place(latitude=located.latitude, longitude=located.longitude, label=located.name)


def take(state: State, place: Place) -> None:
    """Leaves the place in the state."""
    for key in NOT_YET:
        state.pop(key, None)
    state["place"] = vars(place)
