"""A city's own layer of wards (ArcGIS), for cities that Represent does not know: which ward is at a point, and whom it elected.

A layer knows wards only: nobody who is elected by the whole city.
"""

from __future__ import annotations

from typing import Dict, Optional

from actions.clients.arcgis import ArcGIS
from actions.clients.arcgis_query import Spot
from actions.clients.errors import Failure
from actions.clients.wards import Council, Official, WardsError, ward_key


class WardsLayer:
    """One layer. Safe to use from several threads.

    Args:
        path: of the layer below the server's address, `Wards` for example.
        ward: the field with a ward's number or name.
        councillor, phone, email: the fields with whom it elected; empty where the layer has none.
    """

    def __init__(self, server: ArcGIS, path: str, *, ward: str, councillor: str = "", phone: str = "", email: str = "") -> None:
        self._ward = ward
        self._people = {name: field for name, field in (("name", councillor), ("phone", phone), ("email", email)) if field}
        self._layer = server.layer(path, [ward, *self._people.values()])

    def ward_at(self, latitude: float, longitude: float) -> Optional[str]:
        """The key of the ward at a point; None outside all wards. Raises a CityError."""
        rows = self._layer.features(near=Spot(latitude, longitude), fields=[self._ward])
        names = [row.attributes[self._ward] for row in rows if row.attributes[self._ward] is not None]
        if rows and not names:
            raise WardsError(Failure.MALFORMED, "a ward without a name")
        return ward_key(str(names[0])) if names else None

    def council(self) -> Council:
        """Every ward's councillor. Raises a CityError."""
        councillors: Dict[str, Official] = {}
        for row in self._layer.features(fields=[self._ward, *self._people.values()]):
            person = {name: str(row.attributes[field] or "") for name, field in self._people.items()}
            ward = row.attributes[self._ward]
            if ward is not None and person.get("name"):
                councillors.setdefault(ward_key(str(ward)), Official(office="", district=str(ward), **person))
        return Council(councillors)
