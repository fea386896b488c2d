"""What a layer is asked, as parameters of its query. Source: ArcGIS REST API, "Query (Feature Service/Layer)"."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Dict, Optional, Sequence, Tuple, Union
from zoneinfo import ZoneInfo

from actions.clients.arcgis_shapes import Field, LayerInfo, out
from actions.clients.arcgis_where import Condition, where_clause
from bot.language.distances import EARTH_RADIUS_M

_CORNERS = 64  # of a circle drawn as a polygon: 0.2 % too small at most


@dataclass(frozen=True)
class Spot:
    """A point in WGS 84 and how far around it counts; nothing around it: the areas that it lies in."""

    latitude: float
    longitude: float
    metres: float = 0.0


@dataclass(frozen=True)
class Statistic:
    """`kind`: count, sum, avg, min or max, of the values that are not empty."""

    kind: str
    field: str


@dataclass(frozen=True)
class Part:
    """The year or the month of a date, in UTC: for dates that the city keeps as midnight of the day it is the right one."""

    part: str  # YEAR or MONTH
    field: str


By = Union[None, str, Part, Tuple[str, ...]]


@dataclass(frozen=True)
class Questions:
    """Writes questions to one layer. A field that is not `allowed` is a ValueError."""

    info: LayerInfo
    allowed: Sequence[str]
    zone: ZoneInfo

    def count(self, where: Sequence[Condition] = (), *, near: Optional[Spot] = None) -> Dict[str, str]:
        return {**self._where(where, near), "returnCountOnly": "true"}

    def statistics(
        self, statistics: Sequence[Statistic], where: Sequence[Condition] = (), *, by: By = None, near: Optional[Spot] = None
    ) -> Dict[str, str]:
        asked = [
            {"statisticType": one.kind, "onStatisticField": self._field(one.field).name, "outStatisticFieldName": out(place)}
            for place, one in enumerate(statistics)
        ]
        params = {**self._where(where, near), "outStatistics": json.dumps(asked, separators=(",", ":")), "returnGeometry": "false"}
        if isinstance(by, Part):
            params["groupByFieldsForStatistics"] = f"EXTRACT({by.part} FROM {self._field(by.field).name})"
        elif by is not None:
            params["groupByFieldsForStatistics"] = ",".join(self._field(name).name for name in ((by,) if isinstance(by, str) else by))
        return params

    def features(
        self,
        where: Sequence[Condition] = (),
        *,
        fields: Sequence[str],
        near: Optional[Spot] = None,
        geometry: bool = False,
        order_by: Sequence[str] = (),
    ) -> Dict[str, str]:
        wanted, order = [self._field(name).name for name in fields], [self._ordered(one) for one in order_by]
        if self.info.object_id:  # pages are cut by an order that is the same every time
            wanted, order = [self.info.object_id, *wanted], [*order, self.info.object_id]
        params = {
            **self._where(where, near),
            "outFields": ",".join(dict.fromkeys(wanted)),
            "orderByFields": ",".join(order),
            "returnGeometry": "true" if geometry else "false",
        }
        return {**params, "outSR": "4326", "geometryPrecision": "6"} if geometry else params

    def _where(self, where: Sequence[Condition], near: Optional[Spot]) -> Dict[str, str]:
        params = {"where": where_clause(where, {name: self.info.fields[name] for name in self.allowed}, self.zone)}
        return {**params, **(self._around(near) if near else {})}

    def _around(self, near: Spot) -> Dict[str, str]:
        params = {"inSR": "4326", "spatialRel": "esriSpatialRelIntersects"}
        if near.metres and not self.info.distance:
            return {**params, "geometry": _circle(near), "geometryType": "esriGeometryPolygon"}
        point = f"{near.longitude:.5f},{near.latitude:.5f}"  # five decimals are a metre
        params = {**params, "geometry": point, "geometryType": "esriGeometryPoint"}
        return {**params, "distance": f"{near.metres:g}", "units": "esriSRUnit_Meter"} if near.metres else params

    def _field(self, name: str) -> Field:
        if name not in (*self.allowed, self.info.object_id):
            raise ValueError(f"no field to ask for: {name}")
        return self.info.fields[name]

    def _ordered(self, one: str) -> str:
        name, _, way = one.partition(" ")
        if way not in ("", "ASC", "DESC"):
            raise ValueError("no way to order")
        return f"{self._field(name).name} {way}".rstrip()


def _circle(near: Spot) -> str:
    """The polygon around a point, for layers that cannot measure."""
    north = math.degrees(near.metres / EARTH_RADIUS_M)
    east = north / math.cos(math.radians(near.latitude))
    turns = [-2 * math.pi * step / _CORNERS for step in range(_CORNERS)]  # clockwise: the outer ring
    ring = [[round(near.longitude + east * math.cos(turn), 6), round(near.latitude + north * math.sin(turn), 6)] for turn in turns]
    return json.dumps({"rings": [[*ring, ring[0]]], "spatialReference": {"wkid": 4326}}, separators=(",", ":"))
