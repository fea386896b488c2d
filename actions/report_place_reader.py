"""Takes where a problem is into the slots of the report, and what the resident changes about it."""

from __future__ import annotations

from typing import List, Optional, Sequence

from actions.base import Turn
from actions.clients.geocoder import Geocoder
from actions.forms import SMALL_TALK, UNCLEAR, asks_else, is_question, needs_else
from actions.offering import NONE_OF_THESE
from actions.outside import say_outside
from actions.report_answers import LONGEST_PLACE, number_on, place_in
from actions.report_described import describes_place, wishes
from actions.report_places import Option, as_written, crossing, described, landmarks, option_meant, take
from actions.shared_location import address_at
from bot.city import city
from bot.language.address_changes import corner_meant, corrected, place_meant
from bot.language.addresses import find_address, locate
from bot.language.other_towns import other_town
from bot.language.streets import find_street
from bot.messages import Place

STREET_ONLY = "street_only"
LOST = "lost"  # `form_note`: two answers in a row held no place
NOT_THERE = "not_there"  # `form_note`: none of the places that were offered
WORDS_OF_A_QUESTION = 3  # besides an address
FEW_WORDS = 2


class ReportPlaceReader:
    """Reads places of one report form; `own` is the form's intent."""

    def __init__(self, geocoder: Optional[Geocoder], own: str) -> None:
        self.geocoder = geocoder
        self._own = own

    async def take_shared(self, turn: Turn, shared: Place) -> None:
        """A place from the resident's telephone: its address if there is one, else its label or its coordinates."""
        address = await address_at(turn, self.geocoder, shared)
        coordinates = f"{shared.latitude:.5f}, {shared.longitude:.5f}"
        before, place = turn.slot("report_location"), address.line if address else shared.label[:LONGEST_PLACE] or coordinates
        turn.set(report_location=place, report_point=[shared.latitude, shared.longitude], report_confirmed=None, report_options=None)
        if before:
            turn.say("utter_report_place_changed", location=place)

    async def offer_named(self, turn: Turn, texts: Sequence[str]) -> None:
        """Offers a facility that the first words name, to be confirmed; a place in another town ends the report."""
        if say_outside(turn, "utter_report_outside", texts):
            return
        for text in texts:
            options = await landmarks(text, self.geocoder, turn.language, named_only=True)
            if options:
                turn.set(report_options=options)
                return

    def corrects(self, turn: Turn, asked: str, *, said_so: bool, is_answer: bool) -> bool:
        """A change of mind about an address: "actually it's 210 not 201". The last two are those of `corrected`."""
        place = turn.slot("report_location") or ""
        if not place or asked in ("service_code", "report_location"):
            return False
        before, town, strict = find_address(place), city().short_name, said_so or is_answer
        if before:
            address = corrected(before, turn.text, town=town, said_so=said_so, is_answer=is_answer)
            changed = address.line if address and address != before else corner_meant(turn.text, town=town, said_so=strict)
        else:
            changed = place_meant(turn.text, town=town, said_so=strict)
        if changed is None or changed == place or self._is_other_question(turn) or other_town(turn.text):
            return False
        turn.set(report_location=changed, report_point=None, report_confirmed=None)
        turn.say("utter_report_place_changed", location=changed)
        return True

    async def read(self, turn: Turn) -> bool:
        """Takes the answer to "Where is it?": a place, places to choose from, or a street on which it must be."""
        if self._is_other_question(turn):
            return False
        if say_outside(turn, "utter_report_outside", [turn.text]):
            return True
        options: List[Option] = turn.slot("report_options") or []
        chosen = option_meant(turn, options) if options else None
        if chosen:
            take(turn, chosen)
            return True
        none_of_them = bool(options) and turn.intent in NONE_OF_THESE
        says_more = not turn.tapped and len(turn.text.split()) > FEW_WORDS
        if (says_more or not none_of_them) and await self._read_place(turn):
            return True
        if none_of_them:
            turn.set(report_options=None, form_note=NOT_THERE)
            return True
        again = turn.note_before in (UNCLEAR, LOST) and turn.entity("service_code") in (None, turn.slot("service_code"))
        if again and not (turn.tapped or turn.intent in SMALL_TALK or needs_else(turn, self._own)):
            turn.set(form_note=LOST)
            return True
        return False

    async def _read_place(self, turn: Turn) -> bool:
        street = turn.slot("report_street")
        place = place_in(turn.text) or (number_on(street, turn.text) if street else None)
        if place:
            turn.set(report_location=place, report_point=None, report_options=None)
            return True
        other = needs_else(turn, self._own)
        if turn.intent in SMALL_TALK or turn.tapped or (other and wishes(turn.text)):
            return False
        if await self._named(turn, street, only_names=other):
            return True
        if self._described(turn, street):
            return True
        if other:
            return False
        named = find_street(turn.text, town=city().short_name)
        if named and named != street:
            turn.set(report_street=named, report_options=None, form_note=STREET_ONLY)
            return True
        return False

    @staticmethod
    def _described(turn: Turn, street: Optional[str]) -> bool:
        """Takes a description that names its street ("behind the church on krug"); any other is shown back, with the street it is on."""
        if is_question(turn) or not describes_place(turn.text):
            return False
        said = as_written(turn.text)
        if find_street(turn.text, town=city().short_name):
            turn.set(report_location=said, report_options=None)
        else:
            turn.set(report_options=[described(f"{street} ({said})" if street else said)])
        return True

    async def _named(self, turn: Turn, street: Optional[str], *, only_names: bool) -> bool:
        """A street that crosses the one named before is the place; one with a name of its own is shown back first.

        `only_names`: the words may mean something else, so that the locator is not asked what they may mean.
        """
        crossings = await crossing(street, turn.text, self.geocoder, turn.language) if street else []
        if len(crossings) == 1:
            take(turn, crossings[0])
            return True
        options = crossings or await landmarks(turn.text, self.geocoder, turn.language, named_only=only_names)
        if options:
            turn.set(report_options=options)
        return bool(options)

    def _is_other_question(self, turn: Turn) -> bool:
        """Whether an address stands in a question of its own: "when is garbage at 45 Queen St N?"."""
        located = locate(turn.text, town=city().short_name)
        words = len((located.rest if located else turn.text).split())
        return asks_else(turn, self._own) and words >= WORDS_OF_A_QUESTION
