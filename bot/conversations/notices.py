"""Notices of the city: each is said once in a visit, before its first answer.

It runs inside the caller's transaction, which holds the conversation's row.
"""

from __future__ import annotations

from typing import Optional, Tuple

from bot.conversations.models import Conversation, InboundMessage, NoticeShown, Visit
from bot.conversations.sentences import announce
from bot.conversations.switches import in_force
from bot.conversations.visits import goes_on
from bot.messages import Message


def due(conversation: Conversation, inbound: InboundMessage, language: Optional[str]) -> Tuple[Message, ...]:
    """The notices this visit has not had yet, each in a message of its own; from now on it has had them."""
    current = in_force().notices_at(inbound.received_at)
    if not current:
        return ()
    visit = Visit.objects.filter(conversation=conversation).order_by("-id").first()
    since = visit.started_at if visit and goes_on(visit, inbound.received_at) else inbound.received_at  # this visit began then
    shown = NoticeShown.objects.filter(conversation=conversation, notice__in=current, at__gte=since)
    had = set(shown.values_list("notice", flat=True))
    new = [notice for notice in current if notice.pk not in had]
    for notice in new:
        NoticeShown.objects.update_or_create(conversation=conversation, notice=notice, defaults={"at": inbound.received_at})
    return tuple(Message(announce("notice", notice.texts, language)) for notice in new)
