"""The requests the sandbox city has received, in SQLite; they outlive a restart."""

from __future__ import annotations

import json
import secrets
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Tuple

from bot.settings import settings

_TABLES = """
CREATE TABLE IF NOT EXISTS service_request (service_request_id TEXT PRIMARY KEY, requested_at REAL NOT NULL, document TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS service_request_by_time ON service_request (requested_at);
CREATE TABLE IF NOT EXISTS media (name TEXT PRIMARY KEY, content_type TEXT NOT NULL, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS token (token TEXT PRIMARY KEY, service_request_id TEXT NOT NULL, ready_at REAL NOT NULL);
"""
_BETWEEN = """
SELECT document FROM service_request WHERE requested_at BETWEEN ? AND ? ORDER BY requested_at DESC, service_request_id DESC
"""
BUSY_TIMEOUT_S = 10.0


@dataclass(frozen=True)
class StoredRequest:
    """One request as the sandbox keeps it: not the name, e-mail or telephone of who sent it.

    Times are ISO 8601 with offset; `status_notes` is keyed by language.
    """

    service_request_id: str
    service_code: str
    status: str
    requested_datetime: str
    updated_datetime: str
    expected_datetime: Optional[str] = None
    description: Optional[str] = None
    status_notes: Optional[Mapping[str, str]] = None
    address: Optional[str] = None
    address_id: Optional[str] = None
    zipcode: Optional[str] = None
    lat: Optional[float] = None
    long: Optional[float] = None
    media_url: Optional[str] = None  # the first of `media_urls`
    media_urls: Sequence[str] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)


class RequestStore:
    """The file of requests. Every call opens it anew, so any thread may call."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def prepare(self, seeds: Iterable[StoredRequest]) -> None:
        """Makes the file, and fills it with the seeds when it holds no request."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self.path)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(_TABLES)
        with self._writing() as connection:
            if connection.execute("SELECT 1 FROM service_request LIMIT 1").fetchone() is None:
                for request in seeds:
                    _insert(connection, request)

    def file(self, fields: Mapping[str, Any], moment: datetime) -> str:
        """Files a request under the next number of the year of `moment`, such as 26-000418, and returns the number."""
        with self._writing() as connection:
            number = _next_number(connection, moment)
            _insert(connection, StoredRequest(service_request_id=number, **fields))
        return number

    def keep_media(self, content: bytes, content_type: str) -> str:
        """Keeps a file that came with a request and returns its name."""
        name = secrets.token_hex(16)
        with self._writing() as connection:
            connection.execute("INSERT INTO media VALUES (?, ?, ?)", (name, content_type, content))
        return name

    def media(self, name: str) -> Optional[Tuple[bytes, str]]:
        """Content and type of a file, None when there is none of this name."""
        with self._open() as connection:
            row = connection.execute("SELECT content, content_type FROM media WHERE name = ?", (name,)).fetchone()
        return (row[0], row[1]) if row else None

    def hand_out_token(self, service_request_id: str, ready_at: float) -> str:
        """A token that stands for the request; its number may be told from `ready_at` (POSIX seconds)."""
        token = secrets.token_hex(8)
        with self._writing() as connection:
            connection.execute("INSERT INTO token VALUES (?, ?, ?)", (token, service_request_id, ready_at))
        return token

    def behind_token(self, token: str, now: float) -> Optional[Dict[str, str]]:
        """`{"token"}` while the number is not ready, `{"service_request_id", "token"}` then, None for an unknown token."""
        with self._open() as connection:
            row = connection.execute("SELECT service_request_id, ready_at FROM token WHERE token = ?", (token,)).fetchone()
        if row is None:
            return None
        return {"token": token} if now < row[1] else {"service_request_id": row[0], "token": token}

    def by_number(self, numbers: Sequence[str]) -> List[StoredRequest]:
        """The requests with these numbers, in the order asked; unknown numbers are left out."""
        with self._open() as connection:
            rows = [
                connection.execute("SELECT document FROM service_request WHERE service_request_id = ?", (number,)).fetchone()
                for number in numbers
            ]
        return [_from_document(row[0]) for row in rows if row]

    def between(self, start: float, end: float) -> List[StoredRequest]:
        """The requests made from `start` to `end` (POSIX seconds), newest first."""
        with self._open() as connection:
            rows = connection.execute(_BETWEEN, (start, end)).fetchall()
        return [_from_document(row[0]) for row in rows]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path, timeout=BUSY_TIMEOUT_S, isolation_level=None)) as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction that waits for its turn, so two requests never get the same number."""
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")


@lru_cache(maxsize=1)
def store() -> RequestStore:
    """The requests of this sandbox."""
    return RequestStore(settings().state_folder / "sandbox.sqlite3")


def _insert(connection: sqlite3.Connection, request: StoredRequest) -> None:
    requested_at = datetime.fromisoformat(request.requested_datetime).timestamp()
    row = (request.service_request_id, requested_at, json.dumps(asdict(request)))
    connection.execute("INSERT INTO service_request VALUES (?, ?, ?)", row)


def _next_number(connection: sqlite3.Connection, moment: datetime) -> str:
    year = f"{moment:%y}"
    same_year = "SELECT max(service_request_id) FROM service_request WHERE service_request_id LIKE ?"
    (last,) = connection.execute(same_year, (f"{year}-%",)).fetchone()
    return f"{year}-{int(last[3:]) + 1 if last else 1:06d}"


def _from_document(document: str) -> StoredRequest:
    return StoredRequest(**json.loads(document))
