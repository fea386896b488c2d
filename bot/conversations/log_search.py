"""Stand-in until the real index of the log: which messages have all words of a text in them."""

from __future__ import annotations

from django.db.models import QuerySet

from bot.conversations.models import InboundMessage


def matching(text: str) -> QuerySet[InboundMessage]:
    """The keys of the messages whose masked text has every word."""
    found = InboundMessage.objects.all()
    for word in text.split():
        found = found.filter(text_masked__icontains=word)
    return found.values("pk")
