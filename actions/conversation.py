"""Steps that belong to no task: leaving one, beginning again, and reaching a person."""

from __future__ import annotations

from rasa_sdk.events import ActiveLoop

from actions.base import Outcome, TaskAction, Turn
from actions.bill_access import log_out
from actions.clients.billing import billing_from_settings
from actions.collection_form import ValidateCollectionForm
from actions.forms import REQUESTED
from actions.look_up_form import ValidateLookUpForm
from actions.office_hours import hours_lines
from actions.report_form import ValidateReportForm
from actions.request_status import ValidateStatusForm, say_sent
from actions.waiting_needs import forget_waiting, is_waiting
from bot.offices import offices

FORMS = (ValidateReportForm, ValidateCollectionForm, ValidateStatusForm, ValidateLookUpForm)


def leave_form(turn: Turn) -> None:
    """Ends the open form and forgets what it collected."""
    turn.set(**{REQUESTED: None}, **{slot: None for form in FORMS for slot in form.slots})
    turn.events.append(ActiveLoop(None))


class ActionCancelTask(TaskAction):
    """Ends the open task; nothing is sent. What waits for its end goes on, unless the resident leaves."""

    def name(self) -> str:
        return "action_cancel_task"

    async def work(self, turn: Turn) -> Outcome:
        had_form = bool(turn.tracker.active_loop.get("name"))
        leave_form(turn)
        if turn.intent == "goodbye":
            forget_waiting(turn)
        stopped = "utter_cancelled_goes_on" if is_waiting(turn) else "utter_cancelled"
        sent = turn.slot("last_request")
        if sent and not had_form and (sent in turn.text or _was_sent_just_now(turn)):
            return say_sent(turn, sent)
        turn.say(stopped if had_form else "utter_nothing_to_cancel")
        return Outcome.OK


def _was_sent_just_now(turn: Turn) -> bool:
    """Whether a report was sent in the turn before this one: later "never mind" means something else."""
    events = turn.tracker.events
    messages = [place for place, event in enumerate(events) if event.get("event") == "user"]
    before = events[messages[-2] : messages[-1]] if len(messages) > 1 else []
    if any(event.get("event") == "session_started" for event in before):  # which carries the slot over
        return False
    return any(event.get("event") == "slot" and event.get("name") == "last_request" and event.get("value") for event in before)


class ActionStartOver(TaskAction):
    """Ends the open task and begins the conversation again."""

    def name(self) -> str:
        return "action_start_over"

    async def work(self, turn: Turn) -> Outcome:
        await log_out(billing_from_settings(), turn.tracker.sender_id)
        leave_form(turn)
        forget_waiting(turn)
        turn.set(last_address=None, last_look_up=None, photos_waiting=None)
        turn.say("utter_start_over")
        return Outcome.OK


class ActionTalkToPerson(TaskAction):
    """Says at once how to reach a person, and which offices are open now."""

    def name(self) -> str:
        return "action_talk_to_person"

    async def work(self, turn: Turn) -> Outcome:
        turn.say("utter_talk_to_person")
        if offices():
            turn.dispatcher.utter_message(text="\n".join(hours_lines(offices(), turn.language)))
        return Outcome.OK


class ActionAnswerFrustration(TaskAction):
    """Says sorry and, at once, how to reach a person."""

    def name(self) -> str:
        return "action_answer_frustration"

    async def work(self, turn: Turn) -> Outcome:
        turn.say("utter_frustration")
        return Outcome.OK
