"""The sandbox's Represent: wards, and who is elected, in the shapes of Open North's API (`data/sandbox/wards.yml`).

Source: represent-boundaries 0.10 (base_views.py, views.py) and answers recorded from represent.opennorth.ca (city-apis reference, 7.1).
"""

from __future__ import annotations

import re
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple, Union

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.views.decorators.http import require_GET

from bot.city import city
from bot.sandbox.outlines import within
from bot.sandbox.seeds import seed

USUAL_LIMIT = 20
MOST = 1000
_PREFIX = "/represent"
_CITY = "census-subdivisions/city"
_REGION = "census-divisions/region"

Shape = Dict[str, Any]


class _BadRequestError(ValueError):
    """The API's own sentence."""


@require_GET
def boundary_sets(request: HttpRequest) -> HttpResponse:
    """GET /boundary-sets/."""
    wards = _set("wards")
    related = {"boundaries_url": f"{_PREFIX}/boundaries/{wards}/"}
    row = {"url": f"{_PREFIX}/boundary-sets/{wards}/", "related": related, "name": _title(wards), "domain": city().short_name}
    return _page(request, [row])


@require_GET
def boundaries(request: HttpRequest, boundary_set: str = "") -> HttpResponse:
    """GET /boundaries/?contains=latitude,longitude&sets=… and GET /boundaries/{set}/."""
    if boundary_set and boundary_set != _set("wards"):
        raise Http404
    try:
        here = _point(request.GET["contains"]) if "contains" in request.GET else None
    except _BadRequestError as error:
        return _refused(error)
    asked = request.GET["sets"].split(",") if "sets" in request.GET else [_set("wards")]
    rows = [ward for ward in _wards() if _set("wards") in asked and (here is None or within(here, ward["outline"]))]
    return _page(request, [_boundary(ward) for ward in rows])


@require_GET
def boundary(request: HttpRequest, boundary_set: str, slug: str) -> HttpResponse:
    """GET /boundaries/{set}/{slug}/."""
    ward, url = _ward(boundary_set, slug), f"{_PREFIX}/boundaries/{boundary_set}/{slug}/"
    related = {
        "boundary_set_url": f"{_PREFIX}/boundary-sets/{boundary_set}/",
        **{f"{name}_url": url + name for name in ("shape", "simple_shape", "centroid")},
        "boundaries_url": f"{_PREFIX}/boundaries/{boundary_set}/",
    }
    longitudes, latitudes = zip(*ward["outline"], strict=True)
    centre = {"type": "Point", "coordinates": [sum(longitudes) / len(longitudes), sum(latitudes) / len(latitudes)]}
    more = {
        "metadata": {"WARDID": ward["number"]},
        "centroid": centre,
        "extent": [min(longitudes), min(latitudes), max(longitudes), max(latitudes)],
        "start_date": None,
        "end_date": None,
    }
    return JsonResponse({**{name: part for name, part in _boundary(ward).items() if name != "url"}, **more, "related": related})


@require_GET
def shape(request: HttpRequest, boundary_set: str, slug: str) -> HttpResponse:
    """GET /boundaries/{set}/{slug}/shape."""
    outline = _ward(boundary_set, slug)["outline"]
    return JsonResponse({"type": "MultiPolygon", "coordinates": [[[*outline, outline[0]]]]})


@require_GET
def representative_sets(request: HttpRequest) -> HttpResponse:
    """GET /representative-sets/."""
    rows = [
        {
            "url": f"{_PREFIX}/representative-sets/{name}/",
            "related": {"representatives_url": f"{_PREFIX}/representatives/{name}/"},
            "name": _title(name),
            "data_url": None,
            "data_about_url": None,
        }
        for name in (_set("council"), _set("region"))
    ]
    return _page(request, rows)


@require_GET
def representatives(request: HttpRequest, representative_set: str = "", boundary_set: str = "", slug: str = "") -> HttpResponse:
    """GET /representatives/?point=latitude,longitude, /representatives/{set}/ and /boundaries/{set}/{slug}/representatives/."""
    people = _people()
    if representative_set:
        people = [
            row for row in people if row["related"]["representative_set_url"] == f"{_PREFIX}/representative-sets/{representative_set}/"
        ]
        if not people:
            raise Http404
    if boundary_set:
        number = _ward(boundary_set, slug)["number"]
        people = [row for row in people if row["related"]["boundary_url"] == _ward_url(number)]
    if "point" in request.GET:
        try:
            here = _point(request.GET["point"])
        except _BadRequestError as error:
            return _refused(error)
        urls = {_ward_url(ward["number"]) for ward in _wards() if within(here, ward["outline"])}
        urls |= {f"{_PREFIX}/boundaries/{_CITY}/", f"{_PREFIX}/boundaries/{_REGION}/"} if urls else set()
        people = [row for row in people if row["related"]["boundary_url"] in urls]
    for name in ("elected_office", "name"):
        if name in request.GET:
            people = [row for row in people if row[name] == request.GET[name]]
    return _page(request, people)


