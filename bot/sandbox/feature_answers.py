"""What a query answers: records, their numbers, how many, where they are, or the values that differ. In Esri's JSON or GeoJSON."""

from __future__ import annotations

import sqlite3
from typing import Any, Dict, List, Optional, Sequence, Tuple

from bot.sandbox import esri
from bot.sandbox.esri import Parameters, bad_query, flag
from bot.sandbox.feature_layers import OBJECT_ID, Field, Layer
from bot.sandbox.feature_query import columns_of, condition, order_of_records, out_fields, page, select
from bot.sandbox.feature_shapes import Shape
from bot.sandbox.feature_statistics import statistics
from bot.sandbox.feature_store import shape_of

_GEOJSON = {"point": "Point", "polyline": "MultiLineString", "polygon": "Polygon"}
_PLACE = "_west, _south, _lines"


def answer(parameters: Parameters, layer: Layer, connection: sqlite3.Connection) -> Dict[str, Any]:
    """The answer to a query. Raises EsriError."""
    reference = out_reference(parameters)
    if parameters.get("outstatistics") or parameters.get("groupbyfieldsforstatistics"):
        return statistics(parameters, layer, condition(parameters, layer, connection), connection)
    if flag(parameters, "returnIdsOnly"):
        return _numbers(parameters, layer, connection)
    if flag(parameters, "returnDistinctValues"):
        return _distinct(parameters, layer, connection)
    if flag(parameters, "returnExtentOnly"):
        return _extent(parameters, layer, connection, reference)
    if flag(parameters, "returnCountOnly"):
        met = condition(parameters, layer, connection)
        (count,) = connection.execute(select("COUNT(*)", layer, met), met.values).fetchone()
        return {"count": count}
    return _records(parameters, layer, connection, reference)


def out_reference(parameters: Parameters) -> int:
    """`outSR`: WGS84 or WEB_MERCATOR; GeoJSON knows only the first. Raises EsriError."""
    reference = esri.spatial_reference(parameters.get("outsr") or str(esri.WGS84))
    if reference is None:
        raise bad_query("'outSR' parameter is invalid")
    return esri.WGS84 if parameters.get("f") == "geojson" else reference


def box_shape(box: Sequence[Optional[float]], reference: int) -> Dict[str, Any]:
    """An extent; of nothing it is full of "NaN", as ArcGIS writes it."""
    if box[0] is None:
        corners: List[Any] = ["NaN"] * 4
    else:
        west, south, east, north = (float(side or 0) for side in box)
        corners = [*_in(reference, (west, south)), *_in(reference, (east, north))]
    names = ("xmin", "ymin", "xmax", "ymax")
    return {**dict(zip(names, corners, strict=True)), "spatialReference": esri.SPATIAL_REFERENCES[reference]}


def _numbers(parameters: Parameters, layer: Layer, connection: sqlite3.Connection) -> Dict[str, Any]:
    """All of them: numbers are not paged."""
    met = condition(parameters, layer, connection)
    rows = connection.execute(select(OBJECT_ID, layer, met, f"ORDER BY {order_of_records(parameters, layer)}"), met.values)
    return {"objectIdFieldName": OBJECT_ID, "objectIds": [row[0] for row in rows]}


def _extent(parameters: Parameters, layer: Layer, connection: sqlite3.Connection, reference: int) -> Dict[str, Any]:
    met = condition(parameters, layer, connection)
    statement = select("MIN(_west), MIN(_south), MAX(_east), MAX(_north), COUNT(*)", layer, met)
    *box, count = connection.execute(statement, met.values).fetchone()
    counted = {"count": count} if flag(parameters, "returnCountOnly") else {}
    return {"extent": box_shape(box, reference), **counted}


