"""Photos on their way to a city system, for the action server. Call it off the event loop."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Dict, List, Sequence, Tuple

from bot.conversations.database import setup, usable_connection
from bot.sealing import SealError

log = logging.getLogger(__name__)

KEPT_FOR = timedelta(days=90)  # as long as Open311 lists a request unless it is asked for by its number


def hand_over(ids: Sequence[str], conversation: str) -> List[Tuple[str, bytes]]:
    """The photos of a conversation with these ids, in this order: id and JPEG. They are kept for as long as the city may want them.

    Left out is what is not there any more, cannot be opened, or is another conversation's.
    """
    setup()  # an action module may be imported before Django is set up
    from django.utils import timezone

    from bot.conversations.media import content_of
    from bot.conversations.models import Media

    with usable_connection():
        now = timezone.now()
        rows = Media.objects.filter(pk__in=ids, conversation=conversation, ready=True, expires_at__gt=now).select_related("conversation")
        found: Dict[str, bytes] = {}
        for row in rows:
            try:
                found[row.pk] = content_of(row)
            except SealError:
                log.error("a photo of a report cannot be opened")
        Media.objects.filter(pk__in=found).update(expires_at=now + KEPT_FOR)
    return [(media_id, found[media_id]) for media_id in ids if media_id in found]