def _people() -> List[Shape]:
    wards = [
        _person(ward["councillor"], "Councillor", f"Ward {ward['number']}", "council", _ward_url(ward["number"]), f"01{ward['number']:02}")
        for ward in _wards()
    ]
    place, elected = city().short_name, seed("wards")
    region = [
        _person(
            name,
            "Regional Councillor",
            place if number == 1 else f"{place} (seat {number})",
            "region",
            f"{_PREFIX}/boundaries/{_CITY}/",
            f"012{number}",
        )
        for number, name in enumerate(elected["regional_councillors"], start=1)
    ]
    mayor = _person(elected["mayor"], "Mayor", place, "council", f"{_PREFIX}/boundaries/{_CITY}/", "0111")
    chair = _person(
        elected["regional_chair"], "Regional Chair", _title(_set("region")), "region", f"{_PREFIX}/boundaries/{_REGION}/", "0120"
    )
    return [mayor, *wards, chair, *region]


def _person(name: str, office: str, district: str, kind: str, boundary_url: str, line: str) -> Shape:
    first, _, last = name.partition(" ")
    mailbox = re.sub(r"[^a-z0-9]+", ".", district.lower()).strip(".") if office == "Councillor" else last.lower() + line
    return {
        "name": name,
        "district_name": district,
        "elected_office": office,
        "source_url": "https://example.org/council",
        "first_name": first,
        "last_name": last,
        "party_name": "",
        "email": f"{mailbox}@example.org",
        "url": "",
        "personal_url": "",
        "photo_url": "",
        "gender": "",
        "offices": [{"type": "legislature", "tel": f"1 519 555-{line}", "postal": "Sample data"}],
        "extra": {},
        "representative_set_name": _title(_set(kind)),
        "related": {"representative_set_url": f"{_PREFIX}/representative-sets/{_set(kind)}/", "boundary_url": boundary_url},
    }


def _boundary(ward: Mapping[str, Any]) -> Shape:
    return {
        "url": _ward_url(ward["number"]),
        "name": f"Ward {ward['number']}",
        "related": {"boundary_set_url": f"{_PREFIX}/boundary-sets/{_set('wards')}/"},
        "boundary_set_name": _title(_set("wards")),
        "external_id": str(ward["number"]),
    }


def _set(kind: str) -> str:
    """The slug of a set, as the city profile names it."""
    return city().backends["wards"].options[kind]


def _title(slug: str) -> str:
    return slug.replace("-", " ").title()


def _wards() -> List[Mapping[str, Any]]:
    return list(seed("wards")["wards"])


def _ward(boundary_set: str, slug: str) -> Mapping[str, Any]:
    found: Optional[Mapping[str, Any]] = next((ward for ward in _wards() if f"ward-{ward['number']}" == slug), None)
    if found is None or boundary_set != _set("wards"):
        raise Http404
    return found


def _ward_url(number: int) -> str:
    return f"{_PREFIX}/boundaries/{_set('wards')}/ward-{number}/"


def _point(text: str) -> Tuple[float, float]:
    try:
        latitude, longitude = (float(part) for part in re.sub(r"[^\d.,-]", "", text).split(","))
    except ValueError:
        raise _BadRequestError(f"Invalid latitude,longitude '{text}' provided.") from None
    return latitude, longitude


def _page(request: HttpRequest, rows: Sequence[Shape]) -> HttpResponse:
    """A slice of a list, 20 objects unless asked otherwise."""
    try:
        limit, offset = _count(request, "limit", USUAL_LIMIT), _count(request, "offset", 0)
    except _BadRequestError as error:
        return _refused(error)
    limit = min(limit or MOST, MOST)

    def address(start: int) -> str:
        query = request.GET.copy()
        query["limit"], query["offset"] = str(limit), str(start)
        return f"{request.path}?{query.urlencode()}"

    meta: Dict[str, Union[int, str, None]] = {
        "offset": offset,
        "limit": limit,
        "total_count": len(rows),
        "previous": address(offset - limit) if offset >= limit else None,
        "next": address(offset + limit) if offset + limit < len(rows) else None,
    }
    return JsonResponse({"objects": list(rows[offset : offset + limit]), "meta": meta})


def _count(request: HttpRequest, name: str, usual: int) -> int:
    text = request.GET.get(name, str(usual))
    if not re.fullmatch(r"\d{1,9}", text):
        raise _BadRequestError(f"Invalid {name} '{text}' provided. Please provide a positive integer.")
    return int(text)


def _refused(error: _BadRequestError) -> HttpResponse:
    return HttpResponseBadRequest(str(error), content_type="text/plain")
