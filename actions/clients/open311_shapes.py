"""Open311 answers as typed records. Source: GeoReport v2."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, List, Literal, Mapping, Optional, Tuple
from zoneinfo import ZoneInfo

from actions.clients.open311_values import ShapeError, coordinate_of, items_of, moment_of, number_of, text_of, truth_of

LISTS = {"multivaluelist", "singlevaluelist"}
WORDS = {"string", "text"}
_DATATYPES = {"number", "datetime", *WORDS, *LISTS}


@dataclass(frozen=True)
class Service:
    """Something residents can report. `metadata`: it has attributes to ask for."""

    service_code: str
    service_name: str
    description: str
    metadata: bool
    type: str  # realtime: a number at once; batch: a token first; blackbox: nothing comes back
    keywords: Tuple[str, ...]
    group: str = ""


@dataclass(frozen=True)
class Attribute:
    """A question of a service. `variable` False: information, nothing is asked. `values`: key and name of each choice."""

    code: str
    description: str
    datatype: str
    required: bool
    variable: bool
    values: Tuple[Tuple[str, str], ...]


@dataclass(frozen=True)
class ServiceRequest:
    """A request as the city has it. Times carry an offset; the city's zone is assumed where the server gives none."""

    service_request_id: str
    status: Literal["open", "closed"]
    service_code: str
    service_name: str
    description: str
    status_notes: str
    service_notice: str
    address: str
    requested_datetime: Optional[datetime]
    updated_datetime: Optional[datetime]
    expected_datetime: Optional[datetime]
    latitude: Optional[float]
    longitude: Optional[float]


@dataclass(frozen=True)
class Filed:
    """What a city said to a new request: its number, or a token to ask for the number with, or neither."""

    service_request_id: str
    token: str
    service_notice: str


def read_services(shape: Any) -> List[Service]:
    """The services; an item without a code is left out. Raises ShapeError."""
    rows = items_of(shape)
    found = [_service(row) for row in rows if text_of(row.get("service_code"))]
    if rows and not found:
        raise ShapeError("no item is a service")
    return found


def _service(row: Mapping[str, Any]) -> Service:
    code = text_of(row["service_code"])
    keywords = text_of(row.get("keywords"))
    return Service(
        service_code=code,
        service_name=text_of(row.get("service_name")) or code,
        description=text_of(row.get("description")),
        metadata=truth_of(row.get("metadata")),
        type=text_of(row.get("type")).casefold() or "realtime",
        keywords=tuple(word.strip() for word in keywords.split(",") if word.strip()),
        group=text_of(row.get("group")),
    )


def read_attributes(shape: Any) -> List[Attribute]:
    """The attributes of a service definition in the order to ask them. Raises ShapeError."""
    rows = items_of(shape)
    if len(rows) != 1 or "attributes" not in rows[0]:
        raise ShapeError("no service definition")
    attributes = items_of(rows[0]["attributes"] or [])
    ordered = sorted(enumerate(attributes), key=lambda pair: (number_of(pair[1].get("order")), pair[0]))
    return [_attribute(row) for _, row in ordered if text_of(row.get("code"))]


def _attribute(row: Mapping[str, Any]) -> Attribute:
    values = items_of(row.get("values") or [])
    datatype = text_of(row.get("datatype")).casefold()
    keyed = tuple((text_of(value.get("key")), text_of(value.get("name")) or text_of(value.get("key"))) for value in values)
    return Attribute(
        code=text_of(row["code"]),
        description=text_of(row.get("description")) or text_of(row["code"]),
        datatype=datatype if datatype in _DATATYPES and (keyed or datatype not in LISTS) else "string",
        required=truth_of(row.get("required")),
        variable="variable" not in row or truth_of(row["variable"]),
        values=keyed,
    )


def read_requests(shape: Any, zone: ZoneInfo) -> List[ServiceRequest]:
    """The requests of a list; Raises ShapeError when an item has no number, or a status that is neither open nor closed."""
    return [_request(row, zone) for row in items_of(shape)]


def _request(row: Mapping[str, Any], zone: ZoneInfo) -> ServiceRequest:
    number, status = text_of(row.get("service_request_id")), text_of(row.get("status")).casefold()
    if not number or status not in ("open", "closed"):
        raise ShapeError("a request without number or status")
    return ServiceRequest(
        service_request_id=number,
        status="open" if status == "open" else "closed",
        service_code=text_of(row.get("service_code")),
        service_name=text_of(row.get("service_name")),
        description=text_of(row.get("description")),
        status_notes=text_of(row.get("status_notes")),
        service_notice=text_of(row.get("service_notice")),
        address=text_of(row.get("address")),
        requested_datetime=moment_of(row.get("requested_datetime"), zone),
        updated_datetime=moment_of(row.get("updated_datetime"), zone),
        expected_datetime=moment_of(row.get("expected_datetime"), zone),
        latitude=coordinate_of(row.get("lat")),
        longitude=coordinate_of(row.get("long")),
    )


def read_filed(shape: Any) -> Filed:
    """The answer to a new request. Raises ShapeError."""
    rows = items_of(shape)
    if len(rows) > 1:
        raise ShapeError("several answers to one request")
    row = rows[0] if rows else {}
    return Filed(text_of(row.get("service_request_id")), text_of(row.get("token")), text_of(row.get("service_notice")))
