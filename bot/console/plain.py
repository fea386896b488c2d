"""What needs nobody signed in: health, the style sheet and the scripts."""

from __future__ import annotations

from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

STATIC = Path(__file__).resolve().parent / "static"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
STATIC_TYPES = {path.name: TYPES[path.suffix] for path in STATIC.iterdir() if path.suffix in TYPES}


@login_not_required
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 when the console can read the record, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"state": "down"}, status=503)
    return JsonResponse({"state": "ok"})


@login_not_required
@require_safe
def static_file(request: HttpRequest, name: str) -> HttpResponse:
    """One of the few files a page needs, by its exact name."""
    if name not in STATIC_TYPES:
        raise Http404
    response = HttpResponse((STATIC / name).read_bytes(), content_type=STATIC_TYPES[name])
    response["Cache-Control"] = "public, max-age=300"
    return response
