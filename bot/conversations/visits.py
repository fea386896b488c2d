"""The visits of residents, and what lists and numbers read of each turn: written where a turn ends, in its transaction.

Who calls holds the conversation's row, so one turn of a conversation is recorded at a time.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache, partial
from typing import Optional

from django.db import transaction

from bot.conversations import turn_metrics
from bot.conversations.judging import Judgement, TurnResult, harm_of, judge, most_pressing, needs_of, weight
from bot.conversations.models import Conversation, InboundMessage, OutboundMessage, TurnSummary, Visit
from bot.conversations.outcomes import COMES_BACK_WITHIN, SILENCE, visit_outcome
from bot.conversations.prepared import Given, Prepared, PreparedUpdate
from bot.conversations.subjects import subjects
from bot.publishing import versions
from bot.settings import RELEASE, settings

FETCHED = frozenset({"rest", "webchat"})  # channels whose answers are there as soon as they are committed; others are sent them
_LAST = Prepared(lambda: Visit.objects.filter(conversation=Given("conversation")).order_by("-id")[:1])
_REPLIED = PreparedUpdate(lambda: TurnSummary.objects.filter(pk=Given("inbound"), answered_ms=None), answered_ms=Given("took_ms"))
_OF_VISIT = ("language", "last_at", "turns", "outcome", "needs", "weight", "version")


def record(conversation: Conversation, inbound: InboundMessage, result: TurnResult, *, replied: bool = True) -> None:
    """Adds a turn that is over to its visit. `inbound` has its language, `finished_at` and whether it is private already.

    Args:
        replied: an answer is in the outbox. Without one there is no reply time.
    """
    if conversation.is_synthetic:
        return
    judgement = judge(result, subjects())
    vote = result.ended == InboundMessage.Outcome.RATED
    visit = _visit(conversation, inbound, vote=vote)
    review = visit.review
    add(visit, inbound.received_at, inbound.language, judgement)
    if visit.pk is None or not vote:  # a vote is about what was answered before, maybe by another version
        visit.version = version()
    if visit.pk is None:
        visit.save(force_insert=True)
    else:  # what staff write at the same time stays
        visit.save(update_fields=[*_OF_VISIT, *(["review"] if visit.review != review else [])])
    at_once = inbound.finished_at if replied and conversation.channel in FETCHED else None
    row = summary(TurnSummary(version=version()), visit, inbound, judgement, at_once)
    row.save(force_insert=True)
    transaction.on_commit(partial(turn_metrics.count_turn, row))


@lru_cache(maxsize=1)
def version() -> str:
    """The version that this process answers with."""
    config = settings()
    return versions.name(config, config.version or RELEASE)


def _visit(conversation: Conversation, inbound: InboundMessage, *, vote: bool) -> Visit:
    """The visit that is going on or, for a vote, the one it is about; else a new one, which its resident came back for."""
    last = _LAST.first(conversation=conversation.pk)
    if last is not None and (vote or goes_on(last, inbound.received_at)):
        return last
    if last is not None and comes_back(last, inbound.received_at):
        last.returned_at = inbound.received_at
        last.save(update_fields=["returned_at"])
    return Visit(conversation=conversation, channel=conversation.channel, started_at=inbound.received_at, last_at=inbound.received_at)


def goes_on(visit: Visit, at: datetime) -> bool:
    """Whether a message at this time still belongs to the visit."""
    return at - visit.last_at <= SILENCE


def comes_back(visit: Visit, at: datetime) -> bool:
    """Whether whoever writes at this time has not got what they came for in this visit, which is over."""
    return at - visit.last_at <= COMES_BACK_WITHIN


def add(visit: Visit, at: datetime, language: Optional[str], judgement: Judgement) -> None:
    """Counts a turn in: a visit that was reviewed is new again. A vote, however late, does not make the visit longer."""
    if goes_on(visit, at):
        visit.last_at = max(visit.last_at, at)
    visit.turns += 1
    visit.language = language or visit.language
    visit.outcome = visit_outcome(visit.outcome, judgement.outcome)
    visit.needs, visit.weight = most_pressing([(visit.needs, visit.weight), (judgement.needs, judgement.weight)])
    if visit.review == Visit.Review.REVIEWED:
        visit.review = Visit.Review.NEW


def summary(row: TurnSummary, visit: Visit, inbound: InboundMessage, judgement: Judgement, replied_at: Optional[datetime]) -> TurnSummary:
    """The row of a turn, filled in and not saved."""
    reading = judgement.reading
    row.inbound_id, row.visit_id = inbound.pk, visit.pk
    row.at, row.channel, row.language = inbound.received_at, visit.channel, inbound.language
    row.label, row.topic, row.confidence, row.certainty = reading.label, reading.topic, reading.confidence, reading.certainty
    row.outcome, row.needs, row.weight, row.call_failed = judgement.outcome, judgement.needs, judgement.weight, judgement.call_failed
    row.answered_ms = None if replied_at is None else _ms_between(inbound.received_at, replied_at)
    return row


def _ms_between(received_at: datetime, replied_at: datetime) -> int:
    """Hosts' clocks disagree; nothing is answered before it came."""
    return max(0, round((replied_at - received_at).total_seconds() * 1000))


def reply_sent(reply: OutboundMessage, at: datetime) -> None:
    """Notes the reply time of a turn when its channel has taken the first of its replies."""
    took_ms = _ms_between(reply.inbound.received_at, at)
    if _REPLIED.make(inbound=reply.inbound_id, took_ms=took_ms):
        transaction.on_commit(partial(turn_metrics.count_reply, reply.inbound.channel, took_ms))


def voted(inbound: InboundMessage, helped: bool) -> None:
    """Notes what the resident said of the answer to `inbound`, in its turn and its visit."""
    row = TurnSummary.objects.select_related("visit").filter(pk=inbound.pk).first()
    if row is None:
        return
    row.helped = helped
    row.needs = needs_of(row.outcome, row.certainty, row.call_failed, helped)
    harm = harm_of(row.outcome, row.label, inbound.private, subjects())
    row.weight = weight(row.needs, row.certainty, row.confidence, harm)
    row.save(update_fields=["helped", "needs", "weight"])
    visit = row.visit
    visit.helped = helped
    visit.needs, visit.weight = most_pressing(visit.summaries.values_list("needs", "weight"))
    visit.save(update_fields=["helped", "needs", "weight"])
