"""The page of numbers and the report of a month: each number with what it means and the conversations behind it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any, Dict, List, Mapping, Optional, Tuple
from urllib.parse import urlencode

from django.db.models import Count
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bot.city import city
from bot.console import filters, svg
from bot.console.roles import Ability, needs
from bot.console.words import words
from bot.conversations.models import Visit
from bot.conversations.outcomes import Share
from bot.review import labels
from bot.review.grading import Result, graded, result
from bot.review.models import Proposal
from bot.review.numbers import NO_LANGUAGE, Numbers, Scope, Side, numbers
from bot.review.periods import DAY, Period, today
from bot.review.proposing import PUBLISHED

USUAL_DAYS = 28  # whole weeks, so that both times have as many Mondays
MOST_DAYS = 366
TOPICS_SHOWN = 20
FIRST_YEAR, LAST_YEAR = 2000, 2999


class PeriodError(ValueError):
    """There is no such time to count; the message is one of the group of words `numbers.problems`."""


def scope_of(query: Mapping[str, str]) -> Scope:
    """What an address asks for. Raises PeriodError."""
    wanted = filters.read(query)
    if {"from", "to"} & set(wanted.unreadable):
        raise PeriodError("day")
    last = date.fromisoformat(wanted.given["to"]) if "to" in wanted.given else today()
    first = date.fromisoformat(wanted.given["from"]) if "from" in wanted.given else last - (USUAL_DAYS - 1) * DAY
    if first > last:
        raise PeriodError("order")
    if (last - first).days >= MOST_DAYS:
        raise PeriodError("long")
    if first.year < FIRST_YEAR:
        raise PeriodError("day")
    return Scope(Period(first, last), wanted.given.get("channel", ""), wanted.given.get("language", ""))


def query_of(scope: Scope, **more: str) -> str:
    """Of the list of the conversations in a scope."""
    given = {"from": f"{scope.period.first}", "to": f"{scope.period.last}", "channel": scope.channel, "language": scope.language, **more}
    return urlencode({name: value for name, value in given.items() if value})


@dataclass(frozen=True)
class Figure:
    """One number of both times. A share has `of`, how many it is a share of. `query`: of the list of conversations to look at."""

    name: str
    now: Optional[float]
    before: Optional[float]
    query: str
    of: Optional[int] = None
    of_before: Optional[int] = None

    @property
    def is_share(self) -> bool:
        return self.of is not None

    @property
    def change(self) -> Optional[float]:
        """Of a share, the difference; of a count, the difference as a part of what it was before."""
        if self.now is None or self.before is None or not (self.is_share or self.before):
            return None
        return self.now - self.before if self.is_share else (self.now - self.before) / self.before


@dataclass(frozen=True)
class Bar:
    """A row of a table that has a bar: `width` in hundredths of the longest."""

    code: str
    now: int
    before: int
    width: str
    query: str


def figures(found: Numbers) -> List[Figure]:
    scope, now, before = found.scope, found.now, found.before

    def share(name: str, this: Share, that: Share, **more: str) -> Figure:
        return Figure(name, this.value, that.value, query_of(scope, **more), this.total, that.total)

    outcome = Visit.Outcome
    return [
        Figure("conversations", now.visits, before.visits, query_of(scope)),
        Figure("messages", now.turns, before.turns, query_of(scope)),
        share("containment", now.containment, before.containment, outcome=outcome.HANDED_OVER.value),
        share("resolved", now.resolved, before.resolved, outcome=outcome.REPORTED.value),
        share("abandoned", now.abandoned, before.abandoned, outcome=outcome.GIVEN_UP.value),
        share("fallback", now.fallback, before.fallback, needs=Visit.Needs.LOST.value),
        share("failed", now.failed, before.failed, outcome=outcome.FAILED.value),
        share("look_ups", now.look_ups, before.look_ups, needs=Visit.Needs.FAILED.value),
        share("helped", now.satisfaction.helped, before.satisfaction.helped, feedback="not_helped"),
        share("response", now.satisfaction.response, before.satisfaction.response, feedback="helped"),
    ]


def bars(scope: Scope, field: str, now: Mapping[str, int], before: Mapping[str, int], most: Optional[int] = None, **more: str) -> List[Bar]:
    """`field`: the filter of the list that a code is a value of."""
    largest = max(now.values(), default=0)
    rows = list(now.items())[:most]
    return [
        Bar(code, count, before.get(code, 0), svg.bar_width(count, largest), query_of(scope, **{field: code or NO_LANGUAGE, **more}))
        for code, count in rows
    ]


def shown(request: HttpRequest, scope: Scope) -> Dict[str, Any]:
    """What both pages show of a scope."""
    found = numbers(scope)
    now, before = found.now, found.before
    rising = {topic: now.topics[topic] for topic in found.rising}
    language = words(request)["interface_language"]
    days = zip(scope.period.days, now.days, scope.period.before.days, before.days, strict=True)
    one_day = ((query_of(Scope(Period(day, day), scope.channel, scope.language)), *row) for day, *row in days)
    return {
        "section": "numbers",
        "interface_language": language,
        "scope": scope,
        "figures": figures(found),
        "outcomes": bars(scope, "outcome", now.outcomes, before.outcomes),
        "channels": bars(scope, "channel", now.channels, before.channels),
        "spoken": bars(scope, "language", now.languages, before.languages),
        "topics": bars(scope, "topic", now.topics, before.topics, TOPICS_SHOWN),
        "rising": bars(scope, "topic", rising, before.topics),
        "failures": bars(scope, "label", now.failures, before.failures, TOPICS_SHOWN, needs=Visit.Needs.FAILED.value),
        "label_names": {label: labels.title(label, language) for label in now.failures},
        "answer_times": [(channel, times, *_times_before(before, channel)) for channel, times in now.answer_times.items()],
        "line": svg.line(now.days, before.days),
        "days": [(scope.period.days[place], *row) for place, row in enumerate(one_day)],
        "heat": svg.heat(now.hours),
        "hours": now.hours,
        "numbers": found,
    }


def _times_before(before: Side, channel: str) -> Tuple[Optional[int], Optional[int]]:
    """Median and 95th percentile, in milliseconds."""
    times = before.answer_times.get(channel)
    return (times.median_ms, times.p95_ms) if times else (None, None)


@require_safe
@needs(Ability.READ)
def numbers_page(request: HttpRequest) -> HttpResponse:
    context: Dict[str, Any] = {"section": "numbers", "city_languages": [*city().languages, NO_LANGUAGE], "given": request.GET}
    try:
        scope = scope_of(request.GET)
    except PeriodError as err:
        return render(request, "console/numbers.html", {**context, "problem": str(err)}, status=400)
    return render(request, "console/numbers.html", {**context, **shown(request, scope), "query": query_of(scope)})


@require_safe
@needs(Ability.READ)
def report_page(request: HttpRequest, month: str) -> HttpResponse:
    """`month`: 2026-11."""
    period = month_of(month)
    context = shown(request, Scope(period))
    later = period.last + DAY
    context |= {"month": period.first, "earlier": period.first - DAY, "later": later if later <= today() else None}
    context |= {"corrected": corrections(period, context["interface_language"]), "graded": graded_of(period)}
    return render(request, "console/report.html", context)


@dataclass(frozen=True)
class Correction:
    """What was published `times` times of one kind about one label."""

    kind: str
    title: str
    times: int


def corrections(period: Period, language: str) -> List[Correction]:
    """The proposals that were published or applied in a period, the most frequent first; one from before that was kept, by its decision.

    A topic that was missing is called by the first line of what was said of it: what residents asked stands below.
    """
    begin, end = period.bounds()
    published = Proposal.objects.annotate(since=Coalesce("published_at", "decided_at")).filter(since__gte=begin, since__lt=end)
    counted = published.filter(state__in=PUBLISHED).order_by().values_list("kind", "label", "words").annotate(times=Count("pk"))
    found = Counter[Tuple[str, str]]()
    for kind, label, said, times in counted:
        found[kind, labels.title(label, language) if label else said.partition("\n")[0]] += times
    return [Correction(*key, times) for key, times in sorted(found.items(), key=lambda row: (-row[1], row[0]))]


def graded_of(period: Period) -> Optional[Result]:
    """What two people said of the samples of the weeks that begin in a period; None when nothing was graded."""
    turns = [turn for turn in graded(period.first) if turn.week <= period.last]
    return result(turns) if turns else None


def month_of(text: str) -> Period:
    """Raises Http404: no month."""
    year, _, number = text.partition("-")
    if not (text.isascii() and len(text) == 7 and year.isdigit() and number.isdigit() and FIRST_YEAR <= int(year) <= LAST_YEAR):
        raise Http404
    try:
        return Period.of_month(int(year), int(number))
    except ValueError as err:
        raise Http404 from err
