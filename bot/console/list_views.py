"""The pages that list: the inbox, and the visits that fit a filter."""

from __future__ import annotations

from typing import Any, Dict

from django.contrib.auth.models import User
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bot.console import filters, lists
from bot.console import inbox as inbox_groups
from bot.console.models import SavedView
from bot.console.roles import Ability, needs
from bot.console.words import reader_language
from bot.conversations.models import Visit
from bot.conversations.subjects import subjects
from bot.review import audit
from bot.review.labels import offered

SHOWN_BESIDE = ("q", "needs", "review")  # the fields that are there without opening the others
VIEWS_SHOWN = 20


@require_safe
@needs(Ability.READ)
def inbox(request: HttpRequest) -> HttpResponse:
    name = request.user.get_username()
    follow_up = filters.Filter({"review": Visit.Review.FOLLOW_UP.value})
    mine = filters.Filter({"assigned": name})
    context = {
        "section": "inbox",
        "groups": inbox_groups.groups(),
        "days": inbox_groups.DAYS,
        "beside": [{"name": part, "query": wanted.query} for part, wanted in (("follow_up", follow_up), ("mine", mine))],
        "saved_views": SavedView.objects.filter(user=request.user.pk).order_by("name")[:VIEWS_SHOWN],
    }
    return render(request, "console/inbox.html", context)


@require_safe
@needs(Ability.READ)
def conversations(request: HttpRequest) -> HttpResponse:
    """A page that is updated in place (htmx) gets the same whole page and takes from it what it needs."""
    wanted = filters.read(request.GET)
    try:
        page = lists.page(wanted, request.GET.get("after", ""), request.GET.get("before", ""))
    except ValueError as err:
        raise Http404 from err
    seen = "&".join(part for part in wanted.query.split("&") if not part.startswith("q="))  # what was looked for may be personal
    with transaction.atomic():
        audit.note(request.user.get_username(), "list", f"conversations:{seen}"[:200])
    response = render(request, "console/conversations.html", {**_form(wanted), "section": "conversations", "filter": wanted, "page": page})
    response["HX-Push-Url"] = f"{request.path}?{wanted.query}" if wanted.given else request.path
    return response


def _form(wanted: filters.Filter) -> Dict[str, Any]:
    return {
        "given": wanted.given,
        "opened": any(name not in SHOWN_BESIDE for name in wanted.given),
        "none": filters.NONE,
        "any": filters.ANY,
        "outcomes": Visit.Outcome.values,
        "reasons": [needs for needs in Visit.Needs.values if needs],
        "reviews": Visit.Review.values,
        "votes": list(filters.VOTES),
        "topics": sorted({subject.topic for subject in subjects().values()}),
        "labels": offered(reader_language()),
        "no_words": {},
        "accounts": User.objects.filter(is_active=True).order_by("username").values_list("username", flat=True),
    }
