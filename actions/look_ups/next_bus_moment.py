"""From when on does a question about the next bus mean? "First bus tomorrow morning", "the 7 at 5 pm", "demain soir"."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Optional

from bot.language.calendar_words import Words
from bot.language.days import days, part_of_day
from bot.language.found import Reading
from bot.language.times import times

DAY_BEGINS = time(4)  # what leaves before is the last of the evening
PART_BEGINS = {"morning": DAY_BEGINS, "afternoon": time(12), "evening": time(18)}
SOON = timedelta(minutes=30)  # what leaves by then is among the next, with live times


def asked_moment(text: str, now: datetime) -> Optional[datetime]:
    """The moment from which on a message asks; None when that is now or soon, or was. `now` and the moment are in the city's time."""
    words = Words.of(Reading.of(text))
    today = (now - timedelta(hours=DAY_BEGINS.hour)).date()  # after midnight "tonight" is the night that is
    named, clock = next(days(words, today), None), next(times(words), None)
    if named is None and clock is None:
        return None
    day = named.first if named else now.date()  # the hour alone is the next one
    begins = clock.time if clock else PART_BEGINS.get((named and part_of_day(words, named)) or "", DAY_BEGINS)
    moment = datetime.combine(day, begins, now.tzinfo)
    return moment if moment - now > SOON else None
