"""Charts that answers show: kept in the record beside photos, sealed with the conversation's key, shown at an address nobody can guess.

Call it off the event loop. The action server draws them, the gateway shows them to the widget, and the worker takes them to Telegram.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Optional

from bot.conversations.database import setup, usable_connection

if TYPE_CHECKING:
    from bot.conversations.media import Shown

KEPT_FOR = timedelta(days=1)  # its numbers are in the text of the answer, which stays
MOST_PER_CONVERSATION = 30  # kept at the same time


def keep(content: bytes, conversation: str) -> Optional[str]:
    """The id of a chart, a PNG, from now on; None where nobody is to see it: no such conversation, or one that has enough of them."""
    setup()
    from django.utils import timezone

    from bot.conversations.models import Chart, Conversation

    with usable_connection():
        theirs = Conversation.objects.filter(pk=conversation).first()
        now = timezone.now()
        if theirs is None or theirs.charts.filter(expires_at__gt=now).count() >= MOST_PER_CONVERSATION:
            return None
        row = Chart(conversation=theirs, expires_at=now + KEPT_FOR)
        row.content_sealed = theirs.seal_bytes(content, f"chart {row.pk}")
        row.save(force_insert=True)
        return str(row.pk)


def shown(chart_id: str) -> Optional[Shown]:
    """The chart at this address; None when there is none, or no longer. Raises `bot.sealing.SealError`."""
    from django.utils import timezone

    from bot.conversations.media import Shown
    from bot.conversations.models import Chart

    row = Chart.objects.select_related("conversation").filter(pk=chart_id, expires_at__gt=timezone.now()).first()
    if row is None:
        return None
    return Shown(row.conversation.unseal_bytes(row.content_sealed, f"chart {row.pk}"), row.expires_at, "image/png")
