"""How articles are used: turns each one answered, and how residents rated them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Dict

from django.db.models import Count, Q
from django.utils import timezone

from bot.conversations.models import TurnSummary, Visit
from bot.labels import ARTICLE, LOOK_UP

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


def usage() -> Dict[str, Usage]:
    """Of the last DAYS, by label; labels without a turn are missing."""
    of_articles = Q(label__startswith=f"{ARTICLE}/") | Q(label__startswith=f"{LOOK_UP}/")
    turns = TurnSummary.objects.filter(of_articles, at__gte=timezone.now() - timedelta(days=DAYS)).exclude(outcome__in=_NO_ARTICLE)
    counted = (
        turns.order_by().values("label").annotate(answered=Count("pk"), votes=Count("helped"), disliked=Count("pk", filter=Q(helped=False)))
    )
    return {row.pop("label"): Usage(**row) for row in counted}
