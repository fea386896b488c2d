"""A small billing adapter for a city whose billing system writes a CSV file every night. Python's own library is all it needs.

It answers the part of `docs/billing-gateway.yaml` that a balance needs: capabilities, verification, log out, balance.

    python billing_adapter.py accounts.csv state.sqlite3 8443       # with GATEWAY_KEY and PEPPER in the environment

Columns: kind, account, postal_code, contact, balance_cents, due_date, issued_on, bill_cents, period_start, period_end, exported_at
(dates as 2026-03-08, `exported_at` with an offset, amounts in whole cents). Put a server with TLS in front of it.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import json
import os
import queue
import re
import secrets
import sqlite3
import sys
import threading
import time
from datetime import date, datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable, Dict, List, Optional, Tuple

Sender = Callable[[str, str, str], None]  # contact on file, code, language
Answer = Tuple[int, Dict[str, Any]]

CODE_FOR_S, RESEND_AFTER_S, TRIES, SESSION_S, HOUR_S, DAY_S = 600, 60, 5, 900, 3600, 86_400
SENDS_AN_HOUR, SENDS_AN_HOUR_OVERALL = 3, 600
MOST_BYTES = 10_000
KINDS = {"utility": "^[0-9]{9}$", "property_tax": "^[0-9]{19}$"}
TABLES = """
CREATE TABLE IF NOT EXISTS account (key TEXT PRIMARY KEY, postal_code TEXT, row TEXT);
CREATE TABLE IF NOT EXISTS verification (
    id TEXT PRIMARY KEY, account TEXT, contact TEXT, language TEXT, conversation TEXT, code TEXT,
    tries INTEGER, sent_at REAL, expires_at REAL);
