"""Lists that somebody comes back to. Everybody has their own, and sees nobody else's."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from bot.console import filters
from bot.console.models import SavedView
from bot.console.roles import Ability, needs

LONGEST_NAME = 60
UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.READ)
def saved_views(request: HttpRequest) -> HttpResponse:
    """POST saves the list `query` under a `name`, without words that were looked for; a view of that name is replaced."""
    if request.method != "POST":
        return _listed(request)
    name = _name(request)
    if not name:
        return _listed(request, "view_needs_name")
    given = filters.read(QueryDict(request.POST.get("query", ""))).given
    # what was looked for may name a resident, whose conversation will be gone
    query = filters.Filter({field: value for field, value in given.items() if field != "q"}).query
    SavedView.objects.update_or_create(user=cast(User, request.user), name=name, defaults={"query": query})
    return redirect(f"{reverse('conversations')}?{query}")


@require_POST
@needs(Ability.READ)
def rename(request: HttpRequest, number: int) -> HttpResponse:
    view = get_object_or_404(SavedView, pk=number, user=request.user.pk)
    view.name = _name(request)
    if not view.name:
        return _listed(request, "view_needs_name")
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError:
        return _listed(request, "view_name_taken")
    return redirect("saved_views")


@require_POST
@needs(Ability.READ)
def delete(request: HttpRequest, number: int) -> HttpResponse:
    get_object_or_404(SavedView, pk=number, user=request.user.pk).delete()
    return redirect("saved_views")


def _name(request: HttpRequest) -> str:
    """Empty when it is no name: none, too long, or with what no name has."""
    name = " ".join(request.POST.get("name", "").split())
    return name if len(name) <= LONGEST_NAME and name.isprintable() else ""


def _listed(request: HttpRequest, problem: str = "") -> HttpResponse:
    views = SavedView.objects.filter(user=request.user.pk).order_by("name")
    context = {"section": "conversations", "views": views, "problem": problem}
    return render(request, "console/saved_views.html", context, status=UNPROCESSABLE if problem else 200)
