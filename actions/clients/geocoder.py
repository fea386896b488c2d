"""The city's locator (ArcGIS GeocodeServer): which address is at a point, and where is an address, a corner or a place?

Source: ArcGIS REST API, GeocodeServer, reverseGeocode and findAddressCandidates (city-apis reference, 2.3). Coordinates and addresses of
residents are sent to it and never logged.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, List, Mapping, Optional

from actions.clients.arcgis_errors import BUSY, code_in, is_busy
from actions.clients.errors import CityError, Failure
from actions.clients.http import Answer, Http, read_object
from actions.clients.kept import Kept
from bot.city import city
from bot.language.addresses import Address, find_address
from bot.language.corners import find_corner
from bot.language.street_words import folded
from bot.messages import Place

WITHIN_M = 50  # a telephone in a street knows where it is to some 10 to 20 metres; the next house is not far either
SURE_SCORE = 90.0  # of 100, from the reference; below it the locator names something else that is written alike
NAME_SCORE = 80.0  # of a place that a part of its name stands for: "activa"; it has no number that could be another's
MOST_CANDIDATES = 10
KEPT_S = 3600.0  # no longer: what residents look for is theirs
STALE_S = 86_400.0  # while the locator fails; addresses stay where they are
MOST_CHARACTERS = 200  # of a search, ArcGIS's own limit
_NOTHING_THERE = "unable to find address"  # says so with an error
_NAMES = ("Address", "Street", "Match_addr")  # older locators have other fields
_DOORS = {"PointAddress", "Subaddress", "StreetAddress"}  # other kinds are streets, places or postal codes
_KINDS = {**dict.fromkeys(_DOORS, "address"), "StreetInt": "corner", "POI": "place"}
_STREETS = {"address", "corner"}
_NEIGHBOURHOODS = {"Neighborhood", "District"}  # of the kind Locality, which is also whole cities


class GeocoderError(CityError):
    """The locator did not do what was asked."""


@dataclass(frozen=True)
class Located:
    """A place the locator found. `kind`: address, corner, place or neighbourhood; `score`: of 100."""

    name: str
    latitude: float
    longitude: float
    kind: str
    score: float


class Geocoder:
    """One locator. What it finds is kept for a while, what it does not find is not. Safe to use from several threads."""

    def __init__(self, base_url: str) -> None:
        self.http = Http(base_url, GeocoderError)
        self._url = base_url.rstrip("/")
        self._search_field: Optional[str] = None
        self._addresses: Kept[Optional[str]] = Kept(ttl_s=KEPT_S, stale_s=STALE_S, keep=bool)
        self._found: Kept[List[Located]] = Kept(ttl_s=KEPT_S, stale_s=STALE_S, keep=bool)

    def address_at(self, place: Place, language: str) -> Optional[str]:
        """The number and street nearest to a point, as the city writes them; None when there is none within WITHIN_M.

        Raises:
            GeocoderError: not reached, refused, or malformed.
        """
        # Five decimals are a metre: fewer would find the neighbour's house.
        point = f"{place.longitude:.5f},{place.latitude:.5f}"
        return self._addresses.get((point, language), lambda: self._address_at(point, language)).value

    def _address_at(self, point: str, language: str) -> Optional[str]:
        params = {"location": point, "distance": str(WITHIN_M), "outSR": "4326", "langCode": language, "f": "json"}
        shape = _read(self.http.get("reverseGeocode", params, call="GET reverseGeocode", busy=is_busy))
        if shape is None:
            return None
        address = shape.get("address")
        if not isinstance(address, Mapping):
            raise GeocoderError(Failure.MALFORMED, "no address and no error")
        if address.get("Addr_type") not in (None, "", *_DOORS):
            return None
        return next((str(address[name]) for name in _NAMES if address.get(name)), None)

    def candidates(self, text: str, language: str) -> List[Located]:
        """The places a text may mean, surest first: doors for an address, corners for a corner, else also facilities and neighbourhoods.

        A door counts only with the number that was asked for and in the direction that was given: the street alone is no address.

        Raises:
            GeocoderError: not reached, refused, or malformed.
        """
        return list(self._found.get((text, language), lambda: self._candidates(text, language)).value)

    def _candidates(self, text: str, language: str) -> List[Located]:
        wanted = find_address(text, town=city().short_name)
        corner = None if wanted else find_corner(text, town=city().short_name, typed=True)
        search = (wanted.door if wanted else corner or text).strip()[:MOST_CHARACTERS]
        if not search:
            return []
        params = {
            self._field(): search,
            "outFields": "*",
            "maxLocations": str(MOST_CANDIDATES),
            "outSR": "4326",
            "langCode": language,
            "f": "json",
        }
        shape = _read(self.http.get("findAddressCandidates", params, call="GET findAddressCandidates", busy=is_busy))
        if shape is None:
            return []
        rows = shape.get("candidates")
        if not isinstance(rows, list):
            raise GeocoderError(Failure.MALFORMED, "no list of candidates")
        rows = [row for row in rows if isinstance(row, Mapping) and isinstance(row.get("location"), Mapping)]
        if shape["candidates"] and not rows:
            raise GeocoderError(Failure.MALFORMED, "no candidate has a place")
        found = [one for one in map(_located, rows) if one and one.score >= (SURE_SCORE if one.kind in _STREETS else NAME_SCORE)]
        if wanted:
            found = [one for one in found if one.kind == "address" and _is_door(wanted, one.name)]
        else:
            found = [one for one in found if one.kind == "corner" or (one.kind != "address" and not corner)]
        surest_first = sorted(found, key=lambda one: -one.score)
        return list({folded(one.name): one for one in reversed(surest_first)}.values())[::-1]  # the flats of a house are one door

    def _field(self) -> str:
        """What this locator calls the parameter with the whole address; asked once."""
        if self._search_field is None:
            shape = _read(self.http.get(self._url, {"f": "json"}, call="GET GeocodeServer", busy=is_busy)) or {}
            field = shape.get("singleLineAddressField")
            self._search_field = str((field.get("name") if isinstance(field, Mapping) else None) or "SingleLine")
        return self._search_field


def _located(row: Mapping[str, Any]) -> Optional[Located]:
    """One candidate; None when it is of another kind, or nowhere."""
    attributes = row.get("attributes")
    attributes, written = attributes if isinstance(attributes, Mapping) else {}, str(row.get("address") or "")
    kind = _kind(attributes, written)
    try:
        place = Place.from_dict({"latitude": row["location"]["y"], "longitude": row["location"]["x"]})
        score = float(row["score"])
    except (TypeError, KeyError, ValueError):
        return None
    return Located(_name(kind, attributes, written), place.latitude, place.longitude, kind, score) if kind else None


def _kind(attributes: Mapping[str, Any], written: str) -> Optional[str]:
    addr_type = attributes.get("Addr_type")
    if not addr_type:  # an older locator: its text must tell
        return "address" if find_address(written, town=city().short_name) else None
    if addr_type == "Locality":
        return "neighbourhood" if attributes.get("Type") in _NEIGHBOURHOODS else None
    return _KINDS.get(str(addr_type))


def _name(kind: str, attributes: Mapping[str, Any], written: str) -> str:
    """What is there, without the city behind it."""
    address = find_address(written, town=city().short_name) if kind == "address" else None
    if address:
        return address.door
    return str((kind == "place" and attributes.get("PlaceName")) or attributes.get("ShortLabel") or written.split(",")[0]).strip()


def _is_door(wanted: Address, name: str) -> bool:
    """Whether a door has the number that was asked for, in the direction that was given; its street is the locator's to judge."""
    address = find_address(name, town=city().short_name)
    same_number = address is not None and (address.civic, address.suffix) == (wanted.civic, wanted.suffix)
    return address is not None and same_number and len({wanted.direction, address.direction} - {""}) < 2


def _read(answer: Answer) -> Optional[Mapping[str, Any]]:
    """The answer; None when it says that nothing is there. ArcGIS says 200 whatever it means."""
    shape = read_object(answer, GeocoderError)
    error = shape.get("error")
    if error is None and answer.status < 300:
        return shape
    said = error if isinstance(error, Mapping) else {}
    words = [str(said.get("message") or ""), *(str(detail) for detail in said.get("details") or ())]
    if any(_NOTHING_THERE in sentence.casefold() for sentence in words):
        return None
    code = code_in(answer.body) or answer.status
    if code in BUSY:
        raise GeocoderError(Failure.UNREACHABLE, "server error", status=code)
    raise GeocoderError(Failure.REFUSED, words[0], status=answer.status)


@lru_cache(maxsize=1)
def geocoder_from_settings() -> Optional[Geocoder]:
    """The city's locator, one for all actions; None when the city offers none."""
    url = city().backends["geocoder"].url
    return Geocoder(url) if url else None
