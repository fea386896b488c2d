"""From when on does a question about the next bus mean? "First bus tomorrow morning", "the 7 at 5 pm", "demain soir"."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Optional

from actions.transit import DAY_BEGINS
from bot.language.dates import find_when

PART_BEGINS = {"morning": DAY_BEGINS, "afternoon": time(12), "evening": time(18)}
SOON = timedelta(minutes=30)  # what leaves by then is among the next, with live times


def asked_moment(text: str, now: datetime) -> Optional[datetime]:
    """The moment from which on a message asks; None when that is now or soon, or was. `now` and the moment are in the city's time."""
    when = find_when(text, service_day(now))
    if when is None:
        return None
    day = when.start or now.date()  # the hour alone is the next one
    moment = datetime.combine(day, when.time or PART_BEGINS.get(when.part or "", DAY_BEGINS), now.tzinfo)
    return moment if moment - now > SOON else None


def asked_day(text: str, now: datetime) -> date:
    """The day of service that a message names, else the one that is: after midnight "tonight" is the night that is."""
    when = find_when(text, service_day(now))
    return max(when.start, service_day(now)) if when and when.start else service_day(now)


def service_day(moment: datetime) -> date:
    """The day of service that a moment in the city's time belongs to."""
    return (moment - timedelta(hours=DAY_BEGINS.hour)).date()
