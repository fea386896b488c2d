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

from bot.conversations.models import Choice, Conversation, InboundMessage
from bot.messages import Choice as OfferedChoice
from bot.messages import Message

VALID_FOR = timedelta(hours=1)
_TOKEN = re.compile(r"choice_[A-Za-z0-9_-]{22}")


def looks_like_token(text: str) -> bool:
    """Whether a resident's text is a tapped choice rather than words."""
    return bool(_TOKEN.fullmatch(text))


def offer(conversation: Conversation, inbound: InboundMessage, message: Message) -> Message:
    """The message with a fresh token in the place of each payload."""
    expires_at = timezone.now() + VALID_FOR
    rows = [
        Choice(
            token=f"choice_{secrets.token_urlsafe(16)}",
            conversation=conversation,
            inbound=inbound,
            sealed=conversation.seal(json.dumps([choice.title, choice.payload]), "choice"),
            expires_at=expires_at,
        )
        for choice in message.choices
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


def take_by_title(conversation: Conversation, inbound: InboundMessage, text: str) -> Optional[Choice]:
    """The choice of the turn before `inbound` whose title the resident typed, used up by this."""
    before = InboundMessage.objects.filter(conversation=conversation, id__lt=inbound.pk).order_by("-id").first()
    if before is None:
        return None
    for choice in Choice.objects.filter(inbound=before, used_at=None, expires_at__gt=timezone.now()):
        if opened(conversation, choice).title.strip().casefold() == text.strip().casefold():
            return _use(choice)
    return None


def _use(choice: Choice) -> Choice:
    choice.used_at = timezone.now()
    choice.save(update_fields=["used_at"])
    return choice
