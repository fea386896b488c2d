"""The sandbox's open data catalogue, as ArcGIS Hub offers it: OGC API Records, a DCAT-US feed, and a page per data set.

Source: ArcGIS Hub Search API (OGC API Records, its own `startindex`), DCAT-US Schema 1.1. Errors have real HTTP codes here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Dict, List, Mapping, Optional
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bot.city import city
from bot.sandbox.hub_catalogue import SORTED_BY, DataSet, data_set, data_sets, search
from bot.sandbox.seeds import seed

COLLECTION = "dataset"
USUAL_LIMIT, MOST_LIMIT = 10, 100
_CONFORMS = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/core",
)
_QUERYABLES = {"title": "string", "created": "integer", "modified": "integer", "tags": "array"}


@require_GET
def landing(request: HttpRequest) -> HttpResponse:
    """GET /api/search/v1."""
    links = [
        _link(request, "self", "", "application/json"),
        _link(request, "conformance", "/conformance", "application/json"),
        _link(request, "data", "/collections", "application/json"),
    ]
    return JsonResponse({"title": seed("hub")["title"], "description": seed("hub")["sample"], "links": links})


@require_GET
def conformance(request: HttpRequest) -> HttpResponse:
    """GET conformance."""
    return JsonResponse({"conformsTo": list(_CONFORMS)})


@require_GET
def collections(request: HttpRequest) -> HttpResponse:
    """GET collections: there is one."""
    return JsonResponse({"collections": [_collection(request)], "links": [_link(request, "self", "/collections", "application/json")]})


@require_GET
def collection(request: HttpRequest, name: str) -> HttpResponse:
    """GET collections/dataset."""
    return JsonResponse(_collection(request)) if name == COLLECTION else _refused(404, "not_found")


@require_GET
def queryables(request: HttpRequest, name: str) -> HttpResponse:
    """GET collections/dataset/queryables."""
    if name != COLLECTION:
        return _refused(404, "not_found")
    properties = {key: {"title": key, "type": kind} for key, kind in _QUERYABLES.items()}
    return JsonResponse({"type": "object", "title": seed("hub")["title"], "properties": properties})


@require_GET
def items(request: HttpRequest, name: str) -> HttpResponse:
    """GET collections/dataset/items?q=&limit=&startindex=&sortBy=."""
    if name != COLLECTION:
        return _refused(404, "not_found")
    limit = _counted(request.GET.get("limit") or str(USUAL_LIMIT), MOST_LIMIT)
    start = _counted(request.GET.get("startindex") or "1", 10**6)
    if limit is None or start is None:
        return _refused(400, "limit" if limit is None else "startindex")
    if request.GET.get("filter"):
        return _refused(400, "filter")
    sort = (request.GET.get("sortBy") or "").replace("properties.", "")
    if sort and sort.removeprefix("-") not in SORTED_BY:
        return _refused(400, "sortby")
    found = search(request.GET.get("q", ""))
    if sort:
        found.sort(key=lambda one: getattr(one, sort.removeprefix("-")), reverse=sort.startswith("-"))
    page = found[start - 1 : start - 1 + limit]
    links = [_page_link(request, "self", start, limit)]
    if start - 1 + limit < len(found):
        links.append(_page_link(request, "next", start + limit, limit))
    shape = {
        "type": "FeatureCollection",
        "timestamp": datetime.now(city().timezone).isoformat(timespec="seconds"),
        "numberMatched": len(found),
        "numberReturned": len(page),
        "features": [_record(request, one) for one in page],
        "links": links,
    }
    return JsonResponse(shape, content_type="application/geo+json")


@require_GET
def item(request: HttpRequest, name: str, dataset_id: str) -> HttpResponse:
    """GET collections/dataset/items/{id}."""
    found = data_set(dataset_id)
    if name != COLLECTION or found is None:
        return _refused(404, "not_found")
    return JsonResponse(_record(request, found), content_type="application/geo+json")


@require_GET
def dcat_feed(request: HttpRequest) -> HttpResponse:
    """GET /api/feed/dcat-us/1.1.json: all data sets at once."""
    schema = "https://project-open-data.cio.gov/v1.1/schema"
    shape = {
        "@context": f"{schema}/catalog.jsonld",
        "@type": "dcat:Catalog",
        "conformsTo": schema,
        "describedBy": f"{schema}/catalog.json",
        "dataset": [_dcat(request, one) for one in data_sets()],
    }
    return JsonResponse(shape)


@require_GET
def page(request: HttpRequest, dataset_id: str) -> HttpResponse:
    """GET /datasets/{id}: a page for people."""
    found = data_set(dataset_id)
    words = {"found": found, "sample": seed("hub")["sample"], "licence": seed("hub")["licence"], "formats": _formats(request, found)}
    return render(request, "dataset.html", words, status=200 if found else 404)


def _record(request: HttpRequest, one: DataSet) -> Dict[str, Any]:
    box = seed("neighbourhoods")["box"]
    formats = _formats(request, one)
    properties = {
        "id": one.dataset_id,
        "type": "Feature Service" if one.layer else "CSV",
        "title": one.title,
        "description": f"{one.description} {seed('hub')['sample']}",
        "tags": list(one.tags),
        "owner": seed("hub")["owner"],
        "source": seed("hub")["publisher"],
        "created": round(one.created.timestamp() * 1000),
        "modified": round(one.modified.timestamp() * 1000),
        "access": "public",
        "license": seed("hub")["licence"],
        "url": _layer_url(request, one),
        "formats": [{"name": row["format"], "mediaType": row["mediaType"]} for row in formats],
    }
    corners = [(box["west"], box["south"]), (box["east"], box["south"]), (box["east"], box["north"]), (box["west"], box["north"])]
    links = [{"rel": "alternate", "type": "text/html", "title": one.title, "href": _page_url(request, one)}]
    links += [{"rel": "enclosure", "type": row["mediaType"], "title": row["format"], "href": row["accessURL"]} for row in formats]
    geometry = {"type": "Polygon", "coordinates": [[*corners, corners[0]]]} if one.layer else None
    return {"id": one.dataset_id, "type": "Feature", "geometry": geometry, "time": None, "properties": properties, "links": links}


def _dcat(request: HttpRequest, one: DataSet) -> Dict[str, Any]:
    box, about = seed("neighbourhoods")["box"], seed("hub")
    return {
        "@type": "dcat:Dataset",
        "identifier": _page_url(request, one),
        "landingPage": _page_url(request, one),
        "title": one.title,
        "description": f"{one.description} {about['sample']}",
        "keyword": list(one.tags),
        "issued": one.created.isoformat(),
        "modified": one.modified.isoformat(),
        "publisher": {"name": about["publisher"]},
        "contactPoint": {"@type": "vcard:Contact", "fn": about["contact"]["name"], "hasEmail": f"mailto:{about['contact']['email']}"},
        "accessLevel": "public",
        "spatial": f"{box['west']},{box['south']},{box['east']},{box['north']}",
        "license": request.build_absolute_uri("/"),  # a URL by the schema; the page says that all is sample data
        "distribution": [{"@type": "dcat:Distribution", "title": row["format"], **row} for row in _formats(request, one)],
    }


def _formats(request: HttpRequest, one: Optional[DataSet]) -> List[Dict[str, str]]:
    """Where the data is, in which formats; the page alone when there is no layer."""
    if one is None:
        return []
    found = [{"format": "Web Page", "mediaType": "text/html", "accessURL": _page_url(request, one)}]
    layer = _layer_url(request, one)
    if layer:
        query = {"where": "1=1", "outFields": "*", "outSR": "4326", "f": "geojson"}
        found.append({"format": "ArcGIS GeoServices REST API", "mediaType": "application/json", "accessURL": f"{layer}?f=json"})
        geojson = f"{layer}/query?{urlencode(query)}"
        found.append({"format": "GeoJSON", "mediaType": "application/vnd.geo+json", "accessURL": geojson})
    return found


def _collection(request: HttpRequest) -> Dict[str, Any]:
    path = f"/collections/{COLLECTION}"
    links = [_link(request, "self", path, "application/json"), _link(request, "items", f"{path}/items", "application/geo+json")]
    return {"id": COLLECTION, "title": seed("hub")["title"], "description": seed("hub")["sample"], "itemType": "record", "links": links}


def _link(request: HttpRequest, rel: str, path: str, kind: str) -> Mapping[str, str]:
    return {"rel": rel, "type": kind, "title": rel, "href": request.build_absolute_uri(f"/hub/api/search/v1{path}")}


def _page_link(request: HttpRequest, rel: str, start: int, limit: int) -> Mapping[str, str]:
    query = {**request.GET.dict(), "limit": limit, "startindex": start}
    return _link(request, rel, f"/collections/{COLLECTION}/items?{urlencode(query)}", "application/geo+json")


def _page_url(request: HttpRequest, one: DataSet) -> str:
    return request.build_absolute_uri(f"/hub/datasets/{one.dataset_id}")


def _layer_url(request: HttpRequest, one: DataSet) -> Optional[str]:
    return request.build_absolute_uri(f"/arcgis/rest/services/{one.layer.name}/FeatureServer/0") if one.layer else None


def _counted(text: str, most: int) -> Optional[int]:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 and 1 <= int(text) <= most else None


def _refused(status: int, reason: str) -> HttpResponse:
    return JsonResponse({"statusCode": status, "message": seed("hub")["refusals"][reason]}, status=status)
