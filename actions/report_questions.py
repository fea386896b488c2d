"""What the report form asks, in the city's words where the city has some."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar, Dict, List, Optional, Sequence

from actions import duplicates
from actions.base import Outcome, TaskAction, Turn, choice, payload
from actions.clients.open311 import Open311, open311_from_settings
from actions.clients.open311_shapes import Service
from actions.forms import UNCLEAR, Ask
from actions.offering import numbered
from actions.report_catalogue import Catalogue, by_hand
from actions.report_contact import SKIP, shown
from actions.report_draft import Draft, read_draft
from actions.report_ending import CONFIRMATIONS
from actions.report_form import OWN, SHOWN_AGAIN, STUCK
from actions.report_place_reader import LOST, NOT_THERE, STREET_ONLY
from actions.report_places import Option
from actions.report_told import NEEDED
from actions.words import below, line, word, wording

FIRST_SERVICES = 6  # as choices; where there are more, groups of them are offered first
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
        response = {UNCLEAR: "utter_answer_unclear", STUCK: "utter_answer_stuck", SHOWN_AGAIN: "utter_report_shown_again"}
        if turn.slot("form_note") in response:
            turn.say(response[turn.slot("form_note")])

    async def draft(self, turn: Turn) -> Draft:
        return await read_draft(turn, self.city)

    @property
    def city(self) -> Catalogue:
        catalogue = self.open311 or by_hand()
        if catalogue is None:
            raise ValueError("nothing can be reported")
        return catalogue


class ActionAskServiceCode(_CityQuestion):
    """Offers kinds of problem: those that are likely, those of the group that was chosen, or the city's groups."""

    slot = "service_code"

    async def work(self, turn: Turn) -> Outcome:
        services = await asyncio.to_thread(self.city.services, turn.language)
        unclear = turn.slot("form_note") == UNCLEAR
        likely = {row["name"]: row["confidence"] for row in turn.ranking if row["confidence"] >= LEAST_LIKELY}
        likeliest = [one for one in services if likely.get(f"{OWN}/{one.service_code}")]
        group, groups = turn.slot("report_group"), list(dict.fromkeys(one.group for one in services if one.group))
        if group in groups:
            kinds = _kinds([one for one in services if one.group == group])
            other = choice(word("choices", "something_else", turn.language), payload("something_else"))
            turn.say("utter_ask_service_code_in_group", choices=[*kinds, other], group=group)
        elif len(services) > FIRST_SERVICES and 1 < len(groups) < len(services) and not likeliest:
            choices = [choice(name, payload("inform", answer=name)) for name in groups]
            turn.say("utter_ask_service_group_unclear" if unclear else "utter_ask_service_group", choices=choices)
        else:
            services.sort(key=lambda one: -likely.get(f"{OWN}/{one.service_code}", 0.0))  # the city's order where nothing is likelier
            kinds = _kinds(services if unclear else services[:FIRST_SERVICES])
            turn.say("utter_ask_service_code_unclear" if unclear else "utter_ask_service_code", choices=kinds)
        return Outcome.OK


def _kinds(services: Sequence[Service]) -> List[Dict[str, str]]:
    return [choice(one.service_name, payload("report_problem", service_code=one.service_code)) for one in services]


