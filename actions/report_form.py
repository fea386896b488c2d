"""The report form: understands each answer, and what a resident changes their mind about."""

from __future__ import annotations

import asyncio
from typing import Awaitable, Callable, Dict, List, Optional

from actions import duplicates
from actions.base import REPORT_FORM, Outcome, Turn, outcome_of
from actions.clients.geocoder import Geocoder, geocoder_from_settings
from actions.clients.open311 import Open311, Open311Error, open311_from_settings
from actions.clients.open311_shapes import WORDS, Attribute, Service
from actions.forms import SMALL_TALK, UNCLEAR, FormTask, asks_else, is_command, is_question, needs_else
from actions.outside import OUTSIDE
from actions.photos import attach, keep_in_form
from actions.report_answers import (
    answer_to,
    read_group,
    repeats_question,
    service_meant,
)
from actions.report_catalogue import Catalogue, by_hand
from actions.report_contact import contact_in
from actions.report_draft import SLOTS, Draft, read_draft
from actions.report_ending import CHANGES, JOINED, changes_nothing, confirmation, picks, read_change, read_duplicate
from actions.report_place_reader import ReportPlaceReader
from actions.report_places import as_written, point_of
from actions.report_remarks import is_remark, takes_addition, takes_correction
from actions.report_second import corrects_kind, keeps_second
from actions.report_told import answer_question, describe, harvest, take_told
from actions.report_words import denies, reaches_themselves, refuses_contact, says_leave_out

