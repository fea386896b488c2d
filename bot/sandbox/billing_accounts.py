"""The sandbox's accounts and their balances, made of `data/sandbox/billing.yml` and today."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any, Dict, List, Mapping, Optional

from bot.city import city
from bot.sandbox.billing_bills import Bill, bills_of, money
from bot.sandbox.billing_store import billing_store
from bot.sandbox.seeds import seed

BATCH = time(3, 15)  # a billing system's answers are often last night's
PAID_BEFORE_DUE_DAYS = 3
_SHOWN_DIGITS = 4
_ROLL_DIGITS = 15  # a roll number's own digits; four zeros follow on paper, often left out


def account_key(kind: str, account_id: str) -> str:
    """What stands for an account in the store, the same for one that does not exist."""
    return billing_store().digest("account", kind, plain_account(kind, account_id))


def plain_account(kind: str, account_id: str) -> str:
    """An account number as it is kept: digits only, a roll number with its zeros."""
    digits = "".join(character for character in account_id if character.isascii() and character.isdigit())
    return digits.ljust(_ROLL_DIGITS + 4, "0") if kind == "property_tax" and len(digits) == _ROLL_DIGITS else digits


def plain_postal_code(text: str) -> str:
    """A postal code without what people put between."""
    return "".join(character for character in text.upper() if character.isalnum())


@cache
def _by_key() -> Dict[str, Mapping[str, Any]]:
    return {account_key(row["kind"], row["account"]): row for row in seed("billing")["accounts"]}


def account(key: str) -> Optional[Mapping[str, Any]]:
    """The account behind a key, None when there is none."""
    return _by_key().get(key)


def account_ref(row: Mapping[str, Any]) -> str:
    """The account as anybody may see it: the last four digits that tell it apart."""
    number = row["account"][:_ROLL_DIGITS] if row["kind"] == "property_tax" else row["account"]
    return masked(number)


def masked(number: str) -> str:
    """Five stars, whatever the length, and the last four characters."""
    return "*" * 5 + number[-_SHOWN_DIGITS:]


def as_of(now: datetime) -> str:
    """The end of the last night's batch."""
    day = now.date() if now.time() >= BATCH else now.date() - timedelta(days=1)
    return datetime.combine(day, BATCH, now.tzinfo).isoformat()


def balance(row: Mapping[str, Any], *, enrolled: bool, now: datetime) -> Dict[str, Any]:
    """The Balance of the contract."""
    today = now.date()
    bills = bills_of(row, today)
    money_part = _tax(row, today) if row["kind"] == "property_tax" else _utility(row, bills, today)
    newest = bills[0]
    return {
        "account_ref": account_ref(row),
        "kind": row["kind"],
        "as_of": as_of(now),
        "status": row["status"],
        "last_bill": {
            "issued_on": newest.issued_on.isoformat(),
            "amount": money(newest.amount_cents),
            "period_start": newest.period_start.isoformat(),
            "period_end": newest.period_end.isoformat(),
            "services": [line.service for line in newest.lines],
        },
        "pending_payments": False,
        "ebilling": "enrolled" if enrolled else "not_enrolled",
        "preauthorized": "active" if row.get("preauthorized") else "none",
        **money_part,
    }


def late_charge_cents(row: Mapping[str, Any], cents: int) -> int:
    """What is added to an amount that is late, in whole cents."""
    share = Decimal(str(seed("billing")["late_charge_thousandths"][row["kind"]])) / 1000
    return int((cents * share).quantize(Decimal(1), ROUND_HALF_UP))


def _utility(row: Mapping[str, Any], bills: List[Bill], today: date) -> Dict[str, Any]:
    unpaid = bills[: row["unpaid"]]
    owed = sum(bill.amount_cents for bill in unpaid)
    if row.get("late_charge"):
        owed += late_charge_cents(row, owed)
    due = unpaid[-1].due_date if unpaid else None
    paid = bills[len(unpaid)]
    return {
        "balance": money(owed - row.get("credit_cents", 0)),
        "past_due": money(owed) if due and due < today else None,
        "due_date": due.isoformat() if due else None,
        "late_charge_after": due.isoformat() if due else None,
        "last_payment": _payment(row, paid.due_date - timedelta(days=PAID_BEFORE_DUE_DAYS), paid.amount_cents, today),
        "instalments": [],
    }


def _tax(row: Mapping[str, Any], today: date) -> Dict[str, Any]:
    each = row["instalment_cents"]
    coming = [{"due_date": (today + timedelta(days=days)).isoformat(), "amount": money(each)} for days in row["instalments"]]
    late = each + late_charge_cents(row, each) if row.get("overdue_days") else 0
    due = (today - timedelta(days=row["overdue_days"])).isoformat() if late else coming[0]["due_date"]
    return {
        "balance": money(late + each * len(coming)),
        "past_due": money(late) if late else None,
        "due_date": due,
        "late_charge_after": due,
        "last_payment": _payment(row, today - timedelta(days=row["issued_days_ago"] + 28), each, today),
        "instalments": coming,
    }


def _payment(row: Mapping[str, Any], day: date, cents: int, today: date) -> Dict[str, Any]:
    method = "preauthorized" if row.get("preauthorized") else "bank"
    return {"received_on": min(day, today - timedelta(days=1)).isoformat(), "amount": money(cents), "method": method}


def today_here() -> datetime:
    """Now, in the city's time zone."""
    return datetime.now(city().timezone)
