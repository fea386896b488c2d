"""A resident's own bill on every channel: nobody sees it without the code, and nothing of it is readable anywhere afterwards."""

from __future__ import annotations

import re
from typing import Callable, Dict, List, Tuple

import pytest
import requests

from tests.blackbox.residents import Resident
from tests.blackbox.system import System

pytestmark = pytest.mark.blackbox
Newcomer = Callable[[], Resident]
LIMIT_S = 30.0
# A gateway sends few codes for one account: each channel has its own.
ACCOUNTS: Dict[str, Tuple[str, str]] = {
    "rest": ("210000017", "N2G 4G7"),
    "sms": ("210000025", "N2H 5A1"),
    "webchat": ("210000033", "N2M 1P4"),
    "telegram": ("210000041", "N2C 2R3"),
}


def newest_code(system: System) -> str:
    mails = requests.get(f"{system.sandbox}/billing/_sandbox/outbox", timeout=LIMIT_S).json()
    return str([mail for mail in mails if mail.get("code")][-1]["code"])


def places_of(secret: str, system: System) -> List[str]:
    """The files of the running system, its log among them, in which a secret can be read."""
    alone = re.compile(rb"(?<![0-9A-Za-z])" + re.escape(secret.encode()) + rb"(?![0-9A-Za-z])")
    files = [path for path in system.state.rglob("*") if path.is_file()] + [system.output]
    assert len(files) > 3
    return [path.name for path in files if alone.search(path.read_bytes())]


def test_a_balance_is_told_after_the_code_and_is_readable_nowhere(
    system: System, newcomer: Newcomer, request: pytest.FixtureRequest
) -> None:
    account, postal_code = ACCOUNTS[request.node.callspec.params["newcomer"]]
    resident = newcomer()
    assert "account number" in resident.says("how much do i owe on my water bill").text
    assert "If these details match" in resident.says(f"{account} {postal_code}").text
    code = newest_code(system)
    told = resident.says(code).text
    assert f"account *****{account[-4:]}" in told
    amount = re.search(r"[0-9,]+\.[0-9]{2}", told)
    assert amount
    assert "I can no longer see your account" in resident.says("log out").text
    assert "account number" in resident.says("how much do i owe on my water bill").text
    assert {secret: places_of(secret, system) for secret in (account, code, amount[0])} == {account: [], code: [], amount[0]: []}
