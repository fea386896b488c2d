"""The page of one conversation."""

from __future__ import annotations

from typing import Any, Dict, Optional

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from bot.console import transcript
from bot.console.audited import audited
from bot.console.ids import number
from bot.console.places import beside, conversation_page, list_query, visit_page
from bot.console.roles import Ability, allowed, needs
from bot.console.words import reader_language
from bot.conversations.models import Conversation, Visit
from bot.review.judging import review_mark, reviewers
from bot.review.models import Tag, TurnReview

TAGS_OFFERED = 200


@require_safe
@needs(Ability.READ)
@audited("view", "conversation:{key}")
def conversation(request: HttpRequest, key: str) -> HttpResponse:
    """`?visit=` opens one visit, `?before=` earlier turns; `?list=` is the query of the list the reader came from."""
    found = get_object_or_404(Conversation.objects.only("channel", "language", "started_at", "last_message_at"), key=key)
    try:
        before, asked = number(request.GET.get("before")), number(request.GET.get("visit"))
        visit = transcript.visit_of(found, asked)
    except (ValueError, Visit.DoesNotExist) as err:
        raise Http404 from err
    listed = list_query(request.GET.get("list", ""))
    end = transcript.end_of(visit) if before is None and asked is not None and visit else None
    page = transcript.page(found, reader_language(), before=before if end is None else end + 1)
    context = {
        "section": "conversations",
        "conversation": found,
        "page": page,
        "turns_wait": not any(stretch.turns for stretch in page.stretches),
        "earlier": conversation_page(key, listed, before=page.earlier, visit=asked) if page.earlier else "",
        "latest": conversation_page(key, listed) if page.later else "",
        "listed": listed,
        "done": request.GET.get("done", ""),
        "turn_done": request.GET.get("turn", ""),
        "verdicts": TurnReview.Verdict.values,
        "current": _first_open_turn(page, visit),
        **(_panel(request, visit, listed) if visit else {}),
    }
    return render(request, "console/conversation.html", context)


def _panel(request: HttpRequest, visit: Visit, listed: str) -> Dict[str, Any]:
    """What reviewers said of the visit, and what they can do."""
    previous, following = beside(listed, visit)
    context = {
        "visit": visit,
        "seen": review_mark(visit),
        "tags": visit.tags.order_by("name"),
        "notes": visit.notes.order_by("id"),
        "previous": visit_page(previous, listed),
        "next": visit_page(following, listed),
    }
    if allowed(request.user, Ability.REVIEW):
        context["reviewers"] = list(reviewers().values_list("username", flat=True))
        context["known_tags"] = Tag.objects.order_by("name").values_list("name", flat=True).distinct()[:TAGS_OFFERED]
        context["states"] = [state for state in Visit.Review.values if state != visit.review]
    return context


def _first_open_turn(page: transcript.Page, visit: Optional[Visit]) -> Optional[int]:
    """The turn to look at first: of the visit, without a verdict, else its last one."""
    turns = [turn for stretch in page.stretches if visit and stretch.visit == visit for turn in stretch.turns]
    turns = turns or [turn for stretch in page.stretches for turn in stretch.turns]
    without = [turn["id"] for turn in turns if not turn["review"] and turn["over"]]
    return without[0] if without else turns[-1]["id"] if turns else None
