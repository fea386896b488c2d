"""The articles that somebody should read again, most urgent first, and what an editor says of one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from bot.console import articles
from bot.console.places import go
from bot.console.roles import Ability, needs
from bot.console.words import reader_language
from bot.knowledge.store import knowledge
from bot.review import freshness as fresh
from bot.review.freshness import Reason, Standing
from bot.review.judging import ConflictError, UnfitError
from bot.review.rewriting import UnfitAnswerError

SECTION = "freshness"


@dataclass(frozen=True)
class Row:
    """One article in the list."""

    standing: Standing
    title: str
    topic: str


@require_safe
@needs(Ability.READ)
def freshness(request: HttpRequest) -> HttpResponse:
    """`?reason=`: only those that have this one."""
    reason, language = request.GET.get("reason", ""), reader_language()
    if reason and reason not in list(Reason):
        raise Http404
    every = [
        Row(row, articles.in_language(language, row.article.title), articles.topic_of(row.article))
        for row in fresh.standings(knowledge().articles)
    ]
    to_read = [row for row in every if row.standing.reasons and not row.standing.waiting]
    counted = Counter(found for row in to_read for found in row.standing.reasons)
    pages = {row.standing.article.source.url: row.standing.page for row in every}
    context = {
        "section": SECTION,
        "rows": sorted(
            (row for row in to_read if not reason or reason in row.standing.reasons),
            key=lambda row: (-row.standing.urgency, row.standing.article.review_by, row.title.casefold()),
        ),
        "in_hand": [row for row in every if row.standing.waiting],
        "every": len(to_read),
        "reason": reason,
        "counted": [(found.value, counted[found]) for found in Reason if counted[found]],
        "pages": len(pages),
        "looked_at": max((page.looked_at for page in pages.values() if page), default=None),
        "pages_seen": sum(page is not None for page in pages.values()),
    }
    return render(request, "console/freshness.html", context)


@require_POST
@needs(Ability.EDIT)
def still_true(request: HttpRequest, name: str) -> HttpResponse:
    """Somebody read the article again: `review_by`, the next date; `seen`, what was known of its source then."""
    found, day = articles.named(name), request.POST.get("review_by", "")
    try:
        fresh.still_true(found, day, request.POST.get("seen", ""), reader_language(), request.user.get_username())
    except ConflictError:
        return articles.page(request, found, status=409, problem="conflict")
    except UnfitError:
        return articles.page(request, found, status=400, problem="date")
    except UnfitAnswerError as err:
        return articles.page(request, found, status=400, problem="answer", problems=err.problems)
    return go(f"{reverse('article', args=[found.id])}?{urlencode({'done': 'read_again'})}#check")


@require_POST
@needs(Ability.EDIT)
def begin_answer(request: HttpRequest, name: str) -> HttpResponse:
    """To the form in which its answer is written anew."""
    proposal = fresh.begin_answer(articles.named(name), reader_language(), request.user.get_username())
    return go(reverse("answer", args=[proposal.pk]))
