"""What a worker counts of turns and messages, for `/metrics`: docs/monitoring.md has every name.

All of it is taken from what the worker commits anyway, when it is committed. No label comes from a resident.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Optional, Sequence

from prometheus_client import Counter, Histogram

from bot.city import city
from bot.conversations.models import TurnSummary
from bot.conversations.readings import Shape, shapes

_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 45, 60, 300)
_TRIES_LATER = 429

TURNS = Counter("chatbot_turns", "Turns that are over, by how they ended.", ["channel", "language", "outcome"])
UNDERSTOOD = Counter("chatbot_understood_turns", "Turns with something to understand, by how sure that is.", ["certainty"])
REPLY = Histogram("chatbot_reply_seconds", "From taking a message in to handing over its first reply.", ["channel"], buckets=_SECONDS)
STAGE = Histogram("chatbot_stage_seconds", "Where the time of a turn goes. The stages do not overlap.", ["stage"], buckets=_SECONDS)
ACTIONS = Counter("chatbot_actions", "Tasks of turns, by how they ended.", ["action", "outcome"])
LOOK_UPS = Histogram("chatbot_lookup_seconds", "Calls to city systems, by what came back.", ["host", "outcome"], buckets=_SECONDS)
DELIVERIES = Counter("chatbot_deliveries", "Tries to hand a message to its channel.", ["channel", "outcome"])
REPORTS = Counter("chatbot_delivery_reports", "What a provider says became of a message it took.", ["channel", "outcome"])


def count_turn(row: TurnSummary) -> None:
    """Counts a turn that is over."""
    TURNS.labels(row.channel, _bounded(row.language), row.outcome).inc()
    if row.certainty:
        UNDERSTOOD.labels(row.certainty).inc()
    if row.answered_ms is not None:
        count_reply(row.channel, row.answered_ms)


def count_reply(channel: str, took_ms: int) -> None:
    """Counts the first reply of a turn when it is handed to its channel, or is there for it to fetch."""
    REPLY.labels(channel).observe(took_ms / 1000)


def count_answer(actions: Sequence[Any], waited_s: float, assistant_s: float) -> None:
    """Counts what an answer took.

    Args:
        actions: as the assistant reports them.
        waited_s: in the inbox.
        assistant_s: until the assistant answered, with its actions.
    """
    ran = shapes(list(actions))
    in_actions_s = sum(_seconds(action) for action in ran)
    STAGE.labels("inbox").observe(max(0.0, waited_s))
    STAGE.labels("assistant").observe(max(0.0, assistant_s - in_actions_s))
    STAGE.labels("actions").observe(in_actions_s)
    for action in ran:
        ACTIONS.labels(str(action.get("name")), str(action.get("outcome"))).inc()
        for call in shapes(action.get("api_calls")):
            LOOK_UPS.labels(str(call.get("host")), _came_back(call)).observe(_seconds(call))


def count_delivery(channel: str, outcome: str) -> None:
    """`outcome`: sent, later (it is tried again) or failed."""
    DELIVERIES.labels(channel, outcome).inc()


def count_sent(channel: str, written_at: datetime, sent_at: datetime) -> None:
    """Counts a message that was handed over, and how long it took since it was in the outbox."""
    count_delivery(channel, "sent")
    STAGE.labels("delivery").observe(max(0.0, (sent_at - written_at).total_seconds()))


def count_report(channel: str, outcome: str) -> None:
    """Counts what a provider says became of a message in the end: delivered, undelivered or failed."""
    REPORTS.labels(channel, outcome).inc()


def _bounded(language: Optional[str]) -> str:
    return language if language in city().languages else "other"


def _seconds(shape: Shape) -> float:
    taken = shape.get("ms")
    return taken / 1000 if isinstance(taken, int) else 0.0


def _came_back(call: Shape) -> str:
    status = call.get("status")
    if not isinstance(status, int):
        return "left_alone" if call.get("note") else "no_answer"
    if status >= 500 or status == _TRIES_LATER:
        return "failed"
    return "refused" if status >= 400 else "ok"
