"""The sandbox's road events, in the shapes of Open511 (`data/sandbox/road_closures.yml`, days counted from today).

Source: Open511 specification, events (city-apis reference, 7.3).
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from bot.city import city
from bot.sandbox.moments import day_of, moment_of
from bot.sandbox.seeds import seed

JURISDICTION = "sandbox.example"
USUAL_LIMIT, MOST = 50, 500
_BASE = "/open511"
_OPENS, _ENDS = time(7), time(19)
_STATES = {"Full": ("CLOSED", "MAJOR"), "Lane": ("SOME_LANES_CLOSED", "MODERATE")}
_EVENTS = {"Special event": "SPECIAL_EVENT"}
_EQUAL = ("status", "severity", "event_type")

Shape = Dict[str, Any]


class _BadRequestError(ValueError):
    """What is wrong with the parameters."""


@require_GET
def root(request: HttpRequest) -> HttpResponse:
    """GET /: which jurisdiction this is, and what it offers."""
    jurisdiction = {"id": JURISDICTION, "name": "Sandbox city (sample data)", "url": f"{_BASE}/jurisdiction"}
    services = [{"service_type_url": "http://open511.org/services/events/", "url": f"{_BASE}/events"}]
    return JsonResponse({"jurisdictions": [jurisdiction], "services": services, "meta": _meta(_BASE + "/")})


@require_GET
def jurisdiction(request: HttpRequest) -> HttpResponse:
    """GET /jurisdiction."""
    return JsonResponse(
        {
            "id": JURISDICTION,
            "url": f"{_BASE}/jurisdiction",
            "name": "Sandbox city (sample data)",
            "timezone": str(city().timezone),
            "email": "roads@example.org",
            "languages": ["en"],
            "meta": _meta(f"{_BASE}/jurisdiction"),
        }
    )


@require_GET
def events(request: HttpRequest) -> HttpResponse:
    """GET /events: active ones unless asked otherwise, fifty in a page."""
    try:
        rows = [event for event in all_events(_today(), _jurisdiction(request)) if _is_wanted(event, request)]
        limit, offset = _count(request, "limit", USUAL_LIMIT), _count(request, "offset", 0)
    except _BadRequestError as error:
        return JsonResponse({"error": str(error)}, status=400)
    limit = min(limit or USUAL_LIMIT, MOST)
    pagination: Shape = {"offset": offset}
    if offset + limit < len(rows):
        query = request.GET.copy()
        query["offset"], query["limit"] = str(offset + limit), str(limit)
        pagination["next_url"] = f"{request.path}?{query.urlencode()}"
    return JsonResponse({"meta": _meta(request.path), "pagination": pagination, "events": rows[offset : offset + limit]})


@require_GET
def event(request: HttpRequest, number: int) -> HttpResponse:
    """GET /events/{jurisdiction}/{number}."""
    found = [row for row in all_events(_today(), _jurisdiction(request)) if row["id"] == f"{JURISDICTION}/{number}"]
    if not found:
        return JsonResponse({"error": "There is no such event."}, status=404)
    return JsonResponse({"meta": _meta(request.path), "pagination": {"offset": 0}, "events": found})


def all_events(today: date, jurisdiction_url: str) -> List[Shape]:
    """Every event of the seeds, as seen on a day."""
    return [_event(number, row, today, jurisdiction_url) for number, row in enumerate(seed("road_closures")["closures"], start=1)]


def _event(number: int, row: Mapping[str, Any], today: date, jurisdiction_url: str) -> Shape:
    state, severity = _STATES[row["type"]]
    first, last = _days(row, today)
    made = datetime.combine(first - timedelta(days=7), time(9), city().timezone).isoformat()
    what = "closed" if row["type"] == "Full" else "down to fewer lanes"
    until = f"{last.isoformat()}T{_ENDS:%H:%M}" if last else ""
    return {
        "id": f"{JURISDICTION}/{number}",
        "url": f"{_BASE}/events/{JURISDICTION}/{number}",
        "jurisdiction_url": jurisdiction_url,
        "status": "ARCHIVED" if last and last < today else "ACTIVE",
        "event_type": _EVENTS.get(row["reason"], "CONSTRUCTION"),
        "severity": severity,
        "headline": f"Sample data: {row['road']} {what}",
        "description": f"{row['reason']}, sample data",
        "created": made,
        "updated": made,
        "schedule": {"intervals": [f"{first.isoformat()}T{_OPENS:%H:%M}/{until}"]},
        "geography": {"type": "LineString", "coordinates": row["line"]},
        "roads": [{"name": row["road"], "from": row["from"], "to": row["to"], "state": state, "direction": "BOTH"}],
    }


def _jurisdiction(request: HttpRequest) -> str:
    """Its full address: the specification wants this one absolute."""
    return request.build_absolute_uri(f"{_BASE}/jurisdiction")


def _days(row: Mapping[str, Any], today: date) -> Tuple[date, Optional[date]]:
    return today + timedelta(days=row["starts"]), None if row["ends"] is None else today + timedelta(days=row["ends"])


def _is_wanted(event: Shape, request: HttpRequest) -> bool:
    asked = {"status": "ACTIVE", **{name: request.GET[name] for name in request.GET}}
    if any(name in asked and event[name] not in asked[name].split(",") for name in _EQUAL):
        return False
    if asked.get("jurisdiction", JURISDICTION) != JURISDICTION:
        return False
    if "bbox" in asked and not _meets(event["geography"]["coordinates"], _box(asked["bbox"])):
        return False
    return "in_effect_on" not in asked or _in_effect(event["schedule"]["intervals"][0], _instant(asked["in_effect_on"]))


def _in_effect(interval: str, moment: str) -> bool:
    first, _, last = interval.partition("/")
    return first <= moment and (not last or moment <= last)


def _instant(text: str) -> str:
    """A local minute, as the intervals write it."""
    now = datetime.now(city().timezone)
    day = day_of(text)
    moment = now if text == "now" else datetime.combine(day, time(12)) if day else moment_of(text, city().timezone)
    if moment is None:
        raise _BadRequestError("in_effect_on must be now, a date or a date with a time.")
    return (moment.astimezone(city().timezone) if moment.tzinfo else moment).strftime("%Y-%m-%dT%H:%M")


def _box(text: str) -> Sequence[float]:
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise _BadRequestError("bbox must be four numbers: west, south, east, north.") from None
    return west, south, east, north


def _meets(line: Sequence[Sequence[float]], box: Sequence[float]) -> bool:
    """Whether the line's own box and the other one share a point."""
    longitudes, latitudes = zip(*line, strict=True)
    west, south, east, north = box
    return bool(min(longitudes) <= east and max(longitudes) >= west and min(latitudes) <= north and max(latitudes) >= south)


def _count(request: HttpRequest, name: str, usual: int) -> int:
    text = request.GET.get(name, str(usual))
    if not text.isdecimal() or len(text) > 9:
        raise _BadRequestError(f"{name} must be a number, 0 or above.")
    return int(text)


def _meta(url: str) -> Shape:
    return {"url": url, "version": "v1"}


def _today() -> date:
    return datetime.now(city().timezone).date()