CREATE TABLE IF NOT EXISTS sent (account TEXT, at REAL);
CREATE TABLE IF NOT EXISTS session (token TEXT PRIMARY KEY, account TEXT, expires_at REAL);
"""


class Refused(Exception):
    """An answer that is a problem of the contract."""

    def __init__(self, status: int, code: str, **more: int) -> None:
        super().__init__(code)
        self.answer: Answer = (status, {"type": f"urn:billing-gateway:{code}", "title": code, "status": status, "code": code, **more})


class Adapter:
    """The contract's rules over one SQLite file. `pepper` keys every digest: the file alone tells no code, token or account number."""

    def __init__(self, path: str, *, key: str, pepper: str, send: Sender) -> None:
        self.path, self.key, self._pepper = path, key, pepper.encode()
        self._letters: queue.Queue[Tuple[Optional[str], str, str]] = queue.Queue()
        self._answered: Dict[str, Tuple[float, str, Answer]] = {}
        with self._open() as connection:
            connection.executescript(TABLES)
        threading.Thread(target=self._deliver, args=(send,), daemon=True).start()

    def load(self, csv_path: str) -> None:
        """Takes over a night's export, all of it or nothing."""
        with open(csv_path, encoding="utf-8", newline="") as file:
            rows = [
                (self._digest(row["kind"], row["account"]), plain(row["postal_code"]), json.dumps(shown(row)))
                for row in csv.DictReader(file)
            ]
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("DELETE FROM account")
            connection.executemany("INSERT INTO account VALUES (?, ?, ?)", rows)
            connection.execute("COMMIT")

    def capabilities(self) -> Answer:
        kinds = [
            {"kind": kind, "account_pattern": form, "second_factor": "postal_code", "ebilling": False, "usage": False}
            for kind, form in KINDS.items()
        ]
        return 200, {"kinds": kinds, "tickets": False, "trusted_phone": False, "code_digits": 6}

    def start(self, asked: Dict[str, Any]) -> Answer:
        """The same statements run whether or not anything matches; the letter to nobody is queued as well."""
        account = self._digest(asked["kind"], plain(asked["account_id"]))
        number = secrets.token_urlsafe(24)
        with self._writing() as connection:
            found = connection.execute("SELECT postal_code, row FROM account WHERE key = ?", (account,)).fetchone() or ("", "{}")
            right = hmac.compare_digest(found[0].encode(), plain(asked["second_factor"]["value"]).encode())
            contact = (json.loads(found[1]).get("contact") or None) if right else None
            self._count(connection, account)
            row = (number, account, contact, asked["locale"], asked["conversation_hash"], "", 0, 0.0, 0.0)
            connection.execute("INSERT INTO verification VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            return self._send_code(connection, number, contact, asked["locale"])

    def resend(self, number: str, asked: Dict[str, Any]) -> Answer:
        with self._writing() as connection:
            account, contact, language, _, tries, sent_at = self._open_one(connection, number, asked)
            if tries >= TRIES:
                raise Refused(410, "code_expired")
            if time.time() < sent_at + RESEND_AFTER_S:
                raise Refused(429, "rate_limited", retry_after_s=int(sent_at + RESEND_AFTER_S - time.time()) + 1)
            self._count(connection, account)
            return self._send_code(connection, number, contact, language)

    def check(self, number: str, asked: Dict[str, Any]) -> Answer:
        with self._writing() as connection:
            account, contact, _, code, tries, _ = self._open_one(connection, number, asked)
            if tries < TRIES and hmac.compare_digest(code, self._digest(number, asked["code"])) and contact:
                connection.execute("DELETE FROM verification WHERE id = ?", (number,))
                return self._session(connection, account)
            connection.execute("UPDATE verification SET tries = tries + 1 WHERE id = ?", (number,))
        if tries + 1 >= TRIES:
            raise Refused(429, "too_many_attempts", attempts_left=0, retry_after_s=CODE_FOR_S)
        raise Refused(422, "code_invalid", attempts_left=TRIES - 1 - tries)

    def log_out(self, token: str) -> Answer:
        with self._writing() as connection:
            connection.execute("DELETE FROM session WHERE token = ?", (self._digest("session", token),))
        return 204, {}

    def balance(self, token: str) -> Answer:
        with self._writing() as connection:
            found = connection.execute(
                "SELECT row FROM account JOIN session ON account.key = session.account WHERE token = ? AND expires_at > ?",
                (self._digest("session", token), time.time()),
            ).fetchone()
        if found is None:
            raise Refused(401, "not_verified")
        row = json.loads(found[0])
        due, cents = row["due_date"] or None, int(row["balance_cents"])
        late = due is not None and cents > 0 and date.fromisoformat(due) < datetime.fromisoformat(row["exported_at"]).date()
        money = {"amount_cents": cents, "currency": "CAD"}
        bill = {name: row[name] for name in ("issued_on", "period_start", "period_end")}
        return 200, {
            "account_ref": row["account_ref"],
            "kind": row["kind"],
            "as_of": row["exported_at"],
            "balance": money,
            "past_due": money if late else None,
            "due_date": due,
            "late_charge_after": due,
            "status": "credit" if cents < 0 else "past_due" if late else "due" if due and cents else "current",
            "last_bill": {**bill, "amount": {"amount_cents": int(row["bill_cents"]), "currency": "CAD"}, "services": []},
            "last_payment": None,
            "pending_payments": False,
            "ebilling": "unknown",
            "preauthorized": "unknown",
            "instalments": [],
        }

    def once(self, key: str, request: str, do: Callable[[], Answer]) -> Answer:
        """Does what a POST asks, or answers as before when its Idempotency-Key was here in the last 24 hours."""
        if not re.fullmatch(r"[\x21-\x7e]{8,128}", key):
            raise Refused(400, "bad_request")
        now, name, digest = time.time(), self._digest("once", key), self._digest("request", request)
        self._answered = {other: kept for other, kept in self._answered.items() if kept[0] > now - DAY_S}
        if name not in self._answered:
            try:
                self._answered[name] = (now, digest, do())
            except Refused as refused:
                if refused.answer[0] == 429:  # which asks for another try
                    raise
                self._answered[name] = (now, digest, refused.answer)
        _, asked, answer = self._answered[name]
        if asked != digest:
            raise Refused(409, "bad_request")
        return answer

    def _digest(self, *parts: str) -> str:
        return hmac.new(self._pepper, "\0".join(parts).encode(), hashlib.sha256).hexdigest()

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, timeout=10, isolation_level=None)

    def _writing(self) -> Writing:
        return Writing(self._open())

    def _count(self, connection: sqlite3.Connection, account: str) -> None:
        """Counts a send; unknown accounts have a digest too, and so the same limit. A refusal is not counted."""
        since = time.time() - HOUR_S
        connection.execute("DELETE FROM sent WHERE at < ?", (since,))
        mine, first = connection.execute("SELECT count(*), min(at) FROM sent WHERE account = ?", (account,)).fetchone()
        overall, oldest = connection.execute("SELECT count(*), min(at) FROM sent").fetchone()
        if mine >= SENDS_AN_HOUR or overall >= SENDS_AN_HOUR_OVERALL:
            until = first if mine >= SENDS_AN_HOUR else oldest
            raise Refused(429, "rate_limited", retry_after_s=max(1, int(until - since)))
        connection.execute("INSERT INTO sent VALUES (?, ?)", (account, time.time()))

    def _send_code(self, connection: sqlite3.Connection, number: str, contact: Optional[str], language: str) -> Answer:
        code, now = f"{secrets.randbelow(1_000_000):06d}", time.time()
        connection.execute("DELETE FROM verification WHERE expires_at > 0 AND expires_at < ?", (now,))
        connection.execute(
            "UPDATE verification SET code = ?, sent_at = ?, expires_at = ? WHERE id = ?",
            (self._digest(number, code), now, now + CODE_FOR_S, number),
        )
        self._letters.put((contact, code, language))
        expires = datetime.fromtimestamp(int(now + CODE_FOR_S), timezone.utc).isoformat()
        return 202, {"verification_id": number, "expires_at": expires, "resend_after_s": RESEND_AFTER_S, "code_digits": 6}

    def _open_one(self, connection: sqlite3.Connection, number: str, asked: Dict[str, Any]) -> Any:
        found = connection.execute(
            "SELECT account, contact, language, code, tries, sent_at FROM verification "
            "WHERE id = ? AND conversation = ? AND expires_at > ?",
            (number, asked["conversation_hash"], time.time()),
        ).fetchone()
        if found is None:
            raise Refused(410, "code_expired")
        return found

    def _session(self, connection: sqlite3.Connection, account: str) -> Answer:
        token = secrets.token_urlsafe(32)
        connection.execute("INSERT INTO session VALUES (?, ?, ?)", (self._digest("session", token), account, time.time() + SESSION_S))
        row = json.loads(connection.execute("SELECT row FROM account WHERE key = ?", (account,)).fetchone()[0])
        return 200, {"session_token": token, "expires_in": SESSION_S, "kind": row["kind"], "account_ref": row["account_ref"]}

    def _deliver(self, send: Sender) -> None:
        """Sends after the answer has gone, so that nobody can tell by the time whether anything was sent."""
        while True:
            contact, code, language = self._letters.get()
            if contact:
                try:
                    send(contact, code, language)
                except Exception:  # one letter that fails must not stop the next; the resident asks for a new code
                    sys.stderr.write("a code could not be sent\n")


