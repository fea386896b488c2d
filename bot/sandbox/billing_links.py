"""Links of the billing gateway: one-time ones to the contact on file, which change something, and short-lived ones to the city's pages."""

from __future__ import annotations

import secrets
import sqlite3
from datetime import datetime, timedelta
from typing import Any, Dict, Mapping, Optional

from bot.sandbox import billing_mail
from bot.sandbox.billing_problems import Problem, too_soon
from bot.sandbox.billing_store import billing_store, spend

CONFIRM_FOR = timedelta(hours=24)
PAGE_FOR = timedelta(minutes=15)
HOUR_S = 3600.0
LINKS_AN_HOUR = 3  # to one account's contact
ACTIONS = ("enrol", "leave")
PURPOSES = ("pay", "change_details", "arrangements")


def is_enrolled(key: str, row: Mapping[str, Any]) -> bool:
    """Whether the account's bills come by e-mail."""
    with billing_store().writing() as connection:
        return _is_enrolled(connection, key, row)


def ask_for_ebilling(key: str, row: Mapping[str, Any], action: str, locale: str, now: datetime, base_url: str) -> Dict[str, Any]:
    """POST /v1/account/ebilling: sends the link; nothing changes before it is opened. Raises Problem."""
    with billing_store().writing() as connection:
        done = _is_enrolled(connection, key, row) == (action == "enrol")
        allowed = not done and bool(row.get("contact"))
        wait = spend(connection, f"link {key}", LINKS_AN_HOUR, HOUR_S, now.timestamp()) if allowed else 0
        if allowed and not wait:
            connection.execute("DELETE FROM link WHERE account_key = ? AND purpose IN ('enrol', 'leave')", (key,))
            token = _keep(connection, key, action, locale, now + CONFIRM_FOR)
            billing_mail.send(connection, row, action, locale, "ebilling", now, url=f"{base_url}/confirm/{token}")
    if done:
        raise Problem(409, "already_done")
    if not allowed:
        raise Problem(409, "no_contact")
    if wait:
        raise too_soon(wait)
    return {"sent_to": row["contact"], "expires_at": (now + CONFIRM_FOR).isoformat(timespec="seconds")}


def page_link(key: str, purpose: str, locale: str, now: datetime, base_url: str) -> Dict[str, Any]:
    """POST /v1/account/links: an address that stands for the account without naming it."""
    with billing_store().writing() as connection:
        token = _keep(connection, key, purpose, locale, now + PAGE_FOR)
    return {"url": f"{base_url}/page/{token}", "expires_at": (now + PAGE_FOR).isoformat(timespec="seconds")}


def behind(token: str, now: datetime) -> Optional[sqlite3.Row]:
    """The link's purpose and language; None when it is used, over or none."""
    with billing_store().writing() as connection:
        return _behind(connection, token, now)


def confirm(token: str, now: datetime) -> Optional[sqlite3.Row]:
    """Does what a one-time link is for, once. None: used, over or none."""
    with billing_store().writing() as connection:
        row = _behind(connection, token, now)
        if row is None or row["purpose"] not in ACTIONS:
            return None
        connection.execute("UPDATE link SET used = 1 WHERE token_digest = ?", (row["token_digest"],))
        connection.execute("INSERT OR REPLACE INTO ebilling VALUES (?, ?)", (row["account_key"], row["purpose"] == "enrol"))
        return row


def _keep(connection: sqlite3.Connection, key: str, purpose: str, locale: str, expires: datetime) -> str:
    token = secrets.token_urlsafe(24)
    digest = billing_store().digest("link", token)
    connection.execute("INSERT INTO link VALUES (?, ?, ?, ?, 0, ?)", (digest, key, purpose, locale, expires.timestamp()))
    return token


def _behind(connection: sqlite3.Connection, token: str, now: datetime) -> Optional[sqlite3.Row]:
    row: Optional[sqlite3.Row] = connection.execute(
        "SELECT * FROM link WHERE token_digest = ? AND used = 0 AND expires_at > ?",
        (billing_store().digest("link", token), now.timestamp()),
    ).fetchone()
    return row


def _is_enrolled(connection: sqlite3.Connection, key: str, row: Mapping[str, Any]) -> bool:
    kept = connection.execute("SELECT enrolled FROM ebilling WHERE account_key = ?", (key,)).fetchone()
    return bool(kept["enrolled"]) if kept else bool(row.get("ebilling"))
