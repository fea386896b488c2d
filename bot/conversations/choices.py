"""Choices as residents get them: a title and a random token. What the token stands for stays in the record.

A token counts in its own conversation only, once, for an hour. Every function runs inside the caller's transaction, which
holds the conversation's row.
"""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Optional

from django.utils import timezone

from bot.choosing import chosen
from bot.conversations.models import Choice, Conversation, InboundMessage
from bot.messages import Choice as OfferedChoice
from bot.messages import Message

VALID_FOR = timedelta(hours=1)
_TOKEN = re.compile(r"choice_[A-Za-z0-9_-]{22}")


def looks_like_token(text: str) -> bool:
    """Whether a resident's text is a tapped choice rather than words."""
    return bool(_TOKEN.fullmatch(text))


def offer(conversation: Conversation, inbound: InboundMessage, message: Message, first: int = 0) -> Message:
    """The message with a fresh token in the place of each payload. `first`: the place of its first choice in the turn."""
    expires_at = timezone.now() + VALID_FOR
    rows = [
        Choice(
            token=f"choice_{secrets.token_urlsafe(16)}",
            conversation=conversation,
            inbound=inbound,
            position=position,
            sealed=conversation.seal(json.dumps([choice.title, choice.payload]), "choice"),
            expires_at=expires_at,
        )
        for position, choice in enumerate(message.choices, first)
    ]
    Choice.objects.bulk_create(rows)
    tokens = tuple(OfferedChoice(choice.title, row.token) for choice, row in zip(message.choices, rows, strict=True))
    return replace(message, choices=tokens)


def opened(conversation: Conversation, choice: Choice) -> OfferedChoice:
    """Title and payload of a choice. Raises `bot.sealing.SealError`."""
    title, payload = json.loads(conversation.unseal(choice.sealed, "choice"))
    return OfferedChoice(title, payload)


def take(conversation: Conversation, token: str) -> Optional[Choice]:
    """The choice behind a token, used up by this; None when it is used, expired, unknown or somebody else's."""
    choice = Choice.objects.filter(token=token, conversation=conversation, used_at=None, expires_at__gt=timezone.now()).first()
    return _use(choice) if choice else None


def take_typed(conversation: Conversation, inbound: InboundMessage, text: str) -> Optional[Choice]:
    """The choice of the turn before `inbound` that the resident typed, used up by this.

    Typed is its title; where choices are numbered, its number or words that mean it (`bot.choosing`) do as well.
    """
    before = turn_before(inbound)
    offered = list(Choice.objects.filter(inbound=before, used_at=None, expires_at__gt=timezone.now()).order_by("position"))
    titles = [opened(conversation, choice).title for choice in offered]
    if conversation.texted:
        place = chosen(text, titles)
    else:
        typed = text.strip().casefold()
        place = next((place for place, title in enumerate(titles) if title.strip().casefold() == typed), None)
    return None if place is None else _use(offered[place])


def turn_before(inbound: InboundMessage) -> Optional[InboundMessage]:
    """The last message before `inbound` that the assistant answered, or should have."""
    return InboundMessage.objects.filter(conversation=inbound.conversation_id, id__lt=inbound.pk, refusal="").order_by("-id").first()


def _use(choice: Choice) -> Choice:
    choice.used_at = timezone.now()
    choice.save(update_fields=["used_at"])
    return choice
