"""What a gate says of a candidate. Its sentences are in `data/console/publish.yml`, under its name."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Dict, List, Mapping, Sequence

Cell = str


@dataclass(frozen=True)
class Table:
    """`head`: names of columns, with words in the file; cells as they are read: a share with its interval, a label, a question."""

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class Gate:
    """One gate. `facts` fill in its sentence, which is another one where it failed."""

    name: str
    passed: bool
    facts: Mapping[str, str] = field(default_factory=dict)
    tables: Sequence[Table] = ()

    def as_dict(self) -> Dict[str, Any]:
        return asdict(self)


def percent(share: float, digits: int = 1) -> str:
    return f"{100 * share:.{digits}f} %"


def interval(low: float, high: float) -> str:
    """A difference between shares, in points."""
    return f"{100 * low:+.1f} … {100 * high:+.1f}"


def failing(gates: Sequence[Mapping[str, Any]]) -> List[str]:
    """The names of gates, as dictionaries, that were not passed."""
    return [str(gate["name"]) for gate in gates if not gate["passed"]]
