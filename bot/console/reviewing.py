"""What reviewers send from the page of a conversation. Each answer leads back to the page, which says what became of it."""

from __future__ import annotations

from functools import wraps
from typing import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from bot.console.places import beside, conversation_page, go, list_query, visit_page
from bot.console.roles import Ability, needs
from bot.conversations.models import InboundMessage, TurnSummary, Visit
from bot.review import judging
from bot.review.judging import ConflictError, UnfitError

View = Callable[..., HttpResponse]


def of_visit(work: Callable[[HttpRequest, Visit, str], str]) -> View:
    """A view for a form about a visit; `work` does it and says what was done, in the group of words `done`."""

    @needs(Ability.REVIEW)
    @wraps(work)
    def view(request: HttpRequest, key: str, visit: int) -> HttpResponse:
        found = get_object_or_404(Visit, pk=visit, conversation=key)
        if request.method != "POST":  # signing in again leads here after a form that was sent too late
            return go(conversation_page(key, "", visit=visit, place="review"))
        listed = list_query(request.POST.get("list", ""))
        following = beside(listed, found)[1]
        try:
            done = work(request, found, request.user.get_username())
        except ConflictError:
            done = "conflict"
        except UnfitError:
            done = "unfit"
        if done == "reviewed" and following:
            return go(visit_page(following, listed, done="reviewed_next"))
        return go(conversation_page(key, listed, visit=visit, done=done, place="review"))

    return view


@of_visit
def mark(request: HttpRequest, visit: Visit, by: str) -> str:
    judging.mark(visit, request.POST.get("review", ""), request.POST.get("seen", ""), by)
    return request.POST["review"]


@of_visit
def assign(request: HttpRequest, visit: Visit, by: str) -> str:
    judging.assign(visit, request.POST.get("to", ""), request.POST.get("seen", ""), by)
    return "assigned"


@of_visit
def tag(request: HttpRequest, visit: Visit, by: str) -> str:
    judging.tag(visit, request.POST.get("name", ""), by)
    return "tagged"


@of_visit
def untag(request: HttpRequest, visit: Visit, by: str) -> str:
    judging.untag(visit, request.POST.get("name", ""), by)
    return "untagged"


@of_visit
def note(request: HttpRequest, visit: Visit, by: str) -> str:
    judging.add_note(visit, request.POST.get("text", ""), by)
    return "noted"


@needs(Ability.REVIEW)
def verdict(request: HttpRequest, key: str, turn: int) -> HttpResponse:
    """What an answer was; leads to the turn after it in the visit."""
    found = get_object_or_404(InboundMessage.objects.only("conversation", "state"), pk=turn, conversation=key)
    summary = TurnSummary.objects.filter(inbound=found).only("visit").first()
    visit = summary.visit_id if summary else None
    if request.method != "POST":
        return go(conversation_page(key, "", visit=visit, place=f"turn-{turn}"))
    listed = list_query(request.POST.get("list", ""))
    try:
        judging.judge(found, request.POST.get("verdict", ""), request.POST.get("seen", ""), request.user.get_username())
    except (ConflictError, UnfitError) as err:
        done = "conflict" if isinstance(err, ConflictError) else "unfit"
        return go(conversation_page(key, listed, visit=visit, done=done, turn=turn, place=f"turn-{turn}"))
    following = TurnSummary.objects.filter(visit=visit, inbound__gt=turn).order_by("inbound").values_list("inbound", flat=True).first()
    return go(conversation_page(key, listed, visit=visit, place=f"turn-{following}" if following else "review"))
