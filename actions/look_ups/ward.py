"""Which ward is it, and who was elected there? Kept apart: the mayor and the region's seats, for whom the whole city votes."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any, ClassVar, Dict, List, Optional, Sequence

from actions.base import Outcome, Turn
from actions.clients.geocoder import Geocoder
from actions.clients.ward_sources import KeptWards, wards_from_settings
from actions.clients.wards import Council, Official
from actions.look_ups.base import State
from actions.look_ups.place import PlaceLookUp
from actions.words import below, joined, line, spoken_date, title
from bot.city import city
from bot.language.wards import about_the_whole_city, ward_in


class WardLookUp(PlaceLookUp):
    """Needs a place, unless the message names a ward by its number, or asks about the region or the mayor.

    The state holds `ward`, the number that was named, or `whole_city`.
    """

    kind: ClassVar[str] = "ward"
    backends = ("wards", "geocoder")

    def __init__(self, wards: Optional[KeptWards] = None, geocoder: Optional[Geocoder] = None) -> None:
        super().__init__(geocoder)
        self.wards = wards or wards_from_settings()

    async def read(self, turn: Turn, state: State, *, asked: bool) -> bool:
        number = ward_in(turn.text, asked=asked)
        if number and not ("options" in state and asked):  # "2" is the second of the places offered
            state["ward"] = number
            return True
        if await super().read(turn, state, asked=asked):
            return True
        if about_the_whole_city(turn.text):
            state["whole_city"] = True
            return True
        return False

    def missing(self, state: State) -> bool:
        return not ("ward" in state or "whole_city" in state) and super().missing(state)

    async def answer(self, turn: Turn, state: State) -> Outcome:
        if self.wards is None:
            raise ValueError("no wards are offered")
        if "whole_city" in state:
            return await self._tell_whole_city(turn)
        number, as_of = state.get("ward"), None
        if number is None:
            place = state["place"]
            at = await asyncio.to_thread(self.wards.ward_at, place["latitude"], place["longitude"])
            number, as_of = at.value, at.as_of
        held = await asyncio.to_thread(self.wards.council)
        council, as_of = held.value, held.as_of or as_of
        if number is None:
            turn.say("utter_ward_outside", place=place_named(turn, state), parts=_parts(turn))
            return Outcome.NOT_FOUND
        if number not in council.councillors and "ward" in state:
            turn.say("utter_ward_unknown", ward=number, wards=joined(sorted(council.councillors, key=_in_order), turn.language))
            return Outcome.NOT_FOUND
        where = line("ward_of_place", turn.language, place=place_named(turn, state), ward=ward_named(number, turn.language))
        if "ward" in state:
            where = line("ward_named", turn.language, ward=ward_named(number, turn.language))
        councillor = council.councillors.get(number)
        elected = person_line(councillor, turn.language) if councillor else line("no_councillor", turn.language)
        response = "utter_ward_here" if council.mayor or council.region else "utter_ward_only"
        turn.say(response, where=where, elected=elected, as_of=_as_of(as_of, turn.language), parts=_parts(turn))
        return Outcome.OK

    async def _tell_whole_city(self, turn: Turn) -> Outcome:
        if self.wards is None:
            raise ValueError("no wards are offered")
        held = await asyncio.to_thread(self.wards.council)
        lines = whole_city_lines(held.value, turn.language)
        if not lines:
            turn.say("utter_ward_whole_city_unknown", by_hand=self.by_hand)
            return Outcome.NOT_FOUND
        turn.say("utter_ward_whole_city", elected=below(lines), as_of=_as_of(held.as_of, turn.language), parts=_parts(turn))
        return Outcome.OK


def place_named(turn: Turn, state: State) -> str:
    """What the place is called; a shared point without a label is "that place"."""
    return (state.get("place") or {}).get("label") or line("that_place", turn.language)


def ward_named(number: str, language: str) -> str:
    """ "Ward 9", "quartier 9"; a ward without a number by its name."""
    return line("ward", language, ward=number if number.isdecimal() else number.title())


def person_line(person: Official, language: str) -> str:
    """Somebody elected, with the ways to reach them that are known."""
    contact = [part for part in (person.phone, person.email) if part] or [part for part in (person.url,) if part]
    return line("elected_with_contact", language, name=person.name, contact=", ".join(contact)) if contact else person.name


def whole_city_lines(council: Council, language: str) -> List[str]:
    """The mayor, then the region's seats, those of one office on one line."""
    by_office: Dict[str, List[str]] = {}
    for person in (*council.mayor, *council.region):
        by_office.setdefault(person.office, []).append(person.name)
    return [line("office", language, office=_office(office, names, language), names=joined(names, language)) for office, names in by_office.items()]


def _office(office: str, names: Sequence[str], language: str) -> str:
    """What an office is called; as the source writes it when it is unknown to us."""
    key = office.casefold().replace(" ", "_") + ("s" if len(names) > 1 else "")
    return title("offices", key, language) or office


def _in_order(number: str) -> Any:
    return (0, int(number), "") if number.isdecimal() else (1, 0, number)


def _as_of(moment: Optional[datetime], language: str) -> str:
    """A sentence for an answer that is older than it should be."""
    return below([line("as_of", language, day=spoken_date(moment.astimezone(city().timezone).date(), language))]) if moment else ""


def _parts(turn: Turn) -> Dict[str, Any]:
    backend = city().backends["wards"]
    body = city().bodies[backend.options.get("body", "city")]
    return {"source": {"name": body.name[turn.language], "url": backend.by_hand or body.url}}
