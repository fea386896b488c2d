"""A week's random sample of turns, drawn once, for people to grade.

Nobody chooses what is graded, else only what looked bad would be: the turns come from the system's source of chance, and a week that has
a sample never gets another one.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import SystemRandom
from typing import Tuple

from django.db import connection, transaction
from django.utils import timezone

from bot.city import city
from bot.conversations.models import TurnSummary
from bot.review import audit
from bot.review.models import SampledTurn

SIZE = 50  # turns a week: two people need some ten minutes each
WEEK = timedelta(days=7)


def week_of(moment: datetime) -> date:
    """The Monday of a moment's week in the city's time."""
    day = moment.astimezone(city().timezone).date()
    return day - timedelta(days=day.weekday())


def latest_week() -> date:
    """The Monday of the last week that is over: of one that goes on, some turns could not be drawn yet."""
    return week_of(timezone.now()) - WEEK


def draw(week: date, by: str, size: int = SIZE) -> int:
    """Draws a week's sample, unless it has one. Turns that understood nothing are left out, and those about a resident's own bills.

    Args:
        week: a Monday; its week must be over.
        by: whom the audit log names.
    Returns:
        How many turns were drawn now.
    Raises:
        ValueError: there is no such week, or it is not over.
    """
    if week.weekday() != 0 or week > latest_week():
        raise ValueError("only a week that is over has a sample, named by its Monday")
    with transaction.atomic():
        if connection.vendor == "postgresql":  # SQLite has one writer anyway
            with connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {SampledTurn._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
        if SampledTurn.objects.filter(week=week).exists():
            return 0
        start, end = _bounds(week)
        turns = TurnSummary.objects.filter(at__gte=start, at__lt=end, inbound__private=False).exclude(certainty="")
        found = list(turns.order_by("pk").values_list("pk", flat=True))
        chosen = SystemRandom().sample(found, min(size, len(found)))
        SampledTurn.objects.bulk_create(SampledTurn(inbound_id=pk, week=week, place=place) for place, pk in enumerate(chosen))
        if chosen:
            audit.note(by, "draw_sample", f"week:{week.isoformat()}")
        return len(chosen)


def _bounds(week: date) -> Tuple[datetime, datetime]:
    """The first moment of a week, and that of the next one, on the city's clock."""
    first, next_ = (datetime.combine(day, time(), tzinfo=city().timezone) for day in (week, week + WEEK))
    return first, next_
