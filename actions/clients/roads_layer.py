"""A city's own layer of closed roads (ArcGIS), one line for each closure."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, List, Mapping, Optional

from actions.clients.arcgis import ArcGIS
from actions.clients.arcgis_where import During
from actions.clients.errors import Failure
from actions.clients.roads import CLOSED, LANES, Closure, RoadsError

FIELDS = ("road", "from", "to", "reason", "type", "starts", "ends")


class RoadsLayer:
    """One layer. Safe to use from several threads.

    Args:
        path: of the layer below the server's address, `Road_Closures` for example.
        fields: the layer's own name for each of FIELDS. `starts` and `ends` are dates; an empty end: until further notice.
        closed: what `type` says when the whole road is closed.
    """

    def __init__(self, server: ArcGIS, path: str, fields: Mapping[str, str], *, closed: str) -> None:
        self._fields = {name: fields[name] for name in FIELDS}
        self._closed = closed.casefold()
        self._layer = server.layer(path, list(self._fields.values()))

    def closures(self, today: date) -> List[Closure]:
        """All that have not ended before today. Raises a CityError."""
        not_over = During(self._fields["ends"], ((today, None),), or_empty=True)
        found = self._layer.features([not_over], fields=list(self._fields.values()), geometry=True)
        rows = [({name: feature.attributes[field] for name, field in self._fields.items()}, feature.paths) for feature in found]
        named = [(row, paths) for row, paths in rows if row["road"]]
        if rows and not named:
            raise RoadsError(Failure.MALFORMED, "no closure names its road")
        return [
            Closure(
                road=str(row["road"]),
                from_road=str(row["from"] or ""),
                to_road=str(row["to"] or ""),
                state=CLOSED if str(row["type"] or "").casefold() == self._closed else LANES,
                reason=str(row["reason"] or ""),
                first=_day(row["starts"]),
                last=_day(row["ends"]),
                paths=paths,
                ends=row["ends"] if row["ends"] and row["ends"].time() != time() else None,
            )
            for row, paths in named
        ]


def _day(value: Any) -> Optional[date]:
    if value is not None and not isinstance(value, datetime):
        raise RoadsError(Failure.MALFORMED, "a date field that is none")
    return value.date() if value else None