class ActionAskReportLocation(Ask):
    """Asks where it is."""

    slot = "report_location"
    responses: ClassVar[Dict[str, str]] = {
        "": "utter_ask_report_location",
        UNCLEAR: "utter_ask_report_location_unclear",
        STREET_ONLY: "utter_ask_report_location_street_only",
        NOT_THERE: "utter_ask_report_location_again",
        LOST: "utter_ask_report_location_lost",
    }

    async def work(self, turn: Turn) -> Outcome:
        options: List[Option] = turn.slot("report_options") or []
        if options:
            self._confirm(turn, options)
            return Outcome.OK
        street, note = turn.slot("report_street") or "", turn.slot("form_note") or ""
        if street and note not in (UNCLEAR, NOT_THERE, LOST):
            note = STREET_ONLY
        turn.say(self.responses.get(note, self.responses[""]), street=street, parts={"asks_location": True})
        return Outcome.OK

    def _confirm(self, turn: Turn, options: List[Option]) -> None:
        """Shows the place, or places, that the answer may mean."""
        if len(options) == 1:
            titles = {"affirm": "this_place", "deny": "other_place"}
            choices = [choice(word("choices", key, turn.language), payload(intent)) for intent, key in titles.items()]
            response = "utter_ask_report_location_described" if options[0].get("described") else "utter_ask_report_location_check"
            turn.say(response, choices=choices, place=options[0]["label"])
            return
        turn.say("utter_ask_report_location_which", choices=numbered([option["label"] for option in options], turn.language))


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
        if turn.slot("form_note") == NEEDED:
            turn.say("utter_answer_needed")
        choices = [choice(name, payload("inform", answer=key)) for key, name in attribute.values]
        in_words = attribute.datatype == "number" and turn.channel == "sms"  # "1" is an answer there, and no choice
        skip = [] if attribute.required or in_words else [_skip(turn)]
        turn.say(response, choices=[*choices, *skip, *_way_out(turn)], question=attribute.description)
        if in_words and not attribute.required:
            turn.dispatcher.utter_message(text=line("skip_in_words", turn.language))
        return Outcome.OK


class ActionAskReportDuplicate(_CityQuestion):
    """Shows open requests nearby and asks whether it is the same problem."""

    slot = "report_duplicate"

    async def work(self, turn: Turn) -> Outcome:
        self.sorry(turn)
        found = (turn.slot("report_near") or {}).get("found") or []
        choices = [choice(name, payload("inform", answer=key)) for key, name in duplicates.titles(found, turn.language).items()]
        choices += _way_out(turn)
        turn.say("utter_ask_report_duplicate", choices=choices, requests=below(duplicates.lines(found, turn.language)))
        return Outcome.OK


class ActionAskReportContact(TaskAction):
    """Asks once whether the city may reach the resident about this."""

    def name(self) -> str:
        return "action_ask_report_contact"

    async def work(self, turn: Turn) -> Outcome:
        unclear = turn.slot("form_note") == UNCLEAR
        turn.say("utter_ask_report_contact_unclear" if unclear else "utter_ask_report_contact", choices=[_skip(turn)])
        return Outcome.OK


def _way_out(turn: Turn) -> List[Dict[str, str]]:
    """The choice not to report, for who has not been understood twice."""
    return [_confirmation("cancel", turn.language)] if turn.slot("form_note") == STUCK else []


def _skip(turn: Turn) -> Dict[str, str]:
    return choice(word("choices", "skip", turn.language), payload("inform", answer=SKIP))


class ActionAskReportConfirmed(_CityQuestion):
    """Sums up and asks whether to send."""

    slot = "report_confirmed"

    async def work(self, turn: Turn) -> Outcome:
        draft = await self.draft(turn)
        self.sorry(turn)
        choices = [_confirmation(key, turn.language) for key in CONFIRMATIONS]
        photos = len(turn.slot("report_photos") or [])
        extra = [line("photos", turn.language, value=photos)] if photos else []
        extra += [line("contact", turn.language, value=one) for one in shown(draft.contact)]
        parts = {"place": vars(draft.point)} if draft.point else None
        turn.say("utter_ask_report_confirmed", choices=choices, parts=parts, photos=below(extra), **summary(draft, turn.language))
        return Outcome.OK


def _confirmation(key: str, language: str) -> Dict[str, str]:
    return choice(word("confirmations", key, language), payload(CONFIRMATIONS[key]))


class ActionAskReportChange(_CityQuestion):
    """Asks what to change."""

    slot = "report_change"

    async def work(self, turn: Turn) -> Outcome:
        self.sorry(turn)
        draft = await self.draft(turn)
        absent = {"answers"} if not draft.answers else set()
        absent |= set() if draft.contact else {"contact"}
        absent |= {"photos"} if not turn.slot("report_photos") else set()
        keys = [key for key in wording()["changes"] if key not in absent]
        choices = [choice(word("changes", key, turn.language), payload("inform", answer=key)) for key in keys]
        turn.say("utter_ask_report_change", choices=[*choices, _confirmation("cancel", turn.language)])
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
