"""The city's layers (ArcGIS FeatureServer, or MapServer, which answers the same): count, statistics and records of one.

Source: ArcGIS REST API, layer resource and query. A layer is asked for the fields its caller named and for no others, whatever else it has.
"""

from __future__ import annotations

import logging
from functools import cache
from typing import Any, Dict, List, Mapping, Optional, Sequence, Set
from urllib.parse import urlencode, urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from actions.clients.arcgis_errors import BUSY, code_in, is_busy
from actions.clients.arcgis_query import By, Questions, Spot, Statistic
from actions.clients.arcgis_shapes import Feature, Group, LayerInfo, ShapeError, exceeded, read_features, read_groups, read_info
from actions.clients.arcgis_where import Condition
from actions.clients.errors import CityError, Failure
from actions.clients.http import Answer, Http, read_object
from actions.clients.kept import Kept
from bot.city import city

LONGEST_URL = 1_900  # many servers and proxies cut at 2,000 or a little more
MOST_PAGES = 30
INFO_KEPT_S, INFO_OLDEST_S = 600.0, 86_400.0  # fields seldom change, the day of the last change is told to residents
AT_ONCE = 200  # ids in one query, for a layer without paging
_NO_TOKEN = {403: "no permission", 498: "the token is not valid", 499: "a token is needed"}

_log = logging.getLogger(__name__)


class ArcGISError(CityError):
    """A layer did not do what was asked. `status` is the code of ArcGIS's own error where it gave one, else of HTTP."""


class Layer:
    """One layer. Safe to use from several threads.

    Args:
        path: below the server's address: `Wards` is short for `Wards/FeatureServer/0`.
        fields: those that may be asked for, by their names in the layer.
    """

    def __init__(self, server: ArcGIS, path: str, fields: Sequence[str]) -> None:
        self.server = server
        self.path = path if "/" in path else f"{path}/FeatureServer/0"
        self.allowed = tuple(fields)
        self.zone = server.zone

    @property
    def info(self) -> LayerInfo:
        """What the layer says about itself, asked for now and then. Raises ArcGISError; MALFORMED too when it lacks one of the fields."""
        info = self.server.info(self.path)
        if not set(self.allowed) <= set(info.fields):
            raise ArcGISError(Failure.MALFORMED, "the layer lacks a field")
        return info

    @property
    def questions(self) -> Questions:
        """Writes what this layer is asked."""
        return Questions(self.info, self.allowed, self.zone)

    @property
    def counted(self) -> str:
        """A field that every record has."""
        object_id = self.info.object_id
        if object_id is None:
            raise ArcGISError(Failure.MALFORMED, "a layer without an id")
        return object_id

    def count(self, where: Sequence[Condition] = (), *, near: Optional[Spot] = None) -> int:
        """How many records there are; none of them is fetched. Raises ArcGISError."""
        shape = self._query(self.questions.count(where, near=near), "count")
        if type(shape.get("count")) is not int:
            raise ArcGISError(Failure.MALFORMED, "a count that is none")
        return int(shape["count"])

    def statistics(
        self, statistics: Sequence[Statistic], where: Sequence[Condition] = (), *, by: By = None, near: Optional[Spot] = None
    ) -> List[Group]:
        """One group, or one for each value of `by`, in no order; of several fields the key is a tuple. Raises ArcGISError."""
        shape = self._query(self.questions.statistics(statistics, where, by=by, near=near), "statistics")
        if exceeded(shape):
            raise ArcGISError(Failure.MALFORMED, "more groups than the layer tells at once")
        dates = [one.kind != "count" and self.info.fields[one.field].is_date for one in statistics]
        try:
            return read_groups(shape, dates, by if isinstance(by, tuple) else by is not None, self.zone)
        except ShapeError as err:
            raise ArcGISError(Failure.MALFORMED, str(err)) from err

    def features(
        self,
        where: Sequence[Condition] = (),
        *,
        fields: Sequence[str],
        near: Optional[Spot] = None,
        geometry: bool = False,
        order_by: Sequence[str] = (),
        most: Optional[int] = None,
    ) -> List[Feature]:
        """Records with these fields, all of them or the first ones.

        Args:
            near: what lies within so many metres of a point, or the areas around it; in no order.
            geometry: with where they are.
            order_by: fields, `FIELD DESC` for the greatest first.
        Raises:
            ArcGISError: not reached, refused, malformed, or more than MOST_PAGES pages.
        """
        info = self.info
        params = self.questions.features(where, fields=fields, near=near, geometry=geometry, order_by=order_by)
        page = min(info.most_records, most or info.most_records)
        if not info.pages and most is None:
            return self._by_ids(params, fields)
        found: Dict[Any, Feature] = {}
        offset = 0
        for _ in range(MOST_PAGES):
            paged = {"resultOffset": str(offset), "resultRecordCount": str(page)} if info.pages else {}
            shape = self._query({**params, **paged}, "features")
            rows = self._features(shape, fields)
            for feature in rows:
                found.setdefault(feature.id if feature.id is not None else len(found), feature)
            if not exceeded(shape) or (most is not None and len(found) >= most) or not info.pages:
                return list(found.values())[:most]
            offset += len(rows) or page
        raise ArcGISError(Failure.MALFORMED, "the pages do not end")

    def link(self, params: Mapping[str, str]) -> str:
        """The address of the same question as a web page of the server's, for anyone: without a token."""
        scheme, netloc, path, _, _ = urlsplit(self.server.http.base_url)
        shown = {name: value for name, value in params.items() if name not in ("token", "f")}
        return urlunsplit((scheme, netloc.rpartition("@")[2], f"{path}{self.path}/query", urlencode({**shown, "f": "html"}), ""))

    def _query(self, params: Mapping[str, str], what: str) -> Mapping[str, Any]:
        try:
            return self.server.asked(f"{self.path}/query", params, f"query {what}")
        except ArcGISError as err:
            if err.failure is Failure.REFUSED:
                self.server.forget(self.path)  # the layer may have changed
            raise

    def _features(self, shape: Mapping[str, Any], fields: Sequence[str]) -> List[Feature]:
        try:
            return read_features(shape, self.info, fields, self.zone)
        except ShapeError as err:
            raise ArcGISError(Failure.MALFORMED, str(err)) from err

    def _by_ids(self, params: Mapping[str, str], fields: Sequence[str]) -> List[Feature]:
        """All records of a layer that has no pages: a list of ids is never cut."""
        only_ids = {name: value for name, value in params.items() if name not in ("outFields", "orderByFields")}
        ids = self._query({**only_ids, "returnIdsOnly": "true"}, "ids").get("objectIds") or []
        if not isinstance(ids, list) or any(type(one) is not int for one in ids) or len(ids) > MOST_PAGES * AT_ONCE:
            raise ArcGISError(Failure.MALFORMED, "ids that are none, or too many")
        found: List[Feature] = []
        for start in range(0, len(ids), AT_ONCE):
            some = ",".join(str(one) for one in ids[start : start + AT_ONCE])
            found += self._features(self._query({**params, "objectIds": some}, "features"), fields)
        return found


