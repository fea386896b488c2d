"""Choices as residents get them: a title and a random token. What the token stands for stays in the record.

A token counts in its own conversation only, once, for an hour. The two answers to "Did this help?" are choices too; each of them
may be given again. Every function runs inside the caller's transaction, which holds the conversation's row.
"""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import replace
from typing import Optional, Sequence

from django.utils import timezone

from bot.choosing import chosen
from bot.conversations.models import Choice, Conversation, InboundMessage
from bot.conversations.prepared import Given, Prepared
from bot.feedback_words import helped
from bot.messages import CHOICES_VALID_FOR, Feedback, Message
from bot.messages import Choice as OfferedChoice

HELPED, NOT_HELPED = "feedback/helped", "feedback/not_helped"  # payloads of votes: the assistant never sees them
VOTES = {HELPED: True, NOT_HELPED: False}
_BEFORE = Prepared(
    lambda: InboundMessage.objects.filter(conversation=Given("conversation"), id__lt=Given("id"), refusal="").order_by("-id")[:1]
)
_OFFERED = Prepared(lambda: Choice.objects.filter(inbound=Given("inbound"), used_at=None, expires_at__gt=Given("now")).order_by("position"))
_TOKEN = re.compile(r"choice_[A-Za-z0-9_-]{22}")


def looks_like_token(text: str) -> bool:
    """Whether a resident's text is a tapped choice rather than words."""
    return bool(_TOKEN.fullmatch(text))


def offer(conversation: Conversation, inbound: InboundMessage, message: Message, first: int = 0) -> Message:
    """The message with a fresh token in the place of each payload. `first`: the place of its first choice in the turn."""
    expires_at = timezone.now() + CHOICES_VALID_FOR
    rows = [
        Choice(
            token=f"choice_{secrets.token_urlsafe(16)}",
            conversation=conversation,
            inbound=inbound,
            position=position,
            sealed=conversation.seal(json.dumps([choice.title, choice.payload]), "choice"),
            expires_at=expires_at,
        )
        for position, choice in enumerate(message.every_choice, first)
    ]
    Choice.objects.bulk_create(rows)
    tokens = [OfferedChoice(choice.title, row.token) for choice, row in zip(message.every_choice, rows, strict=True)]
    if message.feedback:
        *tokens, yes, no = tokens
        message = replace(message, feedback=Feedback(message.feedback.question, yes, no))
    return replace(message, choices=tuple(tokens))


def opened(conversation: Conversation, choice: Choice) -> OfferedChoice:
    """Title and payload of a choice. Raises `bot.sealing.SealError`."""
    title, payload = json.loads(conversation.unseal(choice.sealed, "choice"))
    return OfferedChoice(title, payload)


def take(conversation: Conversation, token: str) -> Optional[Choice]:
    """The choice behind a token, used up by this unless it is a vote; None when it is used, expired, unknown or somebody else's."""
    choice = Choice.objects.filter(token=token, conversation=conversation, used_at=None, expires_at__gt=timezone.now()).first()
    return _use(conversation, choice) if choice else None


def take_typed(conversation: Conversation, inbound: InboundMessage, text: str) -> Optional[Choice]:
    """The choice of the turn before `inbound` that the resident typed, used up by this unless it is a vote.

    Typed is its title, its number or words that mean it (`bot.choosing`). Votes are no choices of an answer: they count by their
    title, where they are numbered by that too, and in other words (`bot.feedback_words`).
    """
    before = turn_before(inbound)
    offered = _OFFERED.all(inbound=before.pk, now=timezone.now()) if before else []
    meant = [opened(conversation, choice) for choice in offered]
    numbered = [place for place, choice in enumerate(meant) if conversation.texted or choice.payload not in VOTES]
    found = chosen(text, [meant[place].title for place in numbered])
    typed = text.strip().casefold()
    place = next((place for place, choice in enumerate(meant) if choice.title.strip().casefold() == typed), None)
    if found is not None:
        place = numbered[found]
    if place is None:
        place = _vote(text, meant)
    return None if place is None else _use(conversation, offered[place])


def _vote(text: str, offered: Sequence[OfferedChoice]) -> Optional[int]:
    """The place of the vote that a text means."""
    said = helped(text)
    return next((place for place, choice in enumerate(offered) if choice.payload in VOTES and VOTES[choice.payload] is said), None)


def turn_before(inbound: InboundMessage) -> Optional[InboundMessage]:
    """The last message before `inbound` that the assistant answered, or should have."""
    return _BEFORE.first(conversation=inbound.conversation_id, id=inbound.pk)


def _use(conversation: Conversation, choice: Choice) -> Choice:
    if opened(conversation, choice).payload not in VOTES:
        choice.used_at = timezone.now()
        choice.save(update_fields=["used_at"])
    return choice
