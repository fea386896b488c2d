"""The sandbox's weather alerts, as an OGC API Features service with the one collection that Environment Canada's has them in.

Source: OGC API - Features Part 1, pygeoapi's answers and errors, MSC GeoMet's properties (city-apis reference, 2.4 and 7.4).
"""

from __future__ import annotations

from typing import Any, Dict, List, Sequence

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from bot.sandbox.seeds import seed
from bot.sandbox.weather_shapes import COLLECTION, PROPERTIES, all_alerts

USUAL_LIMIT, MOST = 10, 10_000
GEOJSON = "application/geo+json"
_BASE = "/weather"
_CORE = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf"

Shape = Dict[str, Any]


class _BadRequestError(ValueError):
    """The service's own sentence."""


@require_GET
def landing_page(request: HttpRequest) -> HttpResponse:
    """GET /: links to the rest."""
    links = [
        _link(request, "", "self", "This document"),
        _link(request, "/conformance", "conformance", "Conformance"),
        _link(request, "/collections", "data", "Collections"),
    ]
    return JsonResponse({"title": "Sandbox weather", "description": seed("weather_alerts")["sample"], "links": links})


@require_GET
def conformance(request: HttpRequest) -> HttpResponse:
    """GET /conformance."""
    return JsonResponse({"conformsTo": [f"{_CORE}/core", f"{_CORE}/geojson"]})


@require_GET
def collections(request: HttpRequest) -> HttpResponse:
    """GET /collections."""
    return JsonResponse({"collections": [_collection(request)], "links": [_link(request, "/collections", "self", "This document")]})


@require_GET
def collection(request: HttpRequest, name: str) -> HttpResponse:
    """GET /collections/{id}."""
    return JsonResponse(_collection(request)) if name == COLLECTION else _not_found("Collection not found")


@require_GET
def queryables(request: HttpRequest, name: str) -> HttpResponse:
    """GET /collections/{id}/queryables."""
    if name != COLLECTION:
        return _not_found("Collection not found")
    properties = {one: {"title": one, "type": "string"} for one in PROPERTIES}
    schema = {"type": "object", "title": "Weather alerts", "properties": properties}
    return JsonResponse({**schema, "$schema": "https://json-schema.org/draft/2019-09/schema", "$id": request.build_absolute_uri()})


@require_GET
def items(request: HttpRequest, name: str) -> HttpResponse:
    """GET /collections/{id}/items."""
    if name != COLLECTION:
        return _not_found("Collection not found")
    try:
        features = [feature for feature in all_alerts() if _is_wanted(feature, request)]
        limit, offset = _count(request, "limit", USUAL_LIMIT, least=1), _count(request, "offset", 0, least=0)
    except _BadRequestError as error:
        return _error(400, "InvalidParameterValue", str(error))
    page = [_cut(feature, request) for feature in features[offset : offset + min(limit, MOST)]]
    shape: Shape = {
        "type": "FeatureCollection",
        "features": page,
        "numberMatched": len(features),
        "numberReturned": len(page),
        "links": [_link(request, f"/collections/{COLLECTION}/items", "self", "This document", GEOJSON)],
    }
    if offset + len(page) < len(features):
        query = request.GET.copy()
        query["offset"], query["limit"] = str(offset + len(page)), str(limit)
        href = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
        shape["links"].append({"rel": "next", "type": GEOJSON, "title": "Items (next)", "href": href})
    return JsonResponse(shape, content_type=GEOJSON)


@require_GET
def item(request: HttpRequest, name: str, feature_id: str) -> HttpResponse:
    """GET /collections/{id}/items/{id}."""
    found = [feature for feature in all_alerts() if feature["id"] == feature_id]
    if name != COLLECTION or not found:
        return _not_found("Collection not found" if name != COLLECTION else "identifier not found")
    return JsonResponse(found[0], content_type=GEOJSON)


def nothing() -> HttpResponse:
    """A page without features."""
    shape = {"type": "FeatureCollection", "features": [], "numberMatched": 0, "numberReturned": 0, "links": []}
    return JsonResponse(shape, content_type=GEOJSON)


def _is_wanted(feature: Shape, request: HttpRequest) -> bool:
    """Whether a feature is of the kind asked for; parameters that nobody knows are ignored, as pygeoapi does."""
    if any(str(feature["properties"][name]) != request.GET[name] for name in PROPERTIES if name in request.GET):
        return False
    return "bbox" not in request.GET or _meets(feature, _box(request.GET["bbox"]))


def _box(text: str) -> Sequence[float]:
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise _BadRequestError("bbox should be either 4 values (minx,miny,maxx,maxy) or 6 values (minx,miny,minz,maxx,maxy,maxz)") from None
    if south > north:
        raise _BadRequestError("miny should be less than maxy")
    return west, south, east, north


def _meets(feature: Shape, box: Sequence[float]) -> bool:
    longitudes, latitudes = zip(*feature["geometry"]["coordinates"][0][0], strict=True)
    west, south, east, north = box
    return bool(min(longitudes) <= east and max(longitudes) >= west and min(latitudes) <= north and max(latitudes) >= south)


def _cut(feature: Shape, request: HttpRequest) -> Shape:
    """The feature with the parts that were asked for."""
    wanted: List[str] = request.GET["properties"].split(",") if request.GET.get("properties") else list(PROPERTIES)
    properties = {name: value for name, value in feature["properties"].items() if name in wanted}
    geometry = None if request.GET.get("skipGeometry", "").casefold() == "true" else feature["geometry"]
    return {**feature, "properties": properties, "geometry": geometry}


def _count(request: HttpRequest, name: str, usual: int, *, least: int) -> int:
    text = request.GET.get(name, str(usual))
    if not text.lstrip("-").isdecimal() or len(text) > 9:
        raise _BadRequestError(f"{name} value should be an integer")
    if int(text) < least:
        raise _BadRequestError(f"{name} value should be {'strictly positive' if least else 'positive or zero'}")
    return int(text)


def _collection(request: HttpRequest) -> Shape:
    path = f"/collections/{COLLECTION}"
    links = [
        _link(request, path, "self", "This document"),
        _link(request, f"{path}/items", "items", "Items as GeoJSON", GEOJSON),
        _link(request, f"{path}/queryables", "http://www.opengis.net/def/rel/ogc/1.0/queryables", "Queryables", "application/schema+json"),
    ]
    extent = {"spatial": {"bbox": [[-81.0, 42.8, -78.9, 44.0]], "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}}
    sample = seed("weather_alerts")["sample"]
    return {"id": COLLECTION, "title": "Weather alerts", "description": sample, "itemType": "feature", "extent": extent, "links": links}


def _link(request: HttpRequest, path: str, rel: str, title: str, kind: str = "application/json") -> Shape:
    return {"rel": rel, "type": kind, "title": title, "href": request.build_absolute_uri(_BASE + (path or "/"))}


def _not_found(description: str) -> HttpResponse:
    return _error(404, "NotFound", description)


def _error(status: int, code: str, description: str) -> HttpResponse:
    return JsonResponse({"code": code, "type": code, "description": description}, status=status)
