"""Geometries of GeoJSON as paths of points (RFC 7946)."""

from __future__ import annotations

import math
from typing import Any, Iterator, Mapping, Tuple

Point = Tuple[float, float]  # latitude, longitude, WGS 84
Paths = Tuple[Tuple[Point, ...], ...]

_DEPTHS = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}


def paths_of(geometry: Any) -> Paths:
    """A point is one path of one point, an area has one or more rings; nothing when there is no geometry.

    Raises:
        ValueError: a geometry that is none.
    """
    if geometry is None:
        return ()
    if not isinstance(geometry, Mapping):
        raise ValueError("a geometry that is no object")
    if geometry.get("type") == "GeometryCollection":
        return tuple(path for part in geometry.get("geometries") or () for path in paths_of(part))
    depth = _DEPTHS.get(str(geometry.get("type")))
    if depth is None:
        raise ValueError("a geometry of no known type")
    try:
        return tuple(_paths(geometry.get("coordinates"), depth))
    except (TypeError, IndexError, KeyError) as err:
        raise ValueError("a geometry without its points") from err


def _paths(coordinates: Any, depth: int) -> Iterator[Tuple[Point, ...]]:
    if depth == 0:
        yield (_point(coordinates),)
    elif depth == 1:
        yield tuple(_point(one) for one in coordinates)
    else:
        for part in coordinates:
            yield from _paths(part, depth - 1)


def _point(position: Any) -> Point:
    """Longitude comes first."""
    longitude, latitude = float(position[0]), float(position[1])
    if not (math.isfinite(latitude) and math.isfinite(longitude)):
        raise ValueError("a point nowhere")
    return latitude, longitude
