"""The city's source of wards, and what it said, kept for days: councils change with elections, and Represent answers some 60 times a minute."""

from __future__ import annotations

from functools import lru_cache
from typing import Optional

from actions.clients.arcgis import arcgis_from_settings
from actions.clients.kept import Held, Kept
from actions.clients.represent import Represent
from actions.clients.wards import Council, Wards
from actions.clients.wards_layer import WardsLayer
from bot.city import city

DAY_S = 86_400.0
STALE_S = 14 * DAY_S  # told with its age
PLACE_DIGITS = 4  # of a point: some 11 m


class KeptWards:
    """A source of wards asked once a day for each place and for the council. Safe to use from several threads."""

    def __init__(self, wards: Wards, *, ttl_s: float = DAY_S, stale_s: float = STALE_S) -> None:
        self.wards = wards
        self._council: Kept[Council] = Kept(ttl_s=ttl_s, stale_s=stale_s)
        self._at: Kept[Optional[str]] = Kept(ttl_s=ttl_s, stale_s=stale_s)

    def ward_at(self, latitude: float, longitude: float) -> Held[Optional[str]]:
        """See `Wards`."""
        point = round(latitude, PLACE_DIGITS), round(longitude, PLACE_DIGITS)
        return self._at.get(point, lambda: self.wards.ward_at(*point))

    def council(self) -> Held[Council]:
        """See `Wards`."""
        return self._council.get("", self.wards.council)


@lru_cache(maxsize=1)
def wards_from_settings() -> Optional[KeptWards]:
    """The city's wards, one for all actions; None when the city offers none."""
    backend = city().backends["wards"]
    options = backend.options
    if backend.url is None:
        return None
    if options["protocol"] == "represent":
        names = {name: options.get(name, "") for name in ("wards", "council", "region", "region_district")}
        return KeptWards(Represent(backend.url, **names))
    server = arcgis_from_settings("wards")
    if server is None:
        return None
    fields = {name: options.get(f"{name}_field", "") for name in ("councillor", "phone", "email")}
    return KeptWards(WardsLayer(server, options["layer"], ward=options["ward_field"], **fields))
