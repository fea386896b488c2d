"""What is owed, until when, and what was paid last."""

from __future__ import annotations

import asyncio
from typing import List

from actions.base import Outcome, Turn
from actions.bill_money import written_money
from actions.clients.billing_shapes import Balance
from actions.look_ups.base import State
from actions.look_ups.bill import BillLookUp
from actions.source import source_parts
from actions.words import below, line, spoken_date, spoken_moment, today, word

MOST_INSTALMENTS = 2


class BalanceLookUp(BillLookUp):
    """Says amounts and dates only: no name, no address, no usage."""

    kind = "balance"

    async def tell(self, turn: Turn, asked: State, token: str) -> Outcome:
        balance = await asyncio.to_thread(self.gateway.balance, token)
        response, lines = _response(balance), _lines(balance, turn.language)
        parts = source_parts(turn, "billing")
        if balance.balance.cents > 0:
            pay = await asyncio.to_thread(self.gateway.link, token, "pay", locale=turn.language, idempotency_key=turn.turn_id)
            parts["link"] = {"title": word("links", "pay", turn.language), "url": pay.url}
        turn.say(
            response,
            bill=word("bills", asked["bill"], turn.language),
            account=balance.account_ref,
            amount=written_money(balance.balance if balance.balance.cents >= 0 else -balance.balance, turn.language),
            lines=below(lines),
            choices=self.further(turn, asked["bill"]),
            parts=parts,
        )
        return Outcome.OK


def _response(balance: Balance) -> str:
    if balance.status == "closed" or balance.status == "final":
        return "utter_balance_closed"
    if balance.balance.cents < 0:
        return "utter_balance_credit"
    return "utter_balance" if balance.balance.cents else "utter_balance_nothing"


def _lines(balance: Balance, language: str) -> List[str]:
    lines = []
    if balance.past_due and balance.past_due.cents > 0:
        lines.append(line("bill_past_due", language, amount=written_money(balance.past_due, language)))
    if balance.balance.cents > 0 and balance.due_date:
        lines.append(line("bill_due", language, day=spoken_date(balance.due_date, language, year=True)))
    if balance.balance.cents > 0 and balance.late_charge_after and balance.late_charge_after >= today():
        lines.append(line("bill_late_after", language, day=spoken_date(balance.late_charge_after, language)))
    coming = [
        line("bill_instalment", language, day=spoken_date(one.due_date, language, year=True), amount=written_money(one.amount, language))
        for one in balance.instalments[:MOST_INSTALMENTS]
    ]
    lines += coming
    if balance.last_payment:
        paid = balance.last_payment
        lines.append(line("bill_paid", language, amount=written_money(paid.amount, language), day=spoken_date(paid.received_on, language)))
    if balance.pending_payments:
        lines.append(line("bill_pending", language))
    if balance.preauthorized == "active":
        lines.append(line("bill_preauthorized", language))
    lines.append(line("bill_as_of", language, moment=spoken_moment(balance.as_of, language)))
    return lines
