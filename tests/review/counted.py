"""Visits and turns to count, made by the row."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta
from typing import Any, List, Optional

from bot.city import city

_NUMBERS = itertools.count(1)


def local(day: str, time: str = "12:00", fold: int = 0) -> datetime:
    """A time of the city's clock. `fold` 1: the second of two that read the same."""
    return datetime.combine(date.fromisoformat(day), datetime.strptime(time, "%H:%M").time(), city().timezone).replace(fold=fold)  # noqa: DTZ007


def resident(channel: str = "webchat") -> Any:
    """A conversation without anything in it."""
    from bot.conversations.models import Conversation

    key = f"{next(_NUMBERS):032x}"
    return Conversation.objects.create(key=key, channel=channel, data_key_sealed=b"", dispose_after=date(2030, 1, 1))


def visit(
    at: datetime, *turns: Any, of: Optional[Any] = None, channel: str = "webchat", language: Optional[str] = "en", **columns: Any
) -> Any:
    """A visit that ends at a time, with a turn for each of the dictionaries of columns; one plain turn when there is none."""
    from bot.conversations.models import Visit

    rows: List[Any] = list(turns or ({},))
    made = Visit.objects.create(
        conversation=of or resident(channel),
        channel=channel,
        language=language,
        started_at=at - timedelta(minutes=len(rows)),
        last_at=at,
        turns=len(rows),
        **{"outcome": "answered", **columns},
    )
    for row in rows:
        turn(made, row.pop("at", at), **row)
    return made


def turn(of: Any, at: datetime, **columns: Any) -> Any:
    """One more turn of a visit. Its row in the inbox."""
    from bot.conversations.models import InboundMessage, TurnSummary

    inbound = InboundMessage.objects.create(
        conversation=of.conversation,
        channel=of.channel,
        provider_id=f"counted {next(_NUMBERS)}",
        received_at=at,
        text_masked="hello",
        text_sealed=b"",
        text_digest="",
    )
    told = {"label": "article/garbage_missed", "topic": "waste", "certainty": "sure", **columns}
    shape = {"outcome": of.outcome, "version": of.version, **told}
    TurnSummary.objects.create(inbound=inbound, visit=of, at=at, channel=of.channel, language=of.language, **shape)
    return inbound


def asked(inbound: Any, helped: Optional[bool]) -> None:
    """It was asked whether the answer helped."""
    from bot.conversations.models import Feedback

    Feedback.objects.create(inbound=inbound, subject="article/garbage_missed", asked_at=inbound.received_at, helped=helped)
