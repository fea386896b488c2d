"""The sandbox's transit agency: its timetable (GTFS) and where its vehicles are late (GTFS-realtime)."""

from __future__ import annotations

import hashlib
from datetime import datetime, timezone

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.views.decorators.http import require_GET
from google.transit import gtfs_realtime_pb2 as wire

from bot.city import city
from bot.sandbox import faults, gtfs, transit_live

PROTOBUF = "application/x-protobuf"


@require_GET
def timetable(request: HttpRequest) -> HttpResponse:
    """GET gtfs.zip, with an ETag: 304 to who has it already."""
    body = gtfs.feed(datetime.now(city().timezone).year)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == etag:
        answer: HttpResponse = HttpResponseNotModified()
    else:
        answer = HttpResponse(body, content_type="application/zip")
    answer["ETag"] = etag
    return answer


@require_GET
def trip_updates(request: HttpRequest) -> HttpResponse:
    """GET tripupdates."""
    return _feed(transit_live.trip_updates(_now()))


@require_GET
def alerts(request: HttpRequest) -> HttpResponse:
    """GET alerts."""
    return _feed(transit_live.alerts(_now()))


def nothing(path: str) -> HttpResponse:
    """A zip without files, or a feed without entities."""
    if path.endswith(".zip"):
        return HttpResponse(gtfs.nothing(), content_type="application/zip")
    return _feed(transit_live.empty(_now()))


def _now() -> datetime:
    """The present, or half an hour ago when the feeds are to be stale."""
    now = datetime.now(timezone.utc)
    return now - transit_live.OLD if faults.current("transit").fault == "stale" else now


def _feed(message: wire.FeedMessage) -> HttpResponse:
    return HttpResponse(message.SerializeToString(), content_type=PROTOBUF)
