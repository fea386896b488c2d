"""Fields and envelopes of Open311 answers, read as tolerantly as deployed servers make necessary.

Source: GeoReport v2, and the shapes seen in the wild (city-apis reference, 1.5 to 1.9): numeric ids, string booleans, a lone
item instead of a list, empty strings for nothing, dates without offset, 0 for an unknown coordinate.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Iterator, List, Mapping, Optional, Tuple
from zoneinfo import ZoneInfo

from defusedxml import ElementTree

EARLIEST_YEAR = 2000  # servers without a date send 1970, 1900 or year 1
LATEST_YEAR = 2100
_TRUE = {"true", "1", "yes"}
_OFFSET = re.compile(r"([+-]\d{2}):?(\d{2})$")
_FRACTION = re.compile(r"\.(\d+)")
_LIST_ELEMENTS = {"services", "service_requests", "requests", "errors", "attributes", "values"}


class ShapeError(ValueError):
    """The answer is not in the protocol."""


def text_of(value: Any) -> str:
    """A field as text: ids may be numbers, nothing may be null, empty or "null"."""
    if value is None or isinstance(value, (dict, list, bool)):
        return ""
    text = str(value).strip()
    return "" if text.casefold() == "null" else text


def truth_of(value: Any) -> bool:
    return str(value).strip().casefold() in _TRUE


def coordinate_of(value: Any) -> Optional[float]:
    """Degrees; None for what servers send instead of nothing."""
    try:
        degrees = float(text_of(value))
    except ValueError:
        return None
    return degrees if 0 < abs(degrees) <= 180 else None


def moment_of(value: Any, zone: ZoneInfo) -> Optional[datetime]:
    """A time with offset; None when there is none or it cannot be meant."""
    text = _OFFSET.sub(r"\1:\2", re.sub(r"[zZ]$", "+00:00", text_of(value)))
    text = _FRACTION.sub(lambda found: "." + found[1][:6].ljust(6, "0"), text)
    try:
        moment = datetime.fromisoformat(text)
        if not EARLIEST_YEAR <= moment.year < LATEST_YEAR:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=zone)
    except ValueError:
        return None


def items_of(shape: Any) -> List[Mapping[str, Any]]:
    """The items of a list, also when one comes without its list. Raises ShapeError."""
    if isinstance(shape, Mapping):
        shape = [shape] if shape else []
    if not isinstance(shape, list):
        raise ShapeError("neither a list nor an object")
    return [item for item in shape if isinstance(item, Mapping)]


def errors_in(shape: Any) -> Optional[Tuple[int, str]]:
    """Code and words of an error answer in any of the shapes servers use; None when it is no error."""
    if isinstance(shape, Mapping) and isinstance(shape.get("errors"), list):
        shape = shape["errors"]
    rows = shape if isinstance(shape, list) else [shape]
    if not rows or not all(isinstance(row, Mapping) and "code" in row and ("description" in row or "detail" in row) for row in rows):
        return None
    if any("service_request_id" in row or "attributes" in row for row in rows):
        return None
    code = text_of(rows[0]["code"])
    words = " ".join(word for row in rows for word in _words(row.get("description", row.get("detail"))))
    return int(code) if code.isdecimal() else 0, words


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _words(part)
    elif text_of(value):
        yield re.sub(r"<[^>]*>", " ", text_of(value))


def number_of(value: Any) -> float:
    try:
        return float(text_of(value))
    except ValueError:
        return 0.0


def shape_of_xml(body: bytes) -> Any:
    """An XML answer in the shape its JSON would have. Raises ShapeError.

    Source: the Spark convention, read backwards: a list of elements is a bare array.
    """
    try:
        root = ElementTree.fromstring(body)
    except Exception as err:  # defusedxml raises several families of errors
        raise ShapeError("not XML") from err
    return _shape(root)


def _shape(element: Any) -> Any:
    if element.tag in _LIST_ELEMENTS and not any(child.tag == "code" for child in element):
        return [_shape(child) for child in element]
    if len(element) == 0:
        return element.text
    return {child.tag: _shape(child) for child in element}
