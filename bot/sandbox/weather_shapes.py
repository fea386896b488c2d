"""The sandbox's weather alerts as features (`data/sandbox/weather_alerts.yml`), with moments that follow the clock."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any, Dict, List, Mapping, Optional

from bot.sandbox.seeds import seed

COLLECTION = "weather-alerts"
PROPERTIES = (
    "alert_code",
    "alert_type",
    "alert_name_en",
    "alert_name_fr",
    "alert_short_name_en",
    "alert_short_name_fr",
    "alert_text_en",
    "alert_text_fr",
    "risk_colour_en",
    "confidence_en",
    "impact_en",
    "feature_name_en",
    "feature_name_fr",
    "province",
    "status_en",
    "feature_id",
    "publication_datetime",
    "validity_datetime",
    "event_end_datetime",
    "expiration_datetime",
)


def all_alerts(now: Optional[datetime] = None) -> List[Dict[str, Any]]:
    """Every alert of the seeds as seen at a moment: those in force and the others."""
    hour = (now or datetime.now(timezone.utc)).replace(minute=0, second=0, microsecond=0)
    return [_feature(number, row, hour) for number, row in enumerate(seed("weather_alerts")["alerts"], start=1)]


def _feature(number: int, row: Mapping[str, Any], hour: datetime) -> Dict[str, Any]:
    known = seed("weather_alerts")
    area, name = known["areas"][row["area"]], known["names"][row["name"]]
    west, south, east, north = area["box"]
    values = [
        row["code"],
        row["type"],
        name["en"],
        name["fr"],
        f"{name['en'].split()[0].title()} ({row['type']})",
        name["fr"].title(),
        known["sample"],
        known["sample"],
        row["colour"],
        "High",
        "Moderate",
        area["name"]["en"],
        area["name"]["fr"],
        "ON",
        row["status"],
        area["id"],
        *(_moment(hour, row[what]) for what in ("published", "begins", "ends", "expires")),
    ]
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "id": f"{number}_{area['id']}",
        "type": "Feature",
        "geometry": {"type": "MultiPolygon", "coordinates": [[ring]]},
        "properties": dict(zip(PROPERTIES, values, strict=True)),
    }


def _moment(hour: datetime, after_h: Optional[float]) -> Optional[str]:
    if after_h is None:
        return None
    moment = (hour + timedelta(hours=after_h)).astimezone(timezone.utc)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
