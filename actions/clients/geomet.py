"""Weather alerts of Environment Canada (MSC GeoMet, which speaks OGC API Features): what is in force at one point.

The collection also holds alerts that have ended, are cancelled or have expired, and one alert once for each of its publications.
Source: MSC GeoMet, collection `weather-alerts` (city-apis reference, 7.4).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Dict, List, Mapping, Optional, Tuple

from actions.clients.errors import CityError, Failure
from actions.clients.http import Answer, Http, read_object
from actions.clients.kept import Held, Kept
from actions.clients.moments import moment_of
from bot.city import city

MOST = 100  # features; 10 unless asked otherwise
BOX_DEGREES = 0.001  # half the side of the box around the point: some 100 m
KEPT_S = 300.0
STALE_S = 1800.0  # told with its age
LANGUAGES = ("en", "fr")
_OVER = {"ended", "cancelled"}


class WeatherError(CityError):
    """The weather service did not do what was asked."""


@dataclass(frozen=True)
class Alert:
    """One alert. `name` and `area` by language; `kind` is warning, watch, advisory or statement. Moments know their zone.

    Args:
        begins: when the weather it is about begins, as far as it says.
        ends: when that weather ends; None: it does not say.
        expires: after that it is no longer in force, unless it is published again.
    """

    code: str
    kind: str
    name: Mapping[str, str]
    area: Mapping[str, str]
    begins: Optional[datetime]
    ends: Optional[datetime]
    expires: datetime

    def over_at(self, moment: datetime) -> bool:
        """Whether it is no longer in force at a moment."""
        return self.expires <= moment or (self.ends is not None and self.ends <= moment)


class GeoMet:
    """The alerts at one point. Safe to use from several threads.

    Args:
        collection: what the service calls its alerts.
    """

    def __init__(self, base_url: str, *, latitude: float, longitude: float, collection: str = "weather-alerts") -> None:
        self.http = Http(base_url, WeatherError, accept="application/geo+json, application/json")
        self._path = f"collections/{collection}/items"
        corners = (longitude - BOX_DEGREES, latitude - BOX_DEGREES, longitude + BOX_DEGREES, latitude + BOX_DEGREES)
        self._bbox = ",".join(f"{corner:.4f}" for corner in corners)
        self._alerts: Kept[List[Alert]] = Kept(ttl_s=KEPT_S, stale_s=STALE_S)

    def in_force(self, now: datetime) -> Held[List[Alert]]:
        """Alerts in force, each once, the one that ends first on top. Raises WeatherError."""
        held = self._alerts.get("", self._read)
        at = held.as_of or now  # an older list is told as of then: what was published meanwhile is not known
        return Held([alert for alert in held.value if not alert.over_at(at)], held.as_of)

    def _read(self) -> List[Alert]:
        """Every alert that has not ended, as published last."""
        params = {"f": "json", "lang": "en", "limit": str(MOST), "bbox": self._bbox, "skipGeometry": "true"}
        shape = _json(self.http.get(self._path, params, call="GET collections/{id}/items"))
        rows = shape.get("features")
        if not isinstance(rows, list):
            raise WeatherError(Failure.MALFORMED, "no list of features")
        latest: Dict[Tuple[str, str, Optional[datetime]], Tuple[datetime, Alert]] = {}
        over: Dict[Tuple[str, str], datetime] = {}  # when it was last said to be over
        for published, is_over, alert in map(_alert, rows):
            what = alert.code, alert.area["en"]
            if is_over:
                over[what] = max(published, over.get(what, published))
                continue
            key = (*what, alert.ends)
            if key not in latest or published > latest[key][0]:
                latest[key] = published, alert
        found = [alert for key, (published, alert) in latest.items() if key[:2] not in over or published > over[key[:2]]]
        return sorted(found, key=lambda alert: (alert.ends or alert.expires, alert.code))


def _alert(row: Any) -> Tuple[datetime, bool, Alert]:
    """When it was published, whether it says that it is over, and the alert."""
    properties = row.get("properties") if isinstance(row, Mapping) else None
    if not isinstance(properties, Mapping) or not properties.get("alert_name_en"):
        raise WeatherError(Failure.MALFORMED, "an alert without a name")
    status = str(properties.get("status_en") or "").casefold()
    expires = _moment(properties.get("expiration_datetime"))
    published = _moment(properties.get("publication_datetime"))
    if expires is None or published is None:
        raise WeatherError(Failure.MALFORMED, "an alert without its moments")
    alert = Alert(
        code=str(properties.get("alert_code") or ""),
        kind=str(properties.get("alert_type") or ""),
        name=_in_both(properties, "alert_name"),
        area=_in_both(properties, "feature_name"),
        begins=_moment(properties.get("validity_datetime")),
        ends=_moment(properties.get("event_end_datetime")),
        expires=expires,
    )
    return published, status in _OVER, alert


def _in_both(properties: Mapping[str, Any], name: str) -> Dict[str, str]:
    texts = {language: " ".join(str(properties.get(f"{name}_{language}") or "").split()) for language in LANGUAGES}
    return {language: text or texts["en"] for language, text in texts.items()}


def _moment(value: Any) -> Optional[datetime]:
    return moment_of(value, WeatherError) if value else None


def _json(answer: Answer) -> Mapping[str, Any]:
    shape = read_object(answer, WeatherError)
    if answer.status >= 300:
        raise WeatherError(Failure.REFUSED, str(shape.get("code") or ""), status=answer.status)
    return shape


@lru_cache(maxsize=1)
def geomet_from_settings() -> Optional[GeoMet]:
    """The alerts at the city's point, one for all actions; None when the city offers none."""
    backend = city().backends["weather"]
    if backend.url is None:
        return None
    options = backend.options
    return GeoMet(backend.url, latitude=float(options["latitude"]), longitude=float(options["longitude"]))
