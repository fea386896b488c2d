"""The page that shows how each version answered beside the one before, and the sign that one is worse."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bot.console import svg
from bot.console.roles import Ability, needs
from bot.publishing import versions
from bot.review.by_version import Answered, by_version
from bot.review.numbers import Scope
from bot.review.periods import DAY, Period, today
from bot.running.slots import answering
from bot.settings import Settings, settings

WEEKS = 26  # that are looked back at, as far as the results of grading go
MOST = 12  # versions on the page
KEPT_S = 600  # the sign takes seconds in a large record: it is looked for this often at most
DRAWN = ("right", "containment", "fallback")  # the measures of the chart, side by side


def answers(config: Settings) -> str:
    """The version that answers residents."""
    now = answering(config)
    return now.version if now else versions.in_force(config)


def signs() -> Mapping[str, List[str]]:
    """By version, the measures at which it is worse than the one before; at most `KEPT_S` old."""
    return cache.get_or_set("signs", lambda: _signs(lately()), KEPT_S) or {}


def sign_now() -> Dict[str, Any]:
    """What a page needs to say which versions are worse than the one before: above all, whether the one that answers is."""
    name, found = name_now(), signs()
    return {"signs": found, "now_answers": name, "now_worse": found.get(name, [])}


@require_safe
@needs(Ability.READ)
def versions_sign(request: HttpRequest) -> HttpResponse:
    """The sign alone, or nothing: *Inbox*, which must be quick, asks for it once it is there."""
    return render(request, "console/versions/sign.html", sign_now())


@require_safe
@needs(Ability.READ)
def versions_over_time(request: HttpRequest) -> HttpResponse:
    every, live = lately(), name_now()
    cache.set("signs", _signs(every), KEPT_S)
    shown = every[:MOST]
    drawn = {name: [_share(row, name) for row in reversed(shown)] for name in DRAWN}
    context = {
        "section": "publish",
        "weeks": WEEKS,
        "rows": shown,
        "left_out": len(every) - len(shown),
        "live": live,
        "silent": all(row.name != live for row in every),
        "drawn": {name: svg.ranges(shares, (place + 1) / (len(DRAWN) + 1)) for place, (name, shares) in enumerate(drawn.items())},
        "table": [(row, [_share(row, name) for name in DRAWN]) for row in shown],
    }
    return render(request, "console/versions.html", context)


def name_now() -> str:
    """The version that answers residents, as it is noted with each answer."""
    return versions.name(settings(), answers(settings()))


def lately() -> List[Answered]:
    """The versions that answered in the last weeks, the one that began last first."""
    return by_version(Scope(Period(today() - (7 * WEEKS - 1) * DAY, today())))


def _signs(found: List[Answered]) -> Dict[str, List[str]]:
    return {row.name: row.worse for row in found if row.worse}


def _share(row: Answered, measure: str) -> Any:
    return next(compared.now for compared in row.measures if compared.name == measure)
