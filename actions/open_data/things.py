"""Things that a layer lists in pieces: rows of one name are one thing, such as a trail in sections. A row without a name is its own."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple

from actions.clients.arcgis_shapes import Group
from bot.open_data.query import COUNT

_OF_SUMS: Mapping[str, Callable[[Sequence[float]], float]] = {"max": max, "min": min}


@dataclass(frozen=True)
class Things:
    """The things of one group. `named`: what the pieces of each add up to; `total`: of all, those without a name too."""

    key: Any
    count: int
    total: float
    named: Mapping[str, float]

    def value(self, statistic: str) -> Optional[float]:
        """A statistic of whole things; None when there are none."""
        if statistic == COUNT:
            return self.count
        if statistic in _OF_SUMS:
            return _OF_SUMS[statistic](list(self.named.values())) if self.named else None
        return (self.total / self.count if statistic == "avg" else self.total) if self.count else None


def things_of(groups: Sequence[Group], *, by: bool) -> List[Things]:
    """The things that groups of pieces make up: one lot, or with `by` one for each second part of their keys."""
    pieces: Dict[Any, List[Tuple[Optional[str], Group]]] = defaultdict(list)
    for group in groups:
        if group.values[0]:
            name, key = group.key if by else (group.key, None)
            pieces[key].append((name, group))
    return [_things(key, lot) for key, lot in pieces.items()]


def _things(key: Any, pieces: Sequence[Tuple[Optional[str], Group]]) -> Things:
    named: Dict[str, float] = defaultdict(float)
    for name, group in pieces:
        if name is not None:
            named[name] += float(group.values[-1] or 0)
    nameless = sum(int(group.values[0]) for name, group in pieces if name is None)
    return Things(key, len(named) + nameless, sum(float(group.values[-1] or 0) for _, group in pieces), dict(named))
