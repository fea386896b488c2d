"""What the sandbox's billing gateway remembers, in SQLite: no code, token or account number in clear, so the file gives nobody away."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import sqlite3
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Iterator, Optional

from cryptography.fernet import Fernet, InvalidToken

from bot.settings import settings

_TABLES = """
CREATE TABLE IF NOT EXISTS verification (
    verification_id TEXT PRIMARY KEY, account_key TEXT NOT NULL, contact INTEGER NOT NULL, conversation_hash TEXT NOT NULL,
    code_digest TEXT NOT NULL, locale TEXT NOT NULL, tries INTEGER NOT NULL, used INTEGER NOT NULL, sent_at REAL NOT NULL,
    expires_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS spent (subject TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS spent_by_subject ON spent (subject, at);
CREATE TABLE IF NOT EXISTS session (token_digest TEXT PRIMARY KEY, account_key TEXT NOT NULL, expires_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS ebilling (account_key TEXT PRIMARY KEY, enrolled INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS link (
    token_digest TEXT PRIMARY KEY, account_key TEXT NOT NULL, purpose TEXT NOT NULL, locale TEXT NOT NULL, used INTEGER NOT NULL,
    expires_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS mail (number INTEGER PRIMARY KEY, delivered INTEGER NOT NULL, sealed TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS answered (key_digest TEXT PRIMARY KEY, request_digest TEXT NOT NULL, sealed TEXT NOT NULL, at REAL NOT NULL);
"""
BUSY_TIMEOUT_S = 10.0
KEY_BYTES = 32


class BillingStore:
    """The gateway's file and its key, which lies beside it. Every call opens the file anew, so any thread may call."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "sandbox-billing.sqlite3"
        self._key = _key(folder / "sandbox-billing.key")
        with closing(sqlite3.connect(self.path, timeout=BUSY_TIMEOUT_S)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(_TABLES)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction that waits for its turn: no two callers use up the same try."""
        with closing(sqlite3.connect(self.path, timeout=BUSY_TIMEOUT_S, isolation_level=None)) as connection:
            connection.row_factory = sqlite3.Row
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")

    def digest(self, *parts: str) -> str:
        """What stands in the file for a secret: keyed, so that trying all codes on the file alone finds none."""
        return hmac.new(self._key, "\0".join(parts).encode(), hashlib.sha256).hexdigest()

    def seal(self, text: str, secret: str = "") -> str:
        """The text, readable with this store's key and the caller's secret together."""
        return self._fernet(secret).encrypt(text.encode()).decode()

    def unseal(self, sealed: str, secret: str = "") -> Optional[str]:
        """What was sealed; None with another key."""
        try:
            return self._fernet(secret).decrypt(sealed.encode()).decode()
        except InvalidToken:
            return None

    def _fernet(self, secret: str) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(bytes.fromhex(self.digest("seal", secret))))


def spend(connection: sqlite3.Connection, subject: str, most: int, window_s: float, now: float) -> int:
    """Counts one more of `subject`, or says in how many seconds the next is allowed; 0: counted."""
    connection.execute("DELETE FROM spent WHERE subject = ? AND at <= ?", (subject, now - window_s))
    count, first = connection.execute("SELECT count(*), min(at) FROM spent WHERE subject = ?", (subject,)).fetchone()
    if count >= most:
        return max(1, int(first + window_s - now))
    connection.execute("INSERT INTO spent VALUES (?, ?)", (subject, now))
    return 0


@cache
def billing_store() -> BillingStore:
    """The gateway's memory in this process's state folder."""
    return BillingStore(settings().state_folder)


def _key(path: Path) -> bytes:
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
    except FileExistsError:
        pass
    return path.read_bytes()
