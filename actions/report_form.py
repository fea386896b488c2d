"""The report form: understands each answer, and what a resident changes their mind about."""

from __future__ import annotations

import asyncio
from typing import Awaitable, Callable, Dict, List, Optional

from actions import duplicates
from actions.base import REPORT_FORM, Outcome, Turn, outcome_of
from actions.clients.geocoder import Geocoder, geocoder_from_settings
from actions.clients.open311 import Open311, Open311Error, open311_from_settings
from actions.clients.open311_shapes import LISTS, WORDS, Service
from actions.forms import SMALL_TALK, UNCLEAR, FormTask, asks_else, is_command, needs_else
from actions.photos import attach, keep_in_form
from actions.report_answers import answer_to, is_description, place_in, read_group, service_meant
from actions.report_catalogue import Catalogue, by_hand
from actions.report_contact import contact_in, skips
from actions.report_draft import SLOTS, Draft, answered, read_draft
from actions.report_ending import JOINED, changes_nothing, confirmation, picks, read_change, read_duplicate
from actions.report_place_reader import ReportPlaceReader
from actions.report_places import as_written, point_of
from actions.report_words import says_leave_out
from bot.city import city
from bot.language.streets import find_street

OWN = "report_problem"
NOT_OFFERED = "not_offered"
NEEDED = "needed"  # a question was to be left out that the city requires
STOPS = {NOT_OFFERED, JOINED, "unreachable", "refused", "malformed"}  # reasons to end the form before anything is sent
FREE_TEXT = {"report_description", "report_attribute", "report_contact"}  # answers that may name a second place
MAY_BE_LEFT_OUT = {"report_attribute", "report_contact"}
NOT_A_KIND = {*FREE_TEXT, "report_duplicate"}  # nor do they change the kind of problem
FEW_WORDS = 2


