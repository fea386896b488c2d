"""Where clauses of an ArcGIS layer, built from typed conditions only: a field that the caller may use, values quoted in one place.

Words of residents can be values, never anything else. Source: ArcGIS REST API, "Query (Feature Service/Layer)": a subset of SQL-92.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Mapping, Optional, Sequence, Tuple, Union
from zoneinfo import ZoneInfo

from actions.clients.arcgis_shapes import Field

MOST_LETTERS = 200  # of one value; longer than any name a city writes
EVERYTHING = "1=1"  # a layer wants a where clause even when all is asked for
NOTHING = "1=0"
_UTC = ZoneInfo("UTC")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_WILDCARDS = re.compile(r"[%_\[\]^\\]")  # of LIKE, in one database or another
_QUOTE_ALIKE = re.compile("[\u02bc\u02b9\u2032\uff07]")  # some databases fold these to the quote that ends a text

Value = Union[str, int, float]


@dataclass(frozen=True)
class Is:
    """The field has one of these values."""

    field: str
    values: Tuple[Value, ...]


@dataclass(frozen=True)
class Contains:
    """The field has this text somewhere, whatever the case of its letters."""

    field: str
    text: str


@dataclass(frozen=True)
class Known:
    """The field is not empty."""

    field: str


@dataclass(frozen=True)
class During:
    """The moment in the field is on one of these days, spans of local dates that include both ends; None: no end on that side.

    Args:
        or_empty: an empty field counts too, such as a closure that ends nobody knows when.
    """

    field: str
    spans: Tuple[Tuple[Optional[date], Optional[date]], ...]
    or_empty: bool = False


Condition = Union[Is, Contains, Known, During]


def where_clause(conditions: Sequence[Condition], fields: Mapping[str, Field], zone: ZoneInfo) -> str:
    """All conditions together.

    Args:
        fields: those of the layer that may be used, by name. The type decides how a value is written.
        zone: of the dates.
    Raises:
        ValueError: a field that may not be used, or a value that is none of its type.
    """
    return " AND ".join(_clause(condition, fields, zone) for condition in conditions) or EVERYTHING


def _clause(condition: Condition, fields: Mapping[str, Field], zone: ZoneInfo) -> str:
    field = fields.get(condition.field)
    if field is None:
        raise ValueError(f"no field to ask for: {condition.field}")
    if isinstance(condition, Known):
        return f"{field.name} IS NOT NULL"
    if isinstance(condition, During):
        return _during(field.name, condition, zone)
    if isinstance(condition, Contains):
        wanted = _WILDCARDS.sub(" ", condition.text).strip()
        return f"UPPER({field.name}) LIKE {quoted(f'%{wanted.upper()}%')}" if wanted else NOTHING
    values = [_literal(value, field) for value in condition.values]
    if not values:
        return NOTHING
    return f"{field.name} = {values[0]}" if len(values) == 1 else f"{field.name} IN ({', '.join(values)})"


def quoted(text: str) -> str:
    """A text as SQL writes it, whatever is in it."""
    flat = _QUOTE_ALIKE.sub("'", _CONTROL.sub(" ", text))[:MOST_LETTERS]
    return "'" + flat.replace("'", "''") + "'"


def _literal(value: Value, field: Field) -> str:
    if not field.is_number:
        return quoted(str(value))
    if type(value) is int:
        return str(value)
    number = float(value)  # ValueError: no number, though its field holds numbers
    if number in (float("inf"), float("-inf")) or number != number:
        raise ValueError(f"no number for {field.name}")
    return str(int(number)) if number.is_integer() else repr(number)


def _during(name: str, condition: During, zone: ZoneInfo) -> str:
    spans = [_span(name, first, last, zone) for first, last in condition.spans]
    if condition.or_empty:
        spans.append(f"{name} IS NULL")
    if not spans:
        return NOTHING
    return f"({' OR '.join(spans)})"


def _span(name: str, first: Optional[date], last: Optional[date], zone: ZoneInfo) -> str:
    """Layers hold moments, and a moment of the last day may be its last second: the day after is the end, not included."""
    ends = []
    if first is not None:
        ends.append(f"{name} >= {_midnight(first, zone)}")
    if last is not None:
        ends.append(f"{name} < {_midnight(last + timedelta(days=1), zone)}")
    return f"({' AND '.join(ends)})" if ends else f"{name} IS NOT NULL"


def _midnight(day: date, zone: ZoneInfo) -> str:
    """Midnight where the city is, in UTC, as layers read it."""
    moment = datetime.combine(day, time(), zone).astimezone(_UTC)
    return f"TIMESTAMP '{moment:%Y-%m-%d %H:%M:%S}'"
