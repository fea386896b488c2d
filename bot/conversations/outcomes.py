"""How visits end, and the measures that are counted from it. The definitions, and what they leave out, are in docs/measures.md.

Nothing here touches the database: every measure is a function of rows of counts, which whoever asks takes from `Visit` and `TurnSummary`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import Callable, Iterable, NamedTuple, Optional, Sequence, Tuple, TypeVar

from bot.conversations.models import Visit
from bot.conversations.readings import LOST, TORN

SILENCE = timedelta(minutes=30)  # ends a visit
COMES_BACK_WITHIN = timedelta(hours=24)  # of a visit's end: then it was not contained
Outcome = Visit.Outcome
SENT_ELSEWHERE = (Outcome.HANDED_OVER, Outcome.EMERGENCY, Outcome.FAILED)  # to people, another body, 911; an apology says whom to call
ASKED_BACK = (Outcome.GIVEN_UP, Outcome.OFFERED)  # and there was no answer
Number = TypeVar("Number", int, float)


def visit_outcome(before: str, turn: str) -> Visit.Outcome:
    """How a visit would end now, from how it would have ended before (`talked` for a new one) and how its next turn ended.

    Danger and failure stay. Else what was needed last counts: a question asked back is given up until the resident goes on, and a
    filed report stays unless the resident was sent elsewhere after it.
    """
    for lasting in (Outcome.EMERGENCY, Outcome.FAILED):
        if lasting in (before, turn):
            return lasting
    if turn == Outcome.TALKED or (before == Outcome.REPORTED and turn != Outcome.HANDED_OVER):
        return Outcome(before)
    return Outcome(turn)


class VisitCount(NamedTuple):
    """So many visits that are alike. `over`: their 24 hours have passed; `right`: a reviewer said so."""

    outcome: str
    returned: bool
    helped: Optional[bool]
    visits: int
    over: bool = True
    right: bool = False


class TurnCount(NamedTuple):
    """So many turns that are alike."""

    outcome: str
    certainty: str
    turns: int
    call_failed: bool = False


@dataclass(frozen=True)
class Share:
    """`hits` of `total`; `value` and `interval` (Wilson's, 95 %) are between 0 and 1, None of nothing."""

    hits: int
    total: int

    @property
    def value(self) -> Optional[float]:
        return self.hits / self.total if self.total else None

    @property
    def interval(self) -> Optional[Tuple[float, float]]:
        return wilson(self.hits, self.total)


_NEGLIGIBLE = 1e-12  # of a sum
_Z = 1.959963984540054  # of the normal distribution: 95 % lie within


def wilson(hits: int, total: int) -> Optional[Tuple[float, float]]:
    """The 95 % score interval of a share; None of nothing. Source: Wilson 1927; without continuity correction."""
    if total <= 0:
        return None
    share, z2 = hits / total, _Z * _Z
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = _Z / (1 + z2 / total) * math.sqrt(share * (1 - share) / total + z2 / (4 * total * total))
    return max(0.0, middle - half) if hits else 0.0, min(1.0, middle + half) if hits < total else 1.0


def p_more(these: Share, those: Share) -> float:
    """How likely so many hits, or more, fall on the first side by chance alone, if both sides have the same share.

    Fisher's exact test, one-sided: right for few cases too. Source: Fisher, Statistical Methods for Research Workers, 1934.
    """
    hits, cases = these.hits + those.hits, these.total + those.total
    if these.hits * cases <= hits * these.total:  # as many as chance would give, or fewer: what is left over is summed up
        left = these.hits and those.hits < those.total
        return 1.0 - p_more(Share(those.hits + 1, those.total), Share(these.hits - 1, these.total)) if left else 1.0
    ways = _log_choose(hits, these.hits) + _log_choose(cases - hits, these.total - these.hits) - _log_choose(cases, these.total)
    term, found = math.exp(ways), 0.0
    for here in range(these.hits, min(hits, these.total) + 1):
        found += term
        term *= (hits - here) * (these.total - here) / ((here + 1) * (cases - hits - these.total + here + 1))
        if term < found * _NEGLIGIBLE:  # and from here on they only fall
            break
    return min(1.0, found)


def _log_choose(whole: int, part: int) -> float:
    return math.lgamma(whole + 1) - math.lgamma(part + 1) - math.lgamma(whole - part + 1)


def _share(rows: Sequence[VisitCount], counts: Callable[[VisitCount], bool]) -> Share:
    return Share(sum(row.visits for row in rows if counts(row)), sum(row.visits for row in rows))


def containment(rows: Iterable[VisitCount]) -> Share:
    """Visits in which the assistant was enough: nobody was sent elsewhere or gave up, or wrote again within 24 hours.

    Of the visits that are over (`VisitCount.over`) and in which something was needed.
    """
    known = [row for row in rows if row.over and row.outcome != Outcome.TALKED]
    return _share(known, lambda row: row.outcome not in (*SENT_ELSEWHERE, *ASKED_BACK) and not row.returned)


def resolved(rows: Iterable[VisitCount]) -> Share:
    """Visits in which the resident said that it helped, a report was filed, or a reviewer said that it was right. Of those with a need."""
    needed = [row for row in rows if row.outcome != Outcome.TALKED]
    return _share(needed, lambda row: row.helped is not False and (row.helped is True or row.right or row.outcome == Outcome.REPORTED))


def abandoned(rows: Iterable[VisitCount]) -> Share:
    """Visits that ended with a question of ours, without an answer and without being resolved. Of those with a need."""
    needed = [row for row in rows if row.outcome != Outcome.TALKED]
    return _share(needed, lambda row: row.outcome in ASKED_BACK and row.helped is not True and not row.right)


def fallback_rate(rows: Iterable[TurnCount]) -> Share:
    """Turns of residents without a confident answer (torn or lost), of all turns of residents."""
    rows = list(rows)
    return Share(sum(row.turns for row in rows if row.certainty in (TORN, LOST)), sum(row.turns for row in rows))


def failed_turns(rows: Iterable[TurnCount]) -> Share:
    """Turns that ended in an apology or in silence because of an error, of all turns. The target is none."""
    rows = list(rows)
    return Share(sum(row.turns for row in rows if row.outcome == Outcome.FAILED), sum(row.turns for row in rows))


def failed_look_ups(rows: Iterable[TurnCount]) -> Share:
    """Turns for which a city system did not answer as it should, of all turns."""
    rows = list(rows)
    return Share(sum(row.turns for row in rows if row.call_failed), sum(row.turns for row in rows))


@dataclass(frozen=True)
class Satisfaction:
    """`helped`: yes among those who answered; `response`: those who answered among those asked. Never show one without the other."""

    helped: Share
    response: Share


def satisfaction(asked: int, yes: int, no: int) -> Satisfaction:
    """From how often it was asked whether an answer helped, and the answers: our question is yes or no, not one to five."""
    return Satisfaction(Share(yes, yes + no), Share(yes + no, asked))


def rank(total: int, percent: float) -> int:
    """The place, from 1, of a percentile among so many values in order (nearest rank: a value that was measured); 0 of none.

    Databases find it as the row `rank - 1` in order.
    """
    return max(1, math.ceil(round(percent * total / 100, 9))) if total else 0


def percentile(ordered: Sequence[Number], percent: float) -> Optional[Number]:
    """The nearest-rank percentile of values in ascending order; None of none."""
    place = rank(len(ordered), percent)
    return ordered[place - 1] if place else None
