"""The city's source of wards. What it said is kept for days: a council changes with elections, and Represent answers 60 times a minute."""

from __future__ import annotations

from functools import lru_cache
from typing import Optional

from actions.clients.arcgis import ArcGIS
from actions.clients.kept import Held, Kept
from actions.clients.represent import Represent
from actions.clients.wards import Council, Wards
from actions.clients.wards_layer import WardsLayer
from bot.city import Backend, city

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


def source_of(backend: Backend) -> Wards:
    """What the setting `protocol` of a back end picks. Raises KeyError naming a setting that is missing."""
    options, url = backend.options, backend.url or ""
    if options["protocol"] == "represent":
        region = {name: options.get(name, "") for name in ("region", "region_district")}
        return Represent(url, wards=options["wards"], council=options["council"], **region)
    server = ArcGIS(url, zone=city().timezone, token=backend.api_key)
    people = {name: options.get(f"{name}_field", "") for name in ("councillor", "phone", "email")}
    return WardsLayer(server, options["layer"], ward=options["ward_field"], **people)


@lru_cache(maxsize=1)
def wards_from_settings() -> Optional[KeptWards]:
    """The city's wards, one for all actions; None when the city offers none."""
    backend = city().backends["wards"]
    return KeptWards(source_of(backend)) if backend.url else None
