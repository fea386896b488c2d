"""Open311 GeoReport v2: what can be reported, reporting it, and what became of it.

Source: GeoReport v2 (wiki.open311.org/GeoReport_v2); extensions used: `locale`, ignored by servers that do not know it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple, TypeVar
from urllib.parse import quote
from zoneinfo import ZoneInfo

from actions.clients.errors import CityError, Failure
from actions.clients.http import Answer, Http, read_json
from actions.clients.kept import Kept
from actions.clients.open311_shapes import (
    Attribute,
    Filed,
    Service,
    ServiceRequest,
    read_attributes,
    read_filed,
    read_requests,
    read_services,
)
from actions.clients.open311_values import ShapeError, errors_in, items_of, shape_of_xml, text_of
from bot.city import city
from bot.messages import Place

KEPT_S = 3600.0  # services and their attributes change rarely
STALE_S = 86_400.0  # so that a report half-way survives an outage; the city checks it when it is filed
LONGEST_DESCRIPTION = 4000  # characters, GeoReport v2

Read = TypeVar("Read")


class Open311Error(CityError):
    """The city's Open311 server did not do what was asked."""


@dataclass(frozen=True)
class NewRequest:
    """What a resident reports.

    Args:
        attributes: code and the chosen keys or the text.
        silent: the service is a `blackbox`: the city says nothing about what it takes.
        media_urls: public addresses of photos; several repeat the field, which GeoReport has once.
        media_files: photos as JPEG, sent as the file field `media`: an extension of deployed servers.
        point: where exactly, when it is known.
        email, phone: where the city may reach the resident, empty when they gave none.
    """

    service_code: str
    description: str
    address: str
    attributes: Mapping[str, Tuple[str, ...]] = field(default_factory=dict)
    silent: bool = False
    media_urls: Tuple[str, ...] = ()
    media_files: Tuple[bytes, ...] = ()
    point: Optional[Place] = None
    email: str = ""
    phone: str = ""


