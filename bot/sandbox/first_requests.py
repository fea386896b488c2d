"""The requests a new sandbox starts with: `data/sandbox/requests.yml`, dated back from the first start."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Iterator, Mapping

from bot.city import city
from bot.sandbox.catalogue import service
from bot.sandbox.seeds import seed
from bot.sandbox.store import StoredRequest


def first_requests(now: datetime) -> Iterator[StoredRequest]:
    """The seeded requests as if they had been made in the days before `now`."""
    return (_request(row, now) for row in seed("requests"))


def _request(row: Mapping[str, Any], now: datetime) -> StoredRequest:
    requested = (now - timedelta(days=row["requested_days_ago"])).replace(hour=9, minute=15, second=0, microsecond=0)
    updated = (now - timedelta(days=row["updated_days_ago"])).replace(hour=14, minute=5, second=0, microsecond=0)
    offered = service(row["service_code"])
    if offered is None:
        raise ValueError(f"data/sandbox/requests.yml: {row['service_request_id']} names a service that services.yml does not have")
    postal_code = row.get("postal_code")
    return StoredRequest(
        service_request_id=row["service_request_id"],
        service_code=row["service_code"],
        status=row["status"],
        requested_datetime=requested.isoformat(),
        updated_datetime=updated.isoformat(),
        expected_datetime=(requested + timedelta(days=offered["expected_days"])).isoformat(),
        description=row["description"],
        status_notes=row.get("status_notes"),
        address=", ".join(part for part in (row["address"], city().short_name, postal_code) if part),
        zipcode=postal_code,
        lat=row["latitude"],
        long=row["longitude"],
        attributes=row.get("attributes", {}),
    )
