"""How a request reaches the billing gateway's views: method, key, body in the contract's shape, idempotency; and how a refusal leaves."""

from __future__ import annotations

import hmac
import json
import re
from datetime import datetime
from functools import wraps
from typing import Any, Callable, Dict, Mapping, Optional, Tuple

from django.http import HttpRequest, HttpResponse

from bot.city import city
from bot.sandbox.billing_accounts import today_here
from bot.sandbox.billing_problems import Problem
from bot.sandbox.billing_store import billing_store

Rule = Callable[[Any], bool]
View = Callable[..., HttpResponse]
ANSWERS_KEPT_S = 86_400.0
MOST_BYTES = 10_000
_LONGEST = 64
_KEY = re.compile(r"[\x21-\x7e]{8,128}")


def one_of(*words: str) -> Rule:
    return lambda value: isinstance(value, str) and value in words


def fits(pattern: str) -> Rule:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def short_text(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= _LONGEST


CONVERSATION = fits("[0-9a-f]{64}")
PHONE = fits(r"\+[1-9][0-9]{6,14}")
LOCALE = one_of("en", "fr")


def endpoint(method: str, body: Optional[Mapping[str, Rule]] = None, optional: Tuple[str, ...] = ()) -> Callable[[View], View]:
    """Makes a view of a function `(request, now, [body], **path)`.

    Args:
        body: the fields of the JSON body and what each must be; nothing else may be in it.
        optional: fields that may be missing.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, **path: str) -> HttpResponse:
            try:
                if request.method != method:
                    return _not_allowed(method)
                _check_key(request)
                now = today_here()
                if body is None:
                    return view(request, now, **path)
                asked = _read(request.body, body, optional)
                return _once(request, now, lambda: view(request, now, asked, **path))
            except Problem as problem:
                return problem.response()

        return answer

    return decorate


def bearer(request: HttpRequest) -> str:
    """The session token, empty when there is none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def shown(shape: Mapping[str, Any], status: int = 200) -> HttpResponse:
    """A JSON answer that nothing on the way keeps."""
    response = HttpResponse(json.dumps(shape, ensure_ascii=False), status=status, content_type="application/json")
    response["Cache-Control"] = "no-store"
    return response


def _not_allowed(method: str) -> HttpResponse:
    response = Problem(405, "bad_request").response()
    response["Allow"] = method
    return response


def _check_key(request: HttpRequest) -> None:
    key = city().backends["billing"].api_key or ""
    if not key or not hmac.compare_digest(request.headers.get("X-Gateway-Key", "").encode(), key.encode()):
        raise Problem(401, "bad_key")


def _read(body: bytes, rules: Mapping[str, Rule], optional: Tuple[str, ...]) -> Dict[str, Any]:
    try:
        asked = json.loads(body[: MOST_BYTES + 1])
    except (ValueError, RecursionError):
        raise Problem(400, "bad_request") from None
    if not isinstance(asked, dict) or not set(asked) <= set(rules) or not set(rules) - set(optional) <= set(asked):
        raise Problem(400, "bad_request")
    if not all(rules[name](value) for name, value in asked.items()):
        raise Problem(400, "bad_request")
    return asked


def _once(request: HttpRequest, now: datetime, do: Callable[[], HttpResponse]) -> HttpResponse:
    """Does a POST, or answers as before when its Idempotency-Key was here already. The answer is kept sealed with that key."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return do()
    if not _KEY.fullmatch(key):
        raise Problem(400, "bad_request")
    store = billing_store()
    digest = store.digest("answered", key, request.path, bearer(request))
    wanted = store.digest("request", request.body.decode(errors="replace"))
    with store.writing() as connection:
        connection.execute("DELETE FROM answered WHERE at < ?", (now.timestamp() - ANSWERS_KEPT_S,))
        kept = connection.execute("SELECT request_digest, sealed FROM answered WHERE key_digest = ?", (digest,)).fetchone()
    if kept is not None:
        answer = store.unseal(kept["sealed"], key)
        if kept["request_digest"] != wanted or answer is None:
            raise Problem(409, "bad_request")
        status, text, content_type = json.loads(answer)
        return HttpResponse(text, status=status, content_type=content_type)
    response = _done(do)
    if response.status_code < 500 and response.status_code != 429:  # those ask for another try
        text = json.dumps([response.status_code, response.content.decode(), response["Content-Type"]])
        with store.writing() as connection:
            row = (digest, wanted, store.seal(text, key), now.timestamp())
            connection.execute("INSERT OR IGNORE INTO answered VALUES (?, ?, ?, ?)", row)
    return response


def _done(do: Callable[[], HttpResponse]) -> HttpResponse:
    try:
        return do()
    except Problem as problem:
        return problem.response()
