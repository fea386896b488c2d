"""What asking for a bill costs, and whether time tells which accounts exist.

    python -m bench.billing     about a minute

The sandbox's gateway is a process on loopback. The same request is sent with an account and its postal code, with a wrong postal code,
and with a number nobody has, in turns: the medians must not differ by more than the fifth of one. Then a balance is asked of the client
beside a bare `requests.get`.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import uuid
from contextlib import closing
from pathlib import Path
from statistics import median, quantiles
from typing import Dict, List, Tuple

import requests

from actions.clients.billing import Billing
from bench.open_data import timed
from tests.running import sandbox_server

ROUNDS = 150
TIMES = 200
MOST_APART = 1.2
LIMIT_S = 30.0
KEY = {"X-Gateway-Key": "sandbox"}
ASKED: Dict[str, Tuple[str, str]] = {
    "account and postal code": ("210000017", "N2G4G7"),
    "wrong postal code": ("210000025", "N2G4G7"),
    "no such account": ("219999991", "N2G4G7"),
}


def start(session: requests.Session, url: str, account: str, postal_code: str) -> requests.Response:
    """Asks for a code."""
    fact = {"type": "postal_code", "value": postal_code}
    body = {"kind": "utility", "account_id": account, "second_factor": fact, "locale": "en", "conversation_hash": uuid.uuid4().hex * 2}
    return session.post(f"{url}/billing/v1/verifications", json=body, headers=KEY, timeout=LIMIT_S)


def without_limits(folder: Path) -> None:
    """What was spent of the gateway's limits counts no longer."""
    with closing(sqlite3.connect(folder / "sandbox-billing.sqlite3", isolation_level=None)) as file:
        file.execute("DELETE FROM spent")


def starts(url: str, folder: Path) -> bool:
    """Prints how long the gateway takes for each; whether time tells them apart."""
    session, took = requests.Session(), {name: list[float]() for name in ASKED}
    for _ in range(ROUNDS):
        for name, (account, postal_code) in ASKED.items():
            answers: List[requests.Response] = []
            took[name].append(timed(lambda: answers.append(start(session, url, account, postal_code))))  # noqa: B023
            assert answers[0].status_code == 202, answers[0].text
        without_limits(folder)
    print(f"{'asked with':28} {'median ms':>10} {'p95 ms':>8}")
    for name, times in took.items():
        print(f"{name:28} {median(times):10.2f} {quantiles(times, n=20)[-1]:8.2f}")
    medians = [median(times) for times in took.values()]
    return max(medians) <= MOST_APART * min(medians)


def balances(url: str) -> None:
    """Prints what the client adds to a bare request for a balance."""
    session, billing = requests.Session(), Billing(f"{url}/billing", key="sandbox")
    hashed = uuid.uuid4().hex * 2
    started = billing.start("utility", "210000033", "N2M1P4", locale="en", conversation_hash=hashed, idempotency_key=uuid.uuid4().hex)
    code = session.get(f"{url}/billing/_sandbox/outbox", timeout=LIMIT_S).json()[-1]["code"]
    token = billing.check(started.verification_id, code, conversation_hash=hashed).token  # type: ignore[union-attr]
    headers = {**KEY, "Authorization": f"Bearer {token}"}
    bare, ours = [], []
    for _ in range(TIMES):
        bare.append(timed(lambda: session.get(f"{url}/billing/v1/account/balance", headers=headers, timeout=LIMIT_S).json()))
        ours.append(timed(lambda: billing.balance(token)))
    print(f"\na balance, bare {median(bare):.2f} ms, by the client {median(ours):.2f} ms: {median(ours) / median(bare):.2f} times")


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch, sandbox_server(Path(scratch)) as url:
        alike = starts(url, Path(scratch))
        balances(url)
    print("time does not tell which accounts exist" if alike else "time tells which accounts exist")
    return 0 if alike else 1


if __name__ == "__main__":
    sys.exit(main())
