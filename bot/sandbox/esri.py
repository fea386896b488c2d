"""What all of the sandbox's ArcGIS services share: parameters in any case, by GET or POST, and errors that come with status 200.

Source: ArcGIS REST API, "Working with errors".
"""

from __future__ import annotations

import math
from typing import Any, Callable, Dict, Optional, Tuple

from django.http import HttpRequest, HttpResponse, JsonResponse

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
    """A Django view `(parameters, **path) -> answer` that takes GET and POST, names of parameters in any case, and may raise EsriError."""

    def answer(request: HttpRequest, **path: Any) -> HttpResponse:
        if request.method not in ("GET", "POST"):
            return EsriError(405, "HTTP method not allowed.").answer()
        given = {**request.GET.dict(), **request.POST.dict()}
        try:
            return view({name.casefold(): str(value).strip() for name, value in given.items()}, **path)
        except EsriError as error:
            return error.answer()

    answer.csrf_exempt = True  # type: ignore[attr-defined]  # no cookie ever decides anything here
    return answer


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
