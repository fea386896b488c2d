"""The city's layers (ArcGIS FeatureServer, or MapServer, which answers the same): count, statistics and records of one.

Source: ArcGIS REST API, layer resource and query. A layer is asked for the fields its caller named and for no others, whatever else it has.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple
from urllib.parse import urlencode, urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from actions.clients.arcgis_query import By, Questions, Spot, Statistic, out
from actions.clients.arcgis_shapes import Feature, LayerInfo, ShapeError, exceeded, moment_of, read_features, read_info
from actions.clients.arcgis_where import Condition
from actions.clients.errors import CityError, Failure
from actions.clients.http import Answer, Http, read_json
from bot.city import city

LONGEST_URL = 1_900  # many servers and proxies cut at 2,000 or a little more
MOST_PAGES = 30
AT_ONCE = 200  # ids in one query, for a layer without paging
_BUSY = {429, 500, 503, 504}
_NO_TOKEN = {403: "no permission", 498: "the token is not valid", 499: "a token is needed"}
_LONGEST_ERROR = 10_000

_log = logging.getLogger(__name__)


class ArcGISError(CityError):
    """A layer did not do what was asked. `status` is the code of ArcGIS's own error where it gave one, else of HTTP."""


@dataclass(frozen=True)
class Group:
    """What one value of the field grouped by has; `key` None: it is empty. Without grouping there is one, of all records."""

    key: Any
    values: Tuple[Any, ...]  # in the order of the statistics; None: of no record


class Layer:
    """One layer. Safe to use from several threads.

    Args:
        path: below the server's address: `Wards` is short for `Wards/FeatureServer/0`.
        fields: those that may be asked for, by their names in the layer.
    """

    def __init__(self, http: Http, path: str, fields: Sequence[str], *, zone: ZoneInfo, token: Optional[str] = None) -> None:
        self.http = http
        self.path = path if "/" in path else f"{path}/FeatureServer/0"
        self.allowed = tuple(fields)
        self.zone = zone
        self._token = token
        self._info: Optional[LayerInfo] = None

    def info(self) -> LayerInfo:
        """What the layer says about itself. Raises ArcGISError; MALFORMED too when it lacks one of the fields."""
        answer = self.http.get(self.path, self._signed({"f": "json"}), call="GET layer", busy=_is_busy)
        try:
            found = read_info(_read(answer), self.zone)
        except ShapeError as err:
            raise ArcGISError(Failure.MALFORMED, str(err), status=answer.status) from err
        if not set(self.allowed) <= set(found.fields):
            raise ArcGISError(Failure.MALFORMED, "the layer lacks a field", status=answer.status)
        self._info = found
        return found

    @property
    def known(self) -> LayerInfo:
        """The same, asked for once: its fields and abilities seldom change."""
        return self._info or self.info()

    @property
    def questions(self) -> Questions:
        """Writes what this layer is asked."""
        return Questions(self.known, self.allowed, self.zone)

    def count(self, where: Sequence[Condition] = (), *, near: Optional[Spot] = None) -> int:
        """How many records there are; none of them is fetched. Raises ArcGISError."""
        shape = self._query(self.questions.count(where, near=near), "count")
        if type(shape.get("count")) is not int:
            raise ArcGISError(Failure.MALFORMED, "a count that is none")
        return int(shape["count"])

    def statistics(
        self, statistics: Sequence[Statistic], where: Sequence[Condition] = (), *, by: By = None, near: Optional[Spot] = None
    ) -> List[Group]:
        """One group, or one for each value of `by`, in no order. Raises ArcGISError."""
        shape = self._query(self.questions.statistics(statistics, where, by=by, near=near), "statistics")
        try:
            return [self._group(row, statistics, by) for row in _rows(shape)]
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
        params = self.questions.features(where, fields=fields, near=near, geometry=geometry, order_by=order_by)
        page = min(self.known.most_records, most or self.known.most_records)
        if not self.known.pages and most is None:
            return self._by_ids(params, fields)
        found: Dict[Any, Feature] = {}
        offset = 0
        for _ in range(MOST_PAGES):
            paged = {"resultOffset": str(offset), "resultRecordCount": str(page)} if self.known.pages else {}
            shape = self._query({**params, **paged}, "features")
            rows = self._features(shape, fields)
            for feature in rows:
                found.setdefault(feature.id if feature.id is not None else len(found), feature)
            if not exceeded(shape) or (most is not None and len(found) >= most) or not self.known.pages:
                return list(found.values())[:most]
            offset += len(rows) or page
        raise ArcGISError(Failure.MALFORMED, "the pages do not end")

    def link(self, params: Mapping[str, str]) -> str:
        """The address of the same question as a web page of the server's, for anyone: without a token."""
        scheme, netloc, path, _, _ = urlsplit(self.http.base_url)
        shown = {name: value for name, value in params.items() if name not in ("token", "f")}
        return urlunsplit((scheme, netloc.rpartition("@")[2], f"{path}{self.path}/query", urlencode({**shown, "f": "html"}), ""))

    def _signed(self, params: Mapping[str, str]) -> Dict[str, str]:
        return {**params, **({"token": self._token} if self._token else {})}

    def _query(self, params: Mapping[str, str], what: str) -> Mapping[str, Any]:
        asked = self._signed({**params, "f": "json"})
        path = f"{self.path}/query"
        try:
            if len(self.http.base_url) + len(path) + len(urlencode(asked)) > LONGEST_URL:
                return _read(self.http.post(path, list(asked.items()), call=f"POST query {what}"))
            return _read(self.http.get(path, asked, call=f"GET query {what}", busy=_is_busy))
        except ArcGISError as err:
            if err.failure is Failure.REFUSED:
                self._info = None  # the layer may have changed
            raise

    def _features(self, shape: Mapping[str, Any], fields: Sequence[str]) -> List[Feature]:
        try:
            return read_features(shape, self.known, fields, self.zone)
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

    def _group(self, row: Mapping[str, Any], statistics: Sequence[Statistic], by: By) -> Group:
        """Servers write the names of statistics in capitals or not; an expression that is grouped by gets a name of their own."""
        named = {name.casefold(): value for name, value in row.items()}
        values = []
        for place, one in enumerate(statistics):
            if out(place).casefold() not in named:
                raise ShapeError("a statistic is missing")
            value = named.pop(out(place).casefold())
            if self.known.fields[one.field].is_date and one.kind != "count" and value is not None:
                value = moment_of(value, self.zone)
            values.append(value)
        if by is not None and len(named) != 1:
            raise ShapeError("a group without its key")
        key = next(iter(named.values())) if by is not None else None
        return Group((key.strip() or None) if isinstance(key, str) else key, tuple(values))


