"""A problem an editor can act on: where it is and what is wrong, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Sequence


@dataclass(frozen=True)
class Problem:
    """One problem. An error keeps the articles from being used; a warning does not. `str()` is the line to show."""

    file: str
    line: int
    message: str
    article: Optional[str] = None
    field: Optional[str] = None
    warning: bool = False

    def __str__(self) -> str:
        where = [f"{self.file}:{self.line}", self.article, self.field]
        return ": ".join([part for part in where if part] + [("warning: " if self.warning else "") + self.message])


class KnowledgeError(ValueError):
    """The articles cannot be used; the message lists every error, one per line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)