class ValidateReportForm(FormTask):
    """Fills the report; ends with `report_confirmed` True, or with the reason why not in `form_note`.

    Where the city has no server, it ends as soon as kind, place and description are known.
    """

    form = REPORT_FORM
    slots = SLOTS

    def __init__(self, open311: Optional[Open311] = None, geocoder: Optional[Geocoder] = None) -> None:
        self.open311 = open311 or open311_from_settings()
        self.places = ReportPlaceReader(geocoder or geocoder_from_settings(), OWN)
        self._answers: Dict[str, Callable[[Turn], Awaitable[bool]]] = {
            "service_code": self._kind,
            "report_location": self._location,
            "report_duplicate": self._duplicate,
            "report_description": self._description,
            "report_attribute": self._attribute,
            "report_contact": self._contact,
            "report_confirmed": self._confirmation,
            "report_change": self._change,
        }

    @property
    def catalogue(self) -> Optional[Catalogue]:
        return self.open311 or by_hand()

    async def understand(self, turn: Turn, asked: Optional[str]) -> bool:
        if self.catalogue is None:
            self._stop(turn, NOT_OFFERED, Outcome.UNAVAILABLE)
            return True
        try:
            return await self._take(turn, asked)
        except Open311Error as err:
            self._stop(turn, err.failure.value, outcome_of(err))
            return True

    def take_photos(self, turn: Turn) -> None:
        if turn.slot("form_note") in STOPS:  # then the report ends here, and says where to go instead
            return
        if self.open311 is None:
            keep_in_form(turn)
        else:
            attach(turn)

    async def next_slot(self, turn: Turn) -> Optional[str]:
        if self.catalogue is None or turn.slot("form_note") in STOPS or turn.slot("report_confirmed") is True:
            return None
        if not turn.slot("service_code"):
            return "service_code"
        if not turn.slot("report_location"):
            return "report_location"
        try:
            draft = await read_draft(turn, self.catalogue)
        except Open311Error as err:
            self._stop(turn, err.failure.value, outcome_of(err))
            return None
        if draft.service is None:
            return "service_code"
        if self.open311 is None:
            return None if turn.slot("report_description") else "report_description"
        if await self._is_known_already(turn, self.open311, draft):
            return "report_duplicate"
        if not turn.slot("report_description"):
            return "report_description"
        if draft.next_attribute:
            return "report_attribute"
        if turn.slot("report_contact") is None:
            return "report_contact"
        return "report_change" if turn.slot("report_confirmed") is False else "report_confirmed"

    def _stop(self, turn: Turn, note: str, outcome: Outcome) -> None:
        turn.outcome = outcome
        turn.set(form_note=note)

    async def _is_known_already(self, turn: Turn, open311: Open311, draft: Draft) -> bool:
        """Whether open requests nearby are to be shown; they are looked for once for each kind and place."""
        near = turn.slot("report_near") or {}
        if near.get("for") != draft.key and draft.service:
            shared = [draft.point.latitude, draft.point.longitude] if draft.point else None
            place = await point_of(draft.location, shared, self.places.geocoder, turn.language)
            near = {"for": draft.key, "found": await duplicates.look(turn, open311, draft.service, place)}
            turn.set(report_near=near)
        return bool(near.get("found"))

    async def _take(self, turn: Turn, asked: Optional[str]) -> bool:
        if asked is None:
            await self._open(turn)
            return True
        leaves_out = asked in MAY_BE_LEFT_OUT and says_leave_out(turn.text)  # "skip it" is not about the whole report
        if is_command(turn) and not leaves_out:
            return False
        if turn.location:
            await self.places.take_shared(turn, turn.location)
            return True
        is_answer = await self._is_answer(turn, asked)
        if self.places.corrects(turn, asked, said_so=asked in FREE_TEXT, is_answer=is_answer) or await self._answers[asked](turn):
            return True
        if asked not in NOT_A_KIND and await self._other_kind(turn):
            return True
        if turn.intent in SMALL_TALK or needs_else(turn, OWN):
            return False
        turn.set(form_note=UNCLEAR)
        return True

    async def _is_answer(self, turn: Turn, asked: str) -> bool:
        """Whether a number in the message answers the question: of a list it chooses, in a date it is the day."""
        if asked != "report_attribute":
            return picks(turn, asked)
        attribute = (await read_draft(turn, self._city)).next_attribute
        return attribute is not None and attribute.datatype not in WORDS and bool(answer_to(attribute, turn))

    async def _open(self, turn: Turn) -> None:
        service = await self._known(turn, turn.entity("service_code"), fresh=True)
        if service:
            await self._set_kind(turn, service)
        told = turn.told
        for text in turn.texts:
            self._harvest(turn, text, service, describes=text in told)
        if turn.locations and not turn.slot("report_location"):
            await self.places.take_shared(turn, turn.locations[0])
        if not turn.slot("report_location"):
            await self.places.offer_named(turn, turn.texts)

    def _harvest(self, turn: Turn, text: str, service: Optional[Service], *, describes: bool = True) -> None:
        """Takes what is still missing from words that say more than was asked. `describes`: they may say what is wrong, not only where."""
        describes = describes and turn.intent not in SMALL_TALK and is_description(text, service)  # "i told you, 200 king st w" does not
        turn.set(
            report_location=turn.slot("report_location") or place_in(text),
            report_street=turn.slot("report_street") or find_street(text, town=city().short_name),
            report_description=turn.slot("report_description") or (text.strip() if describes else None),
        )

    async def _services(self, turn: Turn, *, fresh: bool = False) -> List[Service]:
        return await asyncio.to_thread(self._city.services, turn.language, fresh=fresh)

    async def _known(self, turn: Turn, code: Optional[str], *, fresh: bool = False) -> Optional[Service]:
        """The service with this code. When the form opens the list is fetched anew: then the city's system is there."""
        return next((service for service in await self._services(turn, fresh=fresh) if service.service_code == code), None)

    @property
    def _city(self) -> Catalogue:
        if self.catalogue is None:
            raise ValueError("nothing can be reported")
        return self.catalogue

    async def _set_kind(self, turn: Turn, service: Service) -> None:
        turn.set(service_code=service.service_code, report_answers=None, report_confirmed=None)
        draft = await read_draft(turn, self._city)
        if draft.information:
            turn.say("utter_report_information", information=" ".join(draft.information))

    async def _kind(self, turn: Turn) -> bool:
        services = await self._services(turn)
        service = service_meant(turn, services)
        if service is None:
            return read_group(turn, services)
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

    async def _location(self, turn: Turn) -> bool:
        if not await self.places.read(turn):
            return False
        taken = turn.slot("report_location")
        if taken and not turn.tapped and taken != as_written(turn.text):  # words that are the place say nothing else
            self._harvest(turn, turn.text, await self._known(turn, turn.slot("service_code")))
        return True

    async def _duplicate(self, turn: Turn) -> bool:
        return read_duplicate(turn)

    async def _description(self, turn: Turn) -> bool:
        short = len(turn.text.split()) <= FEW_WORDS
        no_answer = turn.tapped or asks_else(turn, OWN) or (short and turn.intent in SMALL_TALK | {"affirm", "deny"})
        if no_answer or not any(letter.isalpha() for letter in turn.text):
            return False
        turn.set(report_description=turn.text.strip())
        return True

    async def _attribute(self, turn: Turn) -> bool:
        draft = await read_draft(turn, self._city)
        attribute = draft.next_attribute
        if attribute is None:
            return True
        if asks_else(turn, OWN):
            return False
        if attribute.required and says_leave_out(turn.text):
            turn.set(form_note=NEEDED)
            return True
        left_out = not attribute.required and skips(turn)
        values = [] if left_out and attribute.datatype not in LISTS else answer_to(attribute, turn)
        if not values and not left_out:
            return False
        turn.set(report_answers=answered(draft, attribute, values))
        return True

    async def _contact(self, turn: Turn) -> bool:
        if asks_else(turn, OWN):
            return False
        contact = contact_in(turn)
        if contact is None:
            return False
        turn.set(report_contact=contact)
        return True

    async def _confirmation(self, turn: Turn) -> bool:
        meant = confirmation(turn)
        if meant == "affirm":
            turn.set(report_confirmed=True)
            return True
        if meant == "deny" and not await self._other_kind(turn):
            turn.set(report_confirmed=False)
        return meant == "deny"

    async def _change(self, turn: Turn) -> bool:
        return read_change(turn) or await self._other_kind(turn) or changes_nothing(turn)
