"""Error pages. They read nothing from the database: it may be what failed."""

from __future__ import annotations

from typing import Optional

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from bot.console.words import words


def _page(request: HttpRequest, status: int) -> HttpResponse:
    context = words(request)
    context["sentence"] = context["say"]["problems"][str(status)]
    return HttpResponse(render_to_string("console/problem.html", context), status=status)


def bad_request(request: HttpRequest, exception: Optional[Exception] = None) -> HttpResponse:
    return _page(request, 400)


def forbidden(request: HttpRequest, exception: Optional[Exception] = None) -> HttpResponse:
    return _page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Optional[Exception] = None) -> HttpResponse:
    return _page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return _page(request, 500)
