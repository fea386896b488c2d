"""How articles are used: turns each one answered, and how residents rated them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Dict, Iterable, Mapping, Set

from django.db.models import Count, Q
from django.utils import timezone

from bot.conversations.models import TurnSummary, Visit

DAYS = 30
# A label says what a turn was understood as. These outcomes say that its article was not what the resident got.
_NO_ARTICLE = (Visit.Outcome.OFFERED, Visit.Outcome.GIVEN_UP, Visit.Outcome.FAILED, Visit.Outcome.LOOKED_UP)


@dataclass(frozen=True)
class Usage:
    """Turns an article answered, votes on them, and those that said it did not help."""

    answered: int = 0
    votes: int = 0
    disliked: int = 0

    @property
    def disliked_percent(self) -> int:
        """Of the votes, rounded; only where there are votes."""
        return round(100 * self.disliked / self.votes)


def usage(labels: Iterable[str]) -> Dict[str, Usage]:
    """Of the last DAYS, by label; labels without a turn are missing."""
    return usage_since(dict.fromkeys(labels, timezone.now() - timedelta(days=DAYS)))


def usage_since(since: Mapping[str, datetime]) -> Dict[str, Usage]:
    """From a moment of its own for each label; labels without a turn are missing. One query."""
    turns = TurnSummary.objects.filter(answered_since(since))
    by_label = turns.order_by().values("label")
    counted = by_label.annotate(answered=Count("pk"), votes=Count("helped"), disliked=Count("pk", filter=Q(helped=False)))
    return {row["label"]: Usage(row["answered"], row["votes"], row["disliked"]) for row in counted}


def answered_since(since: Mapping[str, datetime], turn: str = "") -> Q:
    """That an article answered, from a moment of its own for each label. Exact labels, so that the index by label and time serves.

    Args:
        turn: how the query gets to the summary of a turn, `inbound__summary__`.
    """
    labels: Dict[datetime, Set[str]] = {}
    for label, moment in since.items():
        labels.setdefault(moment, set()).add(label)
    asked = (Q(**{f"{turn}label__in": names, f"{turn}at__gte": moment}) for moment, names in labels.items())
    return reduce(or_, asked, Q(pk__in=[])) & ~Q(**{f"{turn}outcome__in": _NO_ARTICLE})
