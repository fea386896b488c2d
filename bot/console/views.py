"""The pages of the console. Every one needs a signed-in member of staff (LoginRequiredMiddleware)."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bot.console import record
from bot.console.roles import Ability, needs


@require_safe
@needs(Ability.READ)
def conversations(request: HttpRequest) -> HttpResponse:
    try:
        rows, older = record.conversation_page(request.GET.get("after", ""))
    except ValueError as err:
        raise Http404 from err
    return render(request, "console/conversations.html", {"rows": rows, "older": older, "first_page": "after" not in request.GET})