class Writing:
    """One transaction that waits for its turn; a refusal undoes it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def __enter__(self) -> sqlite3.Connection:
        self.connection.execute("BEGIN IMMEDIATE")
        return self.connection

    def __exit__(self, failed: Any, *rest: Any) -> None:
        self.connection.execute("ROLLBACK" if failed else "COMMIT")
        self.connection.close()


def plain(text: str) -> str:
    """Letters and digits, without what people put between."""
    return "".join(character for character in text.upper() if character.isalnum())


def shown(row: Dict[str, str]) -> Dict[str, str]:
    """What is kept of a line: not the account number. A roll number's last four zeros tell nothing apart."""
    number = row["account"][:15] if row["kind"] == "property_tax" else row["account"]
    kept = {name: value for name, value in row.items() if name not in ("account", "postal_code")}
    return {**kept, "account_ref": "*****" + number[-4:]}


def text(pattern: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value, re.DOTALL) is not None


CONVERSATION = {"conversation_hash": text("[0-9a-f]{64}")}
START = {
    **CONVERSATION,
    "kind": text("|".join(KINDS)),
    "account_id": text(".{1,64}"),
    "locale": text("en|fr"),
    "second_factor": lambda value: (
        isinstance(value, dict) and set(value) == {"type", "value"} and value["type"] == "postal_code" and text(".{1,64}")(value["value"])
    ),
}
CHECK = {**CONVERSATION, "code": text(r"[^\x00-\x1f]{1,12}")}
METHODS = {"/v1/capabilities": "GET", "/v1/account/balance": "GET", "/v1/verifications": "POST", "/v1/session": "DELETE"}
VERIFICATION = re.compile("/v1/verifications/([A-Za-z0-9_-]{16,64})/(check|resend)")


