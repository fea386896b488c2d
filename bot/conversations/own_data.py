"""What the record has about a resident, counted, for them to be told. For the action server; call it off the event loop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Optional

from bot.city import city
from bot.conversations.database import setup, usable_connection


@dataclass(frozen=True)
class OwnData:
    """`messages`: what they wrote, this question included; `since`: when the first of them came; `private`: of them, about their bills.

    `kept_days`: how long all of it is kept after the last message, at most.
    """

    messages: int
    since: datetime
    photos: int
    reports: int
    private: int
    kept_days: int


def own_data(conversation: str, report: str) -> Optional[OwnData]:
    """None when there is nothing. `report`: the kind of submission that is a report."""
    setup()  # an action module may be imported before Django is set up
    from django.db.models import Count, Min, Q

    from bot.conversations.models import Conversation, InboundMessage, Media, Submission
    from bot.conversations.private_turns import FORGOTTEN
    from bot.conversations.retention import with_danger

    with usable_connection():
        messages = InboundMessage.objects.filter(conversation=conversation).exclude(text_masked=FORGOTTEN)
        found = messages.aggregate(count=Count("pk"), since=Min("received_at"), private=Count("pk", filter=Q(private=True)))
        if not found["count"]:
            return None
        days = city().retention
        danger = Conversation.objects.filter(with_danger(), pk=conversation).exists()
        return OwnData(
            messages=found["count"],
            since=found["since"],
            photos=Media.objects.filter(conversation=conversation).count(),
            reports=Submission.objects.filter(conversation=conversation, kind=report, state=Submission.State.DONE).count(),
            private=found["private"],
            kept_days=min([days.conversations, *([days.bills] if found["private"] else []), *([days.emergencies] if danger else [])]),
        )
