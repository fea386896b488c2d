"""The sandbox's own addresses: what it is, whether it runs, and the switches for its faults."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from bot.city import city
from bot.sandbox import faults
from bot.sandbox.seeds import seed


@require_GET
def front_page(request: HttpRequest) -> HttpResponse:
    """GET /: says that this is a sandbox and lists the addresses."""
    waste = city().backends["waste"].options
    key = city().backends["open311"].api_key
    notice = seed("services")["service_notice"]["en"]
    wards = city().backends["wards"].options["wards"]
    words = {"city": city().short_name, "notice": notice, "key": key, "waste": waste, "wards": wards, "faults": faults.FAULTS}
    return render(request, "front_page.html", words)


@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """GET /health."""
    return JsonResponse({"state": "ok"})


@require_http_methods(["GET", "POST"])
def switches(request: HttpRequest) -> HttpResponse:
    """GET /_faults shows every protocol's fault; POST /_faults switches one."""
    if request.method == "POST":
        try:
            faults.switch(request.body)
        except faults.FaultError as error:
            return JsonResponse({"error": str(error)}, status=400)
    return JsonResponse(faults.shown())
