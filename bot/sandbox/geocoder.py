"""The sandbox's locator, in the shapes of ArcGIS's GeocodeServer: the address nearest to a point.

Source: ArcGIS REST API, GeocodeServer, reverseGeocode. Errors come with status 200, as ArcGIS sends them.
"""

from __future__ import annotations

import math
from typing import Any, Mapping, Optional, Sequence, Tuple

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from bot.city import city
from bot.sandbox.seeds import seed

USUAL_DISTANCE_M = 100.0
_METRES_OF_A_DEGREE = 111_320.0  # of latitude
WGS84 = {"wkid": 4326, "latestWkid": 4326}

Point = Tuple[float, float]  # latitude, longitude


@require_GET
def reverse_geocode(request: HttpRequest) -> HttpResponse:
    """GET reverseGeocode?location=longitude,latitude&distance=metres."""
    here, within_m = _point(request.GET.get("location", "")), _number(request.GET.get("distance") or str(USUAL_DISTANCE_M))
    if here is None or within_m is None:
        return _refused("location")
    near = [_nearest_on(row, here) for row in seed("geocoder")["streets"]]
    distance_m, number, street, (latitude, longitude) = min(near)
    if distance_m > within_m:
        return _refused("not_found")
    door = f"{number} {street}"
    address = {
        "Match_addr": f"{door}, {city().short_name}",
        "LongLabel": f"{door}, {city().short_name} ({seed('geocoder')['sample']})",
        "ShortLabel": door,
        "Addr_type": "PointAddress",
        "AddNum": str(number),
        "Address": door,
        "City": city().short_name,
        "CountryCode": "CAN",
    }
    return JsonResponse({"address": address, "location": {"x": longitude, "y": latitude, "spatialReference": WGS84}})


def _refused(reason: str) -> HttpResponse:
    details = [seed("geocoder")["refusals"][reason]]
    return JsonResponse({"error": {"code": 400, "message": "Cannot perform query. Invalid query parameters.", "details": details}})


def _point(text: str) -> Optional[Point]:
    numbers = [_number(part) for part in text.split(",")]
    if len(numbers) != 2 or numbers[0] is None or numbers[1] is None:
        return None
    return numbers[1], numbers[0]


def _number(text: str) -> Optional[float]:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _nearest_on(row: Mapping[str, Any], here: Point) -> Tuple[float, int, str, Point]:
    """Metres to a street, and its number, name and place that are nearest."""
    start, end = row["from"], row["to"]
    along, aside = _metres(start, end), _metres(start, here)
    length = sum(part * part for part in along)
    share = min(1.0, max(0.0, sum(one * other for one, other in zip(along, aside, strict=True)) / length))
    first, last = row["numbers"]
    number = first + round(share * (last - first))
    door = (number - first) / (last - first)
    place = (start[0] + door * (end[0] - start[0]), start[1] + door * (end[1] - start[1]))
    return math.hypot(*_metres(place, here)), number, row["street"], place


def _metres(start: Sequence[float], end: Sequence[float]) -> Tuple[float, float]:
    """How far north and east the end is; a city is small enough to be flat."""
    east = math.cos(math.radians(start[0])) * (end[1] - start[1])
    return (end[0] - start[0]) * _METRES_OF_A_DEGREE, east * _METRES_OF_A_DEGREE
