"""Makes a protocol answer the way its switched fault says (`POST /_faults`)."""

from __future__ import annotations

import asyncio
import json
import math
from typing import Any, Awaitable, Callable, Dict, Optional

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.decorators import async_only_middleware

from bot.sandbox import answers, faults, ical, quirks, transit, weather
from bot.sandbox.faults import Fault

_NO_RECORDS = {"type": "FeatureCollection", "numberMatched": 0, "numberReturned": 0, "features": [], "links": []}

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
        if protocol is None or fault.fault in ("none", "stale"):  # a stale feed is made where it is made
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
        if fault.fault == "short_pages":
            return _without_later_pages(request, await get_response(request))
        return _canned(request, protocol, fault)

    return answer


def _protocol(path: str) -> Optional[str]:
    first = path.split("/")[1]
    if path.startswith("/billing/_sandbox/"):  # the pretend mailbox is no part of the gateway
        return None
    return first if first in faults.PROTOCOLS else None


def _cut(response: HttpResponseBase) -> HttpResponseBase:
    """The first half of a body. Its length is counted after the cut: HTTP sees nothing amiss."""
    if isinstance(response, HttpResponse):
        response.content = response.content[: len(response.content) // 2]
    return response


def _without_later_pages(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Every page of records but the first holds none, and says that there are more."""
    offset = request.GET.get("resultOffset") or request.POST.get("resultOffset") or "0"
    if not isinstance(response, HttpResponse) or offset == "0" or not request.path.endswith("/query"):
        return response
    shape = json.loads(response.content)
    if "features" not in shape:
        return response
    return JsonResponse({**shape, "features": [], "exceededTransferLimit": True})


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
    """Open311 and ArcGIS: their own error with the wrong status. The others have no error format: the login page of some proxy."""
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
        return JsonResponse(_empty_of_arcgis(request))
    if protocol == "hub":
        return JsonResponse({"dataset": []} if "/feed/" in request.path else _NO_RECORDS)
    if protocol in ("snow", "billing"):
        return JsonResponse({})
    if protocol == "open511":
        return JsonResponse({"meta": {"version": "v1"}, "pagination": {"offset": 0}, "events": []})
    if protocol == "weather":
        return weather.nothing()
    if protocol == "represent":
        return JsonResponse({"objects": [], "meta": {"offset": 0, "limit": 20, "total_count": 0, "previous": None, "next": None}})
    if protocol == "transit":
        return transit.nothing(request.path)
    if request.path.endswith("/events"):
        return JsonResponse({"zones": {}, "parcel_opts": {}, "events": []})
    if request.path.endswith(".json"):  # a page on what goes where
        return JsonResponse({})
    if request.path.endswith(".ics"):
        return HttpResponse(ical.calendar("", [], "en"), content_type=ical.CONTENT_TYPE)
    return JsonResponse([], safe=False)


def _empty_of_arcgis(request: HttpRequest) -> Dict[str, Any]:
    if request.path.endswith("/findAddressCandidates"):
        return {"candidates": []}
    if not request.path.endswith("/query"):
        return {}
    asked = {**request.GET.dict(), **request.POST.dict()}
    return {"count": 0} if asked.get("returnCountOnly") == "true" else {"objectIdFieldName": "OBJECTID", "fields": [], "features": []}
