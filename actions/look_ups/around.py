"""The places of one kind that are nearest to a point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Sequence, Tuple

from actions.clients.arcgis import ArcGIS
from actions.clients.arcgis_query import Spot
from actions.clients.arcgis_shapes import Feature
from actions.look_ups.place_kinds import PlaceKind
from bot.language.distances import Point, between_m, nearest_point

RADII_M = (1_000.0, 4_000.0, 16_000.0)  # a walk, a short ride, across the city and a little beyond
MOST = 3


@dataclass(frozen=True)
class Near:
    """A place: how far it is, the point of it that is nearest, and its fields as the layer writes them."""

    metres: float
    point: Point
    attributes: Mapping[str, Any]


def nearest(server: ArcGIS, kind: PlaceKind, here: Point, radii_m: Sequence[float] = RADII_M, *, behind: int = 0) -> List[Near]:
    """The nearest places that have a name, nearest first; fewer than MOST or none when there are no more within the last radius.

    A radius that holds all of them holds the nearest ones, whatever order the layer gives them in. A layer that does not measure
    gives all it has, so every distance is computed here.

    Args:
        behind: how many of the nearest are left out, as they were told.
    Raises:
        ArcGISError: not reached, refused or malformed.
    """
    found: List[Near] = []
    layer = server.layer(kind.layer, kind.every_field)
    for radius_m in radii_m:
        rows = layer.features(kind.where, fields=kind.every_field, near=Spot(*here, metres=radius_m), geometry=True)
        places = (_near(here, row) for row in rows if row.paths and row.attributes[kind.fields["name"]])
        found = _each_once(sorted((place for place in places if place.metres <= radius_m), key=lambda place: place.metres), kind)
        if len(found) >= behind + MOST:
            break
    return found[behind : behind + MOST]


def _near(here: Point, row: Feature) -> Near:
    point = nearest_point(here, row.paths)
    return Near(between_m(here, point), point, row.attributes)


def _each_once(places: Sequence[Near], kind: PlaceKind) -> List[Near]:
    """A trail may have several pieces, a building several records: the nearest one of a name and address counts."""
    seen: Dict[Tuple[str, ...], Near] = {}
    for place in places:
        key = tuple(str(place.attributes.get(kind.fields.get(name, "")) or "").casefold() for name in ("name", "address"))
        seen.setdefault(key, place)
    return list(seen.values())
