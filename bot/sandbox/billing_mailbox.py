"""Pages a resident would see outside the chat: the pretend mailbox, the one-time link's page, and stand-ins for the city's own pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from bot.sandbox import billing_links
from bot.sandbox.billing_accounts import today_here
from bot.sandbox.billing_mail import letters
from bot.sandbox.seeds import language_of, seed

GONE = 410
_OPEN_PAGES = ("pay", "dispute")  # those that a ticket leads to, for anybody


@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """GET /billing/_sandbox/outbox: what was sent, newest last."""
    return _unkept(JsonResponse(letters(), safe=False, json_dumps_params={"ensure_ascii": False}))


@require_GET
def mailbox(request: HttpRequest) -> HttpResponse:
    """GET /billing/_sandbox/mailbox: the same for people, newest first."""
    language = language_of(request.GET.get("lang", ""))
    return _page(request, "billing_mailbox.html", language, letters=letters()[::-1], other="en" if language == "fr" else "fr")


@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """GET /billing/confirm/{token} asks once more, POST does it: a mail program that opens links to look at them changes nothing."""
    if request.method == "POST":
        row = billing_links.confirm(token, today_here())
        return _told(request, "done", f"done_{row['purpose']}", row["locale"]) if row else _over(request)
    row = billing_links.behind(token, today_here())
    if row is None or row["purpose"] not in billing_links.ACTIONS:
        return _over(request)
    return _told(request, row["purpose"], f"{row['purpose']}_what", row["locale"], asks=True)


@require_GET
def page(request: HttpRequest, token: str) -> HttpResponse:
    """GET /billing/page/{token}: where a city's own page would be."""
    if token in _OPEN_PAGES:
        return _told(request, token, "stands_in", language_of(request.headers.get("Accept-Language", "")))
    row = billing_links.behind(token, today_here())
    if row is None or row["purpose"] not in billing_links.PURPOSES:
        return _over(request)
    return _told(request, row["purpose"], "stands_in", row["locale"])


def _over(request: HttpRequest) -> HttpResponse:
    return _told(request, "over", "over_what", language_of(request.headers.get("Accept-Language", "")), status=GONE)


def _told(request: HttpRequest, title: str, text: str, language: str, *, asks: bool = False, status: int = 200) -> HttpResponse:
    words = seed("billing")["pages"]
    given = {"title": words[title][language], "text": words[text][language], "asks": asks}
    return _page(request, "billing_page.html", language, status, **given)


def _page(request: HttpRequest, template: str, language: str, status: int = 200, **given: Any) -> HttpResponse:
    words = {name: texts[language] for name, texts in seed("billing")["pages"].items()}
    for letter in given.get("letters", ()):
        letter["way"] = words["to"][letter["to"]]
    return _unkept(render(request, template, {"words": words, "language": language, **given}, status=status))


def _unkept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
