"""The report form: understands each answer, and what a resident changes their mind about."""

from __future__ import annotations

import asyncio
from typing import Awaitable, Callable, Dict, List, Optional

from actions.base import Outcome, Turn, outcome_of
from actions.clients.geocoder import Geocoder, geocoder_from_settings
from actions.clients.open311 import Open311, Open311Error, open311_from_settings
from actions.clients.open311_shapes import Service
from actions.forms import SMALL_TALK, UNCLEAR, FormTask, asks_else, is_command, needs_else
from actions.photos import attach
from actions.report_answers import LONGEST_PLACE, answer_to, is_description, place_in, place_on, service_meant
from actions.report_draft import SLOTS, answered, read_draft
from actions.shared_location import address_at
from actions.words import word, wording
from bot.choosing import chosen
from bot.city import city
from bot.language.addresses import corrected, find_address, locate
from bot.language.streets import find_street
from bot.messages import Place

OWN = "report_problem"
NOT_OFFERED = "not_offered"
STREET_ONLY = "street_only"
STOPS = {NOT_OFFERED, "unreachable", "refused", "malformed"}  # reasons to end the form before anything is sent
WORDS_OF_A_QUESTION = 3  # besides an address
FREE_TEXT = {"report_description", "report_attribute"}  # answers that may name a second place
FEW_WORDS = 2
CONFIRMATIONS = {"send": "affirm", "change": "deny", "cancel": "cancel"}  # choice and what it means
CHANGES = {
    "place": ("report_location", "report_street", "report_point"),
    "description": ("report_description",),
    "kind": ("service_code", "report_answers"),
    "answers": ("report_answers",),
    "photos": ("report_photos",),
}