class Open311:
    """One server. Safe to use from several threads.

    Args:
        zone: the city's time zone, for times without offset.
        form: `json`, or `xml` for servers that speak nothing else.
    """

    def __init__(
        self, base_url: str, *, zone: ZoneInfo, api_key: Optional[str] = None, jurisdiction_id: Optional[str] = None, form: str = "json"
    ) -> None:
        self.http = Http(base_url, Open311Error, accept="application/json" if form == "json" else "text/xml")
        self.zone = zone
        self.form = form
        self._api_key = api_key
        self._jurisdiction_id = jurisdiction_id
        self._services: Kept[List[Service]] = Kept(ttl_s=KEPT_S, stale_s=STALE_S)
        self._attributes: Kept[List[Attribute]] = Kept(ttl_s=KEPT_S, stale_s=STALE_S)

    def services(self, language: str, *, fresh: bool = False) -> List[Service]:
        """What can be reported, in the city's order; kept for an hour, and longer while the city fails, unless `fresh`.

        Raises Open311Error.
        """
        return list(self._services.get(language, lambda: self._listed(language), fresh=fresh).value)

    def _listed(self, language: str) -> List[Service]:
        found = self._there("services", language, read_services)
        if not found:  # what some servers say to a jurisdiction that they do not know, or for a moment
            raise Open311Error(Failure.MALFORMED, "no services")
        return found

    def attributes(self, service: Service, language: str) -> List[Attribute]:
        """What the city asks about a service; kept as the services are. Raises Open311Error."""
        if not service.metadata:
            return []
        # Some servers have no definitions, whatever they say about `metadata`.
        path = f"services/{quote(service.service_code, safe='')}"
        return list(self._attributes.get((path, language), lambda: self._get(path, language, read_attributes) or []).value)

    def file(self, request: NewRequest, language: str) -> Filed:
        """Files a request; sent once.

        Raises:
            Open311Error: `may_have_happened` tells whether to look for the request before saying that it was not filed.
        """
        form = [("service_code", request.service_code), ("address_string", request.address), ("description", request.description)]
        if request.point:
            form += [("lat", f"{request.point.latitude:.6f}"), ("long", f"{request.point.longitude:.6f}")]
        form += [(name, value) for name, value in (("email", request.email), ("phone", request.phone)) if value]
        form += [("api_key", self._api_key)] if self._api_key else []
        form += list(self._always(language).items())
        for code, values in request.attributes.items():
            form += [(f"attribute[{code}]" if len(values) == 1 else f"attribute[{code}][]", value) for value in values]
        form += [("media_url", url) for url in request.media_urls]
        files = [("media", (f"photo-{number}.jpg", photo, "image/jpeg")) for number, photo in enumerate(request.media_files, 1)]
        answer = self.http.post(f"requests.{self.form}", form, files, call="POST requests")
        filed = self._read(answer, read_filed)
        if not (filed.service_request_id or filed.token or request.silent):
            raise Open311Error(Failure.MALFORMED, "neither number nor token", may_have_happened=True, status=answer.status)
        return filed

    def request_number(self, token: str, language: str) -> Optional[str]:
        """The number behind a token, empty while the city has none, None when it does not list the token (yet). Raises Open311Error."""
        return self._get(f"tokens/{quote(token, safe='')}", language, _number_of_token, call="GET tokens/{token}")

    def service_request(self, service_request_id: str, language: str) -> Optional[ServiceRequest]:
        """One request, None when the city knows no such number. Raises Open311Error."""
        path = f"requests/{quote(service_request_id, safe='')}"
        found = self._get(path, language, self._requests, call="GET requests/{id}")
        return next((request for request in found or [] if request.service_request_id == service_request_id), None)

    def service_requests(self, service_code: str, since: datetime, language: str, *, status: str = "") -> List[ServiceRequest]:
        """The requests since a time, of one service or, with an empty code, of all; at most the first 1000. Raises Open311Error.

        Args:
            status: asks for `open` or `closed` ones only, so that the others do not fill the list; some servers send them all the same.
        """
        wanted = {"service_code": service_code, "status": status}
        params = {"start_date": since.isoformat(timespec="seconds"), **{name: value for name, value in wanted.items() if value}}
        found = self._get("requests", language, self._requests, params)
        # Some servers answer everything to a code they do not know.
        return [request for request in found or [] if not service_code or request.service_code in ("", service_code)]

    def _requests(self, shape: Any) -> List[ServiceRequest]:
        return read_requests(shape, self.zone)

    def _always(self, language: str) -> Dict[str, str]:
        # An empty jurisdiction_id breaks some servers.
        always = {"locale": language}
        return {**always, "jurisdiction_id": self._jurisdiction_id} if self._jurisdiction_id else always

    def _there(self, path: str, language: str, read: Callable[[Any], List[Read]]) -> List[Read]:
        """What a resource holds that must be there."""
        found = self._get(path, language, read)
        if found is None:
            raise Open311Error(Failure.MALFORMED, "no list of services")
        return found

    def _get(
        self, path: str, language: str, read: Callable[[Any], Read], params: Optional[Mapping[str, str]] = None, call: str = ""
    ) -> Optional[Read]:
        """What a resource holds, None when there is no such thing."""
        query = {**self._always(language), **(params or {})}
        answer = self.http.get(f"{path}.{self.form}", query, call=call or f"GET {path}")
        return None if answer.status == 404 else self._read(answer, read)

    def _read(self, answer: Answer, read: Callable[[Any], Read]) -> Read:
        """The one place where answers become records or errors."""
        if answer.status == 429 or answer.status >= 500:
            raise Open311Error(Failure.UNREACHABLE, "server error", may_have_happened=answer.status != 429, status=answer.status)
        try:
            shape = read_json(answer, Open311Error) if self.form == "json" else shape_of_xml(answer.body)
            self._refuse(answer, shape)
            return read(shape)
        except ShapeError as err:
            raise Open311Error(Failure.MALFORMED, str(err), may_have_happened=True, status=answer.status) from err

    def _refuse(self, answer: Answer, shape: Any) -> None:
        said = errors_in(shape)
        if said is None and answer.status < 300:
            return
        code, words = said or (answer.status, "")
        if code >= 500:
            raise Open311Error(Failure.UNREACHABLE, "server error", may_have_happened=True, status=answer.status)
        if said is None:
            raise Open311Error(Failure.MALFORMED, "neither an answer nor an error", may_have_happened=True, status=answer.status)
        raise Open311Error(Failure.REFUSED, words, status=answer.status)


def _number_of_token(shape: Any) -> str:
    return next((text_of(row.get("service_request_id")) for row in items_of(shape)), "")


@lru_cache(maxsize=1)
def open311_from_settings() -> Optional[Open311]:
    """The city's server, one for all actions; None when the city offers none."""
    backend = city().backends["open311"]
    if backend.url is None:
        return None
    return Open311(
        backend.url,
        zone=city().timezone,
        api_key=backend.api_key,
        jurisdiction_id=backend.options.get("jurisdiction_id"),
        form=backend.options.get("format", "json"),
    )