def _distinct(parameters: Parameters, layer: Layer, connection: sqlite3.Connection) -> Dict[str, Any]:
    if flag(parameters, "returnGeometry", usually=True):
        raise bad_query("Geometry is not supported with DISTINCT.")
    met, fields, wanted = condition(parameters, layer, connection), out_fields(parameters, layer), page(parameters)
    columns = columns_of(fields)
    if flag(parameters, "returnCountOnly"):
        (count,) = connection.execute(f"SELECT COUNT(*) FROM ({select(f'DISTINCT {columns}', layer, met)})", met.values).fetchone()  # noqa: S608
        return {"count": count}
    ordered = order_of_records(parameters, layer).removesuffix(OBJECT_ID).removesuffix(", ") or columns
    statement = select(f"DISTINCT {columns}", layer, met, f"ORDER BY {ordered} LIMIT ? OFFSET ?")
    rows, more = wanted.cut(connection.execute(statement, (*met.values, wanted.most + 1, wanted.skip)).fetchall())
    features = [{"attributes": _attributes(fields, row)} for row in rows]
    shape = {"objectIdFieldName": OBJECT_ID, "fields": [field.document() for field in fields], "features": features}
    return {**shape, "exceededTransferLimit": True} if more else shape


def _records(parameters: Parameters, layer: Layer, connection: sqlite3.Connection, reference: int) -> Dict[str, Any]:
    met, fields, wanted = condition(parameters, layer, connection), out_fields(parameters, layer), page(parameters)
    places, digits = flag(parameters, "returnGeometry", usually=True), esri.number(parameters, "geometryPrecision")
    geojson = parameters.get("f") == "geojson"
    columns = f"{columns_of(fields)}, {OBJECT_ID}, {_PLACE}"
    statement = select(columns, layer, met, f"ORDER BY {order_of_records(parameters, layer)} LIMIT ? OFFSET ?")
    rows, more = wanted.cut(connection.execute(statement, (*met.values, wanted.most + 1, wanted.skip)).fetchall())
    features = []
    for row in rows:
        attributes, shape = _attributes(fields, row), shape_of(layer.geometry, *row[-3:])
        if geojson:
            place = _geojson(shape, digits) if places else None
            features.append({"type": "Feature", "id": row[-4], "geometry": place, "properties": attributes})
        else:
            features.append({"attributes": attributes, **({"geometry": _esri(shape, reference, digits)} if places else {})})
    if geojson:
        return {"type": "FeatureCollection", "features": features, **({"properties": {"exceededTransferLimit": True}} if more else {})}
    return {
        "objectIdFieldName": OBJECT_ID,
        "globalIdFieldName": "",
        "geometryType": layer.esri_geometry,
        "spatialReference": esri.SPATIAL_REFERENCES[reference],
        "fields": [field.document() for field in fields],
        "features": features,
        **({"exceededTransferLimit": True} if more else {}),
    }


def _attributes(fields: Sequence[Field], row: Sequence[Any]) -> Dict[str, Any]:
    return {field.name: value for field, value in zip(fields, row, strict=False)}  # more columns than fields may follow


def _esri(shape: Shape, reference: int, digits: Optional[int]) -> Dict[str, Any]:
    lines = [[_rounded(_in(reference, point), digits) for point in line] for line in shape.lines]
    if shape.kind == "point":
        return {"x": lines[0][0][0], "y": lines[0][0][1]}
    return {"paths" if shape.kind == "polyline" else "rings": lines}


def _geojson(shape: Shape, digits: Optional[int]) -> Dict[str, Any]:
    """Rings run the other way round than Esri's: RFC 7946 has the outer one counterclockwise."""
    lines = [[_rounded(point, digits) for point in line] for line in shape.lines]
    if shape.kind == "polygon":
        lines = [line[::-1] for line in lines]
    return {"type": _GEOJSON[shape.kind], "coordinates": lines[0][0] if shape.kind == "point" else lines}


def _in(reference: int, point: Sequence[float]) -> Tuple[float, float]:
    return esri.to_web_mercator(point[0], point[1]) if reference == esri.WEB_MERCATOR else (point[0], point[1])


def _rounded(point: Tuple[float, float], digits: Optional[int]) -> Tuple[float, float]:
    return point if digits is None else (round(point[0], digits), round(point[1], digits))
