"""Answers of an ArcGIS layer as typed records. Source: ArcGIS REST API, layer resource and query."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Collection, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple, Union
from zoneinfo import ZoneInfo

MOST_RECORDS = 1000  # in a page where a layer does not say; ArcGIS's own default
_NUMBERS = {"esriFieldTypeSmallInteger", "esriFieldTypeInteger", "esriFieldTypeBigInteger", "esriFieldTypeSingle", "esriFieldTypeDouble"}
_OBJECT_ID = "esriFieldTypeOID"
_DATE = "esriFieldTypeDate"

Point = Tuple[float, float]  # latitude, longitude


class ShapeError(ValueError):
    """An answer is not in the protocol."""


@dataclass(frozen=True)
class Field:
    """A field of a layer; `type` is one of Esri's."""

    name: str
    type: str

    @property
    def is_number(self) -> bool:
        return self.type in _NUMBERS or self.type == _OBJECT_ID

    @property
    def is_date(self) -> bool:
        return self.type == _DATE


@dataclass(frozen=True)
class LayerInfo:
    """What a layer says about itself. `edited`: when its data last changed, None when it does not say."""

    name: str
    fields: Mapping[str, Field]
    object_id: Optional[str]
    most_records: int
    geometry_type: str
    pages: bool
    statistics: bool
    expressions: bool  # SQL expressions can be grouped by
    distance: bool
    edited: Optional[datetime]


@dataclass(frozen=True)
class Feature:
    """A record.

    Args:
        attributes: by field; dates are moments where the city is, texts have no spaces around them and are None when empty.
        paths: where it is, if that was asked for: a point is one path of one point, an area has one or more rings.
    """

    id: Optional[int]
    attributes: Mapping[str, Any]
    paths: Tuple[Tuple[Point, ...], ...] = ()


@dataclass(frozen=True)
class Group:
    """What one value of the field grouped by has; `key` None: it is empty. Without grouping there is one, of all records."""

    key: Any
    values: Tuple[Any, ...]  # in the order of the statistics; None: of no record


def out(place: int) -> str:
    """What the statistic at this place is called in the answer."""
    return f"value_{place}"


def read_info(shape: Mapping[str, Any], zone: ZoneInfo) -> LayerInfo:
    """A layer's description; old servers leave out most of it. Raises ShapeError."""
    rows = shape.get("fields")
    if not isinstance(rows, list):
        raise ShapeError("a layer without fields")
    fields = {
        str(row["name"]): Field(str(row["name"]), str(row.get("type") or ""))
        for row in rows
        if isinstance(row, Mapping) and row.get("name")
    }
    can = shape.get("advancedQueryCapabilities")
    can = can if isinstance(can, Mapping) else {}
    editing = shape.get("editingInfo")
    editing = editing if isinstance(editing, Mapping) else {}
    edited = editing.get("dataLastEditDate") or editing.get("lastEditDate")
    return LayerInfo(
        name=str(shape.get("name") or ""),
        fields=fields,
        object_id=shape.get("objectIdField") or next((field.name for field in fields.values() if field.type == _OBJECT_ID), None),
        most_records=_positive(shape.get("maxRecordCount")),
        geometry_type=str(shape.get("geometryType") or ""),
        pages=bool(can.get("supportsPagination")),
        statistics=bool(can.get("supportsStatistics", shape.get("supportsStatistics"))),
        expressions=bool(can.get("supportsSqlExpression")),
        distance=bool(can.get("supportsQueryWithDistance")),
        edited=moment_of(edited, zone) if edited is not None else None,
    )


def _positive(value: Any) -> int:
    return value if type(value) is int and value > 0 else MOST_RECORDS


def moment_of(value: Any, zone: ZoneInfo) -> datetime:
    """A date of a layer, milliseconds since 1970 in UTC, where the city is. Raises ShapeError."""
    if type(value) not in (int, float):
        raise ShapeError("a date that is no number")
    try:
        return datetime.fromtimestamp(value / 1000, timezone.utc).astimezone(zone)
    except (OverflowError, ValueError, OSError) as err:
        raise ShapeError("a date out of all time") from err


