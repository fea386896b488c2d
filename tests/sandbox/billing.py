"""How the tests talk to the sandbox's billing gateway."""

from __future__ import annotations

import secrets
from typing import Any, Dict, List, Optional

import requests

TIMEOUT_S = 20
KEY = {"X-Gateway-Key": "sandbox"}
CURRENT, PAST_DUE, CREDIT, CLOSED = "210000017", "210000025", "210000033", "210000041"
NO_CONTACT, DOWN, LIKE_A_SIN = "210000058", "210000066", "210000071"
UNKNOWN = "210099999"
POSTAL_CODES = {
    CURRENT: "N2G 4G7",
    PAST_DUE: "N2H 5A1",
    CREDIT: "N2M 1P4",
    CLOSED: "N2C 2R3",
    NO_CONTACT: "N2P 1B2",
    DOWN: "N2A 3K8",
    LIKE_A_SIN: "N2E 1W6",
    "3012010001000010000": "N2G 4G7",
    "3012010002000250000": "N2H 5A1",
    "3012010003000330000": "N2M 1P4",
}


def conversation() -> str:
    return secrets.token_hex(32)


def post(base: str, path: str, shape: Any, token: str = "", **headers: str) -> requests.Response:
    given = {**KEY, **({"Authorization": f"Bearer {token}"} if token else {}), **headers}
    return requests.post(f"{base}/billing/v1/{path}", json=shape, headers=given, timeout=TIMEOUT_S)


def get(base: str, path: str, token: str = "", **query: str) -> requests.Response:
    given = {**KEY, **({"Authorization": f"Bearer {token}"} if token else {})}
    return requests.get(f"{base}/billing/v1/{path}", query, headers=given, timeout=TIMEOUT_S)


def asking(account: str, who: str, postal_code: Optional[str] = None, **more: Any) -> Dict[str, Any]:
    return {
        "kind": "property_tax" if len(account) > 9 else "utility",
        "account_id": account,
        "second_factor": {"type": "postal_code", "value": postal_code or POSTAL_CODES.get(account, "N2G 4G7")},
        "locale": "en",
        "conversation_hash": who,
        **more,
    }


def start(base: str, account: str, who: str, **more: Any) -> requests.Response:
    return post(base, "verifications", asking(account, who, **more))


def outbox(base: str) -> List[Dict[str, Any]]:
    return requests.get(f"{base}/billing/_sandbox/outbox", timeout=TIMEOUT_S).json()


def check(base: str, verification_id: str, code: str, who: str) -> requests.Response:
    return post(base, f"verifications/{verification_id}/check", {"code": code, "conversation_hash": who})


def another(code: str) -> str:
    """A code that is not this one."""
    return f"{(int(code) + 1) % 1_000_000:06d}"


def log_in(base: str, account: str) -> str:
    """A session token, got with the code from the mailbox."""
    who = conversation()
    started = start(base, account, who)
    assert started.status_code == 202
    session = check(base, started.json()["verification_id"], outbox(base)[-1]["code"], who)
    assert session.status_code == 200
    return str(session.json()["session_token"])