class ArcGIS:
    """A server with the city's layers. Safe to use from several threads."""

    def __init__(self, base_url: str, *, zone: ZoneInfo, token: Optional[str] = None) -> None:
        self.http = Http(base_url, ArcGISError)
        self.zone = zone
        self._token = token
        self._infos: Kept[LayerInfo] = Kept(ttl_s=INFO_KEPT_S, stale_s=INFO_OLDEST_S)
        self._doubted: Set[str] = set()

    def layer(self, path: str, fields: Sequence[str]) -> Layer:
        """See `Layer`."""
        return Layer(self, path, fields)

    def info(self, path: str) -> LayerInfo:
        """What a layer says about itself, asked for now and then. Raises ArcGISError."""

        def load() -> LayerInfo:
            try:
                return read_info(self.asked(path, {}, "layer"), self.zone)
            except ShapeError as err:
                raise ArcGISError(Failure.MALFORMED, str(err)) from err

        found = self._infos.get(path, load, fresh=path in self._doubted).value
        self._doubted.discard(path)
        return found

    def forget(self, path: str) -> None:
        """Lets a layer be asked anew what it is."""
        self._doubted.add(path)

    def asked(self, path: str, params: Mapping[str, str], what: str) -> Mapping[str, Any]:
        """The answer to a question that changes nothing. Raises ArcGISError."""
        signed = {**params, **({"token": self._token} if self._token else {}), "f": "json"}
        if len(self.http.base_url) + len(path) + len(urlencode(signed)) > LONGEST_URL:
            return _read(self.http.post(path, list(signed.items()), call=f"POST {what}"))
        return _read(self.http.get(path, signed, call=f"GET {what}", busy=is_busy))


def _read(answer: Answer) -> Mapping[str, Any]:
    shape = read_object(answer, ArcGISError)
    if "error" not in shape and answer.status < 300:
        return shape
    code = code_in(answer.body) or answer.status
    _log.warning("a layer answers with error %s", code)  # its words may repeat the query, and so the resident's
    if code in BUSY:
        raise ArcGISError(Failure.UNREACHABLE, "server error", status=code)
    raise ArcGISError(Failure.REFUSED, _NO_TOKEN.get(code, "the query is refused"), status=code)


@cache
def arcgis_from_settings(name: str = "open_data") -> Optional[ArcGIS]:
    """The server of a back end of the city profile, one for all actions; None when the city offers none."""
    backend = city().backends[name]
    return ArcGIS(backend.url, zone=city().timezone, token=backend.api_key) if backend.url else None
