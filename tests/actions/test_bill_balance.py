"""Which amount residents read first, with the date that belongs to it, and what each service costs."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timezone
from typing import Optional, Sequence

import pytest

from actions.bill_due import due_first
from actions.clients.billing_shapes import Balance, Instalment
from actions.clients.money import Money
from tests.actions.bills import CURRENT, PAST_DUE, POSTAL, Talk

pytestmark = pytest.mark.usefixtures("untried")
TAX_DUE, TAX_PAST_DUE, TAX_MONTHLY = "3012010001000010000", "3012010002000250000", "3012010003000330000"
SOON, LATER, LAST = date(2026, 12, 12), date(2027, 1, 12), date(2027, 2, 12)


def owing(cents: int, past: int = 0, due: Optional[date] = None, instalments: Sequence[Instalment] = ()) -> Balance:
    return Balance(
        account_ref="*****0033",
        kind="property_tax",
        as_of=datetime(2026, 12, 1, tzinfo=timezone.utc),
        balance=Money(cents, "CAD"),
        past_due=Money(past, "CAD") if past else None,
        due_date=due,
        late_charge_after=due,
        status="due",
        last_bill=None,
        last_payment=None,
        pending_payments=False,
        ebilling="unknown",
        preauthorized="none",
        instalments=tuple(instalments),
    )


def each(cents: int, *days: date) -> Sequence[Instalment]:
    return [Instalment(day, Money(cents, "CAD")) for day in days]


@pytest.mark.parametrize(
    ("balance", "cents", "day", "late", "later"),
    [
        (owing(18342, due=SOON), 18342, SOON, False, 0),
        (owing(30000, due=SOON, instalments=each(10000, SOON, LATER, LAST)), 10000, SOON, False, 20000),
        (owing(25000, due=SOON, instalments=each(10000, LATER, LAST)), 5000, SOON, False, 20000),  # a bill beside the plan
        (owing(6000, due=SOON, instalments=each(10000, SOON)), 6000, SOON, False, 0),  # a credit paid the rest
        (owing(22500, past=12500, due=date(2026, 11, 1), instalments=each(10000, LATER)), 12500, date(2026, 11, 1), True, 10000),
        (owing(22500, past=12500, due=LATER, instalments=each(10000, LATER)), 12500, None, True, 10000),  # the date is not the late part's
    ],
)
def test_a_date_goes_with_the_amount_it_belongs_to(balance: Balance, cents: int, day: Optional[date], late: bool, later: int) -> None:
    first = due_first(balance)
    assert (first.amount.cents, first.day, first.late, first.later.cents) == (cents, day, late, later)


def told(talk: Talk, roll: str, postal_code: str) -> str:
    talk.asks("balance", "my property tax please" if talk.language == "en" else "ma taxe foncière svp")
    talk.says(f"{roll} {postal_code}")
    return talk.says(talk.code())


def test_a_monthly_plan_leads_with_the_next_instalment_and_shows_all_three(talk: Talk) -> None:
    said = told(talk, TAX_MONTHLY, "N2M 1P4")
    assert ": $329.15 to pay next." in said
    assert "Later, beside this: $658.30" in said
    assert len(re.findall(r"^Instalment .*: \$329\.15$", said, re.MULTILINE)) == 3
    assert "late charge" not in said  # the plan pays
    assert "pre-authorized plan" in said


def test_instalments_to_come_are_not_past_due(talk: Talk, bank: str) -> None:
    said = told(talk, TAX_PAST_DUE, "N2H 5A1")
    assert re.search(r": \$1,138\.35 is past due\.\nIt was due: \w+, ", said)
    assert "Later, beside this: $1,124.30" in said
    assert "2,262.65" not in said
    french = told(Talk(bank, "webchat", "fr"), TAX_PAST_DUE, "N2H 5A1")
    assert re.search(r" : 1\s138,35\s\$ en retard\.\n", french)
    assert re.search(r"Plus tard, en plus : 1\s124,30\s\$", french)


def test_a_late_charge_is_told_where_nobody_pays_by_plan(talk: Talk) -> None:
    said = told(talk, TAX_DUE, "N2G 4G7")
    assert ": $986.50 to pay next." in said
    assert "A late charge is added after " in said


def test_it_is_said_how_many_instalments_are_not_shown(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = talk.billing.balance
    monkeypatch.setattr(
        talk.billing, "balance", lambda token: (had := whole(token)) and replace(had, instalments=(*had.instalments, *had.instalments))
    )
    said = told(talk, TAX_MONTHLY, "N2M 1P4")
    assert "Instalments after these: 3" in said


def test_who_names_one_service_reads_what_it_cost(talk: Talk) -> None:
    talk.opens("balance", CURRENT, POSTAL[CURRENT])
    assert re.search(r"^On the last bill, water: \$[0-9.]+$", talk.asks("balance", "and the water part alone, how much"), re.MULTILINE)
    assert "On the last bill" not in talk.asks("balance", "what is the total")


def test_a_high_bill_says_what_each_service_cost_and_in_how_many_days_so_much_was_used(bank: str) -> None:
    said = Talk(bank, "webchat").opens("high_bill", CURRENT, POSTAL[CURRENT])
    assert re.search(r"^In it: gas \$[0-9.]+, water \$[0-9.]+, .* and ", said, re.MULTILINE)
    assert re.search(r"You used more water a day than [^:]+\. In \d+ days: [0-9.]+ m3, up \d+ %\.", said)
    french = Talk(bank, "webchat", "fr").opens("high_bill", PAST_DUE, POSTAL[PAST_DUE])
    assert re.search(r"^Dont : gaz [0-9,]+\s\$, eau [0-9,]+\s\$", french, re.MULTILINE)
