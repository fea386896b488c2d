"""A report on its way to the city: what the slots hold, what is missing, and how it is summed up."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Optional, Sequence

from actions.base import Turn
from actions.clients.open311 import LONGEST_DESCRIPTION, NewRequest
from actions.clients.open311_shapes import LISTS, Attribute, Service
from actions.report_catalogue import Catalogue
from actions.report_moments import spoken_moment
from actions.words import joined, line
from bot.messages import Place

SLOTS = (
    "service_code",
    "report_group",
    "report_location",
    "report_options",
    "report_street",
    "report_point",
    "report_description",
    "report_answers",
    "report_photos",
    "report_near",
    "report_contact",
    "report_attribute",
    "report_duplicate",
    "report_confirmed",
    "report_change",
    "form_note",
)


@dataclass(frozen=True)
class Draft:
    """What a resident reports so far.

    Args:
        answers: attribute code and the chosen keys or the text; empty for a question that was left out.
        point: where `location` is, when the resident shared it from their telephone or took it from the city's locator.
        contact: `email` and `phone`, as far as they were given.
    """

    service: Optional[Service]
    attributes: Sequence[Attribute]
    location: str
    description: str
    answers: Mapping[str, List[str]]
    point: Optional[Place] = None
    contact: Mapping[str, str] = field(default_factory=dict)

    @property
    def next_attribute(self) -> Optional[Attribute]:
        """The first question without a valid answer; one that is not required may be left out."""
        return next((one for one in self.attributes if one.variable and not self._is_settled(one)), None)

    @property
    def key(self) -> str:
        """What is reported where: duplicates are looked for once for each."""
        return f"{self.service.service_code if self.service else ''}|{self.location}"

    def _is_settled(self, attribute: Attribute) -> bool:
        given = self.answers.get(attribute.code)
        return fits(attribute, given) or (given == [] and not attribute.required)

    @property
    def information(self) -> List[str]:
        """What the city tells about this service without asking anything."""
        return [one.description for one in self.attributes if not one.variable]

    def request(self) -> Optional[NewRequest]:
        """The request to file, None while anything required is missing."""
        missing = any(one.required and one.variable and not self._is_settled(one) for one in self.attributes)
        if self.service is None or not self.location or not self.description or missing:
            return None
        asked = {one.code: one for one in self.attributes if one.variable}
        given = {code: tuple(values) for code, values in self.answers.items() if code in asked and fits(asked[code], values)}
        silent = self.service.type == "blackbox"
        description = self.description[:LONGEST_DESCRIPTION]
        email, phone = self.contact.get("email", ""), self.contact.get("phone", "")
        return NewRequest(self.service.service_code, description, self.location, given, silent, point=self.point, email=email, phone=phone)

    def answer_lines(self, language: str) -> List[str]:
        """Each question with its answer, as the resident reads them."""
        known = [(one, self.answers[one.code]) for one in self.attributes if self.answers.get(one.code)]
        return [
            line(
                "answer",
                language,
                question=one.description,
                answer=joined([_read_back(one, value, language) for value in values], language),
            )
            for one, values in known
        ]


def _read_back(attribute: Attribute, value: str, language: str) -> str:
    return spoken_moment(value, language) if attribute.datatype == "datetime" else dict(attribute.values).get(value, value)


def fits(attribute: Attribute, values: Any) -> bool:
    """Whether an answer is one the city can take."""
    if not isinstance(values, list) or not values or not all(isinstance(value, str) and value.strip() for value in values):
        return False
    return attribute.datatype not in LISTS or {value for value in values} <= {key for key, _ in attribute.values}


async def read_draft(turn: Turn, catalogue: Catalogue) -> Draft:
    """The draft in the slots, with what the city says about its service. Raises Open311Error."""
    services = await asyncio.to_thread(catalogue.services, turn.language)
    service = next((one for one in services if one.service_code == turn.slot("service_code")), None)
    attributes = await asyncio.to_thread(catalogue.attributes, service, turn.language) if service else []
    answers: Dict[str, List[str]] = turn.slot("report_answers") or {}
    location, point = turn.slot("report_location") or "", turn.slot("report_point")
    pinned = Place(location, *point) if point else None
    contact = turn.slot("report_contact") or {}
    return Draft(service, attributes, location, turn.slot("report_description") or "", answers, pinned, contact)


def answered(draft: Draft, attribute: Attribute, values: Sequence[str]) -> Dict[str, List[str]]:
    """The answers with one more."""
    return {**draft.answers, attribute.code: list(values)}
