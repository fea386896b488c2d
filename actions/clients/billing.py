"""The city's billing gateway: who asks is checked there; balances, bills, e-billing and parking tickets are read there.

Source: docs/billing-gateway.yaml. Balances are never kept. Tokens, codes and account numbers are in no log, no error and no `call`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Dict, Mapping, Optional, Tuple, Union
from urllib.parse import quote
from uuid import uuid4

from actions.clients.billing_reading import (
    read_balance,
    read_bills,
    read_capabilities,
    read_link,
    read_link_sent,
    read_session,
    read_started,
    read_ticket,
)
from actions.clients.billing_shapes import Balance, Bills, Capabilities, LinkSent, SecureLink, Session, Started, Ticket
from actions.clients.billing_values import BillingError
from actions.clients.errors import Failure
from actions.clients.green_button import FeedError, UsagePoint, read_feed
from actions.clients.http import Answer, Http, read_object
from actions.clients.kept import Kept
from bot.city import city

__all__ = ["Billing", "BillingError", "billing_from_settings"]

KEPT_S = 3600.0  # nothing older: nobody is asked for an account number while the gateway is away
CODES = frozenset(
    "bad_request bad_key not_verified code_invalid code_expired too_many_attempts rate_limited not_found already_done no_contact"
    " upstream_down not_supported".split()
)
_FEED = "application/atom+xml"


class Billing:
    """One gateway. Safe to use from several threads; every method may raise BillingError.

    Args:
        key: what the gateway knows this system by.
    """

    def __init__(self, base_url: str, *, key: str) -> None:
        self.http = Http(base_url, BillingError, reserve_s=0.0)
        self.http.session.headers["X-Gateway-Key"] = key
        self._capabilities: Kept[Capabilities] = Kept(ttl_s=KEPT_S)

    def capabilities(self) -> Capabilities:
        """What the city offers, asked once an hour."""
        return self._capabilities.get("", self._read_capabilities).value

    def _read_capabilities(self) -> Capabilities:
        return read_capabilities(self._read("v1/capabilities", "GET capabilities"))

    def start(
        self,
        kind: str,
        account_id: str,
        postal_code: str,
        *,
        locale: str,
        conversation_hash: str,
        phone: Optional[str] = None,
        idempotency_key: str,
    ) -> Union[Started, Session]:
        """Has a code sent to the contact on file, if these two belong together: the answer does not say.

        Args:
            phone: the number the resident writes from, when the channel vouches for it.
        Returns:
            a Session at once only where the city trusts that number and it is the one on file.
        """
        body: Dict[str, Any] = {
            "kind": kind,
            "account_id": account_id,
            "second_factor": {"type": "postal_code", "value": postal_code},
            "locale": locale,
            "conversation_hash": conversation_hash,
        }
        if phone is not None:
            body["phone"] = phone
        answer = self._post("v1/verifications", body, "POST verifications", key=idempotency_key)
        shape = _shape(answer)
        return read_session(shape) if answer.status == 200 else read_started(shape)

    def check(self, verification_id: str, code: str, *, conversation_hash: str, idempotency_key: str) -> Session:
        """The session a code opens. Raises BillingError with `code_invalid`, `code_expired` or `too_many_attempts` when it opens none."""
        path = f"v1/verifications/{quote(verification_id, safe='')}/check"
        body = {"code": code, "conversation_hash": conversation_hash}
        return read_session(_shape(self._post(path, body, "POST verifications/{id}/check", key=idempotency_key)))

    def resend(self, verification_id: str, *, conversation_hash: str, idempotency_key: str) -> Started:
        """Has a new code sent; the one before is void."""
        path = f"v1/verifications/{quote(verification_id, safe='')}/resend"
        body = {"conversation_hash": conversation_hash}
        return read_started(_shape(self._post(path, body, "POST verifications/{id}/resend", key=idempotency_key)))

    def log_out(self, token: str) -> None:
        """Ends a session at the gateway."""
        _check(self.http.delete("v1/session", call="DELETE session", headers=_bearer(token)))

    def balance(self, token: str) -> Balance:
        """What is owed now."""
        return read_balance(self._read("v1/account/balance", "GET account/balance", token))

    def bills(self, token: str, limit: int = 14) -> Bills:
        """The last bills, newest first."""
        return read_bills(self._read("v1/account/bills", "GET account/bills", token, {"limit": str(limit)}))

    def usage(self, token: str) -> Optional[Tuple[UsagePoint, ...]]:
        """What was used, by meter; None where the city has no such feed."""
        headers = {**_bearer(token), "Accept": _FEED}
        answer = self.http.get("v1/account/usage", {}, call="GET account/usage", headers=headers)
        try:
            _check(answer)
        except BillingError as err:
            if err.code == "not_supported":
                return None
            raise
        try:
            return read_feed(answer.body, city().timezone)
        except FeedError as err:
            raise BillingError(Failure.MALFORMED, str(err), status=answer.status) from err

    def ebilling(self, token: str, action: str, *, locale: str, idempotency_key: str) -> LinkSent:
        """Has a one-time link sent that does `action`, "enrol" or "leave". Raises with `already_done` or `no_contact` when none is sent."""
        body = {"action": action, "locale": locale}
        return read_link_sent(_shape(self._post("v1/account/ebilling", body, "POST account/ebilling", key=idempotency_key, token=token)))

    def link(self, token: str, purpose: str, *, locale: str, idempotency_key: str) -> SecureLink:
        """A short-lived page of the city's for "pay", "change_details" or "arrangements"."""
        body = {"purpose": purpose, "locale": locale}
        return read_link(_shape(self._post("v1/account/links", body, "POST account/links", key=idempotency_key, token=token)))

    def ticket(self, number: str, plate: str) -> Optional[Ticket]:
        """A parking ticket; None when there is none with this number for this plate."""
        answer = self._post("v1/tickets/search", {"ticket_number": number, "plate": plate}, "POST tickets/search")
        try:
            return read_ticket(_shape(answer))
        except BillingError as err:
            if err.code == "not_found":
                return None
            raise

    def _read(self, path: str, call: str, token: Optional[str] = None, params: Optional[Mapping[str, str]] = None) -> Mapping[str, Any]:
        return _shape(self.http.get(path, params or {}, call=call, headers=_bearer(token) if token is not None else None))

    def _post(self, path: str, body: Mapping[str, Any], call: str, *, key: str = "", token: Optional[str] = None) -> Answer:
        headers = {"Idempotency-Key": key or uuid4().hex, **(_bearer(token) if token is not None else {})}
        return self.http.post_json(path, body, call=call, headers=headers)


