"""What became of a report? By its number or token, by where it is, or by what was reported in this conversation."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime
from typing import Any, ClassVar, Dict, List, Optional, Sequence

from actions.base import Outcome, TaskAction, Turn, outcome_of
from actions.clients.geocoder import Geocoder, geocoder_from_settings
from actions.clients.open311 import Open311, Open311Error, open311_from_settings
from actions.clients.open311_shapes import ServiceRequest
from actions.filing import own_references
from actions.forms import SMALL_TALK, UNCLEAR, Ask, FormTask, is_command
from actions.report_answers import place_in
from actions.report_places import landmarks, located
from actions.report_words import means_own, undoes
from actions.request_search import Own, near, own, service_named
from actions.threads import in_record
from actions.words import below, line, spoken_date, word
from bot.city import city
from bot.conversations.submissions import token_of
from bot.labels import NEEDS
from bot.language.identifiers import find_request_number
from bot.language.streets import find_street

_TOKEN = re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[a-zA-Z])[\w-]{8,}(?![\w-])")  # letters and digits in one long word

About = Dict[str, Any]
"""What a message asks about, as JSON: a `number`, a `token`, a `place` as `request_search.near` takes it, `own`, or `sent`: the
number, if it is known, of a report that is to be withdrawn or changed."""


async def about(turn: Turn, texts: Sequence[str], geocoder: Optional[Geocoder]) -> About:
    """What the words ask about; empty when they do not say."""
    number = next(filter(None, map(find_request_number, texts)), None)
    if _undoes(turn):
        return {"sent": number or turn.slot("last_request") or ""}
    if number:
        return {"number": number}
    references = await in_record(own_references, turn.tracker.sender_id)
    tokens = {token_of(one.reference) for one in references} - {""}
    written = [found[0] for text in texts for found in _TOKEN.finditer(text)]
    known = next((one for one in written if one in tokens), None)
    if known:
        return {"token": known, "known": True}
    place = None if means_own(turn.text) and references else await _place(turn, texts, geocoder)
    if place:
        return {"place": place}
    if written:
        return {"token": written[0]}
    return {"own": True} if references else {}


def _undoes(turn: Turn) -> bool:
    """Whether a sent report is to be withdrawn or changed; its number stands for it."""
    number = find_request_number(turn.text)
    return undoes(turn.text.replace(number, "request") if number else turn.text)


async def _place(turn: Turn, texts: Sequence[str], geocoder: Optional[Geocoder]) -> Optional[Dict[str, Any]]:
    if turn.locations:
        shared = turn.locations[0]
        return {"name": shared.label or word("places", "here", turn.language), "latitude": shared.latitude, "longitude": shared.longitude}
    for text in texts:
        name = place_in(text)
        if name:
            found = await located(name, geocoder, turn.language) or []
            at = {"latitude": found[0].latitude, "longitude": found[0].longitude} if len(found) == 1 else {}
            return {"name": name, **at}
        street = find_street(text, town=city().short_name)
        if street:
            return {"name": street}
        named = [one for one in await landmarks(text, geocoder, turn.language, named_only=True) if "latitude" in one]
        if named:
            return {"name": named[0]["label"], "latitude": named[0]["latitude"], "longitude": named[0]["longitude"]}
    return None


class ValidateStatusForm(FormTask):
    """Finds out which request is meant; what was reported in the conversation counts when nothing is said."""

    form = "status_form"
    slots = ("request_number", "request_about", "form_note")

    def __init__(self, geocoder: Optional[Geocoder] = None) -> None:
        self.geocoder = geocoder or geocoder_from_settings()
        self.offered = open311_from_settings() is not None

    async def understand(self, turn: Turn, asked: Optional[str]) -> bool:
        if not self.offered and not _undoes(turn):  # nothing is asked then; the action says whom to call
            return True
        if asked and is_command(turn):
            return False
        meant = await about(turn, turn.texts, self.geocoder)
        if not meant and asked is None and turn.slot("last_request"):
            meant = {"number": turn.slot("last_request")}
        if asked and (not meant or meant.get("own")):
            if turn.intent in (SMALL_TALK | NEEDS) - {"check_request_status"}:
                return False
            turn.set(form_note=UNCLEAR)
            return True
        turn.set(request_number=meant.get("number"), request_about=meant or None)
        return True

    async def next_slot(self, turn: Turn) -> Optional[str]:
        return None if turn.slot("request_about") or not self.offered else "request_number"


class ActionAskRequestNumber(Ask):
    """Asks for the number."""

    slot = "request_number"
    responses: ClassVar[Dict[str, str]] = {"": "utter_ask_request_number", UNCLEAR: "utter_ask_request_number_unclear"}


class ActionCheckRequestStatus(TaskAction):
    """Says where a request stands, or which requests there are."""

    responses: ClassVar[Dict[str, str]] = {"open": "utter_request_open", "closed": "utter_request_closed"}

    def __init__(self, open311: Optional[Open311] = None, geocoder: Optional[Geocoder] = None) -> None:
        self.open311 = open311 or open311_from_settings()
        self.geocoder = geocoder or geocoder_from_settings()

    def name(self) -> str:
        return "action_check_request_status"

    async def work(self, turn: Turn) -> Outcome:
        in_other_form = bool(turn.tracker.active_loop.get("name"))
        meant: About = await about(turn, [turn.text], self.geocoder) if in_other_form else turn.slot("request_about") or {}
        if not in_other_form:
            turn.set(**dict.fromkeys(ValidateStatusForm.slots))
        if "sent" in meant:
            return say_sent(turn, meant["sent"])
        if self.open311 is None:
            turn.say("utter_status_not_offered")
            return Outcome.UNAVAILABLE
        if not meant:
            turn.say("utter_status_needs_number")
            return Outcome.NOT_FOUND
        try:
            return await self._tell(turn, self.open311, meant)
        except Open311Error as err:
            number = meant.get("number")
            turn.say("utter_status_unreachable" if number else "utter_requests_unreachable", number=number)
            return outcome_of(err)

    async def _tell(self, turn: Turn, open311: Open311, meant: About) -> Outcome:
        if "token" in meant:
            return await self._behind(turn, open311, meant["token"], known=bool(meant.get("known")))
        if "place" in meant:
            return await self._near(turn, open311, meant["place"])
        if "own" in meant:
            return await self._own(turn, open311)
        return await self._one(turn, open311, meant["number"])

    async def _behind(self, turn: Turn, open311: Open311, token: str, *, known: bool) -> Outcome:
        """What a token stands for. A city may not list one it gave out a moment ago, so an unlisted one of ours has no number yet."""
        number = await asyncio.to_thread(open311.request_number, token, turn.language)
        if number:
            return await self._one(turn, open311, number)
        if number is None and not known:
            turn.say("utter_request_unknown", number=token)
            return Outcome.NOT_FOUND
        return self._no_number_yet(turn, token)

    async def _one(self, turn: Turn, open311: Open311, number: str) -> Outcome:
        found = await asyncio.to_thread(open311.service_request, number, turn.language)
        if found is None:
            turn.say("utter_request_unknown", number=number)
            return Outcome.NOT_FOUND
        return self._say(turn, found)

    def _say(self, turn: Turn, found: ServiceRequest) -> Outcome:
        shown = below(details(found, turn.language))
        turn.say(self.responses[found.status], number=found.service_request_id, service=found.service_name, details=shown)
        turn.answered = "check_request_status"
        return Outcome.OK

    def _no_number_yet(self, turn: Turn, token: str) -> Outcome:
        turn.say("utter_request_no_number_yet", token=token)
        return Outcome.NOT_FOUND

    async def _near(self, turn: Turn, open311: Open311, place: Dict[str, Any]) -> Outcome:
        services = await asyncio.to_thread(open311.services, turn.language)
        service = service_named(turn.text, services)
        found = await asyncio.to_thread(near, open311, service, place, turn.language, datetime.now(city().timezone))
        if len(found) == 1:
            return self._say(turn, found[0])
        if not found:
            turn.say("utter_requests_near_none", place=place["name"])
            return Outcome.NOT_FOUND
        lines = below([_line(one.service_request_id, one, turn.language) for one in found])
        turn.say("utter_requests_near", place=place["name"], requests=lines)
        turn.answered = "check_request_status"
        return Outcome.OK

    async def _own(self, turn: Turn, open311: Open311) -> Outcome:
        found: List[Own] = await asyncio.to_thread(own, open311, turn.tracker.sender_id, turn.language)
        if len(found) == 1:
            only = found[0]
            if only.request:
                return self._say(turn, only.request)
            return await self._one(turn, open311, only.number) if only.number else self._no_number_yet(turn, only.token)
        lines = below([_line(one.number or one.token, one.request, turn.language) for one in found])
        turn.say("utter_requests_own", requests=lines)
        turn.answered = "check_request_status"
        return Outcome.OK


def say_sent(turn: Turn, number: str) -> Outcome:
    """Says that a report that was sent can neither be withdrawn nor changed here, and whom to call, with its number where that is known."""
    turn.say("utter_report_is_sent" if number else "utter_report_is_sent_no_number", number=number)
    turn.answered = "check_request_status"
    return Outcome.OK


def _line(number: str, found: Optional[ServiceRequest], language: str) -> str:
    """One request of a list: "26-000417: Pothole, open, 200 King St W"."""
    if found is None:
        return line("request_unlisted", language, number=number)
    status = word("statuses", found.status, language)
    name = "request" if found.address else "request_nowhere"
    return line(name, language, number=number, service=found.service_name, status=status, place=found.address)


def details(found: ServiceRequest, language: str) -> List[str]:
    """What the city says about a request, a line each."""

    def day(moment: Optional[datetime]) -> str:
        return spoken_date(moment.astimezone(city().timezone).date(), language, year=True) if moment else ""

    promised = found.expected_datetime
    if promised and found.requested_datetime and promised <= found.requested_datetime:  # as servers say that have nothing to promise
        promised = None
    expected = day(promised) if found.status == "open" else ""
    values = {
        "address": found.address,
        "requested": day(found.requested_datetime),
        "updated": day(found.updated_datetime),
        "expected": expected,
        "note": found.status_notes or found.service_notice,
    }
    return [line(name, language, value=value) for name, value in values.items() if value]
