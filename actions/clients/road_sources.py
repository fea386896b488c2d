"""The city's source of closed roads. The whole list is kept for minutes: it is short, and what is near a resident is found in it here."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import List, Optional

from actions.clients.arcgis import ArcGIS
from actions.clients.kept import Held, Kept
from actions.clients.open511 import Open511
from actions.clients.roads import Closure, Roads
from actions.clients.roads_layer import FIELDS, RoadsLayer
from bot.city import Backend, city

KEPT_S = 300.0
STALE_S = 12 * 3600.0  # told with its age


class KeptRoads:
    """A source of closed roads asked every few minutes. Safe to use from several threads."""

    def __init__(self, roads: Roads, *, ttl_s: float = KEPT_S, stale_s: float = STALE_S) -> None:
        self.roads = roads
        self._closures: Kept[List[Closure]] = Kept(ttl_s=ttl_s, stale_s=stale_s)

    def closures(self, today: date) -> Held[List[Closure]]:
        """See `Roads`."""
        return self._closures.get("", lambda: self.roads.closures(today))


def source_of(backend: Backend) -> Roads:
    """What the setting `protocol` of a back end picks. Raises KeyError naming a setting that is missing."""
    options, url = backend.options, backend.url or ""
    if options["protocol"] == "open511":
        return Open511(url, zone=city().timezone, bbox=options.get("bbox", ""))
    server = ArcGIS(url, zone=city().timezone, token=backend.api_key)
    fields = {name: options[f"{name}_field"] for name in FIELDS}
    return RoadsLayer(server, options["layer"], fields, closed=options["closed"])


@lru_cache(maxsize=1)
def roads_from_settings() -> Optional[KeptRoads]:
    """The city's closed roads, one for all actions; None when the city offers none."""
    backend = city().backends["roads"]
    return KeptRoads(source_of(backend)) if backend.url else None
