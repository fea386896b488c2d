"""Visits for staff to find, as the record keeps them."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

_NUMBERS = itertools.count(1)
OF_TURNS = ("label", "topic", "confidence", "certainty")
OF_BOTH = ("channel", "language", "outcome", "needs", "weight", "helped")


def visit(text: str = "hello", *, at: Any = None, turns: int = 1, **columns: Any) -> Any:
    """A visit whose turns all say the same; its row. `columns` are those of `Visit` and of `TurnSummary`.

    Args:
        at: the time of its last turn; now if there is none.
    """
    from bot.conversations.models import Conversation, Visit

    ended: datetime = at or timezone.now()
    given = {"channel": "webchat", "language": "en", "outcome": "answered", **columns}
    key = f"{next(_NUMBERS):032x}"
    conversation = Conversation.objects.create(
        key=key, channel=given["channel"], language=given["language"], data_key_sealed=b"", dispose_after=ended.date() + timedelta(days=365)
    )
    own = {name: value for name, value in given.items() if name not in OF_TURNS}
    made = Visit.objects.create(conversation=conversation, started_at=ended, last_at=ended, turns=0, **own)
    for _ in range(turns):
        turn(made, text, at=ended, **{name: value for name, value in given.items() if name in (*OF_TURNS, *OF_BOTH)})
    return made


def turn(of: Any, text: str, *, at: Any = None, **columns: Any) -> Any:
    """One more turn of a visit, the same as the visit in what `columns` leave open; its row in the inbox."""
    from bot.conversations.models import InboundMessage, TurnSummary

    moment = at or of.last_at
    given = {**{name: getattr(of, name) for name in OF_BOTH}, **columns}
    inbound = InboundMessage.objects.create(
        conversation=of.conversation, channel=of.channel, provider_id=f"visits {next(_NUMBERS)}", received_at=moment, text_masked=text,
        text_sealed=b"", text_digest="", state="done", outcome="answered", language=of.language,
    )  # fmt: skip
    TurnSummary.objects.create(inbound=inbound, visit=of, at=moment, **given)
    of.turns += 1
    of.last_at = max(of.last_at, moment)
    of.save()
    return inbound


def link(of: Any) -> str:
    """The beginning of the address that a list gives a visit."""
    return f"/conversations/{of.conversation_id}?visit={of.pk}"
