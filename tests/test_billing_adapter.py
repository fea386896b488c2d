"""The billing adapter of `docs/examples`, run as `docs/billing-adapter.md` says, on a night's export."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Dict, Iterator, Tuple

import pytest
import requests

from tests.running import ROOT, free_port, stop

EXAMPLE = ROOT / "docs" / "examples" / "billing_adapter.py"
KEY = "a-key-of-the-test"
WHO = "ab" * 32
TIMEOUT_S = 20
EXPORT = """\
kind,account,postal_code,contact,balance_cents,due_date,issued_on,bill_cents,period_start,period_end,exported_at
utility,210000017,N2G 4G7,someone@example.org,21437,2026-03-18,2026-03-01,21437,2026-01-26,2026-02-26,2026-03-09T03:15:00-04:00
utility,210000025,N2H 5A1,+15195550125,9000,2026-03-01,2026-02-12,9000,2026-01-09,2026-02-08,2026-03-09T03:15:00-04:00
utility,210000058,N2P 1B2,,5000,2026-03-20,2026-03-03,5000,2026-01-28,2026-02-27,2026-03-09T03:15:00-04:00
"""


@contextmanager
def adapter(folder: Path) -> Iterator[Tuple[str, IO[str]]]:
    """Its base URL, and what it would send."""
    (folder / "accounts.csv").write_text(EXPORT)
    port = free_port()
    environ = {**os.environ, "GATEWAY_KEY": KEY, "PEPPER": "pepper of the test"}
    command = [sys.executable, EXAMPLE, folder / "accounts.csv", folder / "state.sqlite3", str(port)]
    process = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True)
    base_url = f"http://127.0.0.1:{port}/v1"
    try:
        until = time.monotonic() + TIMEOUT_S
        while True:
            try:
                get(base_url, "capabilities")
                break
            except requests.ConnectionError:
                assert process.poll() is None
                assert time.monotonic() < until
        assert process.stdout is not None
        yield base_url, process.stdout
    finally:
        stop(process)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Tuple[str, IO[str]]]:
    with adapter(tmp_path) as both:
        yield both


def get(base_url: str, path: str, token: str = "") -> requests.Response:
    return requests.get(f"{base_url}/{path}", headers={"X-Gateway-Key": KEY, "Authorization": f"Bearer {token}"}, timeout=TIMEOUT_S)


def post(base_url: str, path: str, shape: Dict[str, Any], **headers: str) -> requests.Response:
    return requests.post(f"{base_url}/{path}", json=shape, headers={"X-Gateway-Key": KEY, **headers}, timeout=TIMEOUT_S)


def asking(account: str, postal_code: str) -> Dict[str, Any]:
    fact = {"type": "postal_code", "value": postal_code}
    return {"kind": "utility", "account_id": account, "second_factor": fact, "locale": "en", "conversation_hash": WHO}


def check(base_url: str, number: str, code: str, who: str = WHO) -> requests.Response:
    return post(base_url, f"verifications/{number}/check", {"code": code, "conversation_hash": who})


@pytest.mark.parametrize(
    ("account", "postal_code", "contact", "status", "cents"),
    [("210 000 017", "n2g4g7", "someone@example.org", "due", 21437), ("210000025", "N2H 5A1", "+15195550125", "past_due", 9000)],
)
def test_a_code_to_the_contact_on_file_leads_to_the_balance(
    running: Tuple[str, IO[str]], account: str, postal_code: str, contact: str, status: str, cents: int
) -> None:
    base_url, sent = running
    started = post(base_url, "verifications", asking(account, postal_code))
    assert started.status_code == 202
    letter = sent.readline()
    assert letter.startswith(f"to {contact} (en): ")
    code, number = letter.split()[-1], started.json()["verification_id"]
    assert check(base_url, number, code, "cd" * 32).status_code == 410
    session = check(base_url, number, code)
    assert session.status_code == 200
    token = session.json()["session_token"]
    balance = get(base_url, "account/balance", token).json()
    assert (balance["status"], balance["balance"]) == (status, {"amount_cents": cents, "currency": "CAD"})
    assert balance["account_ref"] == session.json()["account_ref"] == f"*****{account[-2:].rjust(4, '0')}"
    assert check(base_url, number, code).status_code == 410
    gone = requests.delete(f"{base_url}/session", headers={"X-Gateway-Key": KEY, "Authorization": f"Bearer {token}"}, timeout=TIMEOUT_S)
    assert gone.status_code == 204
    assert get(base_url, "account/balance", token).json()["code"] == "not_verified"


def test_who_cannot_be_reached_is_answered_like_everybody_and_nothing_is_sent(running: Tuple[str, IO[str]]) -> None:
    base_url, sent = running
    facts = (("210000099", "N2G 4G7"), ("210000017", "N2G 4G8"), ("210000058", "N2P 1B2"), ("210000017", "N2G 4G7"))
    answers = [post(base_url, "verifications", asking(*row)) for row in facts]
    assert [answer.status_code for answer in answers] == [202] * 4
    assert len({tuple(answer.json()) for answer in answers}) == 1
    letter = sent.readline()  # the only one: letters go out in order, and the last to ask gets the first
    assert letter.startswith("to someone@example.org")
    for left in (4, 3, 2, 1):
        assert check(base_url, answers[0].json()["verification_id"], "000000").json()["attempts_left"] == left
    assert check(base_url, answers[0].json()["verification_id"], "000000").json()["code"] == "too_many_attempts"
    assert check(base_url, answers[3].json()["verification_id"], letter.split()[-1]).status_code == 200


@pytest.mark.parametrize("account", ["210000017", "210000099"])
def test_an_account_that_is_there_and_one_that_is_not_have_the_same_limit(running: Tuple[str, IO[str]], account: str) -> None:
    base_url, _ = running
    answers = [post(base_url, "verifications", asking(account, "N2G 4G7")) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [202, 202, 202, 429]
    assert 3590 <= int(answers[3].headers["Retry-After"]) <= 3600


def test_a_repeated_request_is_answered_as_before(running: Tuple[str, IO[str]]) -> None:
    base_url, _ = running
    headers = {"Idempotency-Key": "once-and-once-more"}
    first, again = (post(base_url, "verifications", asking("210000017", "N2G 4G7"), **headers) for _ in range(2))
    assert first.json() == again.json()
    assert post(base_url, "verifications", asking("210000025", "N2G 4G7"), **headers).status_code == 409


def test_the_state_file_holds_no_account_number_and_no_code(tmp_path: Path) -> None:
    with adapter(tmp_path) as (base_url, sent):
        post(base_url, "verifications", asking("210000017", "N2G 4G7"))
        code = sent.readline().split()[-1]
    state = b"".join(path.read_bytes() for path in tmp_path.glob("state.sqlite3*"))
    assert b"someone@example.org" in state
    assert b"210000017" not in state
    assert code.encode() not in state


def test_nothing_is_answered_without_the_key_and_nothing_that_does_not_fit(running: Tuple[str, IO[str]]) -> None:
    base_url, _ = running
    assert requests.get(f"{base_url}/capabilities", timeout=TIMEOUT_S).json()["code"] == "bad_key"
    assert post(base_url, "verifications", {**asking("210000017", "N2G 4G7"), "card": "4111"}).json()["code"] == "bad_request"
    assert get(base_url, "account/bills").json()["code"] == "not_supported"
