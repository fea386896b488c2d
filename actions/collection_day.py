"""When is what collected at an address?"""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any, Dict, List, Optional

from actions.base import OUTCOMES, Outcome, TaskAction, Turn
from actions.clients.errors import CityError, Failure
from actions.clients.waste import Calendar, Place, Waste, waste_from_settings
from actions.collection_form import NOT_OFFERED, STOPS, ValidateCollectionForm
from actions.places import find_places
from actions.words import below, joined, line, spoken_date, title, today
from bot.city import city
from bot.language.addresses import find_address

WEEKS_AHEAD = 4
MOST_DATES = 2  # per stream


class ActionCollectionDay(TaskAction):
    """Says the next collections at the place the form found; inside another form, at the address of the message."""

    def __init__(self, waste: Optional[Waste] = None) -> None:
        self.waste = waste or waste_from_settings()

    def name(self) -> str:
        return "action_collection_day"

    async def work(self, turn: Turn) -> Outcome:
        note, place = turn.slot("form_note"), turn.slot("collection_place")
        if turn.tracker.active_loop.get("name"):  # asked in the middle of another form: its slots are not ours
            note, place = None, None
        else:
            turn.set(**dict.fromkeys(ValidateCollectionForm.slots))
        if self.waste is None:
            note = NOT_OFFERED
        if note in STOPS:
            return self._stop(turn, note)
        try:
            found = Place(**place) if place else await self._place_in(turn)
            if found is None:
                turn.say("utter_collection_needs_address")
                return Outcome.NOT_FOUND
            return await self._tell(turn, found)
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

    async def _tell(self, turn: Turn, place: Place) -> Outcome:
        if self.waste is None:
            raise ValueError("no waste calendar is offered")
        first = today()
        calendar = await asyncio.to_thread(self.waste.calendar, place.place_id, first, first + timedelta(weeks=WEEKS_AHEAD), turn.language)
        by_hand = city().backends["waste"].by_hand or city().contact_url
        if calendar is None or not calendar.pickups:
            turn.say("utter_collection_no_calendar", address=place.name, by_hand=by_hand)
            return Outcome.NOT_FOUND
        lines = stream_lines(calendar, turn.language)
        parts = {"source": _source(turn)}
        turn.say("utter_collection_days", address=place.name, collections=below(lines), notices=below(calendar.notices), parts=parts)
        turn.answered = "collection_day"
        return Outcome.OK


def stream_lines(calendar: Calendar, language: str) -> List[str]:
    """One line per stream with its next dates, the stream that is collected first on top."""
    days: Dict[str, List[date]] = {}
    subjects: Dict[str, str] = {}
    for pickup in calendar.pickups:
        days.setdefault(pickup.stream, []).append(pickup.day)
        subjects[pickup.stream] = pickup.subject
    return [
        line(
            "collection",
            language,
            stream=title("streams", stream, language) or subjects[stream],
            days=joined([spoken_date(day, language) for day in dates[:MOST_DATES]], language),
        )
        for stream, dates in days.items()
    ]


def _source(turn: Turn) -> Dict[str, Any]:
    backend = city().backends["waste"]
    body = city().bodies[backend.options.get("body", "city")]
    return {"name": body.name[turn.language], "url": backend.by_hand or body.url}
