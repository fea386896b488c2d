"""The sandbox's Open311 GeoReport v2 server.

Extensions, all seen on deployed servers: `locale` (`en`, `fr`) on any call, `extensions=true` on GET requests, several `media_url` or files
named `media` on POST requests.
Source: Open311 GeoReport v2 and Service Discovery.
"""

from __future__ import annotations

from datetime import datetime
from functools import wraps
from typing import Any, Callable, Dict

from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_GET, require_http_methods

from bot.city import city
from bot.sandbox import catalogue, filing
from bot.sandbox.answers import answer, errors
from bot.sandbox.refusal import Refusal, refusal
from bot.sandbox.search import asked_for
from bot.sandbox.seeds import language_of, seed
from bot.sandbox.store import StoredRequest, store

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
View = Callable[..., HttpResponse]


def georeport(view: View) -> View:
    """A view of the protocol: checks the jurisdiction, gives the view its language, turns a refusal into the error list."""

    @wraps(view)
    def checked(request: HttpRequest, form: str, **named: str) -> HttpResponse:
        parameters = request.POST if request.method == "POST" else request.GET
        language = language_of(parameters.get("locale") or request.GET.get("locale", ""))
        try:
            if parameters.get("jurisdiction_id", "") not in ("", seed("services")["jurisdiction_id"]):
                raise refusal(404, "jurisdiction_unknown")
            return view(request, form, language, **named)
        except Refusal as refused:
            return errors(form, refused.status, refused.sentences(language), status=refused.status)

    return checked


@require_GET
@georeport
def discovery(request: HttpRequest, form: str, language: str) -> HttpResponse:
    """GET discovery."""
    words = seed("services")
    endpoint = {
        "specification": SPECIFICATION,
        "url": request.build_absolute_uri("/open311/v2"),
        "changeset": words["changeset"],
        "type": "test",
        "formats": ["text/xml", "application/json"],
    }
    shape = {
        "changeset": words["changeset"],
        "contact": words["contact"][language],
        "key_service": words["key_service"][language],
        "endpoints": [endpoint],
    }
    return answer(form, "discovery", shape)


@require_GET
@georeport
def services(request: HttpRequest, form: str, language: str) -> HttpResponse:
    """GET services."""
    return answer(form, "services", catalogue.service_list(language))


@require_GET
@georeport
def service_definition(request: HttpRequest, form: str, language: str, service_code: str) -> HttpResponse:
    """GET services/{service_code}."""
    row = catalogue.service(service_code)
    if row is None:
        raise refusal(404, "service_unknown")
    return answer(form, "service_definition", catalogue.definition(row, language))


@require_http_methods(["GET", "POST"])
@georeport
def requests(request: HttpRequest, form: str, language: str) -> HttpResponse:
    """GET requests and POST requests."""
    if request.method == "POST":
        return answer(form, "service_requests", [_file(request, language)])
    found = asked_for(request.GET)
    return answer(form, "service_requests", [shape_of(row, request.GET, language) for row in found])


@require_GET
@georeport
def service_request(request: HttpRequest, form: str, language: str, service_request_id: str) -> HttpResponse:
    """GET requests/{service_request_id}."""
    found = store().by_number([service_request_id])
    if not found:
        raise refusal(404, "request_unknown")
    return answer(form, "service_requests", [shape_of(row, request.GET, language) for row in found])


@require_GET
@georeport
def token(request: HttpRequest, form: str, language: str, token: str) -> HttpResponse:
    """GET tokens/{token}: an item without a number while the number is not ready."""
    found = store().behind_token(token, datetime.now(city().timezone).timestamp())
    if found is None:
        raise refusal(404, "token_unknown")
    return answer(form, "service_requests", [found])


@require_GET
def media(request: HttpRequest, name: str) -> HttpResponse:
    """GET media/{name}: a file that came with a request. Not part of the protocol: where it is kept is the city's affair."""
    found = store().media(name)
    return HttpResponse(found[0], content_type=found[1]) if found else HttpResponse(status=404)


def _file(request: HttpRequest, language: str) -> Dict[str, Any]:
    form = request.POST
    filing.check_key(form)
    row = filing.asked_service(form)
    now = datetime.now(city().timezone)
    fields = filing.report(form, row, now.replace(microsecond=0))
    files = filing.photos(request.FILES.getlist("media"))
    urls = [*fields["media_urls"], *(request.build_absolute_uri(f"/open311/v2/media/{store().keep_media(*file)}") for file in files)]
    number = store().file({**fields, "media_url": next(iter(urls), None), "media_urls": urls}, now)
    told = {"service_notice": catalogue.notice(language), "account_id": None}
    if row["type"] == "blackbox":
        return told
    if row["type"] == "batch":
        return {"token": store().hand_out_token(number, now.timestamp() + seed("services")["token_ready_after_s"]), **told}
    return {"service_request_id": number, **told}


def shape_of(row: StoredRequest, query: QueryDict, language: str) -> Dict[str, Any]:
    """One request as GET requests lists it."""
    offered = catalogue.service(row.service_code)  # None for a request older than a change of the seeds
    shape: Dict[str, Any] = {
        "service_request_id": row.service_request_id,
        "status": row.status,
        "status_notes": row.status_notes[language] if row.status_notes else None,
        "service_name": offered["service_name"][language] if offered else row.service_code,
        "service_code": row.service_code,
        "description": row.description,
        "agency_responsible": offered["agency_responsible"][language] if offered else None,
        "service_notice": catalogue.notice(language),
        "requested_datetime": row.requested_datetime,
        "updated_datetime": row.updated_datetime,
        "expected_datetime": row.expected_datetime,
        "address": row.address,
        "address_id": row.address_id,
        "zipcode": row.zipcode,
        "lat": row.lat,
        "long": row.long,
        "media_url": row.media_url,
    }
    if query.get("extensions") == "true":
        shape["extended_attributes"] = row.attributes
        shape["media_urls"] = list(row.media_urls)
    return shape
