"""Steps that end what a conversation may see of bills."""

from __future__ import annotations

from typing import Optional

from actions.base import Outcome, TaskAction, Turn
from actions.bill_access import log_out
from actions.clients.billing import Billing, billing_from_settings
from actions.conversation import leave_form
from actions.waiting_needs import forget_waiting


class ActionLogOut(TaskAction):
    """Ends the look at accounts, and the open task with it."""

    def __init__(self, billing: Optional[Billing] = None) -> None:
        self.billing = billing or billing_from_settings()

    def name(self) -> str:
        return "action_log_out"

    async def work(self, turn: Turn) -> Outcome:
        count = await log_out(self.billing, turn.tracker.sender_id)
        leave_form(turn)
        forget_waiting(turn)
        turn.set(last_look_up=None)
        turn.say("utter_logged_out" if count else "utter_not_logged_in")
        return Outcome.OK


class ActionForgetThis(TaskAction):
    """The same, and what was said about bills is wiped."""

    def __init__(self, billing: Optional[Billing] = None) -> None:
        self.billing = billing or billing_from_settings()

    def name(self) -> str:
        return "action_forget_this"

    async def work(self, turn: Turn) -> Outcome:
        await log_out(self.billing, turn.tracker.sender_id, wipe=True)
        turn.forget = True
        leave_form(turn)
        forget_waiting(turn)
        turn.set(last_look_up=None, last_address=None)
        turn.say("utter_forgotten")
        return Outcome.OK
