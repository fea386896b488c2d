"""Sends a finished report to the city, once, and says truly what became of it; where the city takes none, hands it over to copy."""

from __future__ import annotations

import asyncio
import hashlib
import uuid
from typing import List, Optional

from actions.base import Outcome, TaskAction, Turn, outcome_of
from actions.clients.errors import Failure
from actions.clients.open311 import NewRequest, Open311, Open311Error, open311_from_settings
from actions.filing import Filing, file_once, follow
from actions.outside import OUTSIDE
from actions.photos import with_photos
from actions.report_catalogue import ByHand, by_hand
from actions.report_draft import Draft, read_draft
from actions.report_ending import JOINED
from actions.report_form import NOT_OFFERED, ValidateReportForm
from actions.report_questions import summary
from actions.words import below, line
from bot.city import city

STOPPED = {
    NOT_OFFERED: "utter_report_not_offered",
    "unreachable": "utter_report_unreachable",
    "refused": "utter_report_unreachable",
    "malformed": "utter_report_unreachable",
}


class ActionSubmitReport(TaskAction):
    """Files what the form collected, after checking all of it again: a form may end in other ways than a confirmation."""

    def __init__(self, open311: Optional[Open311] = None) -> None:
        self.open311 = open311 or open311_from_settings()

    def name(self) -> str:
        return "action_submit_report"

    def failed(self, turn: Turn) -> Outcome:
        """Once sending may have begun, "it did not work" would be a guess."""
        turn.set(**dict.fromkeys(ValidateReportForm.slots))
        turn.say("utter_report_unconfirmed")
        return Outcome.FAILED

    async def work(self, turn: Turn) -> Outcome:
        outcome = await self._end(turn)
        turn.set(**dict.fromkeys(ValidateReportForm.slots))
        return outcome

    async def _end(self, turn: Turn) -> Outcome:
        note, catalogue = turn.slot("form_note"), by_hand()
        if note == JOINED:
            return await self._join(turn)
        if note == OUTSIDE:  # the resident has read where to go instead
            return Outcome.NOT_FOUND
        if note in STOPPED:
            return self._not_started(turn, note)
        if self.open311:
            return await self._submit(turn, self.open311)
        return await self._hand_over(turn, catalogue) if catalogue else self._not_started(turn, NOT_OFFERED)

    async def _join(self, turn: Turn) -> Outcome:
        """The problem is known: nothing is sent, and its number may be followed like one's own."""
        number = turn.slot("last_request")
        await asyncio.to_thread(follow, number, conversation=turn.tracker.sender_id)
        turn.say("utter_report_joined", number=number)
        if turn.slot("report_photos") or turn.photos:
            turn.say("utter_photo_not_sent")
        turn.answered = f"report_problem/{turn.slot('service_code')}"
        return Outcome.OK

    async def _hand_over(self, turn: Turn, catalogue: ByHand) -> Outcome:
        """The report as a text to copy, with the city's form and phone number."""
        draft = await read_draft(turn, catalogue)
        if draft.request() is None:
            turn.say("utter_report_not_offered", by_hand=_by_hand())
            return Outcome.UNAVAILABLE
        shown = summary(draft, turn.language)
        form = catalogue.form(_by_hand(), service=shown["service"], location=draft.location, description=draft.description)
        turn.say("utter_report_hand_over", by_hand=form, **shown)
        return Outcome.UNAVAILABLE

    def _not_started(self, turn: Turn, note: str) -> Outcome:
        turn.say(STOPPED[note], by_hand=_by_hand())
        return Outcome.UNAVAILABLE if note == NOT_OFFERED else outcome_of(Open311Error(Failure(note)))

    async def _submit(self, turn: Turn, open311: Open311) -> Outcome:
        try:
            draft = await read_draft(turn, open311)
        except Open311Error as err:
            return self._not_started(turn, err.failure.value)
        request = draft.request()
        if request is None or turn.slot("report_confirmed") is not True:
            turn.say("utter_report_not_sent")
            return Outcome.FAILED
        photos: List[str] = turn.slot("report_photos") or []
        request = await with_photos(request, photos, turn.tracker.sender_id)
        filing = await asyncio.to_thread(
            file_once,
            open311,
            request,
            conversation=turn.tracker.sender_id,
            report_id=_report_id(turn, request),
            language=turn.language,
            turn=_turn(turn),
        )
        outcome = self._tell(turn, filing, draft)
        if filing.state == "filed" and len(request.media_urls) + len(request.media_files) < len(photos):
            turn.say("utter_report_photos_gone")
        return outcome

    def _tell(self, turn: Turn, filing: Filing, draft: Draft) -> Outcome:
        if filing.state == "unknown":
            turn.say("utter_report_unconfirmed")
            return Outcome.UNAVAILABLE
        if filing.state == "filed":
            self._tell_filed(turn, filing, draft)
            turn.set(last_request=filing.number or None)
            turn.answered = f"report_problem/{turn.slot('service_code')}"
            return Outcome.OK
        error = filing.error or Open311Error(Failure.UNREACHABLE)
        refused = error.failure is Failure.REFUSED and error.status != 403 and error.detail  # 403 is about our key, not about the report
        shown = summary(draft, turn.language)
        turn.say("utter_report_refused" if refused else "utter_report_not_taken", by_hand=_by_hand(), reason=error.detail, **shown)
        return outcome_of(error)

    def _tell_filed(self, turn: Turn, filing: Filing, draft: Draft) -> None:
        notice = below([line("note", turn.language, value=filing.notice)] if filing.notice else [])
        if filing.number:
            turn.say("utter_report_filed", number=filing.number, notice=notice)
        elif filing.token:
            turn.say("utter_report_filed_token", token=filing.token, notice=notice)
        elif draft.service and draft.service.type == "blackbox":
            turn.say("utter_report_filed_silent", notice=notice)
        else:
            turn.say("utter_report_filed_no_number", notice=notice)


def _report_id(turn: Turn, request: NewRequest) -> str:
    """The same whenever the same is sent from the same form: who was told that it failed, and sends it again, may have sent it before."""
    opened = [event.get("timestamp") for event in turn.tracker.events if event.get("event") == "active_loop" and event.get("name")]
    if not opened:
        return turn.turn_id or uuid.uuid4().hex
    said = (opened[-1], request.service_code, request.address, request.description, sorted(request.attributes.items()))
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _turn(turn: Turn) -> Optional[uuid.UUID]:
    """None where no worker sent it, and what it is called is anything."""
    try:
        return uuid.UUID(turn.turn_id)
    except ValueError:
        return None


def _by_hand() -> str:
    return city().backends["open311"].by_hand or city().contact_url
