"""The page on which an editor writes the answer that a proposal asks for."""

from __future__ import annotations

from typing import List

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from bot.console.places import go
from bot.console.roles import Ability, needs
from bot.console.words import reader_language
from bot.conversations.log_search import LARGEST_ID
from bot.review import audit, rewriting
from bot.review.judging import ConflictError, proposal_mark
from bot.review.labels import title
from bot.review.models import Proposal
from bot.review.rewriting import UnfitAnswerError


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.EDIT)
def answer(request: HttpRequest, number: int) -> HttpResponse:
    """What was typed stays when it cannot be saved. Where somebody else wrote meanwhile, the page shows their words too."""
    found = get_object_or_404(Proposal, pk=min(number, LARGEST_ID))
    if not rewriting.writable(found):
        raise Http404
    typed, seen = rewriting.fields(found), proposal_mark(found)
    problems: List[str] = []
    status, theirs = 200, []
    if request.method == "POST":
        typed = {name: request.POST.get(name, "") for name in rewriting.names(found)}
        seen = request.POST.get("seen", "")
        try:
            rewriting.write(found, typed, seen, request.user.get_username())
            return go(f"{reverse('proposals')}?{urlencode({'done': 'written', 'written': str(found.pk)})}")
        except ConflictError:
            found.refresh_from_db()
            if not rewriting.writable(found):
                return go(f"{reverse('proposals')}?{urlencode({'done': 'conflict'})}")
            status, theirs, seen = 409, rewriting.answer_texts(found), proposal_mark(found)
        except UnfitAnswerError as err:
            status, problems = 400, err.problems
    audit.note(request.user.get_username(), "view_proposal", f"proposal:{found.pk}")  # it quotes a resident
    context = {
        "section": "proposals",
        "proposal": found,
        "title": title(found.label, reader_language()) if found.label else "",
        "fields": [(name, *rewriting.named(name), text) for name, text in typed.items()],
        "problems": problems,
        "conflict": status == 409,
        "theirs": theirs,
        "seen": seen,
        "draft": f"{request.user.get_username()}/answer/{found.pk}/",
        "most": rewriting.MOST,
    }
    return render(request, "console/answer.html", context, status=status)
