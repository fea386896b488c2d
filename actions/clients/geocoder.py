"""The city's locator (ArcGIS GeocodeServer): which address is at a point?

Source: ArcGIS REST API, GeocodeServer, reverseGeocode. Coordinates of a resident's home are sent to it and never logged.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Mapping, Optional

from actions.clients.errors import CityError, Failure
from actions.clients.http import Answer, Http, read_json
from bot.city import city
from bot.messages import Place

WITHIN_M = 50  # a telephone in a street knows where it is to some 10 to 20 metres; the next house is not far either
_NOTHING_THERE = "unable to find address"  # says so with an error
_DOORS = {"PointAddress", "Subaddress", "StreetAddress"}  # other kinds are streets, places or postal codes
_NAMES = ("Address", "Street", "Match_addr")  # older locators have other fields


class GeocoderError(CityError):
    """The locator did not do what was asked."""


class Geocoder:
    """One locator. Safe to use from several threads."""

    def __init__(self, base_url: str) -> None:
        self.http = Http(base_url, GeocoderError)

    def address_at(self, place: Place, language: str) -> Optional[str]:
        """The number and street nearest to a point, as the city writes them; None when there is none within WITHIN_M.

        Raises:
            GeocoderError: not reached, refused, or malformed.
        """
        # Five decimals are a metre: fewer would find the neighbour's house.
        point = f"{place.longitude:.5f},{place.latitude:.5f}"
        params = {"location": point, "distance": str(WITHIN_M), "outSR": "4326", "langCode": language, "f": "json"}
        shape = _read(self.http.get("reverseGeocode", params, call="GET reverseGeocode"))
        if shape is None:
            return None
        address = shape.get("address")
        if not isinstance(address, Mapping):
            raise GeocoderError(Failure.MALFORMED, "no address and no error")
        if address.get("Addr_type") not in (None, "", *_DOORS):
            return None
        return next((str(address[name]) for name in _NAMES if address.get(name)), None)


def _read(answer: Answer) -> Optional[Mapping[str, Any]]:
    """The answer; None when it says that nothing is there. ArcGIS says 200 whatever it means."""
    if answer.status >= 500 or answer.status == 429:
        raise GeocoderError(Failure.UNREACHABLE, "server error", status=answer.status)
    shape = read_json(answer, GeocoderError)
    if not isinstance(shape, Mapping):
        raise GeocoderError(Failure.MALFORMED, "no object", status=answer.status)
    error = shape.get("error")
    if error is None and answer.status < 300:
        return shape
    said = error if isinstance(error, Mapping) else {}
    words = [str(said.get("message") or ""), *(str(detail) for detail in said.get("details") or ())]
    if any(_NOTHING_THERE in sentence.casefold() for sentence in words):
        return None
    raise GeocoderError(Failure.REFUSED, words[0], status=answer.status)


@lru_cache(maxsize=1)
def geocoder_from_settings() -> Optional[Geocoder]:
    """The city's locator, one for all actions; None when the city offers none."""
    url = city().backends["geocoder"].url
    return Geocoder(url) if url else None
