"""A pretend billing gateway that answers what a test tells it to, and the answers it gives when nothing is wrong. All made up."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Tuple

from actions.clients.billing import Billing

KEY = "a-key-of-the-gateway"
TOKEN = "a-token-of-one-resident"
HASH = "ab" * 32


def cad(cents: Any) -> Dict[str, Any]:
    return {"amount_cents": cents, "currency": "CAD"}


CAPABILITIES: Dict[str, Any] = {
    "kinds": [{"kind": "utility", "account_pattern": "^[0-9]{9}$", "second_factor": "postal_code", "ebilling": True, "usage": True}],
    "tickets": True,
    "trusted_phone": False,
    "code_digits": 6,
}
STARTED: Dict[str, Any] = {"verification_id": "v-1", "expires_at": "2026-11-28T10:10:00-05:00", "resend_after_s": 60, "code_digits": 6}
SESSION: Dict[str, Any] = {"session_token": TOKEN, "expires_in": 900, "kind": "utility", "account_ref": "*****0017"}
BALANCE: Dict[str, Any] = {
    "account_ref": "*****0017",
    "kind": "utility",
    "as_of": "2026-11-28T02:00:00-05:00",
    "balance": cad(18342),
    "past_due": None,
    "due_date": "2026-12-07",
    "late_charge_after": "2026-12-07",
    "status": "due",
    "last_bill": {
        "issued_on": "2026-11-20",
        "amount": cad(18342),
        "period_start": "2026-10-16",
        "period_end": "2026-11-14",
        "services": ["gas", "water"],
    },
    "last_payment": {"received_on": "2026-11-02", "amount": cad(9900), "method": "bank"},
    "pending_payments": False,
    "ebilling": "not_enrolled",
    "preauthorized": "none",
    "instalments": [],
}
WATER: Dict[str, Any] = {
    "service": "water",
    "amount": cad(5844),
    "usage": {"value": "21.4", "unit": "m3"},
    "rate": {"value": "2.7310", "per": "m3"},
}
BILL: Dict[str, Any] = {
    "issued_on": "2026-11-20",
    "due_date": "2026-12-07",
    "period_start": "2026-10-16",
    "period_end": "2026-11-14",
    "amount": cad(5844),
    "services": [WATER],
}
BILLS: Dict[str, Any] = {"as_of": "2026-11-28T02:00:00Z", "bills": [BILL]}
LINK_SENT: Dict[str, Any] = {"sent_to": "email", "expires_at": "2026-11-29T10:00:00-05:00"}
LINK: Dict[str, Any] = {"url": "https://pay.example.org/p/x1", "expires_at": "2026-11-28T10:15:00-05:00"}
TICKET: Dict[str, Any] = {
    "ticket_ref": "***1234",
    "as_of": "2026-11-28T02:00:00-05:00",
    "issued_on": "2026-11-18",
    "offence": "Parked longer than allowed",
    "amount": cad(3000),
    "amount_due": cad(3000),
    "due_date": "2026-12-08",
    "dispute_until": None,
    "status": "open",
    "pay_url": "https://pay.example.org/t",
    "dispute_url": None,
}


@dataclass(frozen=True)
class Asked:
    """A request as the gateway got it."""

    line: str
    headers: Mapping[str, str]
    body: Any


@dataclass
class Gateway:
    """What was asked, and a client that asks. `reply` is called with the number of the request, from 1."""

    billing: Billing
    asked: List[Asked] = field(default_factory=list)


Reply = Callable[[BaseHTTPRequestHandler, int], None]


def reply(status: int, shape: Any, *, content_type: Optional[str] = None, **headers: str) -> Reply:
    """Answers always the same: an object as JSON, bytes as they are."""
    body = shape if isinstance(shape, bytes) else json.dumps(shape).encode()
    kind = content_type or ("application/problem+json" if status >= 400 else "application/json")

    def answer(handler: BaseHTTPRequestHandler, number: int) -> None:
        handler.send_response(status)
        fields: List[Tuple[str, str]] = [("Content-Type", kind), ("Content-Length", str(len(body)))]
        for name, value in fields + [(name.replace("_", "-"), value) for name, value in headers.items()]:
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def problem(status: int, code: str, **more: Any) -> Reply:
    return reply(status, {"type": "about:blank", "title": "No", "status": status, "code": code, **more})


@contextmanager
def gateway(answer: Reply) -> Iterator[Gateway]:
    """A gateway on this machine that answers as `answer` does."""
    asked: List[Asked] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked.append(Asked(f"{self.command} {self.path}", dict(self.headers), json.loads(body) if body else None))
            answer(self, len(asked))

        do_GET = do_POST = do_DELETE = handle_any

        def log_message(self, *args: object) -> None:
            return

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield Gateway(Billing(f"http://127.0.0.1:{listening.server_port}/billing", key=KEY), asked)
    finally:
        listening.shutdown()
        listening.server_close()
