"""Correcting one turn: what it should have been understood as, what is missing, or what its answer should say."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from bot.city import city
from bot.console.audited import audited
from bot.console.places import conversation_page, go, list_query
from bot.console.roles import Ability, needs
from bot.console.words import reader_language
from bot.conversations.models import InboundMessage
from bot.review import audit
from bot.review.judging import UnfitError
from bot.review.labels import offered, title
from bot.review.models import Proposal
from bot.review.proposing import MOST_TEXT, MOST_WORDS, propose


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Ability.REVIEW)
@audited("view", "conversation:{key}")
def correct(request: HttpRequest, key: str, turn: int) -> HttpResponse:
    """The three forms of a correction; a sent one leads back to the turn, or shows what is wrong with it."""
    found = get_object_or_404(
        InboundMessage.objects.select_related("details", "summary").defer("text_sealed", "location_sealed"), pk=turn, conversation=key
    )
    listed = list_query((request.POST if request.method == "POST" else request.GET).get("list", ""))
    summary = getattr(found, "summary", None)
    visit, place = summary.visit_id if summary else None, f"turn-{turn}"
    label_was = _understood_as(found)
    sent = {name: request.POST.get(name, "") for name in ("kind", "text", "language", "label", "words")}
    problem = ""
    if request.method == "POST":
        try:
            propose(found, by=request.user.get_username(), label_was=label_was, **sent)
            return go(conversation_page(key, listed, visit=visit, turn=turn, done="proposed", place=place))
        except UnfitError as err:
            problem = str(err)
    language = reader_language()
    spoken = found.language if found.language in city().languages else city().languages[0]
    context = {
        "section": "conversations",
        "conversation": key,
        "turn": found,
        "text": found.text_masked[:MOST_TEXT],
        "label_was": label_was,
        "title_was": title(label_was, language) if label_was else "",
        "labels": offered(language),
        "kinds": Proposal.Kind.values,
        "spoken": city().languages,
        "sent": sent if problem else {"language": spoken},
        "problem": problem,
        "proposals": found.proposals.order_by("id"),
        "listed": listed,
        "back": conversation_page(key, listed, visit=visit, place=place),
        "most_text": MOST_TEXT,
        "most_words": MOST_WORDS,
    }
    audit.note(request.user.get_username(), "view", f"conversation:{key}", f"turn {turn}")
    return render(request, "console/correct.html", context, status=400 if problem else 200)


def _understood_as(turn: InboundMessage) -> str:
    """The label the turn was given, empty when it was given none."""
    summary, details = getattr(turn, "summary", None), getattr(turn, "details", None)
    if summary and summary.label:
        return str(summary.label)
    part = details.understood[0] if details and details.understood else {}
    ranking = part.get("intent_ranking") or [part.get("intent") or {}]
    return str(ranking[0].get("name") or "")
