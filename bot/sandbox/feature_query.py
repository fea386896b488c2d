"""Which records of a layer a query means, in which order, and which page of them."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any, Callable, List, Optional, Tuple

from bot.sandbox import esri
from bot.sandbox.esri import Parameters, bad_query
from bot.sandbox.feature_layers import OBJECT_ID, Field, Layer
from bot.sandbox.feature_shapes import UNITS_M, asked_shape, widened
from bot.sandbox.feature_store import near_function
from bot.sandbox.feature_tokens import Sql
from bot.sandbox.feature_where import column, expression, known_field, split_list, where_clause

MOST_RECORDS = 2000  # on one page
MOST_IDS = 5000
_DIRECTIONS = {"": "ASC", "ASC": "ASC", "DESC": "DESC"}


@dataclass(frozen=True)
class Page:
    """`most` records after the first `skip`."""

    skip: int
    most: int

    def cut(self, rows: List[Any]) -> Tuple[List[Any], bool]:
        """The rows of this page out of one more than it holds, and whether there are more."""
        return rows[: self.most], len(rows) > self.most


def page(parameters: Parameters) -> Page:
    """`resultOffset` and `resultRecordCount`, which never exceeds MOST_RECORDS. Raises EsriError."""
    skip, most = esri.number(parameters, "resultOffset") or 0, esri.number(parameters, "resultRecordCount") or MOST_RECORDS
    return Page(skip, min(most, MOST_RECORDS))


def condition(parameters: Parameters, layer: Layer, connection: sqlite3.Connection) -> Sql:
    """`where`, `objectIds` and `geometry` together; one of them must be given, except for statistics. Raises EsriError."""
    parts: List[Sql] = []
    if parameters.get("where"):
        parts.append(where_clause(parameters["where"], layer))
    if parameters.get("objectids"):
        parts.append(_among(parameters["objectids"]))
    place = _place(parameters, layer, connection)
    if place:
        parts.append(place)
    if not parts and parameters.get("outstatistics"):
        return Sql("1 = 1")
    if not parts:
        raise bad_query("'where' parameter not specified")
    return Sql(" AND ".join(part.text for part in parts), tuple(value for part in parts for value in part.values))


def _among(text: str) -> Sql:
    numbers = text.split(",")
    if len(numbers) > MOST_IDS or not all(one.strip().isascii() and one.strip().isdecimal() and len(one) < 16 for one in numbers):
        raise bad_query("'objectIds' parameter is invalid")
    return Sql(f"{OBJECT_ID} IN ({', '.join('?' * len(numbers))})", tuple(int(one) for one in numbers))


def _place(parameters: Parameters, layer: Layer, connection: sqlite3.Connection) -> Optional[Sql]:
    shape = asked_shape(parameters)
    if parameters.get("spatialrel", "esriSpatialRelIntersects") != "esriSpatialRelIntersects":
        raise bad_query("'spatialRel' parameter is invalid")
    if shape is None:
        return None
    metres = _metres(parameters)
    near_function(connection, layer.geometry, shape, metres)
    west, south, east, north = widened(shape.box(), metres)
    return Sql("_west <= ? AND _east >= ? AND _south <= ? AND _north >= ? AND is_near(_west, _south, _lines)", (east, west, north, south))


def _metres(parameters: Parameters) -> float:
    """`distance` in `units`."""
    unit = UNITS_M.get(parameters.get("units", "").casefold())
    if unit is None:
        raise bad_query("'units' parameter is invalid")
    try:
        distance = float(parameters.get("distance") or 0)
    except ValueError:
        distance = -1.0
    if not 0 <= distance < 1e7:
        raise bad_query("'distance' parameter is invalid")
    return distance * unit


def out_fields(parameters: Parameters, layer: Layer) -> Tuple[Field, ...]:
    """The fields that `outFields` names; without it the number of a record alone. Raises EsriError."""
    names = split_list(parameters.get("outfields"))
    if "*" in names:
        return layer.fields
    return tuple(dict.fromkeys(known_field(layer, name) for name in names)) or layer.fields[:1]


def order(parameters: Parameters, term: Callable[[str], str]) -> List[str]:
    """The terms of `orderByFields`, each with its direction. Raises EsriError.

    Args:
        term: what a name of the parameter is in the statement; raises EsriError for an unknown one.
    """
    terms = []
    for item in split_list(parameters.get("orderbyfields")):
        name, _, last = item.rpartition(" ")
        known = _DIRECTIONS.get(last.upper()) if name else None
        terms.append(f"{term(name if known else item)} {known or 'ASC'}")
    return terms


def order_of_records(parameters: Parameters, layer: Layer) -> str:
    """`ORDER BY` for records; the number comes last, so that pages never overlap."""
    return ", ".join([*order(parameters, lambda name: expression(name, layer).text), OBJECT_ID])


def select(columns: str, layer: Layer, met: Sql, rest: str = "") -> str:
    """A statement on a layer. Every part comes from `data/sandbox/layers.yml` or is a fixed word; what a request says is bound."""
    return f'SELECT {columns} FROM "{layer.name}" WHERE {met.text} {rest}'  # noqa: S608


def columns_of(fields: Tuple[Field, ...]) -> str:
    """Fields as a statement lists them."""
    return ", ".join(column(field).text for field in fields)
