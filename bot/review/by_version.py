"""How each version answers, beside the version before it: counted as `numbers` and `grading` count, in a fixed number of queries.

A conversation counts for the version that answered its last message, a vote for the one that gave the answer.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import DefaultDict, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple, TypeVar

from django.db.models import Max, Min, OuterRef, Subquery

from bot.conversations import outcomes
from bot.conversations.models import TurnSummary
from bot.conversations.outcomes import Share, TurnCount, VisitCount, p_more
from bot.review.grading import Graded, graded, result
from bot.review.numbers import Scope, VoteCount, satisfaction, turn_rows, turns_in, visit_rows, vote_rows

# Whether more is better; of `response` neither is.
MEASURES: Mapping[str, Optional[bool]] = {
    "right": True,
    "sure_wrong": False,
    "containment": True,
    "fallback": False,
    "failed": False,
    "helped": True,
    "response": None,
}
LEVEL = 0.01  # what chance explains less often than this is a difference; it is looked for in six measures, again each day
FEWEST = 20  # cases: with fewer on either side nothing is said
FIRST, FEW, WORSE, BETTER, ALIKE = "first", "few", "worse", "better", "alike"
Row = TypeVar("Row")


@dataclass(frozen=True)
class Compared:
    """A measure of a version and of the version before. `says`: one of the words above; empty where neither more nor less is better."""

    name: str
    now: Share
    before: Optional[Share]

    @property
    def says(self) -> str:
        better = MEASURES[self.name]
        if better is None:
            return ""
        if self.before is None:
            return FIRST
        if min(self.now.total, self.before.total) < FEWEST:
            return FEW
        if p_more(self.now, self.before) < LEVEL:
            return BETTER if better else WORSE
        if p_more(self.before, self.now) < LEVEL:
            return WORSE if better else BETTER
        return ALIKE


@dataclass(frozen=True)
class Answered:
    """What a version did between its first and its last message. `before`: the version that answered last when it began."""

    name: str
    first: datetime
    last: datetime
    before: Optional[str]
    visits: int
    turns: int
    measures: Sequence[Compared]

    @property
    def worse(self) -> List[str]:
        """The measures at which it is worse than the version before by more than chance."""
        return [measure.name for measure in self.measures if measure.says == WORSE]


def by_version(scope: Scope) -> List[Answered]:
    """The versions that answered in a scope, the one that began last first."""
    visits = _grouped((row.version, row.ends) for row in visit_rows(scope))
    turns, votes = _grouped(turn_rows(scope)), _grouped(vote_rows(scope))
    grades = _grouped((turn.version, turn) for turn in graded(scope.period.first) if turn.week <= scope.period.last)
    times = _times(scope)
    shares = {name: _shares(visits[name], turns[name], votes[name], grades[name]) for name in times}
    before = _before(times)

    def compared(name: str) -> List[Compared]:
        former = shares.get(before.get(name, ""), {})
        return [Compared(measure, share, former.get(measure)) for measure, share in shares[name].items()]

    return [
        Answered(
            name,
            first,
            last,
            before.get(name),
            visits=sum(row.visits for row in visits[name]),
            turns=sum(row.turns for row in turns[name]),
            measures=compared(name),
        )
        for name, (first, last) in sorted(times.items(), key=lambda row: row[1][0], reverse=True)
    ]


def _shares(visits: List[VisitCount], turns: List[TurnCount], votes: List[VoteCount], grades: List[Graded]) -> Dict[str, Share]:
    answers, said = result(grades), satisfaction(votes)
    return {
        "right": answers.right,
        "sure_wrong": answers.sure_wrong,
        "containment": outcomes.containment(visits),
        "fallback": outcomes.fallback_rate(turns),
        "failed": outcomes.failed_turns(turns),
        "helped": said.helped,
        "response": said.response,
    }


def _grouped(rows: Iterable[Tuple[Optional[str], Row]]) -> DefaultDict[Optional[str], List[Row]]:
    groups: DefaultDict[Optional[str], List[Row]] = defaultdict(list)
    for version, row in rows:
        groups[version].append(row)
    return groups


def _times(scope: Scope) -> Dict[str, Tuple[datetime, datetime]]:
    """When the first and the last message came in that each version answered."""
    found = turns_in(scope).filter(version__isnull=False).values_list("version").annotate(Min("at"), Max("at"))
    return {version: (first, last) for version, first, last in found}


def _before(times: Mapping[str, Tuple[datetime, datetime]]) -> Dict[str, str]:
    """By version, the one that answered the message before its first; none where that was not noted."""
    earlier = TurnSummary.objects.filter(at__lt=OuterRef("at")).exclude(version=OuterRef("version")).order_by("-at").values("version")[:1]
    began = TurnSummary.objects.filter(at__in=[first for first, _ in times.values()], version__in=times)
    rows = began.annotate(earlier=Subquery(earlier)).values_list("version", "at", "earlier")
    return {version: before for version, at, before in rows if version and before and at == times[version][0]}
