"""The collection day form: which address does the resident mean?"""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar, Dict, List, Optional, Sequence

from actions.address_halves import Half, half_of, renumbered, whole_of
from actions.base import Outcome, Turn, location_of, outcome_of
from actions.clients.errors import CityError
from actions.clients.geocoder import Geocoder, geocoder_from_settings
from actions.clients.waste import Waste, waste_from_settings
from actions.collection_span import asked_span
from actions.collection_streams import asked_stream
from actions.collection_thread import COLLECTION_DAY, COLLECTION_FORM, asked_again, earlier_address
from actions.forms import SMALL_TALK, UNCLEAR, Ask, FormTask, is_command, is_question
from actions.offering import NONE_OF_THESE, offered
from actions.outside import town_in
from actions.places import find_places
from actions.report_words import holds_unknown
from actions.shared_location import address_at
from actions.switched_off import switched
from actions.words import today
from bot.choosing import chosen
from bot.city import city
from bot.labels import NEEDS
from bot.language.address_changes import corrected
from bot.language.addresses import Address, find_address, locate
from bot.language.follow_up import leans_back
from bot.language.other_towns import other_town
from bot.language.street_words import DIRECTIONS, folded
from bot.messages import Place

NOT_OFFERED = "not_offered"
SEVERAL = "several"
UNSURE = "unsure"
UNKNOWN = "unknown_address"
NOWHERE = "nowhere"  # no address at the location that was shared
NO_LOCATOR = "no_locator"  # what is there cannot be found out
NO_STREET, NO_NUMBER = "no_street", "no_number"  # the half of the address that misses
WHY = "why"  # a question came instead
LOST = "lost"  # the address is not known, or was not understood twice
MISSED = frozenset({UNCLEAR, WHY, LOST, NO_STREET, NO_NUMBER})
EARLIER = "earlier"  # the address is the one this session was last about
WORDS_OF_A_QUESTION = 3  # besides an address


