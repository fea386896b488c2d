"""Makes a protocol answer the way its switched fault says (`POST /_faults`)."""

from __future__ import annotations

import asyncio
import math
from typing import Awaitable, Callable, Optional

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.decorators import async_only_middleware

from bot.sandbox import answers, faults, ical, quirks
from bot.sandbox.faults import Fault

Handler = Callable[[HttpRequest], Awaitable[HttpResponseBase]]


@async_only_middleware
def fault_middleware(get_response: Handler) -> Handler:
    """Django middleware. What a fault does with a request that is sent in:

    `slow` handles it only after the wait, and not at all when the caller has gone by then; `accept_then_hang` and `truncated`
    handle it at once and answer late or unreadably; the others never handle it.
    """

    async def answer(request: HttpRequest) -> HttpResponseBase:
        protocol = _protocol(request.path)
        fault = faults.current(protocol) if protocol else Fault()
        if protocol is None or fault.fault == "none":
            return await get_response(request)
        if fault.fault == "slow":
            await asyncio.sleep(fault.seconds)
            return await get_response(request)
        if fault.fault == "accept_then_hang":
            response = await get_response(request)
            if request.method == "POST":
                await asyncio.sleep(fault.seconds)
            return response
        if fault.fault == "quirks":
            return await quirks.answered(request, get_response)
        if fault.fault == "truncated":
            return _cut(await get_response(request))
        return _canned(request, protocol, fault)

    return answer


def _protocol(path: str) -> Optional[str]:
    first = path.split("/")[1]
    return first if first in faults.PROTOCOLS else None


def _cut(response: HttpResponseBase) -> HttpResponseBase:
    """The first half of a body. Its length is counted after the cut: HTTP sees nothing amiss."""
    if isinstance(response, HttpResponse):
        response.content = response.content[: len(response.content) // 2]
    return response


def _canned(request: HttpRequest, protocol: str, fault: Fault) -> HttpResponse:
    if fault.fault == "html500":
        return render(request, "error500.html", status=500)
    if fault.fault == "429":
        page = render(request, "busy.html", status=429)
        page["Retry-After"] = str(math.ceil(fault.seconds))
        return page
    if fault.fault == "error200":
        return _error_that_says_200(request, protocol)
    return _nothing(request, protocol)


def _error_that_says_200(request: HttpRequest, protocol: str) -> HttpResponse:
    """Open311 and ArcGIS: their own error with the wrong status. The others, which have no error format: the login page of some proxy."""
    sentence = "Sandbox fault: this is an error although the status is 200."
    if protocol == "arcgis":
        return JsonResponse({"error": {"code": 500, "message": sentence, "details": []}})
    if protocol == "open311":
        return answers.errors(answers.format_of(request.path), 500, [sentence], status=200)
    return render(request, "login.html")


def _nothing(request: HttpRequest, protocol: str) -> HttpResponse:
    """The protocol's well-formed way to hold nothing."""
    if protocol == "open311":
        return answers.nothing(answers.format_of(request.path), request.path)
    if protocol == "arcgis":
        return JsonResponse({})
    if protocol == "represent":
        return JsonResponse({"objects": [], "meta": {"offset": 0, "limit": 20, "total_count": 0, "previous": None, "next": None}})
    if request.path.endswith("/events"):
        return JsonResponse({"zones": {}, "parcel_opts": {}, "events": []})
    if request.path.endswith(".ics"):
        return HttpResponse(ical.calendar("", [], "en"), content_type=ical.CONTENT_TYPE)
    return JsonResponse([], safe=False)
