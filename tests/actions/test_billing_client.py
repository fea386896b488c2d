"""The billing client: what it asks, what it makes of answers, and that it shows no secret and guesses no amount."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from http.server import BaseHTTPRequestHandler
from typing import Any, Callable, Dict

import pytest

from actions.clients import billing as billing_module
from actions.clients import http
from actions.clients.billing import Billing, BillingError, billing_from_settings
from actions.clients.billing_shapes import Session, Started
from actions.clients.errors import Failure
from actions.clients.ledger import ledger
from actions.clients.money import Money
from bot.city import city
from tests.actions.billing_gateway import (
    BALANCE,
    BILL,
    BILLS,
    CAPABILITIES,
    HASH,
    KEY,
    LINK,
    LINK_SENT,
    SESSION,
    STARTED,
    TICKET,
    TOKEN,
    WATER,
    cad,
    gateway,
    problem,
    reply,
)
from tests.running import free_port

ACCOUNT, POSTAL_CODE, CODE = "210000017", "N2G4G7", "493817"
EAST = timezone(timedelta(hours=-5))
Ask = Callable[[Billing], object]


@pytest.fixture(autouse=True)
def _short_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "PAUSE_S", 0.01)


def start(client: Billing, **more: Any) -> object:
    return client.start("utility", ACCOUNT, POSTAL_CODE, locale="fr", conversation_hash=HASH, idempotency_key="turn-1", **more)


def check(client: Billing) -> object:
    return client.check("v-1", CODE, conversation_hash=HASH, idempotency_key="turn-4")


def resend(client: Billing) -> object:
    return client.resend("v-1", conversation_hash=HASH, idempotency_key="turn-5")


def balance(client: Billing) -> object:
    return client.balance(TOKEN)


def bills(client: Billing) -> object:
    return client.bills(TOKEN)


def usage(client: Billing) -> object:
    return client.usage(TOKEN)


def ebilling(client: Billing) -> object:
    return client.ebilling(TOKEN, "enrol", locale="en", idempotency_key="turn-2")


def link(client: Billing) -> object:
    return client.link(TOKEN, "pay", locale="en", idempotency_key="turn-3")


def log_out(client: Billing) -> object:
    return client.log_out(TOKEN)


def ticket(client: Billing) -> object:
    return client.ticket("7001234", "ABCD123")


READS = [balance, bills, usage]
SENDS = [start, check, resend, ebilling, link, ticket, log_out]


def failed(answer: Callable[[BaseHTTPRequestHandler, int], None], ask: Ask) -> BillingError:
    with gateway(answer) as there, ledger(5.0), pytest.raises(BillingError) as error:
        ask(there.billing)
    return error.value


def test_a_verification_is_asked_for_as_the_contract_says() -> None:
    with gateway(reply(202, STARTED)) as there:
        begun = start(there.billing)
    assert begun == Started("v-1", datetime(2026, 11, 28, 10, 10, tzinfo=EAST), 60, 6)
    (asked,) = there.asked
    assert asked.line == "POST /billing/v1/verifications"
    assert (asked.headers["X-Gateway-Key"], asked.headers["Idempotency-Key"]) == (KEY, "turn-1")
    assert asked.body == {
        "kind": "utility",
        "account_id": ACCOUNT,
        "second_factor": {"type": "postal_code", "value": POSTAL_CODE},
        "locale": "fr",
        "conversation_hash": HASH,
    }


def test_a_trusted_phone_opens_a_session_at_once() -> None:
    with gateway(reply(200, SESSION)) as there:
        begun = start(there.billing, phone="+15195550125")
    assert begun == Session(TOKEN, 900, "utility", "*****0017")
    assert there.asked[0].body["phone"] == "+15195550125"


def test_a_code_is_checked_and_sent_again() -> None:
    with gateway(reply(200, SESSION)) as there:
        assert check(there.billing) == Session(TOKEN, 900, "utility", "*****0017")
    assert there.asked[0].line == "POST /billing/v1/verifications/v-1/check"
    assert there.asked[0].body == {"code": CODE, "conversation_hash": HASH}
    assert there.asked[0].headers["Idempotency-Key"]
    with gateway(reply(202, {**STARTED, "verification_id": "v-2"})) as there:
        assert there.billing.resend("v-1", conversation_hash=HASH, idempotency_key="turn-5").verification_id == "v-2"
    assert there.asked[0].line == "POST /billing/v1/verifications/v-1/resend"


def test_a_check_has_the_key_of_its_turn_so_that_a_turn_that_comes_again_gets_its_answer() -> None:
    with gateway(reply(200, SESSION)) as there:
        check(there.billing)
    assert [asked.headers["Idempotency-Key"] for asked in there.asked] == ["turn-4"]


def test_a_balance_is_read() -> None:
    with gateway(reply(200, BALANCE)) as there:
        found = there.billing.balance(TOKEN)
    assert (found.balance, found.status, found.due_date) == (Money(18342, "CAD"), "due", date(2026, 12, 7))
    assert found.as_of == datetime(2026, 11, 28, 2, tzinfo=EAST)
    assert found.past_due is None
    assert found.last_bill is not None
    assert (found.last_bill.period_end, found.last_bill.services) == (date(2026, 11, 14), ("gas", "water"))
    assert found.last_payment is not None
    assert found.last_payment.amount == Money(9900, "CAD")
    assert there.asked[0].line == "GET /billing/v1/account/balance"
    assert there.asked[0].headers["Authorization"] == f"Bearer {TOKEN}"


def test_a_credit_is_below_nothing_and_instalments_are_in_order() -> None:
    coming = [{"due_date": "2027-05-03", "amount": cad(90000)}, {"due_date": "2027-03-01", "amount": cad(90001)}]
    shape = {**BALANCE, "balance": cad(-2550), "status": "credit", "due_date": None, "instalments": coming}
    with gateway(reply(200, shape)) as there:
        found = there.billing.balance(TOKEN)
    assert (found.balance.cents, found.due_date) == (-2550, None)
    assert [(one.due_date, one.amount.cents) for one in found.instalments] == [(date(2027, 3, 1), 90001), (date(2027, 5, 3), 90000)]


def test_a_due_date_that_is_missing_is_not_told() -> None:
    shape = {name: value for name, value in BALANCE.items() if name not in ("due_date", "late_charge_after", "last_payment", "past_due")}
    with gateway(reply(200, shape)) as there:
        found = there.billing.balance(TOKEN)
    assert (found.due_date, found.late_charge_after, found.last_payment, found.past_due) == (None, None, None, None)


def test_a_balance_is_asked_for_each_time_and_what_is_offered_once() -> None:
    with gateway(lambda handler, number: reply(200, {**BALANCE, "balance": cad(number)})(handler, number)) as there:
        assert [there.billing.balance(TOKEN).balance.cents for _ in range(2)] == [1, 2]
    with gateway(reply(200, CAPABILITIES)) as there:
        offered = [there.billing.capabilities() for _ in range(2)]
    assert len(there.asked) == 1
    utility = offered[1].of("utility")
    assert utility is not None
    assert (utility.account_pattern, utility.usage, offered[1].of("property_tax")) == ("^[0-9]{9}$", True, None)


def test_bills_come_newest_first_with_exact_quantities() -> None:
    older = {**BILL, "issued_on": "2026-10-20", "due_date": None, "period_start": "2026-09-16", "period_end": "2026-10-15"}
    with gateway(reply(200, {**BILLS, "bills": [older, BILL]})) as there:
        found = there.billing.bills(TOKEN, limit=2)
    assert there.asked[0].line == "GET /billing/v1/account/bills?limit=2"
    assert [(bill.issued_on, bill.days) for bill in found.bills] == [(date(2026, 11, 20), 30), (date(2026, 10, 20), 30)]
    (water,) = found.bills[0].services
    assert water.usage is not None
    assert water.rate is not None
    assert (water.usage.value, water.rate.value) == (Decimal("21.4"), Decimal("2.7310"))


def test_a_period_over_the_change_of_clocks_has_whole_days() -> None:
    spring = {**BILL, "period_start": "2026-03-01", "period_end": "2026-03-31"}
    autumn = {**BILL, "period_start": "2026-10-25", "period_end": "2026-11-23"}
    with gateway(reply(200, {**BILLS, "bills": [spring, autumn]})) as there:
        assert sorted(bill.days for bill in there.billing.bills(TOKEN).bills) == [30, 31]


def test_ebilling_and_links_are_asked_for_once_by_their_turn() -> None:
    with gateway(reply(202, LINK_SENT)) as there:
        assert there.billing.ebilling(TOKEN, "leave", locale="fr", idempotency_key="turn-2").sent_to == "email"
    assert there.asked[0].body == {"action": "leave", "locale": "fr"}
    assert there.asked[0].headers["Idempotency-Key"] == "turn-2"
    with gateway(reply(201, LINK)) as there:
        assert there.billing.link(TOKEN, "pay", locale="en", idempotency_key="turn-3").url == "https://pay.example.org/p/x1"
    assert there.asked[0].body == {"purpose": "pay", "locale": "en"}


def test_a_ticket_is_read_and_one_that_is_not_there_is_none() -> None:
    with gateway(reply(200, TICKET)) as there:
        found = there.billing.ticket("7001234", "ABCD123")
    assert there.asked[0].body == {"ticket_number": "7001234", "plate": "ABCD123"}
    assert found is not None
    assert (found.amount_due, found.due_date, found.pay_url) == (Money(3000, "CAD"), date(2026, 12, 8), "https://pay.example.org/t")
    with gateway(problem(404, "not_found")) as there:
        assert there.billing.ticket("7001234", "WRONG1") is None


def test_logging_out_tells_the_gateway() -> None:
    with gateway(reply(204, b"")) as there:
        there.billing.log_out(TOKEN)
    assert there.asked[0].line == "DELETE /billing/v1/session"
    assert there.asked[0].headers["Authorization"] == f"Bearer {TOKEN}"


def test_usage_that_the_city_does_not_have_is_none() -> None:
    with gateway(problem(404, "not_supported")) as there:
        assert there.billing.usage(TOKEN) is None
    assert there.asked[0].headers["Accept"] == "application/atom+xml"


@pytest.mark.parametrize(
    ("ask", "status", "code", "more"),
    [
        (balance, 401, "not_verified", {}),
        (balance, 401, "bad_key", {}),
        (start, 400, "bad_request", {}),
        (start, 429, "rate_limited", {"retry_after_s": 90}),
        (start, 429, "too_many_attempts", {"retry_after_s": 3600}),
        (check, 422, "code_invalid", {"attempts_left": 4}),
        (check, 410, "code_expired", {}),
        (check, 429, "too_many_attempts", {}),
        (resend, 429, "rate_limited", {"retry_after_s": 42}),
        (ebilling, 409, "already_done", {}),
        (ebilling, 409, "no_contact", {}),
        (ebilling, 401, "not_verified", {}),
        (ticket, 429, "rate_limited", {"retry_after_s": 10}),
    ],
)
def test_a_refusal_keeps_its_reason(ask: Ask, status: int, code: str, more: Dict[str, int]) -> None:
    error = failed(problem(status, code, **more), ask)
    assert (error.failure, error.status, error.code) == (Failure.REFUSED, status, code)
    assert {"retry_after_s": error.retry_after_s, "attempts_left": error.attempts_left} == {
        "retry_after_s": None,
        "attempts_left": None,
        **more,
    }


@pytest.mark.parametrize("ask", [start, balance])
@pytest.mark.parametrize("code", ["sold_out", 7, None, ["not_found"]])
def test_a_refusal_in_other_words_is_malformed(ask: Ask, code: Any) -> None:
    assert failed(problem(403, code), ask).failure is Failure.MALFORMED


@pytest.mark.parametrize("ask", [*READS, *SENDS])
@pytest.mark.parametrize(
    "answer", [reply(500, b"<html>oops</html>", content_type="text/html"), problem(503, "upstream_down", retry_after_s=30)]
)
def test_a_gateway_that_cannot_is_unreachable(ask: Ask, answer: Callable[[BaseHTTPRequestHandler, int], None]) -> None:
    error = failed(answer, ask)
    assert (error.failure, error.code) == (Failure.UNREACHABLE, "upstream_down")


@pytest.mark.parametrize("ask", SENDS)
def test_nothing_is_sent_twice(ask: Ask) -> None:
    with gateway(problem(503, "upstream_down")) as there, pytest.raises(BillingError):
        ask(there.billing)
    assert len(there.asked) == 1


@pytest.mark.parametrize("ask", [start, balance])
def test_a_gateway_that_does_not_answer_in_time_is_unreachable(ask: Ask) -> None:
    with gateway(lambda handler, number: time.sleep(1)) as there, ledger(0.3), pytest.raises(BillingError) as error:
        ask(there.billing)
    assert error.value.failure is Failure.UNREACHABLE


def test_no_gateway_at_all_is_unreachable_and_nothing_was_sent() -> None:
    with pytest.raises(BillingError) as error:
        start(Billing(f"http://127.0.0.1:{free_port()}/billing", key=KEY))
    assert error.value.failure is Failure.UNREACHABLE
    assert not error.value.may_have_happened


@pytest.mark.parametrize("ask", [balance, bills, usage, start, check, ebilling, link, ticket])
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"<html>Please sign in</html>", "text/html"),
        (b'{"balance": {"amount_ce', "application/json"),
        (b"[]", "application/json"),
        (b"{}", "application/json"),
        (b"", "application/json"),
        (b"null", "application/json"),
    ],
)
def test_an_answer_in_no_shape_is_malformed(ask: Ask, body: bytes, content_type: str) -> None:
    assert failed(reply(200, body, content_type=content_type), ask).failure is Failure.MALFORMED


BAD_AMOUNTS = [
    {"amount_cents": 18342, "currency": "USD"},
    {"amount_cents": 18342},
    {"amount_cents": 183.42, "currency": "CAD"},
    {"amount_cents": 18342.0, "currency": "CAD"},
    {"amount_cents": "18342", "currency": "CAD"},
    {"amount_cents": True, "currency": "CAD"},
    {"amount_cents": 10**15, "currency": "CAD"},
    {"amount_cents": None, "currency": "CAD"},
    18342,
    [],
]


@pytest.mark.parametrize("bad", BAD_AMOUNTS)
def test_an_amount_that_is_not_whole_canadian_cents_is_malformed(bad: Any) -> None:
    last_bill = {**BALANCE["last_bill"], "amount": bad}
    for shape in ({**BALANCE, "balance": bad}, {**BALANCE, "past_due": bad}, {**BALANCE, "last_bill": last_bill}):
        assert failed(reply(200, shape), balance).failure is Failure.MALFORMED
    assert failed(reply(200, {**BILLS, "bills": [{**BILL, "services": [{**WATER, "amount": bad}]}]}), bills).failure is Failure.MALFORMED
    assert failed(reply(200, {**TICKET, "amount_due": bad}), ticket).failure is Failure.MALFORMED


BAD_BALANCES: Dict[str, Dict[str, Any]] = {
    "past due below nothing": {"past_due": cad(-1)},
    "a payment below nothing": {"last_payment": {"received_on": "2026-11-02", "amount": cad(-9900), "method": "bank"}},
    "an instalment below nothing": {"instalments": [{"due_date": "2027-03-01", "amount": cad(-1)}]},
    "due below nothing": {"balance": cad(-5), "status": "due"},
    "a credit that is owed": {"balance": cad(5), "status": "credit"},
    "no offset": {"as_of": "2026-11-28T02:00:00"},
    "no moment": {"as_of": "2026-11-28"},
    "a moment as a number": {"as_of": 1795849200},
    "no year that can be meant": {"as_of": "0001-01-01T00:00:00+14:00"},
    "a day with a time": {"due_date": "2026-12-07T00:00:00Z"},
    "a day that is none": {"due_date": "2026-02-30"},
    "a day the other way round": {"due_date": "07/12/2026"},
    "no day": {"due_date": ""},
    "another status": {"status": "overdrawn"},
    "another kind": {"kind": "hydro"},
    "a status that is no word": {"status": ["due"]},
    "e-billing as a truth value": {"ebilling": True},
    "a truth value as a word": {"pending_payments": "no"},
    "a whole account number": {"account_ref": ACCOUNT},
    "instalments that are no list": {"instalments": {}},
    "a period backwards": {"last_bill": {**BALANCE["last_bill"], "period_end": "2026-10-01"}},
    "a period of years": {"last_bill": {**BALANCE["last_bill"], "period_start": "2020-10-01"}},
}


@pytest.mark.parametrize("wrong", BAD_BALANCES.values(), ids=BAD_BALANCES.keys())
def test_a_balance_that_cannot_be_is_malformed(wrong: Dict[str, Any]) -> None:
    assert failed(reply(200, {**BALANCE, **wrong}), balance).failure is Failure.MALFORMED


@pytest.mark.parametrize(
    "wrong",
    [
        {"usage": {"value": 21.4, "unit": "m3"}},
        {"usage": {"value": "-21.4", "unit": "m3"}},
        {"usage": {"value": "NaN", "unit": "m3"}},
        {"usage": {"value": "1e9", "unit": "m3"}},
        {"usage": {"value": "21,4", "unit": "m3"}},
        {"usage": {"value": "21.4"}},
        {"rate": {"value": "-1", "per": "m3"}},
        {"service": "parking"},
    ],
)
def test_a_line_of_a_bill_that_cannot_be_is_malformed(wrong: Dict[str, Any]) -> None:
    shape = {**BILLS, "bills": [{**BILL, "services": [{**WATER, **wrong}]}]}
    assert failed(reply(200, shape), bills).failure is Failure.MALFORMED


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "//pay.example.org", "https://", "https://a@pay.example.org/", "https://[", "ftp://x.org"]
)
def test_a_link_that_residents_must_not_open_is_malformed(url: str) -> None:
    assert failed(reply(201, {**LINK, "url": url}), link).failure is Failure.MALFORMED
    assert failed(reply(200, {**TICKET, "pay_url": url}), ticket).failure is Failure.MALFORMED


@pytest.mark.parametrize("token", ["", "two words", "line\r\nX-Other: 1", "é", 5, None])
def test_a_token_that_fits_no_header_is_malformed(token: Any) -> None:
    assert failed(reply(200, {**SESSION, "session_token": token}), check).failure is Failure.MALFORMED


@pytest.mark.parametrize("name", ["", "..", "a/b", "a?b", 7])
def test_a_verification_that_fits_no_path_is_malformed(name: Any) -> None:
    assert failed(reply(202, {**STARTED, "verification_id": name}), start).failure is Failure.MALFORMED


@pytest.mark.parametrize("pattern", ["[", "", 9])
def test_a_pattern_that_is_none_is_malformed(pattern: Any) -> None:
    shape = {**CAPABILITIES, "kinds": [{**CAPABILITIES["kinds"][0], "account_pattern": pattern}]}
    assert failed(reply(200, shape), lambda client: client.capabilities()).failure is Failure.MALFORMED


def test_a_moment_may_have_any_fraction_of_a_second() -> None:
    with gateway(reply(200, {**BALANCE, "as_of": "2026-11-28T07:00:00.5Z"})) as there:
        assert there.billing.balance(TOKEN).as_of == datetime(2026, 11, 28, 7, 0, 0, 500_000, tzinfo=timezone.utc)


def test_a_huge_answer_is_cut_off() -> None:
    feed = b'<feed xmlns="http://www.w3.org/2005/Atom">' + b" " * http.MOST_BYTES + b"</feed>"
    error = failed(reply(200, feed, content_type="application/atom+xml"), usage)
    assert (error.failure, error.detail) == (Failure.MALFORMED, "answer too large")


def test_a_usage_feed_with_an_entity_is_refused() -> None:
    feed = b'<!DOCTYPE feed [<!ENTITY a "b">]><feed xmlns="http://www.w3.org/2005/Atom">&a;</feed>'
    assert failed(reply(200, feed, content_type="application/atom+xml"), usage).failure is Failure.MALFORMED


@pytest.mark.parametrize("ask", [*READS, *SENDS])
@pytest.mark.parametrize(
    "answer",
    [problem(503, "upstream_down"), reply(200, b"<html>", content_type="text/html"), problem(401, "not_verified"), problem(418, TOKEN)],
)
def test_no_secret_is_logged_told_or_written_down(
    ask: Ask, answer: Callable[[BaseHTTPRequestHandler, int], None], caplog: pytest.LogCaptureFixture
) -> None:
    with gateway(answer) as there, ledger(5.0) as kept, caplog.at_level("DEBUG"):
        try:
            ask(there.billing)
            told = ""
        except BillingError as err:
            told = f"{err!r} {err} {err.detail} {err.code} {err.__cause__!r} {err.__context__!r}"
    assert kept.calls
    everything = " ".join([told, str(kept.calls), *(row.getMessage() for row in caplog.records)])
    for secret in (KEY, TOKEN, CODE, ACCOUNT, POSTAL_CODE, HASH, "7001234", "ABCD123"):
        assert secret not in everything


def test_what_is_handed_on_does_not_show_its_secrets() -> None:
    with gateway(reply(200, SESSION)) as there:
        assert TOKEN not in repr(check(there.billing))
    with gateway(reply(201, LINK)) as there:
        assert "x1" not in repr(link(there.billing))


def test_a_city_without_a_gateway_has_no_client(monkeypatch: pytest.MonkeyPatch) -> None:
    backends = {name: backend for name, backend in city().backends.items() if name != "billing"}
    without = type("Without", (), {"backends": backends})()
    monkeypatch.setattr(billing_module, "city", lambda: without)
    billing_from_settings.cache_clear()
    try:
        assert billing_from_settings() is None
    finally:
        billing_from_settings.cache_clear()
