"""From when on does a question about the next bus mean? "First bus tomorrow morning", "the 7 at 5 pm", "demain soir"."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Optional

from bot.language.dates import find_when

DAY_BEGINS = time(4)  # what leaves before is the last of the evening
PART_BEGINS = {"morning": DAY_BEGINS, "afternoon": time(12), "evening": time(18)}
SOON = timedelta(minutes=30)  # what leaves by then is among the next, with live times


def asked_moment(text: str, now: datetime) -> Optional[datetime]:
    """The moment from which on a message asks; None when that is now or soon, or was. `now` and the moment are in the city's time."""
    when = find_when(text, (now - timedelta(hours=DAY_BEGINS.hour)).date())  # after midnight "tonight" is the night that is
    if when is None:
        return None
    day = when.start or now.date()  # the hour alone is the next one
    moment = datetime.combine(day, when.time or PART_BEGINS.get(when.part or "", DAY_BEGINS), now.tzinfo)
    return moment if moment - now > SOON else None