class Handler(BaseHTTPRequestHandler):
    """One request. Nothing is logged: its address and body are somebody's."""

    adapter: Adapter

    def log_message(self, *args: Any) -> None:
        """Nothing."""

    def do_GET(self) -> None:
        self._answer({"/v1/capabilities": self.adapter.capabilities, "/v1/account/balance": lambda: self.adapter.balance(self._token())})

    def do_POST(self) -> None:
        raw = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), MOST_BYTES))
        one = VERIFICATION.fullmatch(self.path)
        if one and one[2] == "check":
            do: Callable[[], Answer] = lambda: self.adapter.check(one[1], read(raw, CHECK))  # noqa: E731
        elif one:
            do = lambda: self.adapter.resend(one[1], read(raw, CONVERSATION))  # noqa: E731
        else:
            do = lambda: self.adapter.start(read(raw, START, "phone"))  # noqa: E731
        key = self.headers.get("Idempotency-Key")
        offered = self.path if one else "/v1/verifications"
        self._answer({offered: (lambda: self.adapter.once(key, self.path + raw.decode(errors="replace"), do)) if key is not None else do})

    def do_DELETE(self) -> None:
        self._answer({"/v1/session": lambda: self.adapter.log_out(self._token())})

    def do_PUT(self) -> None:
        """And every other method: there is nothing to do with it."""
        self._answer({})

    do_PATCH = do_OPTIONS = do_HEAD = do_TRACE = do_QUERY = do_PUT

    def _answer(self, offered: Dict[str, Callable[[], Answer]]) -> None:
        try:
            if not hmac.compare_digest(self.headers.get("X-Gateway-Key", "").encode(), self.adapter.key.encode()):
                raise Refused(401, "bad_key")
            if method_of(self.path) not in (None, self.command):
                raise Refused(405, "bad_request")
            if self.path not in offered:
                raise Refused(404, "not_supported")
            status, shape = offered[self.path]()
        except Refused as refused:
            status, shape = refused.answer
        body = b"" if status == 204 else json.dumps(shape).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/problem+json" if status >= 400 else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        if status == 405:
            self.send_header("Allow", method_of(self.path) or "")
        if "retry_after_s" in shape:
            self.send_header("Retry-After", str(shape["retry_after_s"]))
        self.end_headers()
        self.wfile.write(body)

    def _token(self) -> str:
        return self.headers.get("Authorization", "").removeprefix("Bearer ")


def method_of(path: str) -> Optional[str]:
    """The only method of an address, None where there is none."""
    return "POST" if VERIFICATION.fullmatch(path) else METHODS.get(path)


def read(raw: bytes, rules: Dict[str, Callable[[Any], bool]], *ignored: str) -> Dict[str, Any]:
    """A body in the contract's shape; anything else is refused."""
    try:
        asked = json.loads(raw)
    except ValueError:
        raise Refused(400, "bad_request") from None
    if not isinstance(asked, dict) or set(asked) - set(ignored) != set(rules) or not all(rules[name](asked[name]) for name in rules):
        raise Refused(400, "bad_request")
    return asked


def server(adapter: Adapter, port: int) -> ThreadingHTTPServer:
    return ThreadingHTTPServer(("127.0.0.1", port), type("OurHandler", (Handler,), {"adapter": adapter}))


def write_down(contact: str, code: str, language: str) -> None:
    """Stands in for the city's e-mail or text message service: put that here. It prints, for trying out only."""
    sys.stdout.write(f"to {contact} ({language}): {code}\n")
    sys.stdout.flush()


def main(arguments: List[str]) -> None:
    csv_path, state_path, port = arguments
    adapter = Adapter(state_path, key=os.environ["GATEWAY_KEY"], pepper=os.environ["PEPPER"], send=write_down)
    adapter.load(csv_path)
    server(adapter, int(port)).serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])