OWN = "report_problem"
NOT_OFFERED = "not_offered"
STUCK = "stuck"  # an answer was not understood, nor was the one before
SHOWN_AGAIN = "shown_again"  # a yes came after something that was not understood: it may not be to the report as it is
STOPS = {NOT_OFFERED, JOINED, OUTSIDE, "unreachable", "refused", "malformed"}  # reasons to end the form before anything is sent
FREE_TEXT = {"report_description", "report_attribute", "report_contact"}  # answers that may name a second place
MAY_BE_LEFT_OUT = {"report_attribute", "report_contact"}
NOT_A_KIND = {*FREE_TEXT, "report_duplicate"}  # nor do they change the kind of problem
WORDS_OF_A_DESCRIPTION = 7  # beside another kind of problem: "not a pothole but a tree" says only that
MAY_BE_STUCK = {"report_duplicate", "report_attribute", "report_confirmed", "report_change"}
MAY_BE_ASKED_BACK = {*FREE_TEXT, *MAY_BE_STUCK}
MEANT_OTHERWISE = {"cancel", "start_over", "forget_this", "own_data", "talk_to_person"}  # what may be said of a part of the report too


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
        if is_command(turn) and not await self._is_no_command(turn, asked):
            return False
        if turn.location:
            await self.places.take_shared(turn, turn.location)
            return True
        is_answer = await self._is_answer(turn, asked)
        if not is_answer and keeps_second(turn, asked, await self._services(turn), free=await self._asks_for_words(turn, asked)):
            return True
        if self.places.corrects(turn, asked, said_so=asked in FREE_TEXT, is_answer=is_answer) or await self._answers[asked](turn):
            return True
        if asked not in NOT_A_KIND and await self._other_kind(turn):
            return True
        if turn.intent in SMALL_TALK or needs_else(turn, OWN):
            return False
        if asked in MAY_BE_ASKED_BACK and is_question(turn) and not turn.tapped:
            turn.say("utter_report_question_aside")
            return True
        again = asked in MAY_BE_STUCK and turn.note_before in (UNCLEAR, STUCK)
        turn.set(form_note=STUCK if again else UNCLEAR)
        return True

    async def _is_no_command(self, turn: Turn, asked: str) -> bool:
        """Whether what sounds like a command is an answer: "skip it" or "no need to call me" is not about the whole report."""
        if asked in MAY_BE_LEFT_OUT and says_leave_out(turn.text):
            return True
        if turn.tapped or turn.intent not in MEANT_OTHERWISE or is_question(turn):
            return False
        if asked == "report_contact":
            return refuses_contact(turn.text) and not reaches_themselves(turn.text)
        if asked in ("report_confirmed", "report_change"):
            return is_remark(turn.text)
        attribute = await self._attribute_asked(turn, asked)
        return attribute is not None and attribute.datatype in WORDS and repeats_question(attribute, turn.text)

    async def _asks_for_words(self, turn: Turn, asked: str) -> bool:
        """Whether what was asked is answered in a resident's own words."""
        attribute = await self._attribute_asked(turn, asked)
        return asked == "report_description" or (attribute is not None and attribute.datatype in WORDS)

    async def _attribute_asked(self, turn: Turn, asked: str) -> Optional[Attribute]:
        return (await read_draft(turn, self._city)).next_attribute if asked == "report_attribute" else None

    async def _is_answer(self, turn: Turn, asked: str) -> bool:
        """Whether a number in the message answers the question: of a list it chooses, in a date it is the day."""
        if asked != "report_attribute":
            return picks(turn, asked)
        attribute = await self._attribute_asked(turn, asked)
        return attribute is not None and attribute.datatype not in WORDS and bool(answer_to(attribute, turn))

    async def _open(self, turn: Turn) -> None:
        service = await self._known(turn, turn.entity("service_code"), fresh=True)
        if service:
            await self._set_kind(turn, service)
        told = turn.told
        for text in turn.texts:
            harvest(turn, text, service, describes=text in told)
        take_told(turn, await read_draft(turn, self._city), told)
        if turn.locations and not turn.slot("report_location"):
            await self.places.take_shared(turn, turn.locations[0])
        if not turn.slot("report_location"):
            await self.places.offer_named(turn, turn.texts)

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
            harvest(turn, turn.text, service)
            take_told(turn, await read_draft(turn, self._city), [turn.text])
        return True

    async def _other_kind(self, turn: Turn) -> bool:
        """A change of the kind of problem: "no, it's a streetlight". What described the other is asked for again."""
        code = turn.entity("service_code")
        service = await self._known(turn, code) if code and code != turn.slot("service_code") else None
        if service is None:
            return False
        await self._set_kind(turn, service)
        turn.set(report_description=None)
        harvest(turn, turn.text, service, describes=len(turn.text.split()) >= WORDS_OF_A_DESCRIPTION)
        return True

    async def _location(self, turn: Turn) -> bool:
        if not await self.places.read(turn):
            return False
        taken = turn.slot("report_location")
        if taken and not turn.tapped and as_written(turn.text) not in taken:  # words that are the place say nothing else
            harvest(turn, turn.text, await self._known(turn, turn.slot("service_code")))
        return True

    async def _duplicate(self, turn: Turn) -> bool:
        return read_duplicate(turn)

    async def _description(self, turn: Turn) -> bool:
        return describe(turn, await read_draft(turn, self._city))

    async def _attribute(self, turn: Turn) -> bool:
        return answer_question(turn, await read_draft(turn, self._city))

    async def _contact(self, turn: Turn) -> bool:
        if asks_else(turn, OWN):
            return False
        contact = contact_in(turn)
        if contact is None:
            return False
        turn.set(report_contact=contact)
        return True

    async def _confirmation(self, turn: Turn) -> bool:
        meant, clear = confirmation(turn), turn.tapped or picks(turn, "report_confirmed")
        if not clear and await self._remark(turn, asked_for=False):
            return True
        if meant == "affirm":
            unsure = not clear and turn.note_before in (UNCLEAR, STUCK)
            turn.set(**({"form_note": SHOWN_AGAIN} if unsure else {"report_confirmed": True}))
            return True
        if meant == "deny":
            turn.set(report_confirmed=False)
        return meant == "deny"

    async def _change(self, turn: Turn) -> bool:
        return read_change(turn) or await self._remark(turn, asked_for=True) or changes_nothing(turn)

    async def _remark(self, turn: Turn, *, asked_for: bool) -> bool:
        """Takes what is said about the report that is shown: another kind of problem, a part that is wrong, or something to add."""
        if (asked_for or turn.intent == "deny" or corrects_kind(turn, await self._services(turn))) and await self._other_kind(turn):
            return True
        if turn.tapped or asks_else(turn, OWN) or turn.intent == "check_request_status":  # that is about another report
            return False
        service = await self._known(turn, turn.slot("service_code"))
        if service and denies(turn.text, service.service_name):
            others = [one for one in await self._services(turn) if one != service]
            meant = service_meant(turn, others)
            turn.set(report_confirmed=None, **dict.fromkeys(CHANGES["kind"]))
            if meant:
                await self._set_kind(turn, meant)
            return True
        return takes_correction(turn, asked_for=asked_for) or takes_addition(turn, service)