def read_features(shape: Mapping[str, Any], info: LayerInfo, fields: Collection[str], zone: ZoneInfo) -> List[Feature]:
    """The records of a page, with these fields whatever else came along. Raises ShapeError."""
    rows = shape.get("features")
    if not isinstance(rows, list):
        raise ShapeError("no list of features")
    return [_feature(row, info, fields, zone) for row in rows]


def read_groups(shape: Mapping[str, Any], dates: Sequence[bool], grouped: Union[bool, Tuple[str, ...]], zone: ZoneInfo) -> List[Group]:
    """The groups of an answer.

    Args:
        dates: of each statistic, in their order, whether it is a date.
        grouped: whether there is a key, or the names of those that make it up.
    Raises:
        ShapeError: a group without its statistics or its key.
    """
    rows = shape.get("features")
    if not isinstance(rows, list):
        raise ShapeError("no list of groups")
    return [_group(row, dates, grouped, zone) for row in rows]


def _group(row: Any, dates: Sequence[bool], grouped: Union[bool, Tuple[str, ...]], zone: ZoneInfo) -> Group:
    """Servers write the names of statistics in capitals or not; an expression that is grouped by gets a name of their own."""
    given = row.get("attributes") if isinstance(row, Mapping) else None
    if not isinstance(given, Mapping):
        raise ShapeError("a group without attributes")
    named = {name.casefold(): value for name, value in given.items()}
    names = [out(place) for place in range(len(dates))]
    if named and not set(names) & set(named):
        raise ShapeError("the statistics are missing")
    values = [named.pop(name, None) for name in names]  # of no record, some servers leave one out
    keys = [name.casefold() for name in grouped] if isinstance(grouped, tuple) else list(named)
    if grouped and (set(keys) != set(named) or (grouped is True and len(keys) != 1)):
        raise ShapeError("a group without its key")
    key = [(named[name].strip() or None) if isinstance(named[name], str) else named[name] for name in keys]
    return Group(
        tuple(key) if isinstance(grouped, tuple) else key[0] if grouped else None,
        tuple(moment_of(value, zone) if is_date and value is not None else value for value, is_date in zip(values, dates, strict=True)),
    )


def exceeded(shape: Mapping[str, Any]) -> bool:
    """Whether there is more than this page: the only sign of it, a page may be short or empty."""
    properties = shape.get("properties")
    return bool(shape.get("exceededTransferLimit") or (isinstance(properties, Mapping) and properties.get("exceededTransferLimit")))


def _feature(row: Any, info: LayerInfo, fields: Collection[str], zone: ZoneInfo) -> Feature:
    given = row.get("attributes") if isinstance(row, Mapping) else None
    if not isinstance(given, Mapping):
        raise ShapeError("a feature without attributes")
    attributes: Dict[str, Any] = {}
    for name in fields:
        value = given.get(name)
        if info.fields[name].is_date and value is not None:
            value = moment_of(value, zone)
        attributes[name] = (value.strip() or None) if isinstance(value, str) else value
    number = given.get(info.object_id or "")
    return Feature(number if type(number) is int else None, attributes, tuple(_paths(row.get("geometry"))))


def _paths(geometry: Any) -> Iterator[Tuple[Point, ...]]:
    """Longitude comes first in a layer."""
    if not isinstance(geometry, Mapping):
        return
    if "x" in geometry and "y" in geometry:
        points: List[Any] = [[[geometry["x"], geometry["y"]]]]
    else:
        points = geometry.get("paths") or geometry.get("rings") or []
    for path in points:
        try:
            found = tuple((float(point[1]), float(point[0])) for point in path)
        except (TypeError, ValueError, IndexError, KeyError) as err:
            raise ShapeError("a geometry that is none") from err
        if found and all(math.isfinite(number) for point in found for number in point):
            yield found
