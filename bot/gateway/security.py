"""Headers on every answer of the gateway."""

from __future__ import annotations

from typing import Awaitable, Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import async_only_middleware

from bot.settings import settings

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(self), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",  # answers are one resident's; a view that knows better says so
}
HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}  # a browser that was here once comes without HTTPS no more, for a year
Answering = Callable[[HttpRequest], Awaitable[HttpResponseBase]]


@async_only_middleware
def security_headers(get_response: Answering) -> Answering:
    headers = {**HEADERS, **(HTTPS_ONLY if settings().residents_url.startswith("https://") else {})}

    async def with_headers(request: HttpRequest) -> HttpResponseBase:
        response = await get_response(request)
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        if isinstance(response, HttpResponse):  # a stream has no length
            response.headers.setdefault("Content-Length", str(len(response.content)))
        return response

    return with_headers