class ValidateCollectionForm(FormTask):
    """Finds the place in the waste calendar; ends with `collection_place` set, or with the reason why not in `form_note`."""

    form = COLLECTION_FORM
    slots = (
        "collection_address",
        "collection_place",
        "collection_options",
        "collection_days",
        "collection_stream",
        "collection_part",
        "form_note",
    )

    def __init__(self, waste: Optional[Waste] = None, geocoder: Optional[Geocoder] = None) -> None:
        self.waste = waste or waste_from_settings()
        self.geocoder = geocoder or geocoder_from_settings()

    async def understand(self, turn: Turn, asked: Optional[str]) -> bool:
        self._read_question(turn, asked_again(turn) if asked is None else ())
        if asked is None and (await switched()).is_off(COLLECTION_DAY):
            turn.set(form_note=NOT_OFFERED)
            return True
        if asked is None:
            await self._begin(turn)
            return True
        if is_command(turn):
            return False
        if turn.location:
            await self._look_around(turn, turn.location)
            return True
        if asked == "collection_place" and self._choose(turn):
            return True
        return await self._read_address(turn)

    async def _begin(self, turn: Turn) -> None:
        """Takes the address of the message or of one beside it, else the one this session was last about."""
        beside = [str(event.get("text") or "") for event in turn.beside]
        said = [*turn.texts, *beside]
        address = next(filter(None, (find_address(text, town=city().short_name) for text in said)), None)
        shared = [*turn.locations, *filter(None, map(location_of, turn.beside))]
        if address is None and shared:
            await self._look_around(turn, shared[0])
            return
        before = (turn.slot("last_address") if self._leans_back(turn) else None) or earlier_address(turn)
        town = town_in(said if address else [before or ""])
        await self._look_up(turn, address or find_address(before or "", town=city().short_name), town=town)
        if address is None and turn.slot("collection_place"):
            turn.set(form_note=EARLIER)

    @staticmethod
    def _read_question(turn: Turn, before: Sequence[str] = ()) -> None:
        """Takes the days and the stream that are asked about. `before`: the question that an address alone asks again."""
        span = next(filter(None, (asked_span(text, today()) for text in (*turn.texts, *before))), None)
        if span:
            turn.set(collection_days=span.to_slot())
        stream = next(filter(None, map(asked_stream, (*turn.texts, *before))), None)
        if stream:
            turn.set(collection_stream=stream.to_slot())

    @staticmethod
    def _leans_back(turn: Turn) -> bool:
        """Whether the question is about the address looked up before: "and the recycling?", "next week?"."""
        return leans_back(turn.text) or (bool(turn.slot("collection_days")) and len(turn.text.split()) <= WORDS_OF_A_QUESTION)

    async def _read_address(self, turn: Turn) -> bool:
        located = locate(turn.text, town=city().short_name)
        another_task = turn.intent in NEEDS - {COLLECTION_DAY}
        if located and not (another_task and len(located.rest.split()) >= WORDS_OF_A_QUESTION):
            await self._look_up(turn, located.address, town=other_town(turn.text))
            return True
        before = find_address(turn.slot("collection_address") or "")
        changed = corrected(before, turn.text, town=city().short_name) if before else None
        if changed:
            await self._look_up(turn, changed, town=town_in([turn.text, turn.slot("collection_address")]))
            return True
        if not turn.slot("collection_options") and await self._read_half(turn, before):
            return True
        if another_task or (turn.intent in SMALL_TALK and not holds_unknown(turn.text)):
            return False
        if turn.slot("collection_options"):  # still the same choices
            turn.say("utter_answer_unclear")
        turn.set(form_note=turn.note_before if turn.slot("collection_options") else self._not_understood(turn))
        return True

    async def _read_half(self, turn: Turn, before: Optional[Address]) -> bool:
        """Takes a number or a street alone, and looks up the address when the other half is known."""
        half, known = half_of(turn.text), Half.from_slot(turn.slot("collection_part"))
        if half is None:
            return False
        address = whole_of(known, half) if known else renumbered(before, half) if before else None
        if address:
            turn.set(collection_part=None)
            await self._look_up(turn, address)
        else:
            turn.set(collection_part=half.to_slot(), form_note=NO_STREET if half.civic else NO_NUMBER)
        return True

    @staticmethod
    def _not_understood(turn: Turn) -> str:
        """How to ask again after words that hold no address: why it is needed, or where else to look when it is not known."""
        if holds_unknown(turn.text) or turn.note_before in MISSED:
            return LOST
        return WHY if is_question(turn) else UNCLEAR

    async def _look_around(self, turn: Turn, place: Place) -> None:
        address = await address_at(turn, self.geocoder, place)
        await self._look_up(turn, address)
        if address is None and not turn.slot("form_note"):
            looked = self.geocoder is not None and turn.outcome is Outcome.OK
            turn.set(form_note=NOWHERE if looked else NO_LOCATOR)

    async def _look_up(self, turn: Turn, address: Optional[Address], *, town: Optional[str] = None) -> None:
        """`town`: another one than the city, which the calendar may serve as well."""
        line = address and (f"{address.line}, {town}" if town else address.line)
        turn.set(collection_address=line, collection_place=None, collection_options=None, last_address=line or turn.slot("last_address"))
        if self.waste is None:
            turn.outcome = Outcome.UNAVAILABLE
            turn.set(form_note=NOT_OFFERED)
            return
        if address is None:
            return
        try:
            found = await asyncio.to_thread(find_places, self.waste, address, turn.language, town=town or "")
        except CityError as err:
            turn.outcome = outcome_of(err)
            turn.set(form_note=err.failure.value)
            return
        options = [vars(place) for place in found.places]
        if found.sure and len(options) == 1:
            turn.set(collection_place=options[0])
        elif options:
            turn.set(collection_options=options, form_note=SEVERAL if found.sure else UNSURE)
        else:
            turn.outcome = Outcome.NOT_FOUND
            turn.set(form_note=UNKNOWN)

    def _choose(self, turn: Turn) -> bool:
        """Takes one of the offered places, or none of them; False when the message is something else."""
        options: List[Dict[str, Any]] = turn.slot("collection_options") or []
        if turn.intent in NONE_OF_THESE:
            turn.set(collection_options=None, collection_address=None)
            return True
        if turn.intent == "affirm" and len(options) == 1:
            self._take(turn, options[0])
            return True
        tapped = [option for option in options if option["place_id"] == turn.entity("answer")]
        index = chosen(turn.text, [option["name"] for option in options], expected=True)
        meant = tapped or ([options[index]] if index is not None else _towards(turn.text, options))
        if len(meant) != 1:
            return False
        self._take(turn, meant[0])
        return True

    @staticmethod
    def _take(turn: Turn, option: Dict[str, Any]) -> None:
        address = find_address(option["name"], town=city().short_name)
        turn.set(collection_place=option, last_address=address.line if address else turn.slot("last_address"))

    async def next_slot(self, turn: Turn) -> Optional[str]:
        if turn.slot("collection_place") or turn.slot("form_note") in STOPS:
            return None
        return "collection_place" if turn.slot("collection_options") else "collection_address"


