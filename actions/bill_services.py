"""What each service on a bill costs: water, gas and the like."""

from __future__ import annotations

from typing import List

from actions.bill_money import written_money
from actions.clients.billing_shapes import Bill
from actions.clients.money import Money
from actions.words import joined, line, title, word


def services_line(bill: Bill, language: str) -> List[str]:
    """The line with every service's amount, in the bill's order; none where the bill is for one service only."""
    kinds = list(dict.fromkeys(one.service for one in bill.services))
    if len(kinds) < 2:
        return []
    told = [
        line(
            "bill_service",
            language,
            service=title("bill_services", kind, language) or kind,
            amount=written_money(_amount(bill, kind), language),
        )
        for kind in kinds
    ]
    return [line("bill_services", language, services=joined(told, language))]


def service_line(bill: Bill, service: str, language: str) -> List[str]:
    """The line with one service's amount on the last bill; none where it is not on it."""
    if not any(one.service == service for one in bill.services):
        return []
    amount = written_money(_amount(bill, service), language)
    return [line("bill_last_service", language, service=word("bill_services", service, language), amount=amount)]


def _amount(bill: Bill, service: str) -> Money:
    return sum((one.amount for one in bill.services if one.service == service), Money(0, bill.amount.currency))