class ValidateReportForm(FormTask):
    """Fills the report; ends with `report_confirmed` True, or with the reason why not in `form_note`."""

    form = "report_form"
    slots = SLOTS

    def __init__(self, open311: Optional[Open311] = None, geocoder: Optional[Geocoder] = None) -> None:
        self.open311 = open311 or open311_from_settings()
        self.geocoder = geocoder or geocoder_from_settings()
        self._answers: Dict[str, Callable[[Turn], Awaitable[bool]]] = {
            "service_code": self._kind,
            "report_location": self._location,
            "report_description": self._description,
            "report_attribute": self._attribute,
            "report_confirmed": self._confirmation,
            "report_change": self._change,
        }

    async def understand(self, turn: Turn, asked: Optional[str]) -> bool:
        if self.open311 is None:
            self._stop(turn, NOT_OFFERED, Outcome.UNAVAILABLE)
            return True
        try:
            return await self._take(turn, asked)
        except Open311Error as err:
            self._stop(turn, err.failure.value, outcome_of(err))
            return True

    def take_photos(self, turn: Turn) -> None:
        if turn.slot("form_note") not in STOPS:  # then the report ends here, and says where to go instead
            attach(turn)

    async def next_slot(self, turn: Turn) -> Optional[str]:
        if self.open311 is None or turn.slot("form_note") in STOPS or turn.slot("report_confirmed") is True:
            return None
        for slot in ("service_code", "report_location", "report_description"):
            if not turn.slot(slot):
                return slot
        try:
            draft = await read_draft(turn, self.open311)
        except Open311Error as err:
            self._stop(turn, err.failure.value, outcome_of(err))
            return None
        if draft.service is None:
            return "service_code"
        if draft.next_attribute:
            return "report_attribute"
        return "report_change" if turn.slot("report_confirmed") is False else "report_confirmed"

    def _stop(self, turn: Turn, note: str, outcome: Outcome) -> None:
        turn.outcome = outcome
        turn.set(form_note=note)

    async def _take(self, turn: Turn, asked: Optional[str]) -> bool:
        if asked is None:
            await self._open(turn)
            return True
        if is_command(turn):
            return False
        if turn.location:
            await self._take_place(turn, turn.location)
            return True
        if self._corrects_place(turn, asked) or await self._answers[asked](turn):
            return True
        if asked not in FREE_TEXT and await self._other_kind(turn):
            return True
        if turn.intent in SMALL_TALK or needs_else(turn, OWN):
            return False
        turn.set(form_note=UNCLEAR)
        return True

    async def _open(self, turn: Turn) -> None:
        service = await self._known(turn, turn.entity("service_code"), fresh=True)
        if service:
            await self._set_kind(turn, service)
        for text in turn.texts:
            self._harvest(turn, text, service)
        if turn.locations and not turn.slot("report_location"):
            await self._take_place(turn, turn.locations[0])

    async def _take_place(self, turn: Turn, shared: Place) -> None:
        """A place from the resident's telephone: its address if there is one, else its label or its coordinates."""
        address = await address_at(turn, self.geocoder, shared)
        coordinates = f"{shared.latitude:.5f}, {shared.longitude:.5f}"
        before, place = turn.slot("report_location"), address.line if address else shared.label[:LONGEST_PLACE] or coordinates
        turn.set(report_location=place, report_point=[shared.latitude, shared.longitude], report_confirmed=None)
        if before:
            turn.say("utter_report_place_changed", location=place)

    def _harvest(self, turn: Turn, text: str, service: Optional[Service]) -> None:
        """Takes what is still missing from words that say more than was asked."""
        describes = turn.intent not in SMALL_TALK and is_description(text, service)  # "i told you already, 200 king st w" does not
        turn.set(
            report_location=turn.slot("report_location") or place_in(text),
            report_street=turn.slot("report_street") or find_street(text, town=city().short_name),
            report_description=turn.slot("report_description") or (text.strip() if describes else None),
        )

    async def _known(self, turn: Turn, code: Optional[str], *, fresh: bool = False) -> Optional[Service]:
        """The service with this code. When the form opens the list is fetched anew: then the city's system is there."""
        services = await asyncio.to_thread(self._city.services, turn.language, fresh=fresh)
        return next((service for service in services if service.service_code == code), None)

    @property
    def _city(self) -> Open311:
        if self.open311 is None:
            raise ValueError("no Open311 server is offered")
        return self.open311

    async def _set_kind(self, turn: Turn, service: Service) -> None:
        turn.set(service_code=service.service_code, report_answers=None, report_confirmed=None)
        draft = await read_draft(turn, self._city)
        if draft.information:
            turn.say("utter_report_information", information=" ".join(draft.information))

    async def _kind(self, turn: Turn) -> bool:
        service = service_meant(turn, await asyncio.to_thread(self._city.services, turn.language))
        if service is None:
            return False
        await self._set_kind(turn, service)
        if not turn.tapped:
            self._harvest(turn, turn.text, service)
        return True

    async def _other_kind(self, turn: Turn) -> bool:
        """A change of the kind of problem: "no, it's a streetlight"."""
        code = turn.entity("service_code")
        service = await self._known(turn, code) if code and code != turn.slot("service_code") else None
        if service is None:
            return False
        await self._set_kind(turn, service)
        return True

    def _corrects_place(self, turn: Turn, asked: str) -> bool:
        before = find_address(turn.slot("report_location") or "")
        if before is None or asked in ("service_code", "report_location"):
            return False
        changed = corrected(before, turn.text, town=city().short_name, said_so=asked in FREE_TEXT)
        if changed is None or changed == before or self._is_other_question(turn):
            return False
        turn.set(report_location=changed.line, report_point=None, report_confirmed=None)
        turn.say("utter_report_place_changed", location=changed.line)
        return True

    def _is_other_question(self, turn: Turn) -> bool:
        """Whether an address stands in a question of its own: "when is garbage at 45 Queen St N?"."""
        located = locate(turn.text, town=city().short_name)
        words = len((located.rest if located else turn.text).split())
        return asks_else(turn, OWN) and words >= WORDS_OF_A_QUESTION

    async def _location(self, turn: Turn) -> bool:
        if self._is_other_question(turn):
            return False
        street = turn.slot("report_street")
        place = place_in(turn.text) or (place_on(street, turn.text) if street else None)
        if place:
            turn.set(report_location=place)
            self._harvest(turn, turn.text, await self._known(turn, turn.slot("service_code")))
            return True
        if turn.intent in SMALL_TALK or turn.tapped or needs_else(turn, OWN):
            return False
        named = find_street(turn.text, town=city().short_name)
        if named and named != street:
            turn.set(report_street=named, form_note=STREET_ONLY)
            return True
        if turn.note_before in (UNCLEAR, STREET_ONLY) and len(turn.text.split()) >= FEW_WORDS:
            turn.set(report_location=" ".join(turn.text.split())[:LONGEST_PLACE])  # a park or a trail has no number
            return True
        return False

    async def _description(self, turn: Turn) -> bool:
        short = len(turn.text.split()) <= FEW_WORDS
        no_answer = turn.tapped or asks_else(turn, OWN) or (short and turn.intent in SMALL_TALK | {"affirm", "deny"})
        if no_answer or not any(letter.isalpha() for letter in turn.text):
            return False
        turn.set(report_description=turn.text.strip())
        return True

    async def _attribute(self, turn: Turn) -> bool:
        draft = await read_draft(turn, self._city)
        if draft.next_attribute is None:
            return True
        if asks_else(turn, OWN):
            return False
        values = answer_to(draft.next_attribute, turn)
        if not values:
            return False
        turn.set(report_answers=answered(draft, draft.next_attribute, values))
        return True

    async def _confirmation(self, turn: Turn) -> bool:
        said = "" if turn.tapped else CONFIRMATIONS.get(self._choice_in(turn, "confirmations", list(CONFIRMATIONS), sure=True) or "", "")
        meant = said or turn.intent
        if meant == "affirm":
            turn.set(report_confirmed=True)
            return True
        if meant == "deny" and not await self._other_kind(turn):
            turn.set(report_confirmed=False)
        return meant == "deny"

    def _choice_in(self, turn: Turn, section: str, keys: List[str], *, sure: bool = False) -> Optional[str]:
        """Which of our own choices a message means. `sure`: it says nothing else, since "I will send it later" must not send."""
        index = chosen(turn.text, [word(section, key, turn.language) for key in keys], expected=not sure)
        return None if index is None else keys[index]

    async def _change(self, turn: Turn) -> bool:
        keys = list(wording()["changes"])
        what = turn.entity("answer") if turn.entity("answer") in keys else self._choice_in(turn, "changes", keys)
        if what is None and turn.intent != "affirm":
            return False
        turn.set(report_confirmed=None, **dict.fromkeys(CHANGES[what] if what else ()))
        return True
