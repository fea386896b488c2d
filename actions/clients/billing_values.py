"""Fields of the billing gateway's answers, read strictly: what is not in the contract is an error, never a guess."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Callable, Mapping, Optional, Tuple, TypeVar
from urllib.parse import urlsplit

from actions.clients.errors import CityError, Failure
from actions.clients.moments import day_of, moment_of
from actions.clients.money import Money

CURRENCY = "CAD"
MOST_CENTS = 10**11  # a billion dollars: more is a mistake
LONGEST_TEXT = 200
LONGEST_URL = 2000
MOST_SHOWN = 4  # digits of an account number
_YEARS = range(2000, 2100)
_DECIMAL = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,8})?")
_ONE_WORD = re.compile(r"[\x21-\x7e]+")  # what may stand in a header or be part of a path

Value = TypeVar("Value")


class BillingError(CityError):
    """The billing gateway did not do what was asked.

    Args:
        code: why, in the contract's words; "" when the gateway did not say.
        retry_after_s: when it may be tried again, if that was said.
        attempts_left: tries a code has left, if that was said.
    """

    def __init__(
        self,
        failure: Failure,
        detail: str = "",
        *,
        may_have_happened: bool = False,
        status: Optional[int] = None,
        code: str = "",
        retry_after_s: Optional[int] = None,
        attempts_left: Optional[int] = None,
    ) -> None:
        super().__init__(failure, detail, may_have_happened=may_have_happened, status=status)
        self.code = code or ("upstream_down" if failure is Failure.UNREACHABLE else "")
        self.retry_after_s = retry_after_s
        self.attempts_left = attempts_left


def malformed(detail: str) -> BillingError:
    """`detail` names the field, never what stands in it."""
    return BillingError(Failure.MALFORMED, detail, may_have_happened=True)


def object_of(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise malformed("no object")
    return value


def rows_of(shape: Mapping[str, Any], name: str, read: Callable[[Any], Value]) -> Tuple[Value, ...]:
    rows = shape.get(name)
    if not isinstance(rows, list):
        raise malformed(f"{name} is no list")
    return tuple(read(row) for row in rows)


def text_of(shape: Mapping[str, Any], name: str) -> str:
    """A text in one line, not empty."""
    value = shape.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_TEXT:
        raise malformed(f"{name} is no text")
    return " ".join(value.split())


def secret_of(shape: Mapping[str, Any], name: str) -> str:
    """A token or an identifier: printable, without a space, fit for a header."""
    value = shape.get(name)
    if not isinstance(value, str) or len(value) > LONGEST_URL or not _ONE_WORD.fullmatch(value):
        raise malformed(f"{name} is none")
    return value


def reference_of(shape: Mapping[str, Any], name: str) -> str:
    """A masked number. One that is not masked must not go on from here."""
    value = text_of(shape, name)
    if sum(sign.isalnum() for sign in value) > MOST_SHOWN:
        raise malformed(f"{name} is not masked")
    return value


def word_of(shape: Mapping[str, Any], name: str, words: Tuple[str, ...]) -> Any:
    """One of the contract's words."""
    value = shape.get(name)
    if value not in words or not isinstance(value, str):
        raise malformed(f"{name} is no known word")
    return value


def truth_of(shape: Mapping[str, Any], name: str) -> bool:
    value = shape.get(name)
    if not isinstance(value, bool):
        raise malformed(f"{name} is neither true nor false")
    return value


def count_of(shape: Mapping[str, Any], name: str, *, most: int = 10**9) -> int:
    value = shape.get(name)
    if type(value) is not int or not 0 <= value <= most:
        raise malformed(f"{name} is no count")
    return value


def money_of(shape: Mapping[str, Any], name: str, *, credit: bool = False) -> Money:
    """An amount in whole cents; below nothing only where it may be a `credit`."""
    value = shape.get(name)
    cents = value.get("amount_cents") if isinstance(value, Mapping) else None
    if not isinstance(value, Mapping) or type(cents) is not int or abs(cents) > MOST_CENTS:
        raise malformed(f"{name} is no amount")
    if value.get("currency") != CURRENCY:
        raise malformed(f"{name} is in another currency")
    if cents < 0 and not credit:
        raise malformed(f"{name} is below nothing")
    return Money(cents, CURRENCY)


def decimal_of(shape: Mapping[str, Any], name: str) -> Decimal:
    """A quantity or a rate, `"213.4"`: a text, so that nothing was rounded on the way; not below nothing."""
    value = shape.get(name)
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value) or Decimal(value) < 0:
        raise malformed(f"{name} is no quantity")
    return Decimal(value)


def date_of(shape: Mapping[str, Any], name: str) -> date:
    return day_of(shape.get(name), BillingError)


def time_of(shape: Mapping[str, Any], name: str) -> datetime:
    """A moment with its offset, in a year that can be meant."""
    moment = moment_of(shape.get(name), BillingError)
    if moment.year not in _YEARS:
        raise malformed(f"{name} is in no year that can be meant")
    return moment


def url_of(shape: Mapping[str, Any], name: str) -> str:
    """A web address that a resident may open."""
    value = secret_of(shape, name)
    try:
        parts = urlsplit(value)
    except ValueError as err:
        raise malformed(f"{name} is no web address") from err
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        raise malformed(f"{name} is no web address")
    return value


def maybe(read: Callable[[Mapping[str, Any], str], Value], shape: Mapping[str, Any], name: str) -> Optional[Value]:
    """The field, None when the gateway has nothing to say of it."""
    return None if shape.get(name) is None else read(shape, name)
