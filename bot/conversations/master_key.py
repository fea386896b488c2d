"""Whether the master key is the record's: with another one nothing that residents wrote can be read, and new words would be lost later."""

from __future__ import annotations

from bot.conversations.models import InboundMessage

_NEWEST = 5  # messages whose conversation is looked at: a row of one may be damaged


def fits() -> bool:
    """Whether MASTER_KEY opens a conversation of the record; True where there is none. Raises django.db.Error."""
    newest = InboundMessage.objects.select_related("conversation").order_by("-id")[:_NEWEST]
    return not newest or any(message.conversation.opens for message in newest)
