"""The sandbox's waste calendar, in the shapes of ReCollect's public API: address search, events, iCalendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Optional, Tuple

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from bot.city import city
from bot.sandbox import ical, waste_shapes
from bot.sandbox.moments import LATEST, day_of
from bot.sandbox.places import place, suggest
from bot.sandbox.schedule import collections
from bot.sandbox.seeds import language_of, seed

USUAL_SPAN = timedelta(days=56)
LONGEST_SPAN = timedelta(days=400)
CALENDAR_SPAN = timedelta(days=365)


@require_GET
def address_suggest(request: HttpRequest, area: str, service: str) -> HttpResponse:
    """GET areas/{area}/services/{service}/address-suggest?q=."""
    if area != city().backends["waste"].options["area"] or not _is_ours(service):
        return _refused("not_found", 404, request)
    return JsonResponse([waste_shapes.suggestion(found) for found in suggest(request.GET.get("q", ""))], safe=False)


@require_GET
def events(request: HttpRequest, place_id: str, service: str) -> HttpResponse:
    """GET places/{place_id}/services/{service}/events?after=&before=&locale=: eight weeks from today unless asked otherwise."""
    found = place(place_id)
    if found is None or not _is_ours(service):
        return _refused("not_found", 404, request)
    span = _span(request)
    if span is None:
        return _refused("date", 400, request)
    if found.zone is None:
        return JsonResponse({"zones": {}, "parcel_opts": {}, "events": []})
    language = language_of(request.GET.get("locale", ""))
    rows = [waste_shapes.event(one, found.zone, language) for one in collections(found.zone, *span)]
    return JsonResponse(
        {"zones": {str(found.zone.zone_id): waste_shapes.zone_shape(found.zone, language)}, "parcel_opts": {}, "events": rows}
    )


@require_GET
def calendar(request: HttpRequest, place_id: str, service: str, locale: str) -> HttpResponse:
    """GET places/{place_id}/services/{service}/events.{locale}.ics: the coming year."""
    found = place(place_id)
    if found is None or not _is_ours(service):
        return _refused("not_found", 404, request)
    language = language_of(locale)
    today = _today()
    days = collections(found.zone, today, today + CALENDAR_SPAN) if found.zone else []
    return HttpResponse(ical.calendar(found.place_id, days, language), content_type=ical.CONTENT_TYPE)


def _is_ours(service: str) -> bool:
    return service == city().backends["waste"].options["service"]


def _today() -> date:
    return datetime.now(city().timezone).date()


def _span(request: HttpRequest) -> Optional[Tuple[date, date]]:
    """The days asked for; None when they are not dates."""
    given = {name: request.GET.get(name, "") for name in ("after", "before")}
    read = {name: day_of(text) for name, text in given.items()}
    if any(text and read[name] is None for name, text in given.items()):
        return None
    after = read["after"] or _today()
    before = read["before"] or after + USUAL_SPAN
    return after, min(before, after + LONGEST_SPAN, LATEST)


def _refused(reason: str, status: int, request: HttpRequest) -> HttpResponse:
    language = language_of(request.GET.get("locale", ""))
    return JsonResponse({"error": seed("waste")["refusals"][reason][language]}, status=status)
