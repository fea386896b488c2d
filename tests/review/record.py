"""A made-up record: turns that are over, as the worker leaves them."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Optional

from django.utils import timezone

from bot import sealing
from bot.conversations.masking import mask
from bot.conversations.models import Choice, Conversation, InboundMessage, TurnSummary, Visit
from tests.console.staff import assistant_answers


def turn(text: str, *answers: str, address: str = "one", at: Optional[datetime] = None, language: str = "en", **more: Any) -> Any:
    """A message, answered and summed up: sure unless `more` says otherwise. Its row in the inbox."""
    inbound = InboundMessage.objects.create(
        conversation=_conversation(address),
        channel="rest",
        provider_id=f"made up {InboundMessage.objects.count()}",
        received_at=at or timezone.now(),
        text_masked=mask(text),
        text_sealed=b"",
        text_digest="",
    )
    assistant_answers(inbound, *(answers or ("Here you are.",)), language=language)
    summed_up(inbound, at=at, language=language, **more)
    return inbound


def summed_up(inbound: Any, *, at: Optional[datetime] = None, language: str = "en", **more: Any) -> None:
    at = at or timezone.now()
    visit = Visit.objects.create(conversation=inbound.conversation, channel="rest", language=language, started_at=at, last_at=at, turns=1)
    shape = {"label": "collection_day", "certainty": "sure", "outcome": Visit.Outcome.ANSWERED, **more}
    TurnSummary.objects.create(inbound=inbound, visit=visit, at=at, channel="rest", language=language, **shape)


def lost(text: str, **more: Any) -> Any:
    """A message that was not understood."""
    return turn(text, "I did not understand.", certainty="lost", outcome=Visit.Outcome.HANDED_OVER, **more)


def offered(text: str, *, taken: bool, **more: Any) -> Any:
    """A message that was answered with choices."""
    inbound = turn(text, "Is it one of these?", certainty="torn", outcome=Visit.Outcome.OFFERED, **more)
    now = timezone.now()
    for position in (0, 1):
        Choice.objects.create(
            token=f"{inbound.pk}-{position}",
            conversation=inbound.conversation,
            inbound=inbound,
            position=position,
            sealed=b"",
            expires_at=now,
            used_at=now if taken and position == 0 else None,
        )
    return inbound


def _conversation(address: str) -> Any:
    key = sha256(address.encode()).hexdigest()[:32]
    rest = {"channel": "rest", "data_key_sealed": sealing.new_data_key(key), "dispose_after": (timezone.now() + timedelta(days=365)).date()}
    return Conversation.objects.get_or_create(key=key, defaults=rest)[0]
