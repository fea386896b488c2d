"""Statistics of a layer's records, over all of them or by group.

Source: ArcGIS REST API, query, outStatistics. A group may be an expression, EXTRACT(YEAR FROM field) or EXTRACT(MONTH FROM field), which
hosted layers allow; the answer calls it EXPR_1, EXPR_2 and so on.
"""

from __future__ import annotations

import json
import re
import sqlite3
from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Sequence

from bot.sandbox.esri import Parameters, bad_query
from bot.sandbox.feature_layers import OBJECT_ID, Field, Layer
from bot.sandbox.feature_query import order, page, select
from bot.sandbox.feature_tokens import Sql
from bot.sandbox.feature_where import aggregate, expression, having_clause, split_list

MOST_COLUMNS = 20
_TYPES = ("count", "sum", "min", "max", "avg", "stddev", "var")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")


@dataclass(frozen=True)
class _Column:
    """One column of the answer. `written`: how the request says it, which is another way to order by it."""

    name: str
    sql: Sql
    written: str


def statistics(parameters: Parameters, layer: Layer, met: Sql, connection: sqlite3.Connection) -> Dict[str, Any]:
    """The answer. Raises EsriError."""
    groups, wanted = _groups(parameters, layer), page(parameters)
    columns = [*groups, *_statistics(parameters, layer)]
    if len(columns) > MOST_COLUMNS or len({column.name.casefold() for column in columns}) < len(columns):
        raise bad_query("'outStatistics' parameter is invalid")
    listed = ", ".join(f"{column.sql.text} AS c{number}" for number, column in enumerate(columns))
    grouped = f"GROUP BY {', '.join(str(number + 1) for number in range(len(groups)))}" if groups else ""
    having = Sql("")
    if parameters.get("having"):
        having = having_clause(parameters["having"], layer)
        grouped += f" HAVING {having.text}"
    ordered = order(parameters, lambda name: _ordered_by(name, columns)) or [f"c{number}" for number in range(len(groups))]
    sorting = f"ORDER BY {', '.join(ordered)}" if ordered else ""
    statement = select(listed, layer, met, f"{grouped} {sorting} LIMIT ? OFFSET ?")
    rows, more = wanted.cut(connection.execute(statement, (*met.values, *having.values, wanted.most + 1, wanted.skip)).fetchall())
    shape = {
        "objectIdFieldName": OBJECT_ID,
        "fields": [_document(column, layer) for column in columns],
        "features": [{"attributes": dict(zip((column.name for column in columns), row, strict=True))} for row in rows],
    }
    return {**shape, "exceededTransferLimit": True} if more else shape


def _groups(parameters: Parameters, layer: Layer) -> List[_Column]:
    columns: List[_Column] = []
    expressions = 0
    for text in split_list(parameters.get("groupbyfieldsforstatistics")):
        field = layer.field(text)
        if field is None:
            expressions += 1
        columns.append(_Column(field.name if field else f"EXPR_{expressions}", expression(text, layer), text))
    return columns


def _statistics(parameters: Parameters, layer: Layer) -> List[_Column]:
    try:
        rows = json.loads(parameters.get("outstatistics", ""))
    except (ValueError, RecursionError):
        rows = None
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise bad_query("'outStatistics' parameter is invalid")
    return [_statistic(row, layer) for row in rows]


def _statistic(row: Mapping[str, Any], layer: Layer) -> _Column:
    kind, on = str(row.get("statisticType", "")).casefold(), str(row.get("onStatisticField", ""))
    if kind not in _TYPES:
        raise bad_query("'statisticType' is invalid")
    name = str(row.get("outStatisticFieldName") or f"{kind}_{on}")
    if not _NAME.fullmatch(name):
        raise bad_query("'outStatisticFieldName' is invalid")
    return _Column(name, aggregate(kind.upper(), expression(on, layer)), name)


def _ordered_by(name: str, columns: Sequence[_Column]) -> str:
    """The column that is meant. Statistics are ordered only by what they answer."""
    said = name.casefold()
    for number, column in enumerate(columns):
        if said in (column.name.casefold(), column.written.casefold()):
            return f"c{number}"
    raise bad_query(f"'Invalid field: {name[:100]}' parameter is invalid")


def _document(column: _Column, layer: Layer) -> Dict[str, Any]:
    field = layer.field(column.name)
    shape = (field or Field(column.name, "int" if column.sql.kind == "id" else column.sql.kind)).document()
    return {name: shape[name] for name in ("name", "type", "alias", "length") if name in shape}
