"""What somebody is told once, and then left alone: that they write too fast, too much, or like a machine."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from bot.conversations.inbox import accept
from bot.conversations.models import Conversation, InboundMessage
from bot.sealing import lookup_digest


def say_once(channel: str, address: str, text: str, provider_id: str, sentence: str, window: timedelta) -> bool:
    """Takes a message in with this sentence of `data/responses.yml` as its answer, unless one was answered so within the window.

    Returns whether it was taken.
    """
    with transaction.atomic():
        route = {"route__channel": channel, "route__address_lookup": lookup_digest(channel, address)}
        Conversation.objects.select_for_update(of=("self",)).filter(**route).first()
        if messages_from(channel, address).filter(refusal=sentence, received_at__gt=timezone.now() - window).exists():
            return False
        accept(channel, address, text, provider_id, refusal=sentence, limited=False)
        return True


def messages_from(channel: str, address: str) -> QuerySet[InboundMessage]:
    """Everything taken in from an address."""
    lookup = lookup_digest(channel, address)
    return InboundMessage.objects.filter(conversation__route__channel=channel, conversation__route__address_lookup=lookup)
