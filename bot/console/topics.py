"""Unanswered topics: what residents ask for and nobody answers, and what staff do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Tuple
from urllib.parse import urlencode

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from bot.console.roles import Ability, needs
from bot.console.words import words
from bot.review import audit, topic_decisions, topics
from bot.review.drafts import draft, draft_id
from bot.review.labels import offered
from bot.review.models import UnansweredTopic
from bot.review.topic_decisions import DecisionError

SECTION = "topics"
PER_PAGE, SAMPLES, MESSAGES = 25, 3, 100
LARGEST = 2**31 - 1  # of a size; of an id more than enough
State = UnansweredTopic.State


@dataclass(frozen=True)
class Shown:
    """A topic as the pages show it. `trend` is one of the group of words `trends`."""

    topic: UnansweredTopic
    samples: List[Tuple[str, str]]
    trend: str

    @property
    def suggested_title(self) -> str:
        return ", ".join(self.topic.terms)

    @property
    def name(self) -> str:
        """Its terms; a topic whose messages have no word in common is called by one of them."""
        return self.suggested_title or (self.samples[0][0] if self.samples else "")


@require_safe
@needs(Ability.READ)
def unanswered(request: HttpRequest) -> HttpResponse:
    state = request.GET.get("state", State.NEW.value)
    if state not in State.values:
        raise Http404
    of_state = UnansweredTopic.objects.filter(state=state)
    rows = list(_after(request.GET.get("after", "")).filter(state=state).order_by("-size", "pk")[: PER_PAGE + 1])
    page, more = rows[:PER_PAGE], rows[PER_PAGE:]
    samples = topics.samples(page, SAMPLES)
    audit.note(request.user.get_username(), "list_topics", f"topics:{state}")
    context = {
        "section": SECTION,
        "rows": [Shown(topic, samples[topic.pk], trend(topic)) for topic in page],
        "state": state,
        "states": State.values,
        "count": of_state.count(),
        "more": f"{page[-1].size}~{page[-1].pk}" if more else None,
        "first_page": "after" not in request.GET,
        "found_at": of_state.order_by("-found_at").values_list("found_at", flat=True).first(),
        "days": topics.WINDOW.days,
    }
    return render(request, "console/topics.html", context)


def _after(place: str) -> Any:
    """The topics behind a place in the list."""
    if not place:
        return UnansweredTopic.objects.all()
    size, _, pk = place.partition("~")
    if not all(part.isascii() and part.isdecimal() and int(part) <= LARGEST for part in (size, pk)):
        raise Http404
    return UnansweredTopic.objects.filter(Q(size__lt=size) | Q(size=size, pk__gt=pk))


def trend(topic: UnansweredTopic) -> str:
    """Rising or falling only where chance alone would seldom do it: a difference of more than two standard deviations of counts."""
    change = topic.size - topic.size_before
    if change * change <= 4 * (topic.size + topic.size_before):
        return "steady"
    return "rising" if change > 0 else "falling"


@require_safe
@needs(Ability.READ)
def topic(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(UnansweredTopic, pk=_id(pk))
    audit.note(request.user.get_username(), "view_topic", f"topic:{found.pk}")
    return _page(request, found)


def _page(request: HttpRequest, found: UnansweredTopic, problem: str = "", status: int = 200) -> HttpResponse:
    language = request.LANGUAGE_CODE.split("-")[0]
    title = topic_decisions.tidy(request.GET.get("title", ""))
    context = {
        "section": SECTION,
        "row": Shown(found, topics.samples([found], MESSAGES)[found.pk], trend(found)),
        "labels": offered(language),
        "draft": f"{reverse('topic_draft', args=[found.pk])}?{urlencode({'title': title})}" if title else "",
        "problem": problem,
        "typed": request.POST,
        "days": topics.WINDOW.days,
        "longest_title": topic_decisions.LONGEST_TITLE,
    }
    return render(request, "console/topic.html", context, status=status)


@require_POST
@needs(Ability.REVIEW)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """`decision` says what: ignore, reopen, label, article."""
    by, decision = request.user.get_username(), request.POST.get("decision", "")
    title = topic_decisions.tidy(request.POST.get("title", ""))
    decisions: Dict[str, Callable[[], object]] = {
        "ignore": lambda: topic_decisions.ignore(_id(pk), by),
        "reopen": lambda: topic_decisions.reopen(_id(pk), by),
        "label": lambda: topic_decisions.propose_label(_id(pk), request.POST.get("label", "").strip(), by),
        "article": lambda: topic_decisions.propose_article(_id(pk), title, by),
    }
    if decision not in decisions:
        raise Http404
    try:
        decisions[decision]()
    except UnansweredTopic.DoesNotExist as err:
        raise Http404 from err
    except DecisionError as err:
        return _page(request, get_object_or_404(UnansweredTopic, pk=pk), str(err), status=400)
    if decision == "article":
        return redirect(f"{reverse('topic', args=[pk])}?{urlencode({'title': title})}")
    return redirect("topics")


@require_safe
@needs(Ability.REVIEW)
def topic_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft of an article as a file."""
    found = get_object_or_404(UnansweredTopic, pk=_id(pk))
    title = topic_decisions.tidy(request.GET.get("title", ""))
    if not title:
        raise Http404
    audit.note(request.user.get_username(), "export_topic", f"topic:{found.pk}")
    remark = words(request)["say"]["unanswered"]["draft_remark"]
    text = draft(title, found.language, topic_decisions.questions(found), remark)
    response = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{draft_id(title)}.yml"'
    return response


def _id(pk: int) -> int:
    if pk > LARGEST:
        raise Http404
    return pk
