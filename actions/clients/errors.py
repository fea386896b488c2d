"""How a city system fails, in one vocabulary for all clients."""

from __future__ import annotations

from enum import Enum
from typing import Optional


class Failure(str, Enum):
    UNREACHABLE = "unreachable"  # no answer in time; later may work
    REFUSED = "refused"  # the city said no; the error holds its words
    MALFORMED = "malformed"  # an answer, but not in the protocol


class CityError(Exception):
    """A city system did not do what was asked. Each client has its own subclass.

    Args:
        detail: the city's own words for REFUSED, else ours; never an address, a key or a body.
        may_have_happened: the request may have reached the city, so something may have been done there.
        status: HTTP status, None without an answer.
    """

    def __init__(self, failure: Failure, detail: str = "", *, may_have_happened: bool = False, status: Optional[int] = None) -> None:
        super().__init__(f"{failure.value}: {detail}")
        self.failure = failure
        self.detail = detail
        self.may_have_happened = may_have_happened
        self.status = status
