"""Which part of what is owed comes next: the date on a bill belongs to that part, and to no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Optional

from actions.clients.billing_shapes import Balance
from actions.clients.money import Money


@dataclass(frozen=True)
class Due:
    """`amount` is to be paid by `day`, or should have been (`late`); `later` is owed beside it, for other days."""

    amount: Money
    day: Optional[date]
    late: bool
    later: Money


def due_first(balance: Balance) -> Due:
    """What is past due; else what is due before the first instalment; else that instalment; else all of it."""
    owed = balance.balance
    first = balance.instalments[0] if balance.instalments else None
    if balance.past_due and balance.past_due.cents > 0:
        day = balance.due_date if first is None or balance.due_date != first.due_date else None
        return _due(owed, balance.past_due, day, late=True)
    if first is None:
        return _due(owed, owed, balance.due_date)
    rest = sum((one.amount for one in balance.instalments), Money(0, owed.currency))
    if balance.due_date and balance.due_date < first.due_date and owed.cents > rest.cents:
        return _due(owed, owed - rest, balance.due_date)
    return _due(owed, first.amount, first.due_date)


def _due(owed: Money, amount: Money, day: Optional[date], *, late: bool = False) -> Due:
    """No more than is owed: a credit may have paid a part of it."""
    part = amount if amount.cents <= owed.cents else owed
    return Due(part, day, late, owed - part)