# Reasons that end the form without a place, with what is said then.
STOPS = {
    NOT_OFFERED: "utter_collection_not_offered",
    "unreachable": "utter_collection_unreachable",
    "refused": "utter_collection_bad_data",
    "malformed": "utter_collection_bad_data",
}


def _towards(text: str, options: List[Dict[str, Any]]) -> List[Dict[str, Any]]:
    """The places in the direction a message names: "the west one"."""
    said = {DIRECTIONS[part] for part in folded(text).replace(".", " ").split() if part in DIRECTIONS}
    addresses = [(option, find_address(option["name"], town=city().short_name)) for option in options]
    return [option for option, address in addresses if address and address.direction in said]


class ActionAskCollectionAddress(Ask):
    """Asks for the address, in the way that fits what happened before."""

    slot = "collection_address"
    responses: ClassVar[Dict[str, str]] = {
        "": "utter_ask_collection_address",
        UNCLEAR: "utter_ask_collection_address_unclear",
        UNKNOWN: "utter_ask_collection_address_unknown",
        NOWHERE: "utter_ask_collection_address_nowhere",
        NO_LOCATOR: "utter_ask_collection_address_no_locator",
        NO_STREET: "utter_ask_collection_address_street",
        NO_NUMBER: "utter_ask_collection_address_number",
        WHY: "utter_ask_collection_address_why",
        LOST: "utter_ask_collection_address_lost",
    }

    async def work(self, turn: Turn) -> Outcome:
        note = turn.slot("form_note") or ""
        by_hand = city().backends["waste"].by_hand or city().contact_url
        address, parts = turn.slot("collection_address") or "", {"asks_location": True}
        half = Half.from_slot(turn.slot("collection_part")) or Half()
        response = self.responses.get(note, self.responses[""])
        turn.say(response, address=address, by_hand=by_hand, civic=half.civic, street=half.street, parts=parts)
        return Outcome.OK


class ActionAskCollectionPlace(Ask):
    """Offers the addresses that were found."""

    slot = "collection_place"
    responses: ClassVar[Dict[str, str]] = {"": "utter_ask_collection_place", UNSURE: "utter_ask_collection_place_unsure"}

    async def work(self, turn: Turn) -> Outcome:
        options: List[Dict[str, Any]] = turn.slot("collection_options") or []
        choices = offered(((option["name"], option["place_id"]) for option in options), turn.language)
        response = self.responses.get(turn.slot("form_note") or "", self.responses[""])
        turn.say(response, choices=choices, address=turn.slot("collection_address") or "")
        return Outcome.OK
