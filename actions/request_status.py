"""What became of a report? Its number is asked for when the message holds none."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import ClassVar, Dict, List, Optional

from actions.base import Outcome, TaskAction, Turn, outcome_of
from actions.clients.open311 import Open311, Open311Error, open311_from_settings
from actions.clients.open311_shapes import ServiceRequest
from actions.forms import SMALL_TALK, UNCLEAR, Ask, FormTask, is_command
from actions.words import below, line, spoken_date
from bot.city import city
from bot.labels import NEEDS
from bot.language.identifiers import find_request_number


class ValidateStatusForm(FormTask):
    """Finds the request number; a number filed earlier in the conversation counts when none is given."""

    form = "status_form"
    slots = ("request_number", "form_note")

    async def understand(self, turn: Turn, asked: Optional[str]) -> bool:
        number = next(filter(None, map(find_request_number, turn.texts)), None)
        if number is None and asked is None:
            number = turn.slot("last_request")
        if number is None and asked:
            if is_command(turn) or turn.intent in (SMALL_TALK | NEEDS) - {"check_request_status"}:
                return False
            turn.set(form_note=UNCLEAR)
        turn.set(request_number=number)
        return True

    async def next_slot(self, turn: Turn) -> Optional[str]:
        return None if turn.slot("request_number") else "request_number"


class ActionAskRequestNumber(Ask):
    """Asks for the number."""

    slot = "request_number"
    responses: ClassVar[Dict[str, str]] = {"": "utter_ask_request_number", UNCLEAR: "utter_ask_request_number_unclear"}


class ActionCheckRequestStatus(TaskAction):
    """Says where a request stands."""

    responses: ClassVar[Dict[str, str]] = {"open": "utter_request_open", "closed": "utter_request_closed"}

    def __init__(self, open311: Optional[Open311] = None) -> None:
        self.open311 = open311 or open311_from_settings()

    def name(self) -> str:
        return "action_check_request_status"

    async def work(self, turn: Turn) -> Outcome:
        number = find_request_number(turn.text) or turn.slot("request_number")
        turn.set(**dict.fromkeys(ValidateStatusForm.slots) if not turn.tracker.active_loop.get("name") else {})
        if self.open311 is None:
            turn.say("utter_status_not_offered")
            return Outcome.UNAVAILABLE
        if not number:
            turn.say("utter_status_needs_number")
            return Outcome.NOT_FOUND
        try:
            found = await asyncio.to_thread(self.open311.service_request, number, turn.language)
        except Open311Error as err:
            turn.say("utter_status_unreachable", number=number)
            return outcome_of(err)
        if found is None:
            turn.say("utter_request_unknown", number=number)
            return Outcome.NOT_FOUND
        turn.say(self.responses[found.status], number=number, service=found.service_name, details=below(details(found, turn.language)))
        turn.answered = "check_request_status"
        return Outcome.OK


def details(found: ServiceRequest, language: str) -> List[str]:
    """What the city says about a request, a line each."""

    def day(moment: Optional[datetime]) -> str:
        return spoken_date(moment.astimezone(city().timezone).date(), language, year=True) if moment else ""

    expected = day(found.expected_datetime) if found.status == "open" else ""
    values = {
        "address": found.address,
        "requested": day(found.requested_datetime),
        "updated": day(found.updated_datetime),
        "expected": expected,
        "note": found.status_notes or found.service_notice,
    }
    return [line(name, language, value=value) for name, value in values.items() if value]