class ArcGIS:
    """A server with the city's layers. Safe to use from several threads."""

    def __init__(self, base_url: str, *, zone: ZoneInfo, token: Optional[str] = None) -> None:
        self.http = Http(base_url, ArcGISError)
        self.zone = zone
        self._token = token
        self._layers: Dict[Tuple[str, Tuple[str, ...]], Layer] = {}

    def layer(self, path: str, fields: Sequence[str]) -> Layer:
        """See `Layer`; the same one every time, so that what it says about itself is asked for once."""
        key = (path, tuple(fields))
        return self._layers.setdefault(key, Layer(self.http, path, fields, zone=self.zone, token=self._token))


def _rows(shape: Mapping[str, Any]) -> List[Mapping[str, Any]]:
    rows = shape.get("features")
    if not isinstance(rows, list):
        raise ShapeError("no list of groups")
    found = [row.get("attributes") if isinstance(row, Mapping) else None for row in rows]
    groups = [row for row in found if isinstance(row, Mapping)]
    if len(groups) < len(found):
        raise ShapeError("a group without attributes")
    return groups


def _is_busy(answer: Answer) -> bool:
    return answer.status == 200 and len(answer.body) < _LONGEST_ERROR and _code_in(answer.body) in _BUSY


def _code_in(body: bytes) -> Optional[int]:
    """The code of ArcGIS's own error, which comes with status 200."""
    try:
        code = json.loads(body)["error"]["code"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return code if type(code) is int else None


def _read(answer: Answer) -> Mapping[str, Any]:
    if answer.status >= 500 or answer.status == 429:
        raise ArcGISError(Failure.UNREACHABLE, "server error", status=answer.status)
    shape = read_json(answer, ArcGISError)
    if not isinstance(shape, Mapping):
        raise ArcGISError(Failure.MALFORMED, "no object", status=answer.status)
    if "error" not in shape and answer.status < 300:
        return shape
    code = _code_in(answer.body) or answer.status
    _log.warning("a layer answers with error %s", code)  # its words may repeat the query, and so the resident's
    if code in _BUSY:
        raise ArcGISError(Failure.UNREACHABLE, "server error", status=code)
    raise ArcGISError(Failure.REFUSED, _NO_TOKEN.get(code, "the query is refused"), status=code)


@lru_cache(maxsize=None)
def arcgis_from_settings(name: str = "open_data") -> Optional[ArcGIS]:
    """The server of a back end of the city profile, one for all actions; None when the city offers none."""
    backend = city().backends[name]
    return ArcGIS(backend.url, zone=city().timezone, token=backend.api_key) if backend.url else None
