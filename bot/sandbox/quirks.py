"""The sandbox's Open311 as deployed servers of other cities speak it: not wrong enough to be useless, and unlike the specification.

Source: city-apis reference, 1.5 to 1.9: mostly the server of six Finnish cities (github.com/6aika/issue-reporting).
"""

from __future__ import annotations

import json
import math
from typing import Any, Awaitable, Callable, Dict, List, Mapping

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from bot.city import city
from bot.sandbox import answers, catalogue
from bot.sandbox.moments import moment_of
from bot.sandbox.open311 import shape_of
from bot.sandbox.seeds import language_of
from bot.sandbox.store import store

Handler = Callable[[HttpRequest], Awaitable[HttpResponseBase]]
_TIMES = ("requested_datetime", "updated_datetime", "expected_datetime")


async def answered(request: HttpRequest, get_response: Handler) -> HttpResponseBase:
    """What such a server answers.

    There are no definitions, tokens or discovery. An unknown code filters nothing, an unknown status or jurisdiction finds nothing,
    a date that is none breaks it. Filing answers 201 with the whole request. Times have no offset, what is missing is an empty text,
    addresses are not kept, one request comes without a list, errors have a `detail`, and XML has a root of its own.
    """
    form = answers.format_of(request.path)
    resource, _, rest = request.path.rpartition("/v2/")[2].rsplit(".", 1)[0].partition("/")
    if resource not in ("services", "requests") or (resource == "services" and rest):
        return render(request, "error404.html", status=404)
    if any(_is_broken(request.GET.get(name, "")) for name in ("start_date", "end_date")):
        return render(request, "error500.html", status=500)
    query = request.GET.copy()
    if catalogue.service(query.get("service_code", "")) is None:
        query.pop("service_code", None)
    request.GET = query  # type: ignore[assignment]
    request.path_info = f"{request.path_info.rsplit('.', 1)[0]}.json"
    response = await get_response(request)
    if not isinstance(response, HttpResponse):
        return response
    shape = json.loads(response.content)
    if response.status_code >= 400:
        return _refused(form, resource, request, response.status_code, shape)
    if resource == "services":
        return _sent(form, "services", [{**row, "metadata": False} for row in shape])
    if request.method == "POST":
        return _sent(form, "requests", await sync_to_async(_whole)(request, shape[0]), 201)
    rows = [_as_elsewhere(row) for row in shape]
    return _sent(form, "requests", rows[0] if rest and form == "json" else rows)


def _is_broken(date: str) -> bool:
    return bool(date.strip()) and moment_of(date, city().timezone) is None


def _whole(request: HttpRequest, told: Mapping[str, Any]) -> List[Dict[str, Any]]:
    """The request that was just filed, all of it; such a server has its number at once."""
    token = told.get("token")
    behind = (store().behind_token(token, math.inf) or {}) if token else told
    language = language_of(request.POST.get("locale", ""))
    return [_as_elsewhere(shape_of(row, request.GET, language)) for row in store().by_number([str(behind.get("service_request_id"))])]


def _as_elsewhere(row: Mapping[str, Any]) -> Dict[str, Any]:
    times = {name: f"{row['requested_datetime' if name == 'expected_datetime' else name][:19]}.104729" for name in _TIMES}
    return {name: "" if value is None else value for name, value in {**row, **times, "address": None}.items()}


def _refused(form: str, resource: str, request: HttpRequest, status: int, shape: List[Mapping[str, Any]]) -> HttpResponse:
    code = request.POST.get("service_code", "")
    if request.method == "POST" and status == 404:
        return _error(form, 400, {"non_field_errors": [f"Service code {code} is invalid"]})
    if status == 403:
        return _error(form, 400, ["Invalid API key"])
    if status == 404 and resource == "requests":
        return _error(form, 404, "Not Found")
    if request.method == "GET":  # an unknown jurisdiction or status
        return _sent(form, resource, [])
    return _error(form, status, [row["description"] for row in shape])


def _error(form: str, code: int, detail: Any) -> HttpResponse:
    return _sent(form, "requests", {"code": code, "detail": detail}, code)


def _sent(form: str, root: str, shape: Any, status: int = 200) -> HttpResponse:
    response = answers.answer(form, root, shape, status)
    if form == "xml":
        response["Content-Type"] = "application/xml"
    return response
