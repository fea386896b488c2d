"""`GET /media/<id>`: a picture for whoever has its address: the city (photos of a report that was filed) or who asked (charts)."""

from __future__ import annotations

import logging

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from bot.conversations import charts, media
from bot.gateway.views import DATABASE_RETRY_S, not_found, only, problem
from bot.gateway.work import in_database
from bot.sealing import SealError

log = logging.getLogger(__name__)

LONGEST_CACHED_S = 3600  # a photo that is disposed of early is not shown by caches for much longer


async def picture(request: HttpRequest, media_id: str) -> HttpResponse:
    """The JPEG or PNG. 404 when there is no such picture or its time is over."""
    if request.method not in ("GET", "HEAD"):
        return only("GET, HEAD")
    try:
        found = await in_database(lambda: media.shown(media_id) or charts.shown(media_id))
    except SealError:
        log.error("a picture cannot be opened")
        found = None
    except Error:
        return problem(503, "the picture could not be read", DATABASE_RETRY_S)
    if found is None:
        return not_found(request)
    left_s = max(0, int((found.expires_at - timezone.now()).total_seconds()))
    response = HttpResponse(found.content, content_type=found.content_type)
    response["Cache-Control"] = f"private, max-age={min(left_s, LONGEST_CACHED_S)}"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"  # the city's own pages show it
    response["X-Robots-Tag"] = "noindex"
    return response
