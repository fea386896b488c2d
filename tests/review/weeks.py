"""Weeks of the city's clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import List

from bot.city import city


def last_week() -> date:
    """The Monday of the last week that is over."""
    from bot.review import sampling

    return sampling.latest_week()


def moment(week: date, **after: float) -> datetime:
    """So long after a week began."""
    local = datetime.combine(week, datetime.min.time()) + timedelta(**after)
    return local.replace(tzinfo=city().timezone)


def sampled(week: date) -> List[int]:
    """The turns of a week's sample, in their order."""
    from bot.review.models import SampledTurn

    return list(SampledTurn.objects.filter(week=week).order_by("place").values_list("inbound", flat=True))
