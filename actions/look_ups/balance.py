"""What is owed, until when, and what was paid last."""

from __future__ import annotations

import asyncio
from typing import List, Optional

from actions.base import Outcome, Turn
from actions.bill_due import Due, due_first
from actions.bill_money import written_money
from actions.bill_services import service_line
from actions.bill_words import KINDS, service_named
from actions.clients.billing import BillingError
from actions.clients.billing_shapes import Balance
from actions.look_ups.base import State
from actions.look_ups.bill import BillLookUp
from actions.source import source_parts
from actions.words import below, line, spoken_date, spoken_moment, today, word

MOST_INSTALMENTS = 3
_ENDED = ("closed", "final")  # states of an account


class BalanceLookUp(BillLookUp):
    """Says amounts and dates only: no name, no address, no usage. Of several amounts the one that is to be paid first leads.

    The state holds `service`, the one that was asked for by name.
    """

    kind = "balance"

    async def read(self, turn: Turn, state: State, *, asked: bool) -> bool:
        if not asked:
            state["service"] = service_named(turn.text)
        return await super().read(turn, state, asked=asked)

    async def tell(self, turn: Turn, asked: State, token: str) -> Outcome:
        balance = await asyncio.to_thread(self.gateway.balance, token)
        owed = balance.balance
        first = due_first(balance) if owed.cents > 0 and balance.status not in _ENDED else None
        parts = source_parts(turn, "billing")
        if owed.cents > 0:
            pay = await asyncio.to_thread(self.gateway.link, token, "pay", locale=turn.language, idempotency_key=turn.turn_id)
            parts["link"] = {"title": word("links", "pay", turn.language), "url": pay.url}
        amount = first.amount if first else owed if owed.cents >= 0 else -owed
        turn.say(
            _response(balance, first),
            bill=word("bills", asked["bill"], turn.language),
            account=balance.account_ref,
            amount=written_money(amount, turn.language),
            lines=below([*await self._service(turn, asked, token), *_lines(balance, first, turn.language)]),
            choices=self.further(turn, asked["bill"]),
            parts=parts,
        )
        return Outcome.OK

    async def _service(self, turn: Turn, asked: State, token: str) -> List[str]:
        """What the service they named cost on the last bill; nothing where the bills cannot be had: the balance can."""
        service = asked.get("service")
        if not service or asked["bill"] != KINDS[0]:
            return []
        try:
            bills = await asyncio.to_thread(self.gateway.bills, token, 1)
        except BillingError as err:
            if err.code == "not_verified":
                raise
            return []
        return service_line(bills.bills[0], service, turn.language) if bills.bills else []


def _response(balance: Balance, first: Optional[Due]) -> str:
    if balance.status in _ENDED:
        return "utter_balance_closed"
    if first is None:
        return "utter_balance_credit" if balance.balance.cents < 0 else "utter_balance_nothing"
    if first.late:
        return "utter_balance_past_due"
    return "utter_balance_next" if first.later.cents else "utter_balance"


def _lines(balance: Balance, first: Optional[Due], language: str) -> List[str]:
    lines = _owed(balance, first, language) if first else []
    coming = balance.instalments[:MOST_INSTALMENTS]
    lines += [
        line("bill_instalment", language, day=spoken_date(one.due_date, language, year=True), amount=written_money(one.amount, language))
        for one in coming
    ]
    if len(coming) < len(balance.instalments):
        lines.append(line("bill_instalments_more", language, count=len(balance.instalments) - len(coming)))
    if balance.last_payment:
        paid = balance.last_payment
        lines.append(line("bill_paid", language, amount=written_money(paid.amount, language), day=spoken_date(paid.received_on, language)))
    if balance.pending_payments:
        lines.append(line("bill_pending", language))
    if balance.preauthorized == "active":
        lines.append(line("bill_preauthorized", language))
    lines.append(line("bill_as_of", language, moment=spoken_moment(balance.as_of, language)))
    return lines


def _owed(balance: Balance, first: Due, language: str) -> List[str]:
    """When the first part is due, what is added when it is late, and what is owed beside it."""
    lines = []
    if first.day:
        lines.append(line("bill_was_due" if first.late else "bill_due", language, day=spoken_date(first.day, language, year=True)))
    planned = balance.preauthorized == "active"  # the plan pays in time
    if not (first.late or planned) and balance.late_charge_after and balance.late_charge_after >= today():
        lines.append(line("bill_late_after", language, day=spoken_date(balance.late_charge_after, language)))
    if first.later.cents:
        lines.append(line("bill_later", language, amount=written_money(first.later, language)))
    return lines
