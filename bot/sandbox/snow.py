"""Whether the sandbox city has declared a snow event: one small JSON file, and the switch that declares one. A restart ends it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any, Dict, Optional

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_http_methods

from bot.city import city
from bot.sandbox.seeds import seed

MOST_HOURS = 24 * 14
_current: Dict[str, Optional[datetime]] = {"declared_at": None, "ends_at": None}


@require_GET
def snow_event(request: HttpRequest) -> HttpResponse:
    """GET /snow/snow-event.json."""
    return JsonResponse(_shape())


@require_http_methods(["GET", "POST"])
def switch(request: HttpRequest) -> HttpResponse:
    """POST /_sandbox/snow_event: `{"active": true}` declares one, with `"hours"` until then; `{"active": false}` ends it."""
    if request.method == "POST":
        try:
            wanted = json.loads(request.body)
        except ValueError:
            wanted = None
        refusal = _refusal(wanted)
        if refusal:
            return JsonResponse({"error": refusal}, status=400)
        now = datetime.now(city().timezone).replace(microsecond=0)
        hours = wanted.get("hours")
        _current["declared_at"] = now if wanted["active"] else None
        _current["ends_at"] = now + timedelta(hours=hours) if wanted["active"] and hours else None
    return JsonResponse(_shape())


def _refusal(wanted: Any) -> str:
    if not isinstance(wanted, dict) or not set(wanted) <= {"active", "hours"} or type(wanted.get("active")) is not bool:
        return 'The body must be a JSON object such as {"active": true, "hours": 24}.'
    hours = wanted.get("hours")
    if hours is not None and (type(hours) not in (int, float) or not 0 < hours <= MOST_HOURS):
        return f"hours must be a number above 0 and at most {MOST_HOURS}."
    return ""


def _shape() -> Dict[str, Any]:
    now = datetime.now(city().timezone)
    declared, ends = _current["declared_at"], _current["ends_at"]
    active = declared is not None and (ends is None or now < ends)
    return {
        "active": active,
        "declared_at": declared.isoformat() if active and declared else None,
        "ends_at": ends.isoformat() if active and ends else None,
        "note": seed("weather_alerts")["snow_sample"],
        "updated_at": now.isoformat(timespec="seconds"),
    }
