"""Which ward is it, and who was elected there? Kept apart: the mayor and the region's seats, for whom the whole city votes."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any, ClassVar, Dict, List, Optional, Sequence

from actions.base import Outcome, Turn, choice, payload
from actions.clients.arcgis import ArcGIS, ArcGISError
from actions.clients.geocoder import Geocoder
from actions.clients.ward_sources import KeptWards, wards_from_settings
from actions.clients.wards import Council, Official
from actions.look_ups.areas import Neighbourhoods
from actions.look_ups.base import State, earlier, written
from actions.look_ups.place import STREET, PlaceLookUp
from actions.look_ups.place_words import facility_in
from actions.look_ups.shown_places import points_back
from actions.report_answers import place_in
from actions.source import source_parts
from actions.words import as_of, below, joined, line, title, word
from bot.city import city
from bot.labels import LOOK_UP
from bot.language.addresses import locate
from bot.language.found import Reading
from bot.language.streets import find_street
from bot.language.wards import about_the_whole_city, ward_in
from bot.place_names import every_kind_in

WHOLE_CITY = "whole_city"  # in the state and in the choice: about those whom everybody elects


class WardLookUp(PlaceLookUp):
    """Needs a place, unless the message names a ward by its number, or asks about the region or the mayor.

    The state holds `ward`, the number that was named, or `whole_city`.
    """

    kind: ClassVar[str] = "ward"
    backends = ("wards", "geocoder")
    areas = False

    def __init__(self, wards: Optional[KeptWards] = None, geocoder: Optional[Geocoder] = None, server: Optional[ArcGIS] = None) -> None:
        super().__init__(geocoder)
        self.wards = wards or wards_from_settings()
        self.neighbourhoods = Neighbourhoods(server)

    def article(self, turn: Turn) -> Optional[str]:
        """The one about those whom the whole city elects, if they are asked for."""
        return city().backends["wards"].options.get("whole_city_article") if about_the_whole_city(turn.text) else None

    async def read(self, turn: Turn, state: State, *, asked: bool) -> bool:
        if turn.entity("answer") == WHOLE_CITY or (about_the_whole_city(turn.text) and not place_in(turn.text)):
            state[WHOLE_CITY] = True
            return True
        number = _ward_said(turn.text, asked=asked)
        if number and not (asked and ("options" in state or STREET in state)):  # "2" is the second place offered, or a house
            await self._take_ward(state, number)
            return True
        before = {} if asked else earlier(turn, self.kind)
        pointed = points_back(written(turn)) and {"ward", "place", WHOLE_CITY} & set(before)
        if pointed and not await asyncio.to_thread(self._names_place, written(turn)):
            state.update(before)  # "what's their email": the answer has it
            return True
        return await super().read(turn, state, asked=asked)

    def _as_before(self, turn: Turn, state: State) -> bool:
        return not self._names_place(turn.text) and super()._as_before(turn, state)

    def _names_place(self, text: str) -> bool:
        """Whether a message names any place, however vaguely: a street, a neighbourhood, a library. It is not about the one before."""
        reading = Reading.of(text)
        if place_in(text) or find_street(text, town=city().short_name) or facility_in(reading) or every_kind_in(reading):
            return True
        try:
            return bool(self.neighbourhoods.named(reading).found)
        except ArcGISError:
            return False

    def missing(self, state: State) -> bool:
        return not ("ward" in state or WHOLE_CITY in state) and super().missing(state)

    async def _take_ward(self, state: State, number: str) -> None:
        if self.wards is None:
            raise ValueError("no wards are offered")
        known = (await asyncio.to_thread(self.wards.council)).value.councillors
        state.pop("no_ward", None)
        state.update({"ward": number} if number in known else {"no_ward": number, "wards": sorted(known, key=_in_order)})

    async def ask(self, turn: Turn, state: State) -> None:
        if state.get("no_ward"):
            turn.say(
                "utter_ask_ward_unknown", ward=state["no_ward"], wards=joined(state["wards"], turn.language), parts={"asks_location": True}
            )
        elif state.get("area"):
            turn.say("utter_ask_ward_area", place=state["area"], parts={"asks_location": True})
        else:
            await super().ask(turn, state)

    async def answer(self, turn: Turn, state: State) -> Outcome:
        if self.wards is None:
            raise ValueError("no wards are offered")
        ward, as_of = state.get("ward"), None
        if "place" in state and ward is None and WHOLE_CITY not in state:
            at = await asyncio.to_thread(self.wards.ward_at, state["place"]["latitude"], state["place"]["longitude"])
            ward, as_of = at.value, at.as_of
            if ward is None:
                turn.say("utter_ward_outside", place=_place(state, turn.language), parts=source_parts(turn, "wards"))
                return Outcome.NOT_FOUND
        council = await asyncio.to_thread(self.wards.council)
        age = _age(council.as_of or as_of, turn.language)
        if ward is None:
            return self._tell_whole_city(turn, council.value, age)
        ward_name = ward if ward.isdecimal() else ward.title()
        if "ward" in state:
            where = line("ward_named", turn.language, ward=ward_name)
        else:
            where = line("ward_of_place", turn.language, place=_place(state, turn.language), ward=ward_name)
        self._tell(turn, council.value, ward, where=where, as_of=age)
        return Outcome.OK

    def _tell(self, turn: Turn, council: Council, ward: str, *, where: str, as_of: str) -> None:
        councillor = council.councillors.get(ward)
        elected = person_line(councillor, turn.language) if councillor else line("no_councillor", turn.language)
        if not council.mayor and not council.region:
            turn.say("utter_ward_only", where=where, elected=elected, as_of=as_of, parts=source_parts(turn, "wards"))
            return
        whole_city = choice(word("choices", WHOLE_CITY, turn.language), payload(LOOK_UP, look_up=self.kind, answer=WHOLE_CITY))
        turn.say("utter_ward_here", where=where, elected=elected, as_of=as_of, choices=[whole_city], parts=source_parts(turn, "wards"))

    def _tell_whole_city(self, turn: Turn, council: Council, as_of: str) -> Outcome:
        lines = whole_city_lines(council, turn.language)
        if not lines:
            turn.say("utter_ward_whole_city_unknown", by_hand=self.by_hand)
            return Outcome.NOT_FOUND
        turn.say("utter_ward_whole_city", elected=below(lines), as_of=as_of, parts=source_parts(turn, "wards"))
        return Outcome.OK


def _ward_said(text: str, *, asked: bool) -> Optional[str]:
    """The ward a message names; the number of a house names none: "what ward is 5 king st e in"."""
    located = locate(text, town=city().short_name)
    return ward_in(text, asked=asked, house=located.address.civic if located else "")


def _place(state: State, language: str) -> str:
    """What the place is called; a shared point has no name."""
    return str(state["place"]["label"] or line("that_place", language)) if "place" in state else ""


def person_line(person: Official, language: str) -> str:
    """Somebody elected, with the ways to reach them that are known."""
    contact = [part for part in (person.phone, person.email) if part] or [part for part in (person.url,) if part]
    return line("elected_with_contact", language, person=person.name, contact=", ".join(contact)) if contact else person.name


def whole_city_lines(council: Council, language: str) -> List[str]:
    """The mayor, then the region's seats, those of one office on one line."""
    by_office: Dict[str, List[str]] = {}
    for person in (*council.mayor, *council.region):
        by_office.setdefault(person.office, []).append(person.name)
    return [
        line("office", language, office=_office(office, names, language), names=joined(names, language))
        for office, names in by_office.items()
    ]


def _office(office: str, names: Sequence[str], language: str) -> str:
    """What an office is called; as the source writes it when it is unknown to us."""
    key = office.casefold().replace(" ", "_") + ("s" if len(names) > 1 else "")
    return title("offices", key, language) or office


def _in_order(number: str) -> Any:
    return (0, int(number), "") if number.isdecimal() else (1, 0, number)


def _age(moment: Optional[datetime], language: str) -> str:
    """A sentence for an answer that is older than it should be."""
    return below(as_of(moment, language))
