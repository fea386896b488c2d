"""Idempotency keys: something asked of a city system is written down before the call, so that it is never asked twice.

For the action server. Every function commits before it returns; call them off the event loop.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, List, Literal, Optional, Sequence, Type, cast
from uuid import UUID

from bot.conversations.database import setup, usable_connection

if TYPE_CHECKING:
    from bot.conversations import models


State = Literal["started", "done", "unknown"]
UNNUMBERED = "token:"  # stands before the token in the reference of something without a number


@dataclass(frozen=True)
class Submission:
    """`new`: this call wrote the key, so nothing was sent under it yet. Otherwise read `state`:

    done: it happened, `reference` is the city's number. started: an earlier try was cut off, nobody knows how far it got.
    unknown: an earlier call got no clear answer. In both last cases look for it at the city before asking again.
    """

    key: str
    state: State
    reference: str
    new: bool


def _table() -> Type[models.Submission]:
    setup()  # an action module may be imported before Django is set up, so the table is looked up late
    from bot.conversations.models import Submission as table

    return table


def begin(key: str, *, conversation: str, kind: str, turn: Optional[UUID] = None) -> Submission:
    """Writes the key down, or finds it as it was left.

    Args:
        kind: names the task, for example `service_request`.
        turn: the one that asks, and says what comes of it; when it cannot, and it is done all the same, its resident is told later.
    """
    table = _table()
    with usable_connection():
        row, new = table.objects.get_or_create(key=key, defaults={"conversation": conversation, "kind": kind, "turn": turn})
        if not new and turn is not None:
            table.objects.filter(key=key).update(turn=turn)
    return Submission(key=row.key, state=cast(State, str(row.state)), reference=row.reference, new=new)


def finish(key: str, reference: str) -> None:
    """It happened; `reference` is the city's number for it (may be empty when the city gives none)."""
    _close(key, "done", reference)


def mark_unknown(key: str) -> None:
    """The call was made and nobody knows whether it arrived. A key already finished stays finished."""
    _close(key, "unknown", "")


@dataclass(frozen=True)
class Reference:
    """What the city calls something that was done under a key."""

    key: str
    reference: str


def references(conversation: str, *, kinds: Sequence[str]) -> List[Reference]:
    """What was done in a conversation and has a reference, newest first; one that was given twice counts once."""
    table = _table()
    with usable_connection():
        done = table.objects.filter(conversation=conversation, kind__in=kinds, state="done")
        rows = list(done.exclude(reference="").order_by("-started_at"))
    return list({row.reference: Reference(str(row.key), str(row.reference)) for row in reversed(rows)}.values())[::-1]


def token_of(reference: str) -> str:
    """The token a reference holds; empty when it is a number."""
    return reference[len(UNNUMBERED) :] if reference.startswith(UNNUMBERED) else ""


def abandon(key: str) -> None:
    """It certainly did not happen (the city refused it), so the key may be used again."""
    table = _table()
    with usable_connection():
        table.objects.filter(key=key).exclude(state="done").delete()


def _close(key: str, state: State, reference: str) -> None:
    from django.utils import timezone

    table = _table()
    rows = table.objects.filter(key=key)
    if state == "unknown":
        rows = rows.exclude(state="done")
    with usable_connection():
        rows.update(state=state, reference=reference, finished_at=timezone.now())
