"""Why the billing gateway says no: RFC 7807, with a code the caller acts on. The contract is `docs/billing-gateway.yaml`."""

from __future__ import annotations

import json
from typing import Any, Dict, Optional

from django.http import HttpResponse

from bot.sandbox.seeds import seed


class Problem(Exception):
    """A request that is refused.

    Args:
        code: one of the contract's codes; its title is in `data/sandbox/billing.yml`.
        retry_after_s: when trying again may help; sent as Retry-After too.
    """

    def __init__(self, status: int, code: str, *, retry_after_s: Optional[int] = None, attempts_left: Optional[int] = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.retry_after_s = retry_after_s
        self.attempts_left = attempts_left

    def shape(self) -> Dict[str, Any]:
        """The body of the answer."""
        shape = {
            "type": f"urn:billing-gateway:{self.code}",
            "title": seed("billing")["problems"][self.code],
            "status": self.status,
            "code": self.code,
            "retry_after_s": self.retry_after_s,
            "attempts_left": self.attempts_left,
        }
        return {name: value for name, value in shape.items() if value is not None}

    def response(self) -> HttpResponse:
        """The answer."""
        response = HttpResponse(json.dumps(self.shape()), status=self.status, content_type="application/problem+json")
        if self.retry_after_s is not None:
            response["Retry-After"] = str(self.retry_after_s)
        return response


def too_soon(retry_after_s: int, code: str = "rate_limited") -> Problem:
    """More than is allowed; in so many seconds it is allowed again."""
    return Problem(429, code, retry_after_s=retry_after_s)
