"""The pretend letters of the billing gateway: what a real one would send by e-mail or text message, kept to be read by who tries it."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from typing import Any, Dict, List, Mapping, Optional

from bot.sandbox.billing_accounts import account_ref
from bot.sandbox.billing_store import billing_store
from bot.sandbox.seeds import seed

KEPT = 200  # letters; the oldest go


def send(
    connection: sqlite3.Connection,
    row: Optional[Mapping[str, Any]],
    text: str,
    locale: str,
    about: str,
    now: datetime,
    **values: str,
) -> None:
    """Puts a letter into the mailbox.

    Args:
        row: the account; one without a contact, or none at all, costs the same work and reaches nobody.
        text: its name under `mail` in `data/sandbox/billing.yml`.
        about: `code` or `ebilling`.
    """
    letter = {
        "at": now.isoformat(timespec="seconds"),
        "to": row.get("contact") if row else None,
        "about": about,
        "account_ref": account_ref(row) if row else None,
        "text": seed("billing")["mail"][text][locale].format(**values),
        **values,
    }
    sealed = billing_store().seal(json.dumps(letter))
    connection.execute("INSERT INTO mail (delivered, sealed) VALUES (?, ?)", (letter["to"] is not None, sealed))
    connection.execute("DELETE FROM mail WHERE number <= (SELECT max(number) FROM mail) - ?", (KEPT,))


def letters() -> List[Dict[str, Any]]:
    """What was delivered, newest last."""
    with billing_store().writing() as connection:
        rows = connection.execute("SELECT sealed FROM mail WHERE delivered = 1 ORDER BY number").fetchall()
    return [json.loads(text) for text in (billing_store().unseal(row["sealed"]) for row in rows) if text]
