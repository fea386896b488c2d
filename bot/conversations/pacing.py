"""How fast text messages go out: no faster than their number may send them, and to one phone no two at a time.

Twilio would take them all at once and keep them in a queue of its own, where nobody can reorder or stop them. So they wait in the outbox.
The times are rows in the database, compared on its clock as in `leases`: all workers keep one pace together.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Optional

from django.db.models import Q
from django.db.models.functions import Now

from bot.conversations.models import OutboundMessage, Pace, Route
from bot.conversations.prepared import Given, Prepared
from bot.settings import settings

PER_PHONE = timedelta(seconds=1)  # carriers deliver what comes together in any order
MADE_UP = timedelta(seconds=0.2)  # of the time that nobody looked: a number that sends a hundred a second is not looked at as often
LONGEST = timedelta(minutes=1)  # a time further ahead was written before a clock was set back


def is_free(channel: str) -> bool:
    """Whether the channel may send now."""
    return not _BUSY.exists(channel=channel)


def past(field: str) -> Q:
    """Whether the time in a field, if there is one, is over."""
    return Q(**{field: None}) | Q(**{f"{field}__lte": Now()}) | Q(**{f"{field}__gt": Now() + LONGEST})


_BUSY = Prepared(lambda: Pace.objects.filter(channel=Given("channel")).exclude(past("free_at")))


def occupy(row: OutboundMessage) -> bool:
    """Whether a message may go out now; its number and its phone then are busy for a while. For the transaction that takes the row."""
    segment = _time_of_a_segment(row.conversation.channel)
    if segment is None:
        return True
    paces = Pace.objects.select_for_update().annotate(now=Now()).filter(channel=row.conversation.channel)
    pace = paces.first()
    if pace is None:
        Pace.objects.get_or_create(channel=row.conversation.channel, defaults={"free_at": Now()})
        pace = paces.get()
    if pace.now < pace.free_at <= pace.now + LONGEST:
        return False
    since = max(pace.free_at, pace.now - MADE_UP) if pace.free_at <= pace.now else pace.now
    pace.free_at = since + min(row.segments * segment, LONGEST)
    pace.save(update_fields=["free_at"])
    Route.objects.filter(conversation=row.conversation).update(free_at=Now() + PER_PHONE)
    return True


def _time_of_a_segment(channel: str) -> Optional[timedelta]:
    """None: the channel takes messages as they come."""
    return timedelta(seconds=1 / settings().twilio_segments_per_s) if channel == "sms" else None
