"""The sandbox's parking tickets: found by number and plate together, and otherwise not found, whichever of the two is wrong."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from typing import Any, Dict

from bot.sandbox.billing_accounts import as_of, masked
from bot.sandbox.billing_bills import money
from bot.sandbox.billing_problems import Problem, too_soon
from bot.sandbox.billing_store import billing_store, spend
from bot.sandbox.seeds import seed

HOUR_S = 3600.0
SEARCHES_AN_HOUR = 10  # for one number
SEARCHES_AN_HOUR_OVERALL = 600
DISPUTE_DAYS = 15  # after the ticket; made up


def search(number: str, plate: str, language: str, now: datetime, base_url: str) -> Dict[str, Any]:
    """POST /v1/tickets/search. Raises Problem."""
    wanted = _plain(number)
    with billing_store().writing() as connection:
        subject = f"ticket {billing_store().digest('ticket', wanted)}"
        wait = spend(connection, subject, SEARCHES_AN_HOUR, HOUR_S, now.timestamp())
        wait = wait or spend(connection, "ticket", SEARCHES_AN_HOUR_OVERALL, HOUR_S, now.timestamp())
    if wait:
        raise too_soon(wait)
    found = None
    for row in seed("billing")["tickets"]:
        if hmac.compare_digest(f"{row['number']} {_plain(row['plate'])}".encode(), f"{wanted} {_plain(plate)}".encode()):
            found = row
    if found is None:
        raise Problem(404, "not_found")
    return _shape(found, language, now, base_url)


def _plain(text: str) -> str:
    return "".join(character for character in text.upper() if character.isalnum())


def _shape(row: Dict[str, Any], language: str, now: datetime, base_url: str) -> Dict[str, Any]:
    today = now.date()
    issued = today - timedelta(days=row["issued_days_ago"])
    payable = row["status"] in ("open", "overdue")
    dispute_until = issued + timedelta(days=DISPUTE_DAYS)
    disputable = row["status"] == "open" and dispute_until >= today
    return {
        "ticket_ref": masked(row["number"]),
        "as_of": as_of(now),
        "issued_on": issued.isoformat(),
        "offence": row["offence"][language],
        "amount": money(row["amount_cents"]),
        "amount_due": money(0 if row["status"] == "paid" else row["amount_cents"] + row.get("late_cents", 0)),
        "due_date": None if row["status"] == "paid" else (today + timedelta(days=row["due_in_days"])).isoformat(),
        "dispute_until": dispute_until.isoformat() if disputable else None,
        "status": row["status"],
        "pay_url": f"{base_url}/page/pay" if payable else None,
        "dispute_url": f"{base_url}/page/dispute" if disputable else None,
    }
