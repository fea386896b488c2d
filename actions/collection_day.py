"""When is what collected at an address?"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any, Dict, Optional

from actions.base import OUTCOMES, Outcome, TaskAction, Turn
from actions.clients.errors import CityError, Failure
from actions.clients.waste import DAYS_AHEAD, DAYS_BACK, Calendar, Place, Waste, waste_from_settings
from actions.collection_answer import Answer, in_span, of_stream, upcoming
from actions.collection_form import EARLIER, NOT_OFFERED, STOPS, ValidateCollectionForm
from actions.collection_span import Span, asked_span
from actions.collection_streams import Asked, asked_stream
from actions.collection_thread import COLLECTION_DAY
from actions.places import find_places
from actions.source import source_parts
from actions.switched_off import say_switched_off, switched
from actions.words import as_of, below, line, today, word
from bot.city import city
from bot.language.addresses import find_address

LONGEST_SPAN = timedelta(days=366)
NEXT_WITHIN = timedelta(weeks=3)  # behind days without collection, to say what comes next


class ActionCollectionDay(TaskAction):
    """Says what is collected in the days that were asked about, else the next collections, at the place the form found.

    Inside another form it is the address of the message.
    """

    def __init__(self, waste: Optional[Waste] = None) -> None:
        self.waste = waste or waste_from_settings()

    def name(self) -> str:
        return "action_collection_day"

    async def work(self, turn: Turn) -> Outcome:
        note, place, days = turn.slot("form_note"), turn.slot("collection_place"), turn.slot("collection_days")
        span, asked = Span.from_slot(days) if days else None, Asked.from_slot(turn.slot("collection_stream"))
        if turn.tracker.active_loop.get("name"):  # asked in the middle of another form: its slots are not ours
            note, place, span, asked = None, None, asked_span(turn.text, today()), asked_stream(turn.text)
        else:
            turn.set(**dict.fromkeys(ValidateCollectionForm.slots))
        if (await switched()).is_off(COLLECTION_DAY):
            return say_switched_off(turn, COLLECTION_DAY)
        if self.waste is None:
            note = NOT_OFFERED
        if note in STOPS:
            return self._stop(turn, note)
        try:
            found = Place(**place) if place else await self._place_in(turn)
            if found is None:
                turn.say("utter_collection_needs_address")
                return Outcome.NOT_FOUND
            return await self._tell(turn, found, span, asked, earlier=note == EARLIER)
        except CityError as err:
            return self._stop(turn, err.failure.value)

    def _stop(self, turn: Turn, note: str) -> Outcome:
        turn.say(STOPS[note], by_hand=city().backends["waste"].by_hand or city().contact_url)
        return Outcome.UNAVAILABLE if note == NOT_OFFERED else OUTCOMES[Failure(note)]

    async def _place_in(self, turn: Turn) -> Optional[Place]:
        address = find_address(turn.text, town=city().short_name)
        if address is None or self.waste is None:
            return None
        found = await asyncio.to_thread(find_places, self.waste, address, turn.language)
        return found.places[0] if found.sure and len(found.places) == 1 else None

    async def _tell(self, turn: Turn, place: Place, span: Optional[Span], asked: Optional[Asked], *, earlier: bool) -> Outcome:
        """Says the days. `earlier`: the place is one from before, and the answer says how to name another."""
        if self.waste is None:
            raise ValueError("no waste calendar is offered")
        held = await asyncio.to_thread(self.waste.collections, place.place_id, turn.language, today())
        calendar = held.value
        if calendar is None or not calendar.pickups:
            turn.say("utter_collection_no_calendar", address=place.name, by_hand=city().backends["waste"].by_hand or city().contact_url)
            return Outcome.NOT_FOUND
        if span and not (today() - DAYS_BACK <= span.first and span.last <= today() + DAYS_AHEAD):
            last = min(span.last, span.first + LONGEST_SPAN) + NEXT_WITHIN
            calendar = await asyncio.to_thread(self.waste.calendar, place.place_id, span.first, last, turn.language) or Calendar(())
        said = _answer(calendar, span, asked, turn.language)
        age = as_of(held.as_of, turn.language)
        other = [line("other_address", turn.language)] if earlier else []
        by_hand = city().backends["waste"].by_hand or city().contact_url
        turn.say(
            said.response,
            address=place.name,
            by_hand=by_hand,
            notices=below([*said.notices, *age, *other]),
            parts=self._parts(turn, place),
            **said.values,
        )
        turn.answered = "collection_day"
        return Outcome.OK

    def _parts(self, turn: Turn, place: Place) -> Dict[str, Any]:
        """The source and, where there is room for an address that long, the calendar file of the place."""
        parts = source_parts(turn, "waste")
        url = self.waste.calendar_file(place.place_id, turn.language) if self.waste else None
        if url and _shows_link(turn.channel, url):
            parts["link"] = {"title": word("links", "calendar_file", turn.language), "url": url}
        return parts


def _answer(calendar: Calendar, span: Optional[Span], asked: Optional[Asked], language: str) -> Answer:
    """What is asked for, of one stream or of all."""
    if span and asked:
        return of_stream(calendar, span, asked, language)
    return in_span(calendar, span, language) if span else upcoming(calendar, language, asked)


def _shows_link(channel: str, url: str) -> bool:
    """Whether a channel has room for a long link; Telegram may refuse a button to a plain or local address, and the answer with it."""
    return channel != "sms" and (channel != "telegram" or url.startswith("https://"))
