"""ArcGIS's own errors, which come with HTTP status 200: which of them say that it is only busy."""

from __future__ import annotations

import json
from typing import Optional

from actions.clients.http import Answer

BUSY = {429, 500, 503, 504}
_LONGEST_ERROR = 10_000


def is_busy(answer: Answer) -> bool:
    """Whether the answer is an error that another try may not meet."""
    return answer.status == 200 and len(answer.body) < _LONGEST_ERROR and code_in(answer.body) in BUSY


def code_in(body: bytes) -> Optional[int]:
    """The code of the error that a body is; None when it is none."""
    try:
        code = json.loads(body)["error"]["code"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return code if type(code) is int else None
