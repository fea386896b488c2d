"""Grades of sampled turns, by two people who do not see each other's, and what the grades say.

Each turn is graded by GRADERS people; whoever comes later is not asked. Until both have graded, nothing here tells what one of them said.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Callable, Dict, Hashable, List, Optional, Sequence, Tuple, TypeVar

from django.db import transaction
from django.db.models import Count, F, Max, Q, QuerySet
from django.utils import timezone

from bot.conversations.outcomes import Share
from bot.conversations.readings import SURE
from bot.review.models import Grade, SampledTurn

GRADERS = 2
RIGHT, WRONG = Grade.Value.RIGHT.value, Grade.Value.WRONG.value
Key = TypeVar("Key", bound=Hashable)


def give(turn: int, value: str, by: str) -> bool:
    """Keeps a grade; one's own may be changed while nobody else has graded. False: two people have graded already.

    Raises:
        SampledTurn.DoesNotExist: the turn is in no sample.
    """
    with transaction.atomic():
        sampled = SampledTurn.objects.select_for_update().get(pk=turn)
        if sampled.grades.count() >= GRADERS:
            return False
        Grade.objects.update_or_create(sampled=sampled, by=by, defaults={"value": value, "at": timezone.now()})
        return True


def open_to(by: str, week: date) -> QuerySet[SampledTurn]:
    """The turns of a week's sample that somebody may still grade, in the order everybody grades them in."""
    counted = SampledTurn.objects.filter(week=week).annotate(given=Count("grades"))
    return counted.filter(given__lt=GRADERS).exclude(grades__by=by).order_by("place")


def may_change(by: str, week: date) -> Optional[SampledTurn]:
    """The turn somebody graded last, while nobody else has graded it."""
    mine = Count("grades", filter=Q(grades__by=by))
    counted = SampledTurn.objects.filter(week=week).annotate(given=Count("grades"), mine=mine, last=Max("grades__at"))
    return counted.filter(given=1, mine=1).order_by("-last").first()


@dataclass(frozen=True)
class Progress:
    """How far a week's grading is: turns in the sample, graded by both, graded by the reader, and left for the reader."""

    week: date
    turns: int
    both: int
    mine: int
    left: int


def progress(by: str, most: int) -> List[Progress]:
    """The latest weeks that have a sample, newest first."""
    counted = SampledTurn.objects.annotate(given=Count("grades"), own=Count("grades", filter=Q(grades__by=by)))
    rows: Dict[date, List[Tuple[int, int]]] = {}
    weeks = list(SampledTurn.objects.order_by("-week").values_list("week", flat=True).distinct()[:most])
    for week, given, own in counted.filter(week__in=weeks).values_list("week", "given", "own"):
        rows.setdefault(week, []).append((given, own))
    return [
        Progress(
            week,
            len(rows[week]),
            sum(given >= GRADERS for given, _ in rows[week]),
            sum(own for _, own in rows[week]),
            sum(given < GRADERS and not own for given, own in rows[week]),
        )
        for week in weeks
    ]


@dataclass(frozen=True)
class Graded:
    """A turn both have graded. `values` are in the order of the graders' names."""

    turn: int
    week: date
    language: str
    values: Tuple[str, str]
    by: Tuple[str, str]
    version: Optional[str] = None  # that answered
    sure: bool = False  # of its meaning, when it answered

    @property
    def agreed(self) -> bool:
        return self.values[0] == self.values[1]


def graded(since: date) -> List[Graded]:
    """Every turn that both have graded, of the weeks from `since` on: weeks newest first, each in its sample's order."""
    rows = Grade.objects.filter(sampled__week__gte=since).order_by("-sampled__week", "sampled__place", "by")
    pairs: Dict[int, List[Grade]] = {}
    columns = {name: F(f"sampled__inbound__summary__{name}") for name in ("language", "version", "certainty")}
    for grade in rows.select_related("sampled").annotate(**columns):
        pairs.setdefault(grade.sampled_id, []).append(grade)
    return [_graded(pair) for pair in pairs.values() if len(pair) == GRADERS]


def _graded(pair: List[Grade]) -> Graded:
    first, second = pair
    language, version, certainty = first.language, first.version, first.certainty  # type: ignore[attr-defined]
    values, by = (first.value, second.value), (first.by, second.by)
    return Graded(first.sampled_id, first.sampled.week, language or "", values, by, version, certainty == SURE)


@dataclass(frozen=True)
class Result:
    """What two grades of each of `turns` turns say.

    `right` and `wrong`: both graders said so; `sure_wrong`: wrong, and the assistant had been sure. `doubted`: at least one said wrong.
    `kappa`: Cohen's, None where chance alone agrees on all.
    """

    turns: int
    agreed: Share
    kappa: Optional[float]
    right: Share
    wrong: Share
    sure_wrong: Share
    doubted: Share


def result(turns: Sequence[Graded]) -> Result:
    total = len(turns)

    def share(holds: Callable[[Graded], bool]) -> Share:
        return Share(sum(map(holds, turns)), total)

    return Result(
        turns=total,
        agreed=share(lambda turn: turn.agreed),
        kappa=cohens_kappa([turn.values for turn in turns]),
        right=share(lambda turn: turn.values == (RIGHT, RIGHT)),
        wrong=share(lambda turn: turn.values == (WRONG, WRONG)),
        sure_wrong=share(lambda turn: turn.sure and turn.values == (WRONG, WRONG)),
        doubted=share(lambda turn: WRONG in turn.values),
    )


def results_by(turns: Sequence[Graded], key: Callable[[Graded], Key]) -> List[Tuple[Key, Result]]:
    """One result for each value of `key`, in the order they first occur."""
    groups: Dict[Key, List[Graded]] = {}
    for turn in turns:
        groups.setdefault(key(turn), []).append(turn)
    return [(value, result(group)) for value, group in groups.items()]


def cohens_kappa(pairs: Sequence[Tuple[str, str]]) -> Optional[float]:
    """Agreement beyond what two people would reach by chance, each keeping to their own shares: 1 always, 0 as by chance.

    Source: Cohen, A coefficient of agreement for nominal scales, 1960. None without pairs, and where both gave one and the same grade
    throughout.
    """
    count = len(pairs)
    first, second = (Counter(pair[side] for pair in pairs) for side in (0, 1))
    by_chance = sum(first[value] * second[value] for value in first)  # times count squared: whole numbers, so that "all" is exact
    if by_chance == count * count:
        return None
    seen = sum(one == other for one, other in pairs) * count
    return (seen - by_chance) / (count * count - by_chance)
