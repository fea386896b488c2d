"""Blind grading: a week's random sample, one turn at a time, and what the grades say."""

from __future__ import annotations

from datetime import date
from typing import Any, Dict, List

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from bot.console import svg
from bot.console.roles import Ability, needs
from bot.conversations.log_search import LARGEST_ID
from bot.conversations.models import InboundMessage, OutboundMessage
from bot.review import audit, grading, sampling
from bot.review.models import Grade, SampledTurn

SECTION = "grading"
WEEKS = 26  # that the results go back
TURNS_BEFORE = 5  # shown above the turn to grade
DISAGREEMENTS = 50


@require_safe
@needs(Ability.REVIEW)
def overview(request: HttpRequest) -> HttpResponse:
    by, latest = request.user.get_username(), sampling.latest_week()
    weeks = grading.progress(by, WEEKS)
    turns = grading.graded(weeks[-1].week) if weeks else []
    by_week = grading.results_by(turns, lambda turn: turn.week)
    disagreements = _disagreements(turns)
    if disagreements:  # they quote residents
        audit.note(by, "list_disagreements", "grading")
    context = {
        "section": SECTION,
        "weeks": weeks,
        "latest": latest,
        "to_draw": not any(row.week == latest for row in weeks),
        "size": sampling.SIZE,
        "values": Grade.Value.values,
        "whole": grading.result(turns),
        "by_language": sorted(grading.results_by(turns, lambda turn: turn.language)),
        "by_week": by_week,
        "drawn": svg.ranges([result.right for _, result in reversed(by_week)]),
        "disagreements": disagreements,
    }
    return render(request, "console/grading.html", context)


@require_POST
@needs(Ability.REVIEW)
def draw(request: HttpRequest) -> HttpResponse:
    """Draws the sample of the last week, in case no worker did."""
    sampling.draw(sampling.latest_week(), request.user.get_username())
    return redirect("grading")


@require_safe
@needs(Ability.REVIEW)
def turn(request: HttpRequest, week: str) -> HttpResponse:
    """The next turn of a week that its reader may grade; with `again` the one they graded last, while nobody else has graded it."""
    monday, by = _monday(week), request.user.get_username()
    before = grading.may_change(by, monday)
    again = "again" in request.GET
    sampled = before if again else grading.open_to(by, monday).first()
    if sampled is None:
        return redirect("grading")
    asked = InboundMessage.objects.only("conversation", "id").get(pk=sampled.pk)
    audit.note(by, "view_to_grade", f"conversation:{asked.conversation_id}")
    *earlier, this = _turns(asked)
    mine = Grade.objects.filter(sampled=sampled, by=by).first()
    context = {
        "section": SECTION,
        "week": monday,
        "left": grading.open_to(by, monday).count(),
        "sampled": sampled,
        "earlier": earlier,
        "turn": this,
        "values": [(str(number), value) for number, value in enumerate(Grade.Value.values, start=1)],
        "mine": mine.value if mine else "",
        "may_change": before if not again else None,
    }
    return render(request, "console/grading_turn.html", context)


@require_POST
@needs(Ability.REVIEW)
def grade(request: HttpRequest, week: str, pk: int) -> HttpResponse:
    monday, value = _monday(week), request.POST.get("value", "")
    if value not in Grade.Value.values or pk > LARGEST_ID:
        raise Http404
    try:
        grading.give(pk, value, request.user.get_username())
    except SampledTurn.DoesNotExist as err:
        raise Http404 from err
    return redirect("grading_turn", week=monday.isoformat())


def _monday(week: str) -> date:
    try:
        return date.fromisoformat(week)
    except ValueError as err:
        raise Http404 from err


def _turns(asked: InboundMessage) -> List[Dict[str, Any]]:
    """The turn to grade, last, and some before it: masked, as the resident saw them."""
    rows = _with_replies(InboundMessage.objects.filter(conversation=asked.conversation_id, id__lte=asked.pk))
    return [_shown(row) for row in rows.order_by("-id")[: TURNS_BEFORE + 1]][::-1]


def _with_replies(rows: Any) -> Any:
    replies = OutboundMessage.objects.exclude(state=OutboundMessage.State.HELD).only("inbound", "text_masked").order_by("position")
    columns = ("conversation", "received_at", "text_masked", "language", "channel")
    return rows.only(*columns).prefetch_related(Prefetch("replies", replies))


def _shown(row: InboundMessage) -> Dict[str, Any]:
    return {
        "conversation": row.conversation_id,
        "at": row.received_at,
        "text": row.text_masked,
        "language": row.language,
        "channel": row.channel,
        "replies": [reply.text_masked for reply in row.replies.all()],
    }


def _disagreements(turns: List[grading.Graded]) -> List[Dict[str, Any]]:
    """The turns about which the two did not agree, newest week first, with what was said and who graded how."""
    found = [turn for turn in turns if not turn.agreed][:DISAGREEMENTS]
    rows: Dict[int, InboundMessage] = _with_replies(InboundMessage.objects).in_bulk([turn.turn for turn in found])
    return [{**_shown(rows[turn.turn]), "week": turn.week, "grades": list(zip(turn.by, turn.values, strict=True))} for turn in found]
