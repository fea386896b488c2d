"""What needs eyes first: visits of the last month that nobody has reviewed, by why they need it and by what they are about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Dict, List
from urllib.parse import urlencode

from django.db.models import Count, F, Sum
from django.utils.timezone import localdate

from bot.console.filters import NONE, begin_of_day
from bot.conversations.models import TurnSummary, Visit

DAYS = 30
LABELS_SHOWN = 6  # of a group


@dataclass(frozen=True)
class Line:
    """Visits of a group that are about the same; `weight` is how often times doubt times harm."""

    label: str
    visits: int
    weight: float
    query: str  # of the list that shows them


@dataclass(frozen=True)
class Group:
    """`needs` is one of `Visit.Needs`. `lines`: the heaviest labels; `labels`: how many there are."""

    needs: str
    visits: int
    query: str
    labels: int
    lines: List[Line]


def groups() -> List[Group]:
    """Every reason to look, the most pressing first."""
    since = localdate() - timedelta(days=DAYS)
    turns = TurnSummary.objects.filter(
        visit__last_at__gte=begin_of_day(since), visit__review=Visit.Review.NEW, needs=F("visit__needs")
    ).exclude(visit__needs="")
    by_label: Dict[str, List[Line]] = {}
    counted = turns.values("needs", "label").annotate(visits=Count("visit", distinct=True), sum=Sum("weight"))
    for row in counted.order_by("-sum", "-visits", "label"):
        query = _query(since, row["needs"], label=row["label"] or NONE)
        by_label.setdefault(row["needs"], []).append(Line(row["label"], row["visits"], row["sum"], query))
    waiting = Visit.objects.filter(last_at__gte=begin_of_day(since), review=Visit.Review.NEW).exclude(needs="")
    totals = dict(waiting.values_list("needs").annotate(Count("pk")).order_by())
    return [
        Group(needs, totals.get(needs, 0), _query(since, needs), len(by_label.get(needs, [])), by_label.get(needs, [])[:LABELS_SHOWN])
        for needs in filter(None, Visit.Needs.values)
    ]


def _query(since: object, needs: str, **more: str) -> str:
    return urlencode({"needs": needs, "review": Visit.Review.NEW.value, "from": str(since), **more})
