"""The sandbox's locator, in the shapes of ArcGIS's GeocodeServer: the address nearest to a point, the places a text may mean.

Source: ArcGIS REST API, GeocodeServer, reverseGeocode and findAddressCandidates. Errors come with status 200, as ArcGIS sends them.
"""

from __future__ import annotations

import math
from typing import Any, Dict, Optional, Tuple

from django.http import HttpRequest, HttpResponse, JsonResponse

from bot.city import city
from bot.sandbox import esri
from bot.sandbox.candidates import Candidate, attributes, candidates
from bot.sandbox.esri import EsriError, Parameters, bad_query, esri_view
from bot.sandbox.seeds import seed
from bot.sandbox.streets import Point, nearest_door

USUAL_DISTANCE_M = 100.0
USUAL_CANDIDATES, MOST_CANDIDATES = 20, 50
_HALF_EXTENT = 0.0005  # degrees around a candidate
# Name, type and how long; in the order in which `outFields=*` gives them.
_FIELDS = (
    ("Score", "Double", None),
    ("Match_addr", "String", 500),
    ("Addr_type", "String", 20),
    ("Type", "String", 50),
    ("PlaceName", "String", 200),
    ("Place_addr", "String", 500),
    ("AddNum", "String", 50),
    ("StAddr", "String", 300),
    ("StName", "String", 125),
    ("StType", "String", 30),
    ("StDir", "String", 20),
    ("Nbrhd", "String", 100),
    ("City", "String", 100),
    ("Postal", "String", 20),
    ("Country", "String", 100),
    ("X", "Double", None),
    ("Y", "Double", None),
)


@esri_view
def info(request: HttpRequest, parameters: Parameters) -> HttpResponse:
    """GET GeocodeServer: what the locator takes and gives."""
    fields = [
        {"name": name, "type": f"esriFieldType{kind}", "alias": name, "required": False, **({"length": length} if length else {})}
        for name, kind, length in _FIELDS
    ]
    line = {"name": "SingleLine", "type": "esriFieldTypeString", "alias": "Single Line Input", "required": False, "length": 200}
    shape = {
        "currentVersion": 11.2,
        "serviceDescription": seed("geocoder")["sample"],
        "addressFields": [],
        "singleLineAddressField": line,
        "candidateFields": fields,
        "spatialReference": esri.SPATIAL_REFERENCES[esri.WGS84],
        "locatorProperties": {"SuggestedBatchSize": 0, "MaxBatchSize": 0},
        "capabilities": "Geocode,ReverseGeocode",
        "countries": ["CAN"],
    }
    return JsonResponse(shape)


@esri_view
def find_address_candidates(request: HttpRequest, parameters: Parameters) -> HttpResponse:
    """GET findAddressCandidates?SingleLine=&outFields=&maxLocations=&outSR=. Nothing found is an empty list, not an error."""
    line = parameters.get("singleline") or parameters.get("address")
    if not line:
        raise _unable("single_line")
    out, most = _out_reference(parameters), esri.number(parameters, "maxLocations") or USUAL_CANDIDATES
    found = candidates(line)[: min(most, MOST_CANDIDATES)]
    wanted = [name.strip() for name in parameters.get("outfields", "").split(",")]
    shape = {"spatialReference": esri.SPATIAL_REFERENCES[out], "candidates": [_shape(one, wanted, out) for one in found]}
    return JsonResponse(shape)


@esri_view
def reverse_geocode(request: HttpRequest, parameters: Parameters) -> HttpResponse:
    """GET reverseGeocode?location=longitude,latitude&distance=metres."""
    here, within_m = _point(parameters.get("location", "")), _number(parameters.get("distance") or str(USUAL_DISTANCE_M))
    if here is None or within_m is None:
        raise bad_query(_sentence("location"))
    distance_m, number, street = nearest_door(here)
    if distance_m > within_m:
        raise bad_query(_sentence("not_found"))
    door, place = f"{number} {street.name}", street.door(number)
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
    location = {"x": place[1], "y": place[0], "spatialReference": esri.SPATIAL_REFERENCES[esri.WGS84]}
    return JsonResponse({"address": address, "location": location})


def _shape(found: Candidate, wanted: list[str], out: int) -> Dict[str, Any]:
    """One candidate; without `outFields` it has no attributes."""
    known = {**attributes(found), "Match_addr": f"{found.address}, {city().short_name}", "City": city().short_name, "Country": "CAN"}
    known["Score"] = round(found.score, 2)
    latitude, longitude = found.point
    west, south = _in(out, longitude - _HALF_EXTENT, latitude - _HALF_EXTENT)
    east, north = _in(out, longitude + _HALF_EXTENT, latitude + _HALF_EXTENT)
    x, y = _in(out, longitude, latitude)
    return {
        "address": f"{found.address}, {city().short_name}",
        "location": {"x": x, "y": y},
        "score": known["Score"],
        "attributes": {name: known.get(name, "") for name, _, _ in _FIELDS if "*" in wanted or name in wanted},
        "extent": {"xmin": west, "ymin": south, "xmax": east, "ymax": north},
    }


def _in(out: int, longitude: float, latitude: float) -> Tuple[float, float]:
    return esri.to_web_mercator(longitude, latitude) if out == esri.WEB_MERCATOR else (longitude, latitude)


def _out_reference(parameters: Parameters) -> int:
    out = esri.spatial_reference(parameters.get("outsr") or str(esri.WGS84))
    if out is None:
        raise _unable("spatial_reference")
    return out


def _unable(reason: str) -> EsriError:
    return EsriError(400, "Unable to complete operation.", _sentence(reason))


def _sentence(reason: str) -> str:
    return str(seed("geocoder")["refusals"][reason])


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
