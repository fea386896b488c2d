"""Sends a finished report to the city, once, and says truly what became of it."""

from __future__ import annotations

import asyncio
import uuid
from typing import List, Optional

from actions.base import Outcome, TaskAction, Turn, outcome_of
from actions.clients.errors import Failure
from actions.clients.open311 import Open311, Open311Error, open311_from_settings
from actions.filing import Filing, file_once
from actions.photos import with_photos
from actions.report_draft import Draft, read_draft
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
        note = turn.slot("form_note")
        if self.open311 is None or note in STOPPED:
            outcome = self._not_started(turn, note if note in STOPPED else NOT_OFFERED)
        else:
            outcome = await self._submit(turn, self.open311)
        turn.set(**dict.fromkeys(ValidateReportForm.slots))
        return outcome

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
        turn_id = turn.turn_id or uuid.uuid4().hex
        filing = await asyncio.to_thread(
            file_once, open311, request, conversation=turn.tracker.sender_id, turn_id=turn_id, language=turn.language
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
            notice = below([line("note", turn.language, value=filing.notice)] if filing.notice else [])
            turn.set(last_request=filing.number or None)
            turn.say("utter_report_filed" if filing.number else "utter_report_filed_no_number", number=filing.number, notice=notice)
            turn.answered = f"report_problem/{turn.slot('service_code')}"
            return Outcome.OK
        error = filing.error or Open311Error(Failure.UNREACHABLE)
        refused = error.failure is Failure.REFUSED and error.status != 403 and error.detail  # 403 is about our key, not about the report
        shown = summary(draft, turn.language)
        turn.say("utter_report_refused" if refused else "utter_report_not_taken", by_hand=_by_hand(), reason=error.detail, **shown)
        return outcome_of(error)


def _by_hand() -> str:
    return city().backends["open311"].by_hand or city().contact_url
