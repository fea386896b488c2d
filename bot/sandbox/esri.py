"""What all of the sandbox's ArcGIS services share: parameters in any case, by GET or POST, and errors that come with status 200.

Source: ArcGIS REST API, "Working with errors".
"""

from __future__ import annotations

import json
import math
from typing import Any, Callable, Dict, Mapping, Optional, Tuple

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

WGS84, WEB_MERCATOR = 4326, 3857
SPATIAL_REFERENCES = {4326: {"wkid": 4326, "latestWkid": 4326}, 3857: {"wkid": 102100, "latestWkid": 3857}}
_SAME_AS = {"4326": WGS84, "3857": WEB_MERCATOR, "102100": WEB_MERCATOR, "900913": WEB_MERCATOR}
_RADIUS_M = 6378137.0  # of the sphere that Web Mercator draws

Parameters = Dict[str, str]


class EsriError(Exception):
    """A request that ArcGIS refuses.

    Args:
        code: 400 bad query, 404 no such service, 498 wrong token, 499 no token, 500 failed.
    """

    def __init__(self, code: int, message: str, *details: str) -> None:
        super().__init__(message)
        self.code, self.message, self.details = code, message, details

    def answer(self) -> HttpResponse:
        """The error as ArcGIS says it: HTTP itself sees nothing amiss."""
        return JsonResponse({"error": {"code": self.code, "message": self.message, "details": list(self.details)}})


def bad_query(*details: str) -> EsriError:
    """The refusal of a query for what is in it."""
    return EsriError(400, "Cannot perform query. Invalid query parameters.", *details)


def esri_view(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A Django view `(request, parameters, **path) -> answer` that takes GET and POST, names in any case, and may raise EsriError."""

    def answer(request: HttpRequest, **path: Any) -> HttpResponse:
        if request.method not in ("GET", "POST"):
            return EsriError(405, "HTTP method not allowed.").answer()
        given = {**request.GET.dict(), **request.POST.dict()}
        parameters = {name.casefold(): str(value).strip() for name, value in given.items()}
        bearer = request.headers.get("X-Esri-Authorization") or request.headers.get("Authorization") or ""
        if bearer.startswith("Bearer "):
            parameters.setdefault("token", bearer[len("Bearer ") :])
        try:
            return view(request, parameters, **path)
        except EsriError as error:
            return error.answer()

    answer.csrf_exempt = True  # type: ignore[attr-defined]  # no cookie ever decides anything here
    return answer


def document(request: HttpRequest, parameters: Parameters, shape: Mapping[str, Any]) -> HttpResponse:
    """An answer in the format that `f` asks for: a page for people when it does not say, as ArcGIS has it."""
    form = parameters.get("f", "html")
    if form == "html":
        return render(request, "esri.html", {"path": request.path, "document": json.dumps(shape, indent=2, ensure_ascii=False)})
    if form == "geojson":
        return JsonResponse(shape, content_type="application/geo+json")
    if form in ("json", "pjson"):
        return JsonResponse(shape, json_dumps_params={"indent": 2} if form == "pjson" else None)
    raise bad_query("'f' parameter is invalid")


def flag(parameters: Parameters, name: str, *, usually: bool = False) -> bool:
    """A parameter that is `true` or `false`. Raises EsriError."""
    text = parameters.get(name.casefold(), "").casefold() or str(usually).casefold()
    if text not in ("true", "false"):
        raise bad_query(f"'{name}' parameter is invalid")
    return text == "true"


def number(parameters: Parameters, name: str) -> Optional[int]:
    """A parameter that counts something; None when it is not there. Raises EsriError."""
    text = parameters.get(name.casefold(), "")
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise bad_query(f"'{name}' parameter is invalid")
    return int(text)


def spatial_reference(text: str) -> Optional[int]:
    """`4326`, `102100`, `{"wkid": 4326}` as one of WGS84 and WEB_MERCATOR; None for others."""
    digits = "".join(sign if sign.isdigit() else " " for sign in text).split()
    return _SAME_AS.get(digits[0]) if digits else None


def to_web_mercator(longitude: float, latitude: float) -> Tuple[float, float]:
    """x and y in metres."""
    return math.radians(longitude) * _RADIUS_M, math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2)) * _RADIUS_M


def from_web_mercator(x: float, y: float) -> Tuple[float, float]:
    """Longitude and latitude."""
    return math.degrees(x / _RADIUS_M), math.degrees(2 * math.atan(math.exp(y / _RADIUS_M)) - math.pi / 2)
