"""Which streets of a layer a question means: "margaret ave" is its "MARGARET AVE", "king st" its "King St E" and "King St W"."""

from __future__ import annotations

from typing import Iterable, List, Tuple

from actions.clients.arcgis import ArcGIS
from actions.clients.arcgis_query import Statistic
from actions.clients.arcgis_where import Contains
from bot.language.known_streets import closest_street, known_streets
from bot.language.road_names import read_road, same_road
from bot.language.street_words import folded
from bot.open_data.layers import Layer
from bot.open_data.query import Query, Value


def named_streets(server: ArcGIS, layer: Layer, query: Query) -> Tuple[Value, ...]:
    """The streets of the condition as the layer writes them, in its order; () when it has none of them. Raises ArcGISError."""
    field = layer.street
    if field is None:
        raise ValueError(f"{layer.id} says nothing of streets")
    client, found = server.layer(layer.service, [field.name]), set()
    for asked in map(str, query.where[field.id]):
        name = _name(asked)
        groups = client.statistics([Statistic("count", client.counted)], [Contains(field.name, name)], by=field.name)
        found.update(_meant(asked, name, [str(group.key) for group in groups if group.key]))
    return tuple(sorted(found))


def _name(street: str) -> str:
    """Its name without type and direction, as the city's list spells it."""
    road = read_road(street)
    name = road.name if road else street
    return closest_street(name, known_streets()) or name


def _meant(asked: str, name: str, held: Iterable[str]) -> List[str]:
    """Those that agree; where none does, those of the name: "rue" is said of an avenue too."""
    named = [street for street in held if folded(_name(street)) == folded(name)]
    return [street for street in named if same_road(asked, street)] or named
