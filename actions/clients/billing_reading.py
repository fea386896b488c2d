"""Reads the billing gateway's answers. Amounts are whole cents; only what may be a credit can be below nothing."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any, Mapping, Tuple, cast, get_args

from actions.clients.billing_shapes import (
    AccountKind,
    Balance,
    Bill,
    Bills,
    Capabilities,
    Ebilling,
    Instalment,
    Kind,
    LastBill,
    LinkSent,
    Payment,
    Preauthorized,
    Rate,
    SecureLink,
    SentTo,
    Service,
    ServiceLine,
    Session,
    Started,
    Status,
    Ticket,
    TicketStatus,
    Usage,
)
from actions.clients.billing_values import (
    count_of,
    date_of,
    decimal_of,
    malformed,
    maybe,
    money_of,
    object_of,
    reference_of,
    rows_of,
    secret_of,
    text_of,
    time_of,
    truth_of,
    url_of,
    word_of,
)

LONGEST_PERIOD = timedelta(days=400)  # some taxes are billed once a year
_OWED = ("due", "past_due")  # with these a balance below nothing cannot be


def read_capabilities(shape: Mapping[str, Any]) -> Capabilities:
    digits = count_of(shape, "code_digits", most=10)
    if digits < 4:
        raise malformed("code_digits is no length of a code")
    return Capabilities(rows_of(shape, "kinds", _account_kind), truth_of(shape, "tickets"), truth_of(shape, "trusted_phone"), digits)


def _account_kind(row: Any) -> AccountKind:
    shape = object_of(row)
    pattern = text_of(shape, "account_pattern")
    try:
        re.compile(pattern)
    except re.error as err:
        raise malformed("account_pattern is no pattern") from err
    return AccountKind(
        kind=word_of(shape, "kind", get_args(Kind)),
        account_pattern=pattern,
        second_factor=word_of(shape, "second_factor", ("postal_code",)),
        ebilling=truth_of(shape, "ebilling"),
        usage=truth_of(shape, "usage"),
    )


def read_started(shape: Mapping[str, Any]) -> Started:
    verification = secret_of(shape, "verification_id")
    if not re.fullmatch(r"[\w-]{1,128}", verification):  # it becomes part of a path
        raise malformed("verification_id is none")
    digits = count_of(shape, "code_digits", most=10)
    return Started(verification, time_of(shape, "expires_at"), count_of(shape, "resend_after_s"), digits)


def read_session(shape: Mapping[str, Any]) -> Session:
    return Session(
        token=secret_of(shape, "session_token"),
        expires_in_s=count_of(shape, "expires_in"),
        kind=word_of(shape, "kind", get_args(Kind)),
        account_ref=reference_of(shape, "account_ref"),
    )


def read_balance(shape: Mapping[str, Any]) -> Balance:
    balance, status = money_of(shape, "balance", credit=True), word_of(shape, "status", get_args(Status))
    if (status in _OWED and balance.cents < 0) or (status == "credit" and balance.cents > 0):
        raise malformed("balance and status contradict each other")
    instalments = rows_of(shape, "instalments", _instalment) if shape.get("instalments") is not None else ()
    return Balance(
        account_ref=reference_of(shape, "account_ref"),
        kind=word_of(shape, "kind", get_args(Kind)),
        as_of=time_of(shape, "as_of"),
        balance=balance,
        past_due=maybe(money_of, shape, "past_due"),
        due_date=maybe(date_of, shape, "due_date"),
        late_charge_after=maybe(date_of, shape, "late_charge_after"),
        status=status,
        last_bill=maybe(_last_bill, shape, "last_bill"),
        last_payment=maybe(_payment, shape, "last_payment"),
        pending_payments=truth_of(shape, "pending_payments"),
        ebilling=word_of(shape, "ebilling", get_args(Ebilling)),
        preauthorized=word_of(shape, "preauthorized", get_args(Preauthorized)),
        instalments=tuple(sorted(instalments, key=lambda one: one.due_date)),
    )


def _last_bill(parent: Mapping[str, Any], name: str) -> LastBill:
    shape = object_of(parent[name])
    begins, ends = _period(shape)
    services = rows_of(shape, "services", lambda word: word_of({"services": word}, "services", get_args(Service)))
    return LastBill(date_of(shape, "issued_on"), money_of(shape, "amount", credit=True), begins, ends, cast(Tuple[Service, ...], services))


def _payment(parent: Mapping[str, Any], name: str) -> Payment:
    shape = object_of(parent[name])
    return Payment(date_of(shape, "received_on"), money_of(shape, "amount"), maybe(text_of, shape, "method") or "")


def _instalment(row: Any) -> Instalment:
    shape = object_of(row)
    return Instalment(date_of(shape, "due_date"), money_of(shape, "amount"))


def _period(shape: Mapping[str, Any]) -> Tuple[date, date]:
    begins, ends = date_of(shape, "period_start"), date_of(shape, "period_end")
    if not timedelta(0) <= ends - begins <= LONGEST_PERIOD:
        raise malformed("a period that ends before it begins, or has no end")
    return begins, ends


def read_bills(shape: Mapping[str, Any]) -> Bills:
    bills = sorted(rows_of(shape, "bills", _bill), key=lambda one: (one.issued_on, one.period_end), reverse=True)
    return Bills(time_of(shape, "as_of"), tuple(bills))


def _bill(row: Any) -> Bill:
    shape = object_of(row)
    begins, ends = _period(shape)
    return Bill(
        issued_on=date_of(shape, "issued_on"),
        due_date=maybe(date_of, shape, "due_date"),
        period_start=begins,
        period_end=ends,
        amount=money_of(shape, "amount", credit=True),
        services=rows_of(shape, "services", _service_line),
    )


def _service_line(row: Any) -> ServiceLine:
    shape = object_of(row)
    return ServiceLine(
        service=word_of(shape, "service", get_args(Service)),
        amount=money_of(shape, "amount", credit=True),
        usage=maybe(_usage, shape, "usage"),
        rate=maybe(_rate, shape, "rate"),
    )


def _usage(parent: Mapping[str, Any], name: str) -> Usage:
    shape = object_of(parent[name])
    return Usage(decimal_of(shape, "value"), text_of(shape, "unit"))


def _rate(parent: Mapping[str, Any], name: str) -> Rate:
    shape = object_of(parent[name])
    return Rate(decimal_of(shape, "value"), text_of(shape, "per"))


def read_link_sent(shape: Mapping[str, Any]) -> LinkSent:
    return LinkSent(word_of(shape, "sent_to", get_args(SentTo)), time_of(shape, "expires_at"))


def read_link(shape: Mapping[str, Any]) -> SecureLink:
    return SecureLink(url_of(shape, "url"), time_of(shape, "expires_at"))


def read_ticket(shape: Mapping[str, Any]) -> Ticket:
    return Ticket(
        ticket_ref=text_of(shape, "ticket_ref"),
        as_of=time_of(shape, "as_of"),
        issued_on=date_of(shape, "issued_on"),
        offence=text_of(shape, "offence"),
        amount=money_of(shape, "amount"),
        amount_due=money_of(shape, "amount_due"),
        due_date=maybe(date_of, shape, "due_date"),
        dispute_until=maybe(date_of, shape, "dispute_until"),
        status=word_of(shape, "status", get_args(TicketStatus)),
        pay_url=maybe(url_of, shape, "pay_url"),
        dispute_url=maybe(url_of, shape, "dispute_url"),
    )
