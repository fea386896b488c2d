"""Who gets into an account of the sandbox's billing gateway, and what everybody else is told."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import Iterator

import pytest
import requests

from tests.running import sandbox_server
from tests.sandbox.billing import (
    CURRENT,
    DOWN,
    KEY,
    LIKE_A_SIN,
    NO_CONTACT,
    PAST_DUE,
    TIMEOUT_S,
    UNKNOWN,
    another,
    asking,
    check,
    conversation,
    get,
    log_in,
    outbox,
    post,
    start,
)

ON_FILE = "+15195550125"


@pytest.fixture
def city(tmp_path: Path) -> Iterator[str]:
    """A sandbox whose limits nobody has used up."""
    with sandbox_server(tmp_path) as base_url:
        yield base_url


def problem(answer: requests.Response) -> tuple[int, str]:
    assert answer.headers["Content-Type"] == "application/problem+json"
    shape = answer.json()
    assert shape["status"] == answer.status_code
    return answer.status_code, shape["code"]


def test_the_code_from_the_mailbox_opens_the_account_once(city: str) -> None:
    who = conversation()
    started = start(city, CURRENT, who)
    letter = outbox(city)[-1]
    assert (started.status_code, letter["to"], letter["about"], letter["account_ref"]) == (202, "email", "code", "*****0017")
    assert letter["code"] in letter["text"]
    assert re.fullmatch("[0-9]{6}", letter["code"])
    number = started.json()["verification_id"]
    session = check(city, number, letter["code"], who)
    assert (session.status_code, session.json()["expires_in"], session.json()["account_ref"]) == (200, 900, "*****0017")
    assert get(city, "account/balance", session.json()["session_token"]).status_code == 200
    assert problem(check(city, number, letter["code"], who)) == (410, "code_expired")


def test_the_code_is_no_use_in_another_conversation(city: str) -> None:
    who = conversation()
    number = start(city, CURRENT, who).json()["verification_id"]
    code = outbox(city)[-1]["code"]
    assert problem(check(city, number, code, conversation())) == (410, "code_expired")
    assert problem(check(city, "A" * 32, code, who)) == (410, "code_expired")
    assert check(city, number, code, who).status_code == 200


def test_five_wrong_codes_end_it_for_the_right_one_too(city: str) -> None:
    who = conversation()
    number = start(city, CURRENT, who).json()["verification_id"]
    code = outbox(city)[-1]["code"]
    for left in (4, 3, 2, 1):
        answer = check(city, number, another(code), who)
        assert (*problem(answer), answer.json()["attempts_left"]) == (422, "code_invalid", left)
    for tried in (another(code), code):
        answer = check(city, number, tried, who)
        assert problem(answer) == (429, "too_many_attempts")
        assert 0 < int(answer.headers["Retry-After"]) <= 600
    resent = post(city, f"verifications/{number}/resend", {"conversation_hash": who})
    assert problem(resent) == (410, "code_expired")


@pytest.mark.parametrize(
    ("account", "postal_code"), [(UNKNOWN, "N2G 4G7"), (CURRENT, "N2G 4G8"), (NO_CONTACT, "N2P 1B2"), ("12", "x")], ids=str
)
def test_who_cannot_be_reached_is_told_what_everybody_is_told_and_has_no_code(city: str, account: str, postal_code: str) -> None:
    known, unknown = conversation(), conversation()
    answers = start(city, LIKE_A_SIN, known), start(city, account, unknown, postal_code=postal_code)
    letters = outbox(city)
    assert [letter["account_ref"] for letter in letters] == ["*****0071"]
    first, second = (answer.json() for answer in answers)
    assert {answer.status_code for answer in answers} == {202}
    assert set(first) == set(second) == {"verification_id", "expires_at", "resend_after_s", "code_digits"}
    assert (first["resend_after_s"], first["code_digits"]) == (second["resend_after_s"], second["code_digits"]) == (60, 6)
    assert len(first["verification_id"]) == len(second["verification_id"])
    assert {name for name in answers[0].headers} == {name for name in answers[1].headers}
    wrong = another(letters[0]["code"])
    tried = [[check(city, shape["verification_id"], wrong, who) for _ in range(5)] for shape, who in ((first, known), (second, unknown))]
    assert [answer.json()["code"] for answer in tried[0]] == ["code_invalid"] * 4 + ["too_many_attempts"]
    assert [(answer.status_code, answer.json()["attempts_left"]) for answer in tried[0]] == [
        (answer.status_code, answer.json()["attempts_left"]) for answer in tried[1]
    ]


@pytest.mark.parametrize("account", [CURRENT, UNKNOWN])
def test_three_codes_an_hour_go_to_an_account_that_is_there_and_to_one_that_is_not(city: str, account: str) -> None:
    assert [start(city, account, conversation()).status_code for _ in range(3)] == [202] * 3
    refused = start(city, account, conversation())
    assert problem(refused) == (429, "rate_limited")
    assert 3500 < refused.json()["retry_after_s"] <= 3600
    assert start(city, LIKE_A_SIN, conversation()).status_code == 202


def test_a_new_code_has_to_wait_a_minute(city: str) -> None:
    who = conversation()
    number = start(city, CURRENT, who).json()["verification_id"]
    refused = post(city, f"verifications/{number}/resend", {"conversation_hash": who})
    assert problem(refused) == (429, "rate_limited")
    assert 50 <= refused.json()["retry_after_s"] <= 60
    assert problem(post(city, f"verifications/{number}/resend", {"conversation_hash": conversation()})) == (410, "code_expired")


def test_starting_again_in_the_same_conversation_voids_the_first_code(city: str) -> None:
    who = conversation()
    first = start(city, CURRENT, who).json()["verification_id"]
    code = outbox(city)[-1]["code"]
    start(city, CURRENT, who)
    assert problem(check(city, first, code, who)) == (410, "code_expired")


def test_the_phone_on_file_needs_no_code_and_any_other_does(city: str) -> None:
    session = start(city, PAST_DUE, conversation(), phone=ON_FILE)
    assert (session.status_code, session.json()["account_ref"]) == (200, "*****0025")
    assert get(city, "account/balance", session.json()["session_token"]).json()["status"] == "past_due"
    assert start(city, PAST_DUE, conversation(), phone="+15195550126").status_code == 202
    assert start(city, PAST_DUE, conversation(), phone=ON_FILE, postal_code="N2H 5A2").status_code == 202


def test_a_session_ends_with_logging_out_and_no_token_is_no_session(city: str) -> None:
    token = log_in(city, CURRENT)
    for _ in range(2):
        assert requests.delete(
            f"{city}/billing/v1/session", headers={**KEY, "Authorization": f"Bearer {token}"}, timeout=TIMEOUT_S
        ).status_code == 204  # fmt: skip
    for path in ("balance", "bills", "usage"):
        assert problem(get(city, f"account/{path}", token)) == (401, "not_verified")
        assert problem(get(city, f"account/{path}")) == (401, "not_verified")
    for path, shape in (("ebilling", {"action": "enrol", "locale": "en"}), ("links", {"purpose": "pay", "locale": "en"})):
        assert problem(post(city, f"account/{path}", shape, token)) == (401, "not_verified")


def test_without_the_key_nothing_is_answered(city: str) -> None:
    for headers in ({}, {"X-Gateway-Key": "wrong"}):
        for method, path in (("GET", "capabilities"), ("POST", "verifications"), ("DELETE", "session"), ("GET", "account/balance")):
            assert problem(requests.request(method, f"{city}/billing/v1/{path}", headers=headers, timeout=TIMEOUT_S)) == (401, "bad_key")


def test_a_repeated_request_is_answered_as_before_and_sends_no_second_code(city: str) -> None:
    shape = asking(CURRENT, conversation())
    answers = [post(city, "verifications", shape, **{"Idempotency-Key": "a-key-of-its-own"}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert len(outbox(city)) == 1
    changed = post(city, "verifications", {**shape, "locale": "fr"}, **{"Idempotency-Key": "a-key-of-its-own"})
    assert problem(changed) == (409, "bad_request")


def test_a_billing_system_that_is_down_says_when_to_come_back(city: str) -> None:
    answer = get(city, "account/balance", log_in(city, DOWN))
    assert problem(answer) == (503, "upstream_down")
    assert int(answer.headers["Retry-After"]) == answer.json()["retry_after_s"] > 0


def test_verifications_and_sessions_outlive_a_restart_and_the_file_holds_no_secret(tmp_path: Path) -> None:
    who = conversation()
    with sandbox_server(tmp_path) as city:
        token = log_in(city, CURRENT)
        number = start(city, LIKE_A_SIN, who).json()["verification_id"]
        codes = [letter["code"] for letter in outbox(city)]
    with sandbox_server(tmp_path) as city:
        assert get(city, "account/balance", token).status_code == 200
        assert check(city, number, codes[1], who).status_code == 200
    with sqlite3.connect(tmp_path / "sandbox-billing.sqlite3") as connection:
        everything = "\n".join(connection.iterdump())
    assert "verification" in everything
    for secret in (token, CURRENT, LIKE_A_SIN, "N2G4G7", "N2G 4G7", f"'{codes[0]}'", f"'{codes[1]}'"):
        assert secret not in everything


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "water"},
        {"account_id": 210000017},
        {"account_id": ""},
        {"second_factor": "N2G4G7"},
        {"second_factor": {"type": "birthday", "value": "1 May"}},
        {"locale": "de"},
        {"conversation_hash": "short"},
        {"phone": "519-555-0125"},
        {"card": "4111111111111111"},
    ],
    ids=str,
)
def test_what_does_not_fit_the_contract_is_refused_and_sends_nothing(sandbox: str, change: dict) -> None:
    before = len(outbox(sandbox))
    assert problem(post(sandbox, "verifications", {**asking(CURRENT, conversation()), **change})) == (400, "bad_request")
    assert len(outbox(sandbox)) == before
