"""Geometries of the sandbox's layers: read from a query, compared on the ground.

A shape is lines in longitude and latitude: one line of one point, lines, or rings. Source: ArcGIS REST API, "Geometry objects".
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Dict, List, Optional, Sequence, Tuple

from bot.sandbox import esri
from bot.sandbox.esri import Parameters, bad_query
from bot.sandbox.outlines import within

UNITS_M = {
    "esrisrunit_meter": 1.0,
    "esrisrunit_kilometer": 1000.0,
    "esrisrunit_foot": 0.3048,
    "esrisrunit_statutemile": 1609.344,
    "": 111_320.0,  # without a unit it is the spatial reference's: degrees
}
MOST_POINTS = 5000  # of a geometry in a query
_FARTHEST = 1e8  # degrees or metres: nothing on earth is farther, and arithmetic stays within its bounds
_DEGREE_M = 111_320.0
_EAST_M = _DEGREE_M * math.cos(math.radians(43.43))  # one scale for the whole city: it is small enough to be flat

Line = Sequence[Tuple[float, float]]
Box = Tuple[float, float, float, float]  # west, south, east, north


@dataclass(frozen=True)
class Shape:
    """`kind`: point, polyline, or polygon."""

    kind: str
    lines: Tuple[Line, ...]

    def box(self) -> Box:
        """The least box that holds it."""
        east, north = zip(*(point for line in self.lines for point in line), strict=True)
        return min(east), min(north), max(east), max(north)


def asked_shape(parameters: Parameters) -> Optional[Shape]:
    """The `geometry` of a query, None without one. Raises EsriError."""
    text = parameters.get("geometry", "")
    if not text:
        return None
    kind = parameters.get("geometrytype", "esriGeometryEnvelope")
    given = _given(text, kind)
    reference = given.get("spatialReference") or parameters.get("insr") or esri.WGS84
    wkid = esri.spatial_reference(json.dumps(reference) if isinstance(reference, dict) else str(reference))
    lines = _lines(given, kind)
    if wkid is None or not 0 < sum(map(len, lines)) <= MOST_POINTS or not all(lines):
        raise bad_query("'geometry' parameter is invalid")
    if wkid == esri.WEB_MERCATOR:
        lines = [[esri.from_web_mercator(*point) for point in line] for line in lines]
    return Shape("point" if kind == "esriGeometryPoint" else "polygon", tuple(lines))


def _given(text: str, kind: str) -> Dict[str, Any]:
    """Esri's JSON, or the short form: `x,y` and `xmin,ymin,xmax,ymax`."""
    names = {"esriGeometryPoint": ("x", "y"), "esriGeometryEnvelope": ("xmin", "ymin", "xmax", "ymax"), "esriGeometryPolygon": ()}.get(kind)
    if names is None:
        raise bad_query("'geometryType' parameter is invalid")
    try:
        shape = json.loads(text if text.startswith("{") else f"[{text}]")
    except (ValueError, RecursionError):
        raise bad_query("'geometry' parameter is invalid") from None
    if isinstance(shape, list) and len(shape) == len(names):
        return dict(zip(names, shape, strict=True))
    if not isinstance(shape, dict):
        raise bad_query("'geometry' parameter is invalid")
    return shape


def _lines(given: Dict[str, Any], kind: str) -> List[Line]:
    try:
        if kind == "esriGeometryPoint":
            return [[_point((given["x"], given["y"]))]]
        if kind == "esriGeometryPolygon":
            return [[_point(point) for point in ring] for ring in given["rings"]]
        (west, south), (east, north) = _point((given["xmin"], given["ymin"])), _point((given["xmax"], given["ymax"]))
    except (KeyError, TypeError, ValueError, IndexError, OverflowError):
        raise bad_query("'geometry' parameter is invalid") from None
    return [[(west, south), (west, north), (east, north), (east, south), (west, south)]]


def _point(pair: Sequence[Any]) -> Tuple[float, float]:
    if any(isinstance(part, (str, bool)) for part in pair):
        raise ValueError("no numbers")
    x, y = float(pair[0]), float(pair[1])
    if not (abs(x) < _FARTHEST and abs(y) < _FARTHEST):
        raise ValueError("no place")
    return x, y


def widened(box: Box, metres: float) -> Box:
    """The box with so much room around it."""
    east, north = metres / _EAST_M, metres / _DEGREE_M
    return box[0] - east, box[1] - north, box[2] + east, box[3] + north


class Nearness:
    """Which shapes are at most so many metres from one shape; 0: which touch it."""

    def __init__(self, asked: Shape, metres: float) -> None:
        self.asked, self.metres, self.segments = asked, metres + 1e-6, _segments(asked)

    def holds(self, shape: Shape) -> bool:
        """Whether this shape is."""
        if self.asked.kind == "polygon" and any(inside(self.asked, line[0]) for line in shape.lines):
            return True
        if shape.kind == "polygon" and any(inside(shape, line[0]) for line in self.asked.lines):
            return True
        return any(_apart(one, other) <= self.metres for one in _segments(shape) for other in self.segments)

    def holds_point(self, longitude: float, latitude: float) -> bool:
        """Whether this point is: the same as `holds`, in a fraction of the time."""
        if self.asked.kind == "polygon" and inside(self.asked, (longitude, latitude)):
            return True
        here = _ground((longitude, latitude))
        return any(_off(here, segment) <= self.metres for segment in self.segments)


def inside(polygon: Shape, point: Tuple[float, float]) -> bool:
    """Whether a point is within the rings, holes left out."""
    return sum(within((point[1], point[0]), ring) for ring in polygon.lines) % 2 == 1


def length_m(line: Line) -> float:
    """How long a line is on the ground."""
    return sum(math.dist(_ground(a), _ground(b)) for a, b in pairwise(line))


Segment = Tuple[Tuple[float, float], Tuple[float, float]]


def _segments(shape: Shape) -> List[Segment]:
    """Pairs of points in metres; a point is a pair of itself."""
    ground = [[_ground(point) for point in line] for line in shape.lines]
    return [pair for line in ground for pair in (pairwise(line) if len(line) > 1 else [(line[0], line[0])])]


def _ground(point: Tuple[float, float]) -> Tuple[float, float]:
    return point[0] * _EAST_M, point[1] * _DEGREE_M


def _apart(one: Segment, other: Segment) -> float:
    if _cross(one, other):
        return 0.0
    return min(_off(one[0], other), _off(one[1], other), _off(other[0], one), _off(other[1], one))


def _cross(one: Segment, other: Segment) -> bool:
    def side(segment: Segment, point: Tuple[float, float]) -> float:
        (x1, y1), (x2, y2) = segment
        return (x2 - x1) * (point[1] - y1) - (y2 - y1) * (point[0] - x1)

    return side(one, other[0]) * side(one, other[1]) < 0 and side(other, one[0]) * side(other, one[1]) < 0


def _off(point: Tuple[float, float], segment: Segment) -> float:
    """How far a point is from a segment."""
    (x1, y1), (x2, y2) = segment
    length = (x2 - x1) ** 2 + (y2 - y1) ** 2
    share = 0.0 if length == 0 else min(1.0, max(0.0, ((point[0] - x1) * (x2 - x1) + (point[1] - y1) * (y2 - y1)) / length))
    return math.dist(point, (x1 + share * (x2 - x1), y1 + share * (y2 - y1)))
