"""The numbers of a time and of the time as long before it, with one query for each block. What they mean is in `outcomes`.

Turns count at the time they came in, visits at their last message, as the lists have them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Dict, Iterable, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet
from django.utils import timezone

from bot.city import city
from bot.conversations import outcomes
from bot.conversations.models import Feedback, TurnSummary, Visit
from bot.conversations.outcomes import Satisfaction, Share, TurnCount, VisitCount
from bot.review.models import TurnReview
from bot.review.periods import Period
from bot.review.quarters import QUARTER_S, Quarter

NO_LANGUAGE = "-"  # as a filter: those without one
RISING_FROM = 10  # messages: a topic with fewer is not said to be rising
RISING_BEYOND = 2.0  # standard deviations of chance between the two counts


@dataclass(frozen=True)
class Scope:
    """Which part of the record: empty is all of it."""

    period: Period
    channel: str = ""
    language: str = ""

    def rows(self, time: str, of: str = "") -> Q:
        """`time`: the column that says when; `of`: the way to channel and language."""
        begin, end = self.period.bounds()
        fits = Q(**{f"{time}__gte": begin, f"{time}__lt": end})
        if self.channel:
            fits &= Q(**{f"{of}channel": self.channel})
        if self.language == NO_LANGUAGE:
            fits &= Q(**{f"{of}language__isnull": True})
        elif self.language:
            fits &= Q(**{f"{of}language": self.language})
        return fits

    @property
    def before(self) -> Scope:
        return replace(self, period=self.period.before)


@dataclass(frozen=True)
class Times:
    """How long residents waited for their answer on one channel, in milliseconds."""

    turns: int
    median_ms: int
    p95_ms: int


@dataclass(frozen=True)
class Side:
    """The numbers of one period. Counts are by code, the largest first. `hours`: by weekday, Monday first, and hour of the day."""

    visits: int
    turns: int
    containment: Share
    resolved: Share
    abandoned: Share
    fallback: Share
    failed: Share
    look_ups: Share
    satisfaction: Satisfaction
    outcomes: Mapping[str, int]  # of visits, as the next two
    channels: Mapping[str, int]
    languages: Mapping[str, int]
    topics: Mapping[str, int]  # of turns, as the next two
    failures: Mapping[str, int]  # look-ups that failed, by label
    days: Sequence[int]
    hours: Sequence[Sequence[int]]
    answer_times: Mapping[str, Times]  # by channel


@dataclass(frozen=True)
class Numbers:
    """`rising`: topics, the steepest first."""

    scope: Scope
    now: Side
    before: Side
    rising: List[str]


def numbers(scope: Scope) -> Numbers:
    now, before = side(scope), side(scope.before)
    return Numbers(scope, now, before, rising(now.topics, before.topics))


def rising(now: Mapping[str, int], before: Mapping[str, int]) -> List[str]:
    """Topics that came up more often than before by more than chance, the steepest first; none while there is nothing before."""
    if not any(before.values()):
        return []

    def steepness(topic: str) -> float:
        then = before.get(topic, 0)
        return float((now[topic] - then) / (now[topic] + then) ** 0.5)

    found = [topic for topic, count in now.items() if count >= RISING_FROM and steepness(topic) >= RISING_BEYOND]
    return sorted(found, key=lambda topic: (-steepness(topic), topic))


def side(scope: Scope) -> Side:
    visits = visit_rows(scope)
    ends = [row.ends for row in visits]
    turns = [count for _, count in turn_rows(scope)]
    subjects = turns_in(scope).values_list("topic", "label").annotate(every=Count("*"), failed=Count("pk", filter=Q(call_failed=True)))
    topics, failures = Counter[str](), Counter[str]()
    for topic, label, every, failed in subjects:
        topics[topic] += every
        failures[label] += failed
    every, failed = sum(topics.values()), sum(failures.values())
    del topics[""]
    days, hours = _days_and_hours(scope)
    return Side(
        visits=sum(row.visits for row in ends),
        turns=every,
        containment=outcomes.containment(ends),
        resolved=outcomes.resolved(ends),
        abandoned=outcomes.abandoned(ends),
        fallback=outcomes.fallback_rate(turns),
        failed=outcomes.failed_turns(turns),
        look_ups=outcomes.failed_look_ups([TurnCount("", "", failed, True), TurnCount("", "", every - failed)]),
        satisfaction=satisfaction([helped for _, helped in vote_rows(scope)]),
        outcomes=_largest_first((row.outcome, row.counted) for row in visits),
        channels=_largest_first((row.channel, row.counted) for row in visits),
        languages=_largest_first((row.language or "", row.counted) for row in visits),
        topics=_largest_first(topics.items()),
        failures=_largest_first(failures.items()),
        days=days,
        hours=hours,
        answer_times=_answer_times(scope),
    )


def _largest_first(counts: Iterable[Tuple[str, int]]) -> Dict[str, int]:
    sums = Counter[str]()
    for code, count in counts:
        sums[code] += count
    return dict(sorted((+sums).items(), key=lambda row: (-row[1], row[0])))


class VisitRow(NamedTuple):
    """How many visits are alike."""

    version: Optional[str]
    channel: str
    language: Optional[str]
    outcome: str
    helped: Optional[bool]
    returned: bool
    over: bool
    counted: int
    right: bool = False

    @property
    def ends(self) -> VisitCount:
        return VisitCount(self.outcome, self.returned, self.helped, self.counted, self.over, self.right)


class VoteCount(NamedTuple):
    """None: they did not say."""

    helped: Optional[bool]
    asked: int


def visit_rows(scope: Scope) -> List[VisitRow]:
    """The visits of a scope. Few are right, by a reviewer: they are counted again and taken off the others."""
    over = Q(last_at__lte=timezone.now() - outcomes.COMES_BACK_WITHIN)
    made = {"returned": _truth(Q(returned_at__isnull=False)), "over": _truth(over)}
    columns = ("version", "channel", "language", "outcome", "helped", *made)
    found = Visit.objects.filter(scope.rows("last_at")).annotate(**made).values_list(*columns)
    reviewed = TurnReview.objects.filter(verdict=TurnReview.Verdict.RIGHT).values("inbound__summary__visit")
    right = [VisitRow._make((*row, True)) for row in _rows(found.filter(pk__in=reviewed))]
    other = Counter({row[:-1]: row[-1] for row in _rows(found)})
    other.subtract({row[:-2]: row.counted for row in right})
    return [*right, *(VisitRow._make((*key, count, False)) for key, count in other.items() if count)]


def _rows(found: QuerySet[Any, Any]) -> List[Tuple[Any, ...]]:
    """What a query asks for, each once with how often it is there."""
    return list(found.annotate(counted=Count("*")))


def _truth(condition: Q) -> ExpressionWrapper[Any]:
    return ExpressionWrapper(condition, output_field=BooleanField())


def turns_in(scope: Scope) -> QuerySet[TurnSummary]:
    return TurnSummary.objects.filter(scope.rows("at")).order_by()


def turn_rows(scope: Scope) -> List[Tuple[Optional[str], TurnCount]]:
    """How many turns of a version are alike."""
    found = turns_in(scope).values_list("version", "outcome", "certainty").annotate(counted=Count("*"))
    return [(version, TurnCount(*row)) for version, *row in found]


def vote_rows(scope: Scope) -> List[Tuple[Optional[str], VoteCount]]:
    """How often it was asked whether an answer of a version helped, by what was said."""
    asked = Feedback.objects.filter(scope.rows("asked_at", "inbound__")).order_by()
    found = asked.values_list("inbound__summary__version", "helped").annotate(counted=Count("*"))
    return [(version, VoteCount(helped, counted)) for version, helped, counted in found]


def satisfaction(votes: Sequence[VoteCount]) -> Satisfaction:
    yes, no = (sum(row.asked for row in votes if row.helped is said) for said in (True, False))
    return outcomes.satisfaction(sum(row.asked for row in votes), yes, no)


def _days_and_hours(scope: Scope) -> Tuple[List[int], List[List[int]]]:
    """Turns by the city's days and hours: a day may have an hour twice, or lack one."""
    by_day, by_hour = Counter[date](), [[0] * 24 for _ in range(7)]
    for quarter, count in turns_in(scope).annotate(quarter=Quarter("at")).values_list("quarter").annotate(counted=Count("*")):
        moment = datetime.fromtimestamp(quarter * QUARTER_S, city().timezone)
        by_day[moment.date()] += count
        by_hour[moment.weekday()][moment.hour] += count
    return [by_day[day] for day in scope.period.days], by_hour


def _answer_times(scope: Scope) -> Dict[str, Times]:
    found = turns_in(scope).filter(answered_ms__isnull=False).values_list("channel", "answered_ms").annotate(counted=Count("*"))
    by_channel: Dict[str, List[Tuple[int, int]]] = {}
    for channel, ms, count in found:
        by_channel.setdefault(channel, []).append((ms, count))
    return {
        channel: Times(sum(count for _, count in counts), _percentile(counts, 50), _percentile(counts, 95))
        for channel, counts in sorted(by_channel.items())
    }


def _percentile(counts: Sequence[Tuple[int, int]], percent: float) -> int:
    """Of values that come so many times each."""
    place, passed = outcomes.rank(sum(count for _, count in counts), percent), 0
    for value, count in sorted(counts):
        passed += count
        if passed >= place:
            return value
    raise ValueError("no values")
