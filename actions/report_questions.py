"""What the report form asks, in the city's words where the city has some."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar, Dict, List, Optional

from actions.base import Outcome, TaskAction, Turn, choice, payload
from actions.clients.open311 import Open311, open311_from_settings
from actions.forms import UNCLEAR, Ask
from actions.report_draft import Draft, read_draft
from actions.report_form import CONFIRMATIONS, OWN, STREET_ONLY
from actions.words import below, line, word, wording

FIRST_SERVICES = 6  # as choices; all of them when the answer is not understood
LEAST_LIKELY = 0.05  # below it the classifier's order says nothing
LONGEST_SHOWN = 300


class _CityQuestion(TaskAction):
    """A question that needs the city's services or attributes."""

    slot: ClassVar[str]

    def __init__(self, open311: Optional[Open311] = None) -> None:
        self.open311 = open311 or open311_from_settings()

    def name(self) -> str:
        return f"action_ask_{self.slot}"

    def sorry(self, turn: Turn) -> None:
        """Says that the last answer was not understood, if it was not."""
        if turn.slot("form_note") == UNCLEAR:
            turn.say("utter_answer_unclear")

    async def draft(self, turn: Turn) -> Draft:
        return await read_draft(turn, self.city)

    @property
    def city(self) -> Open311:
        if self.open311 is None:
            raise ValueError("no Open311 server is offered")
        return self.open311


class ActionAskServiceCode(_CityQuestion):
    """Offers kinds of problem."""

    slot = "service_code"

    async def work(self, turn: Turn) -> Outcome:
        services = await asyncio.to_thread(self.city.services, turn.language)
        unclear = turn.slot("form_note") == UNCLEAR
        likely = {row["name"]: row["confidence"] for row in turn.ranking if row["confidence"] >= LEAST_LIKELY}
        services.sort(key=lambda one: -likely.get(f"{OWN}/{one.service_code}", 0.0))  # the city's order where nothing is likelier
        shown = services if unclear else services[:FIRST_SERVICES]
        choices = [choice(one.service_name, payload("report_problem", service_code=one.service_code)) for one in shown]
        turn.say("utter_ask_service_code_unclear" if unclear else "utter_ask_service_code", choices=choices)
        return Outcome.OK


class ActionAskReportLocation(Ask):
    """Asks where it is."""

    slot = "report_location"
    responses: ClassVar[Dict[str, str]] = {
        "": "utter_ask_report_location",
        UNCLEAR: "utter_ask_report_location_unclear",
        STREET_ONLY: "utter_ask_report_location_street_only",
    }

    async def work(self, turn: Turn) -> Outcome:
        street, note = turn.slot("report_street") or "", turn.slot("form_note") or ""
        if street and note != UNCLEAR:
            note = STREET_ONLY
        turn.say(self.responses.get(note, self.responses[""]), street=street, parts={"asks_location": True})
        return Outcome.OK


class ActionAskReportAttribute(_CityQuestion):
    """Asks the city's next question."""

    slot = "report_attribute"
    responses: ClassVar[Dict[str, str]] = {
        "multivaluelist": "utter_ask_report_attribute_several",
        "number": "utter_ask_report_attribute_number",
        "datetime": "utter_ask_report_attribute_date",
    }

    async def work(self, turn: Turn) -> Outcome:
        attribute = (await self.draft(turn)).next_attribute
        if attribute is None:
            raise ValueError("there is nothing to ask")
        response = self.responses.get(attribute.datatype, "utter_ask_report_attribute")
        self.sorry(turn)
        choices = [choice(name, payload("inform", answer=key)) for key, name in attribute.values]
        turn.say(response, choices=choices, question=attribute.description)
        return Outcome.OK


class ActionAskReportConfirmed(_CityQuestion):
    """Sums up and asks whether to send."""

    slot = "report_confirmed"

    async def work(self, turn: Turn) -> Outcome:
        draft = await self.draft(turn)
        self.sorry(turn)
        choices = [choice(word("confirmations", key, turn.language), payload(intent)) for key, intent in CONFIRMATIONS.items()]
        photos = len(turn.slot("report_photos") or [])
        shown = below([line("photos", turn.language, value=photos)] if photos else [])
        parts = {"place": vars(draft.point)} if draft.point else None
        turn.say("utter_ask_report_confirmed", choices=choices, parts=parts, photos=shown, **summary(draft, turn.language))
        return Outcome.OK


class ActionAskReportChange(_CityQuestion):
    """Asks what to change."""

    slot = "report_change"

    async def work(self, turn: Turn) -> Outcome:
        self.sorry(turn)
        absent = {"answers"} if not (await self.draft(turn)).answers else set()
        absent |= {"photos"} if not turn.slot("report_photos") else set()
        keys = [key for key in wording()["changes"] if key not in absent]
        choices = [choice(word("changes", key, turn.language), payload("inform", answer=key)) for key in keys]
        turn.say("utter_ask_report_change", choices=choices)
        return Outcome.OK


def summary(draft: Draft, language: str) -> Dict[str, Any]:
    """The values of a response that shows a report."""
    description = draft.description if len(draft.description) <= LONGEST_SHOWN else draft.description[:LONGEST_SHOWN].rstrip() + "…"
    answers: List[str] = draft.answer_lines(language)
    return {
        "service": draft.service.service_name if draft.service else "",
        "location": draft.location,
        "description": description,
        "answers": below(answers),
    }
