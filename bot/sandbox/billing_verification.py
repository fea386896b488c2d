"""Who asks? A code to the contact on file. An unknown account gets the same answer for the same work, and a code that never fits."""

from __future__ import annotations

import hmac
import secrets
import sqlite3
from datetime import datetime, timedelta
from typing import Any, Dict, Mapping, Optional, Tuple

from bot.sandbox import billing_mail
from bot.sandbox.billing_accounts import account, account_key, account_ref, plain_postal_code
from bot.sandbox.billing_problems import Problem, too_soon
from bot.sandbox.billing_store import billing_store, spend
from bot.sandbox.seeds import seed

CODE_DIGITS = 6
CODE_FOR_S = 600
TRIES = 5
RESEND_AFTER_S = 60
HOUR_S = 3600.0
SENDS_AN_HOUR = 3  # to one account
SENDS_AN_HOUR_OVERALL = 600
SESSION_S = 900
_KEPT_S = 86_400.0


def start(asked: Mapping[str, Any], now: datetime) -> Tuple[int, Dict[str, Any]]:
    """POST /v1/verifications: status and body. Raises Problem."""
    key = account_key(asked["kind"], asked["account_id"])
    found = account(key)
    right = hmac.compare_digest(
        plain_postal_code(found["postal_code"] if found else "").encode(), plain_postal_code(asked["second_factor"]["value"]).encode()
    )
    row = found if right else None
    with billing_store().writing() as connection:
        wait = _count_a_send(connection, key, now)
        if not wait:
            if row and _is_the_phone_on_file(row, asked.get("phone")):
                return 200, _session(connection, key, row, now)
            verification_id = secrets.token_urlsafe(24)
            connection.execute("DELETE FROM verification WHERE expires_at < ?", (now.timestamp() - _KEPT_S,))
            connection.execute(
                "UPDATE verification SET used = 1 WHERE account_key = ? AND conversation_hash = ?", (key, asked["conversation_hash"])
            )
            connection.execute(
                "INSERT INTO verification VALUES (?, ?, ?, ?, '', ?, 0, 0, 0, 0)",
                (verification_id, key, bool(row and row.get("contact")), asked["conversation_hash"], asked["locale"]),
            )
            return 202, _send_code(connection, verification_id, row, asked["locale"], now)
    raise too_soon(wait)


def resend(verification_id: str, conversation_hash: str, now: datetime) -> Dict[str, Any]:
    """POST .../resend: a new code, which voids the old one. Raises Problem."""
    with billing_store().writing() as connection:
        row = _open(connection, verification_id, conversation_hash, now)
        wait = -1
        if row is not None and row["tries"] < TRIES:
            wait = max(0, round(row["sent_at"] + RESEND_AFTER_S - now.timestamp()))
            wait = wait or _count_a_send(connection, row["account_key"], now)
            if not wait:
                reached = account(row["account_key"]) if row["contact"] else None
                return _send_code(connection, verification_id, reached, row["locale"], now)
    raise too_soon(wait) if wait > 0 else Problem(410, "code_expired")


def check(verification_id: str, code: str, conversation_hash: str, now: datetime) -> Dict[str, Any]:
    """POST .../check: a Session for the right code. Raises Problem; every wrong code counts, also after a resend."""
    with billing_store().writing() as connection:
        row = _open(connection, verification_id, conversation_hash, now)
        if row is not None and row["tries"] < TRIES:
            fits = hmac.compare_digest(row["code_digest"], billing_store().digest("code", verification_id, code))
            found = account(row["account_key"])
            if fits and row["contact"] and found:
                connection.execute("UPDATE verification SET used = 1 WHERE verification_id = ?", (verification_id,))
                return _session(connection, row["account_key"], found, now)
            connection.execute("UPDATE verification SET tries = tries + 1 WHERE verification_id = ?", (verification_id,))
    if row is None:
        raise Problem(410, "code_expired")
    left = TRIES - 1 - row["tries"]
    if left <= 0:
        raise Problem(429, "too_many_attempts", retry_after_s=max(1, round(row["expires_at"] - now.timestamp())), attempts_left=0)
    raise Problem(422, "code_invalid", attempts_left=left)


def account_behind(token: str, now: datetime) -> str:
    """The key of the account a session is for. Raises Problem."""
    with billing_store().writing() as connection:
        found = connection.execute(
            "SELECT account_key FROM session WHERE token_digest = ? AND expires_at > ?",
            (billing_store().digest("session", token), now.timestamp()),
        ).fetchone()
    if found is None:
        raise Problem(401, "not_verified")
    return str(found["account_key"])


def log_out(token: str) -> None:
    """DELETE /v1/session: also for a session that is over."""
    with billing_store().writing() as connection:
        connection.execute("DELETE FROM session WHERE token_digest = ?", (billing_store().digest("session", token),))


def _count_a_send(connection: sqlite3.Connection, key: str, now: datetime) -> int:
    at = now.timestamp()
    wait = spend(connection, f"send {key}", SENDS_AN_HOUR, HOUR_S, at)
    return wait or spend(connection, "send", SENDS_AN_HOUR_OVERALL, HOUR_S, at)


def _send_code(
    connection: sqlite3.Connection, verification_id: str, row: Optional[Mapping[str, Any]], locale: str, now: datetime
) -> Dict[str, Any]:
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    expires = now + timedelta(seconds=CODE_FOR_S)
    connection.execute(
        "UPDATE verification SET code_digest = ?, sent_at = ?, expires_at = ? WHERE verification_id = ?",
        (billing_store().digest("code", verification_id, code), now.timestamp(), expires.timestamp(), verification_id),
    )
    billing_mail.send(connection, row, "code", locale, "code", now, code=code)
    return {
        "verification_id": verification_id,
        "expires_at": expires.isoformat(timespec="seconds"),
        "resend_after_s": RESEND_AFTER_S,
        "code_digits": CODE_DIGITS,
    }


def _open(connection: sqlite3.Connection, verification_id: str, conversation_hash: str, now: datetime) -> Optional[sqlite3.Row]:
    row: Optional[sqlite3.Row] = connection.execute(
        "SELECT * FROM verification WHERE verification_id = ? AND conversation_hash = ? AND used = 0 AND expires_at > ?",
        (verification_id, conversation_hash, now.timestamp()),
    ).fetchone()
    return row


def _session(connection: sqlite3.Connection, key: str, row: Mapping[str, Any], now: datetime) -> Dict[str, Any]:
    token = secrets.token_urlsafe(32)
    connection.execute("DELETE FROM session WHERE expires_at < ?", (now.timestamp(),))
    connection.execute("INSERT INTO session VALUES (?, ?, ?)", (billing_store().digest("session", token), key, now.timestamp() + SESSION_S))
    return {"session_token": token, "expires_in": SESSION_S, "kind": row["kind"], "account_ref": account_ref(row)}


def _is_the_phone_on_file(row: Mapping[str, Any], phone: Optional[str]) -> bool:
    return bool(seed("billing")["trusted_phone"] and phone and row.get("phone") == phone)
