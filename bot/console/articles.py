"""The articles as staff look after them: what is overdue, how each is used and liked, and what residents read on each channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, List

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bot.city import city
from bot.console.roles import Ability, needs
from bot.knowledge.schema import Article
from bot.knowledge.store import knowledge
from bot.knowledge.wording import comparable
from bot.review import freshness
from bot.review.periods import today
from bot.review.usage import DAYS, Usage, usage
from bot.sms.plain import plain
from bot.sms.segments import encoding_of, segments, units

SECTION = "knowledge"


@dataclass(frozen=True)
class Row:
    """One article in the list."""

    article: Article
    title: str
    topic: str
    overdue: bool
    usage: Usage


@require_safe
@needs(Ability.READ)
def articles(request: HttpRequest) -> HttpResponse:
    language, day = request.LANGUAGE_CODE.split("-")[0], today()
    used = usage(article.label for article in knowledge().articles)
    topic, wanted, overdue = request.GET.get("topic", ""), comparable(request.GET.get("words", "")).split(), "overdue" in request.GET
    every = [
        Row(article, in_language(language, article.title), topic_of(article), _overdue(article, day), used.get(article.label, Usage()))
        for article in knowledge().articles
    ]
    rows = [
        row
        for row in every
        if topic in ("", row.topic) and (row.overdue or not overdue) and all(word in _searched()[row.article.id] for word in wanted)
    ]
    context = {
        "section": SECTION,
        "rows": sorted(rows, key=lambda row: (not row.overdue, row.article.review_by, row.title.casefold())),
        "every": len(every),
        "all_overdue": sum(row.overdue for row in every),
        "topics": sorted({row.topic for row in every}),
        "topic": topic,
        "words": request.GET.get("words", ""),
        "only_overdue": overdue,
        "days": DAYS,
    }
    return render(request, "console/articles.html", context)


@require_safe
@needs(Ability.READ)
def article(request: HttpRequest, name: str) -> HttpResponse:
    return page(request, named(name), done=request.GET.get("done", ""))


def named(name: str) -> Article:
    found = knowledge().article(name)
    if found is None:
        raise Http404
    return found


def page(request: HttpRequest, found: Article, status: int = 200, **more: Any) -> HttpResponse:
    """The page of an article. `more` says what became of a form of it."""
    language = request.LANGUAGE_CODE.split("-")[0]
    (standing,) = freshness.standings([found])
    context = {
        "section": SECTION,
        "article": found,
        "title": in_language(language, found.title),
        "topic": topic_of(found),
        "owner": in_language(language, city().bodies[found.owner].name),
        "source": in_language(language, found.source.name),
        "overdue": _overdue(found, today()),
        "usage": usage([found.label]).get(found.label, Usage()),
        "texts": [_texts(found, spoken) for spoken in city().languages],
        "related": [(other, in_language(language, other.title)) for other in map(knowledge().article, found.related) if other],
        "days": DAYS,
        "standing": standing,
        "next_review": freshness.next_review(found).isoformat(),
        "days_of_corrections": freshness.DAYS,
        **more,
    }
    return render(request, "console/article.html", context, status=status)


def topic_of(article: Article) -> str:
    """The name of its file: waste, parking, …"""
    return Path(article.file).stem


def _texts(article: Article, language: str) -> Dict[str, Any]:
    """What residents read in one language; the text message as it is sent, with what it costs."""
    sms = plain(article.sms[language])
    return {
        "language": language,
        "title": article.title[language],
        "answer": article.answer[language],
        "sms": sms,
        "segments": segments(sms),
        "units": units(sms),
        "encoding": encoding_of(sms).value,
        "questions": article.questions[language],
    }


def _overdue(article: Article, day: date) -> bool:
    return article.review_by < day.isoformat()


def in_language(language: str, words: Any) -> str:
    """A text in the reader's language where it has one."""
    text: str = words.get(language) or next(iter(words.values()))
    return text


@lru_cache(maxsize=1)
def _searched() -> Dict[str, str]:
    """By article, what the words of a search are looked for in: everything written in either language, and the names editors use."""
    found: Dict[str, str] = {}
    for article in knowledge().articles:
        texts: List[str] = [article.id, article.source.url]
        for language in article.title:
            texts += [article.title[language], article.answer[language], article.sms[language], *article.questions[language]]
        found[article.id] = comparable(" ".join(texts))
    return found
