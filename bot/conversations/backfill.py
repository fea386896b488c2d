"""Visits of turns that were over before visits were kept.

The models are those of the migration: columns that come later are none of its business.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Iterator, List, Optional, Tuple

from django.db.models import Min

from bot.conversations.judging import Judgement, TurnResult, form_is_open, harm_of, judge, needs_of, weight
from bot.conversations.models import InboundMessage
from bot.conversations.subjects import subjects
from bot.conversations.visits import FETCHED, add, comes_back, goes_on, summary

BATCH = 200  # conversations in memory
Outcome = InboundMessage.Outcome


def fill(conversations: Any, inbound: Any, visits: Any, summaries: Any) -> None:
    """Records every turn that is over and has no summary, in the order of its conversation. The arguments are model classes."""
    over = inbound.objects.filter(state="done", summary=None).defer("text_sealed", "text_masked", "location_sealed")
    for keys in _batches(conversations):
        rows = over.filter(conversation__in=keys).select_related("details", "feedback").annotate(replied_at=Min("replies__sent_at"))
        begun: List[Any] = []
        turns: List[Tuple[Any, Any, Judgement]] = []
        for row in rows.order_by("conversation_id", "id"):
            visit, judgement = _visit(begun, row, visits), _judgement(row)
            add(visit, row.received_at, row.language, judgement)
            helped = _helped(row)
            visit.helped = visit.helped if helped is None else helped
            turns.append((visit, row, judgement))
        visits.objects.bulk_create(begun)
        summaries.objects.bulk_create(
            summary(summaries(helped=_helped(row)), visit, row, judgement, _replied_at(row)) for visit, row, judgement in turns
        )


def _batches(conversations: Any) -> Iterator[List[str]]:
    last = ""
    while keys := list(conversations.objects.filter(key__gt=last).order_by("key").values_list("key", flat=True)[:BATCH]):
        yield keys
        last = keys[-1]


def _visit(begun: List[Any], row: Any, visits: Any) -> Any:
    """As in `visits`, among those begun so far; the last one is of the latest turn."""
    last = begun[-1] if begun and begun[-1].conversation_id == row.conversation_id else None
    if last is not None and (row.outcome == Outcome.RATED or goes_on(last, row.received_at)):
        return last
    if last is not None and comes_back(last, row.received_at):
        last.returned_at = row.received_at
    at = row.received_at
    begun.append(visits(conversation_id=row.conversation_id, channel=row.channel, started_at=at, last_at=at))
    return begun[-1]


def _judgement(row: Any) -> Judgement:
    details = getattr(row, "details", None)
    actions = details.actions if details else []
    result = TurnResult(
        Outcome(row.outcome),
        details.understood if details else [],
        actions,
        details.slots_changed if details else [],
        form_open=form_is_open(actions),
    )
    judged = judge(result, subjects())
    reading, helped = judged.reading, _helped(row)
    if helped is None:
        return judged
    needs = needs_of(judged.outcome, reading.certainty, judged.call_failed, helped)
    harm = harm_of(judged.outcome, reading.label, row.private, subjects())
    return replace(judged, needs=needs, weight=weight(needs, reading.certainty, reading.confidence, harm))


def _helped(row: Any) -> Optional[bool]:
    feedback = getattr(row, "feedback", None)
    return feedback.helped if feedback else None


def _replied_at(row: Any) -> Optional[datetime]:
    replied_at: Optional[datetime] = row.finished_at if row.channel in FETCHED else row.replied_at
    return replied_at
