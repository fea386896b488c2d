"""The sandbox's billing gateway: the addresses of `docs/billing-gateway.yaml`, for made-up accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Mapping, Tuple

from django.http import HttpRequest, HttpResponse

from bot.sandbox import billing_accounts, billing_bills, billing_espi, billing_links, billing_tickets, billing_verification
from bot.sandbox.billing_problems import Problem
from bot.sandbox.billing_requests import CONVERSATION, LOCALE, PHONE, bearer, endpoint, fits, one_of, short_text, shown
from bot.sandbox.seeds import language_of, seed

DEFAULT_BILLS, MOST_BILLS = 14, 60
DOWN_FOR_S = 120
KINDS = ("utility", "property_tax")


def _postal_code(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"type", "value"} and value["type"] == "postal_code" and short_text(value["value"])


_START = {
    "kind": one_of(*KINDS),
    "account_id": short_text,
    "second_factor": _postal_code,
    "locale": LOCALE,
    "conversation_hash": CONVERSATION,
    "phone": PHONE,
}


@endpoint("GET")
def capabilities(request: HttpRequest, now: datetime) -> HttpResponse:
    """GET /v1/capabilities."""
    told = seed("billing")
    digits = billing_verification.CODE_DIGITS
    return shown({"kinds": told["kinds"], "tickets": True, "trusted_phone": told["trusted_phone"], "code_digits": digits})


@endpoint("POST", _START, optional=("phone",))
def verifications(request: HttpRequest, now: datetime, asked: Mapping[str, Any]) -> HttpResponse:
    """POST /v1/verifications."""
    status, shape = billing_verification.start(asked, now)
    return shown(shape, status)


@endpoint("POST", {"code": fits("[^\x00-\x1f]{1,12}"), "conversation_hash": CONVERSATION})
def check(request: HttpRequest, now: datetime, asked: Mapping[str, Any], verification_id: str) -> HttpResponse:
    """POST /v1/verifications/{id}/check."""
    return shown(billing_verification.check(verification_id, asked["code"], asked["conversation_hash"], now))


@endpoint("POST", {"conversation_hash": CONVERSATION})
def resend(request: HttpRequest, now: datetime, asked: Mapping[str, Any], verification_id: str) -> HttpResponse:
    """POST /v1/verifications/{id}/resend."""
    return shown(billing_verification.resend(verification_id, asked["conversation_hash"], now), 202)


@endpoint("DELETE")
def session(request: HttpRequest, now: datetime) -> HttpResponse:
    """DELETE /v1/session."""
    billing_verification.log_out(bearer(request))
    return HttpResponse(status=204)


@endpoint("GET")
def balance(request: HttpRequest, now: datetime) -> HttpResponse:
    """GET /v1/account/balance."""
    key, row = _verified(request, now)
    return shown(billing_accounts.balance(row, enrolled=billing_links.is_enrolled(key, row), now=now))


@endpoint("GET")
def bills(request: HttpRequest, now: datetime) -> HttpResponse:
    """GET /v1/account/bills."""
    limit = request.GET.get("limit", str(DEFAULT_BILLS))
    _, row = _verified(request, now)
    if not (limit.isascii() and limit.isdigit() and len(limit) <= 2 and 1 <= int(limit) <= MOST_BILLS):
        raise Problem(400, "bad_request")
    found = billing_bills.bills_of(row, now.date())[: int(limit)]
    return shown({"as_of": billing_accounts.as_of(now), "bills": [billing_bills.shape_of(bill) for bill in found]})


@endpoint("GET")
def usage(request: HttpRequest, now: datetime) -> HttpResponse:
    """GET /v1/account/usage."""
    key, row = _verified(request, now)
    if row["kind"] != "utility":
        raise Problem(404, "not_supported")
    response = HttpResponse(billing_espi.feed(key, billing_bills.bills_of(row, now.date()), now), content_type=billing_espi.CONTENT_TYPE)
    response["Cache-Control"] = "no-store"
    return response


@endpoint("POST", {"action": one_of(*billing_links.ACTIONS), "locale": LOCALE})
def ebilling(request: HttpRequest, now: datetime, asked: Mapping[str, Any]) -> HttpResponse:
    """POST /v1/account/ebilling."""
    key, row = _verified(request, now)
    return shown(billing_links.ask_for_ebilling(key, row, asked["action"], asked["locale"], now, _base_url(request)), 202)


@endpoint("POST", {"purpose": one_of(*billing_links.PURPOSES), "locale": LOCALE})
def links(request: HttpRequest, now: datetime, asked: Mapping[str, Any]) -> HttpResponse:
    """POST /v1/account/links."""
    key, _ = _verified(request, now)
    return shown(billing_links.page_link(key, asked["purpose"], asked["locale"], now, _base_url(request)), 201)


@endpoint("POST", {"ticket_number": short_text, "plate": short_text})
def tickets(request: HttpRequest, now: datetime, asked: Mapping[str, Any]) -> HttpResponse:
    """POST /v1/tickets/search."""
    language = language_of(request.headers.get("Accept-Language", ""))
    return shown(billing_tickets.search(asked["ticket_number"], asked["plate"], language, now, _base_url(request)))


def nowhere(request: HttpRequest, rest: str) -> HttpResponse:
    """Any other address below /v1."""
    return Problem(404, "not_found").response()


def _verified(request: HttpRequest, now: datetime) -> Tuple[str, Mapping[str, Any]]:
    key = billing_verification.account_behind(bearer(request), now)
    row = billing_accounts.account(key)
    if row is None:  # the seeds changed since
        raise Problem(401, "not_verified")
    if row.get("down"):
        raise Problem(503, "upstream_down", retry_after_s=DOWN_FOR_S)
    return key, row


def _base_url(request: HttpRequest) -> str:
    return request.build_absolute_uri("/billing")
