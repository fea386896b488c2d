"""The visits before and after one, in the list its reader came from."""

from __future__ import annotations

from typing import Optional, Tuple

from django.db.models import Q

from bot.conversations.models import Visit

Neighbours = Tuple[Optional[Visit], Optional[Visit]]


def neighbours(listed: str, visit: Visit) -> Neighbours:
    """The previous (newer) and the next (older) visit that nobody reviewed yet; None: there is none.

    Args:
        listed: the query of the list's address.
    """
    waiting = Visit.objects.filter(review=Visit.Review.NEW).only("conversation", "last_at")
    newer = waiting.filter(Q(last_at__gt=visit.last_at) | Q(id__gt=visit.pk), last_at__gte=visit.last_at).order_by("last_at", "id")
    older = waiting.filter(Q(last_at__lt=visit.last_at) | Q(id__lt=visit.pk), last_at__lte=visit.last_at).order_by("-last_at", "-id")
    return newer.first(), older.first()
