"""The proposals: what reviewers want corrected, and what editors decided."""

from __future__ import annotations

from typing import Any, Dict

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from bot.console.ids import number
from bot.console.places import go
from bot.console.roles import Ability, allowed, needs
from bot.console.words import reader_language
from bot.review import audit, proposing, rewriting
from bot.review.judging import ConflictError, UnfitError, proposal_mark
from bot.review.labels import title
from bot.review.models import Proposal

PER_PAGE = 50


@require_safe
@needs(Ability.READ)
def proposals(request: HttpRequest) -> HttpResponse:
    """`?state=`: open ones without it; `?before=`: older than this id."""
    state = request.GET.get("state", Proposal.State.OPEN)
    if state not in Proposal.State.values:
        raise Http404
    found = Proposal.objects.filter(state=state).select_related("inbound__summary").defer("inbound__text_sealed", "inbound__text_masked")
    try:
        before = number(request.GET.get("before"))
    except ValueError as err:
        raise Http404 from err
    if before is not None:
        found = found.filter(id__lt=before)
    rows = list(found.order_by("-id")[: PER_PAGE + 1])
    if rows:  # they quote residents
        audit.note(request.user.get_username(), "list_proposals", f"proposals:{state}")
    language, may_edit = reader_language(), allowed(request.user, Ability.EDIT)
    own = "" if proposing.alone(request.user) else request.user.get_username()
    context = {
        "section": "proposals",
        "state": state,
        "states": Proposal.State.values,
        "rows": [_shown(row, language, may_edit and row.by != own) for row in rows[:PER_PAGE]],
        "older": f"?{urlencode({'state': str(state), 'before': str(rows[PER_PAGE - 1].pk)})}" if len(rows) > PER_PAGE else "",
        "done": request.GET.get("done", ""),
        "written": request.GET.get("written", ""),
    }
    return render(request, "console/proposals.html", context)


def _shown(row: Proposal, language: str, may_decide: bool) -> Dict[str, Any]:
    summary = getattr(row.inbound, "summary", None)
    return {
        "proposal": row,
        "was": title(row.label_was, language) if row.label_was else "",
        "shall": title(row.label, language) if row.label else "",
        "visit": summary.visit_id if summary else None,
        "written": rewriting.answer_texts(row),
        "writable": rewriting.writable(row),
        "seen": proposal_mark(row),
        "may_decide": may_decide and row.state == Proposal.State.OPEN,
    }


@needs(Ability.EDIT)
def decide(request: HttpRequest, proposal: int) -> HttpResponse:
    """Approves, refuses, or says that a change was made by hand: `decision`."""
    found = get_object_or_404(Proposal, pk=proposal)
    here: Dict[str, str] = {"state": str(found.state)} if found.state != Proposal.State.OPEN else {}
    if request.method == "POST":
        here["done"] = _decided(request, found)
    return go(f"{reverse('proposals')}{'?' + urlencode(here) if here else ''}")


def _decided(request: HttpRequest, found: Proposal) -> str:
    """What became of it, in the group of words `done`."""
    decision = request.POST.get("decision", "")
    try:
        if decision == "done":
            proposing.done(found, request.user.get_username())
            return "made"
        proposing.decide(found, decision, request.POST.get("seen", ""), request.user)
        return decision
    except proposing.OwnError:
        return "own"
    except ConflictError:
        return "conflict"
    except UnfitError:
        return "unfit"
