"""A parking ticket by its number and the licence plate, both of which are on it: what is owed, until when, how to pay or dispute."""

from __future__ import annotations

import asyncio
from typing import Any, Dict, List, Mapping, Optional

from actions.base import Outcome, Turn, choice, payload
from actions.bill_access import minutes
from actions.bill_money import written_money
from actions.bill_phrases import not_at_hand
from actions.bill_words import plate_in, ticket_in
from actions.clients.billing import Billing, BillingError, billing_from_settings
from actions.clients.billing_shapes import Ticket
from actions.forms import UNCLEAR, is_danger
from actions.look_ups.base import LookUp, State
from actions.look_ups.bill import NOT_AT_HAND, UNCLEAR_ANSWERS
from actions.source import source_parts
from actions.threads import in_record
from actions.words import below, line, spoken_date, spoken_moment, today, word
from bot.city import city
from bot.conversations import attempts

NUMBER, PLATE = "ticket", "plate"
SHORTLY_S = 60  # to wait, where the gateway does not say how long
PAYABLE = ("open", "overdue")
_RESPONSES: Mapping[str, str] = {
    "open": "utter_ticket_open",
    "overdue": "utter_ticket_overdue",
    "paid": "utter_ticket_paid",
    "disputed": "utter_ticket_disputed",
    "cancelled": "utter_ticket_cancelled",
}


class ParkingTicketLookUp(LookUp):
    """The state holds `ticket` and `plate` until the answer; nothing of them is left afterwards."""

    kind = "parking_ticket"
    backends = ("billing",)
    private = True

    def __init__(self, billing: Optional[Billing] = None) -> None:
        self.billing = billing or billing_from_settings()

    def article(self, turn: Turn) -> Optional[str]:
        """The one about paying."""
        return city().backends["billing"].options.get("ticket_article")

    async def read(self, turn: Turn, state: State, *, asked: bool) -> bool:
        state.pop("note", None)
        if asked and self.answers(turn, state):
            state["note"] = NOT_AT_HAND
            return True
        text = turn.text if asked else " \n".join(turn.texts)  # a tapped choice, and the words that led to it
        given = {NUMBER: ticket_in(text), PLATE: plate_in(text)}
        state.update({name: value for name, value in given.items() if value})
        return any(given.values()) or not asked

    def answers(self, turn: Turn, state: State) -> bool:
        tried = any(map(str.isdigit, turn.text))
        return not (turn.tapped or tried or is_danger(turn)) and not_at_hand(turn.text)

    def not_understood(self, state: State) -> State:
        kept = {name: value for name, value in state.items() if name != "note"}
        return {**kept, "unclear": state.get("unclear", 0) + 1}

    def missing(self, state: State) -> bool:
        return not (state.get(NUMBER) and state.get(PLATE))

    async def ask(self, turn: Turn, state: State) -> None:
        unclear = turn.slot("form_note") == UNCLEAR
        if state.get("note") == NOT_AT_HAND or (unclear and state.get("unclear", 0) >= UNCLEAR_ANSWERS):
            turn.say("utter_ticket_no_number", choices=[choice(word("choices", "stop", turn.language), payload("cancel"))])
        elif state.get(NUMBER):
            turn.say("utter_ask_ticket_plate_unclear" if unclear else "utter_ask_ticket_plate")
        elif state.get(PLATE):
            turn.say("utter_ask_ticket_number_unclear" if unclear else "utter_ask_ticket_number")
        else:
            turn.say("utter_ask_ticket_both_unclear" if unclear else "utter_ask_ticket_both")

    async def answer(self, turn: Turn, state: State) -> Outcome:
        if self.billing is None:
            raise ValueError("no billing gateway is offered")
        number, plate = state.pop(NUMBER), state.pop(PLATE)
        state.pop("unclear", None)
        try:
            wait_s = await in_record(attempts.may_search_ticket, turn.tracker.sender_id, number)
            ticket = None if wait_s else await asyncio.to_thread(self.billing.ticket, number, plate)
        except BillingError as err:
            if err.code not in ("rate_limited", "too_many_attempts"):
                raise
            wait_s = err.retry_after_s or SHORTLY_S
        if wait_s:
            turn.say("utter_bill_wait", minutes=minutes(wait_s), by_hand=self.by_hand)
            return Outcome.REFUSED
        if ticket is None:
            turn.say("utter_ticket_not_found", parts=source_parts(turn, "billing"))
            return Outcome.NOT_FOUND
        self._tell(turn, ticket)
        return Outcome.OK

    def _tell(self, turn: Turn, ticket: Ticket) -> None:
        language = turn.language
        parts: Dict[str, Any] = source_parts(turn, "billing")
        if ticket.status in PAYABLE and ticket.pay_url:
            parts["link"] = {"title": word("links", "pay", language), "url": ticket.pay_url}
        turn.say(
            _RESPONSES[ticket.status],
            ticket=ticket.ticket_ref,
            amount=written_money(ticket.amount_due if ticket.amount_due.cents else ticket.amount, language),
            day=spoken_date(ticket.issued_on, language, year=True),
            lines=below(_lines(ticket, language)),
            parts=parts,
        )


def _lines(ticket: Ticket, language: str) -> List[str]:
    lines = []
    if ticket.status in PAYABLE and ticket.due_date:
        lines.append(line("bill_due", language, day=spoken_date(ticket.due_date, language, year=True)))
    if ticket.status in PAYABLE and ticket.dispute_until and ticket.dispute_until >= today():
        day = spoken_date(ticket.dispute_until, language)
        lines.append(line("ticket_dispute", language, day=day, url=ticket.dispute_url or ""))
    lines.append(line("bill_as_of", language, moment=spoken_moment(ticket.as_of, language)))
    return lines
