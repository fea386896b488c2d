"""GET requests: which requests a query asks for.

Source: GeoReport v2, "GET Service Requests".
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import List, Optional, Tuple

from django.http import QueryDict

from bot.city import city
from bot.sandbox.moments import moment_of
from bot.sandbox.refusal import refusal
from bot.sandbox.store import StoredRequest, store

MOST_DAYS = 90  # a list covers, from the specification
MOST_REQUESTS = 1000  # in a list, from the specification


def asked_for(query: QueryDict) -> List[StoredRequest]:
    """The requests that fit, newest first; numbers override every other filter. Raises Refusal (400) for a malformed filter."""
    numbers = _listed(query, "service_request_id")
    if numbers:
        return store().by_number(numbers[:MOST_REQUESTS])
    codes, statuses = _listed(query, "service_code"), _listed(query, "status")
    if not set(statuses) <= {"open", "closed"}:
        raise refusal(400, "status_unknown")
    start, end = _range(query)
    rows = store().between(start.timestamp(), end.timestamp())
    fitting = (row for row in rows if (not codes or row.service_code in codes) and (not statuses or row.status in statuses))
    return list(fitting)[:MOST_REQUESTS]


def _listed(query: QueryDict, name: str) -> List[str]:
    """A parameter that may hold several values with commas, or be given several times."""
    return [part.strip() for value in query.getlist(name) for part in value.split(",") if part.strip()]


def _range(query: QueryDict) -> Tuple[datetime, datetime]:
    """From start to end; a missing side is 90 days from the other, and the last 90 days when both are missing."""
    given = {name: _moment(query, name) for name in ("start_date", "end_date")}
    start, end = given["start_date"], given["end_date"]
    longest = timedelta(days=MOST_DAYS)
    if start and end:
        if end - start > longest:
            raise refusal(400, "range_too_long", days=MOST_DAYS)
        return start, end
    if start:
        return start, start + longest
    end = end or datetime.now(city().timezone)
    return end - longest, end


def _moment(query: QueryDict, name: str) -> Optional[datetime]:
    text = query.get(name, "").strip()
    moment = moment_of(text, city().timezone)
    if text and moment is None:
        raise refusal(400, "date_malformed", parameter=name)
    return moment