def _bearer(token: str) -> Dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _shape(answer: Answer) -> Mapping[str, Any]:
    _check(answer)
    return read_object(answer, BillingError)


def _check(answer: Answer) -> None:
    """Raises what an answer says when it is no success."""
    if 200 <= answer.status < 300:
        return
    if answer.status >= 500:
        raise BillingError(Failure.UNREACHABLE, "server error", may_have_happened=True, status=answer.status, retry_after_s=_retry(answer))
    problem = read_object(answer, BillingError)
    code = problem.get("code")
    if not isinstance(code, str) or code not in CODES:
        raise BillingError(Failure.MALFORMED, "a refusal without a known code", status=answer.status)
    raise BillingError(
        Failure.REFUSED,
        code,
        status=answer.status,
        code=code,
        retry_after_s=_count(problem.get("retry_after_s")),
        attempts_left=_count(problem.get("attempts_left")),
    )


def _retry(answer: Answer) -> Optional[int]:
    try:
        return _count(read_object(answer, BillingError).get("retry_after_s"))
    except BillingError:
        return None


def _count(value: Any) -> Optional[int]:
    return value if type(value) is int and value >= 0 else None


@lru_cache(maxsize=1)
def billing_from_settings() -> Optional[Billing]:
    """The city's gateway, one for all actions; None when the city has none."""
    backend = city().backends.get("billing")
    return Billing(backend.url, key=backend.api_key or "") if backend is not None and backend.url else None
