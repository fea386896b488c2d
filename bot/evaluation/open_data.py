"""Questions about open data whose right query is known, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Iterator, List, Mapping, Sequence, Tuple

from bot.evaluation.examples import ExamplesError
from bot.evaluation.measures import Share
from bot.open_data.composing import Reading
from bot.open_data.query import Query, QueryError
from bot.open_data.reading import read
from bot.settings import ROOT
from bot.yaml_files import safe_load

FOLDER = ROOT / "tests" / "nlu_open_data"
_KEYS = {"text", "language", "today", "query", "asks_back", "refuses"}
_COLUMNS = (("right", "exactly right"), ("wrong_and_sure", "wrong but confident"), ("asked_back", "asked back"), ("refused", "refused"))


@dataclass(frozen=True)
class Question:
    """A question with every answer that is right: queries, asking back, refusing."""

    text: str
    language: str
    today: date
    queries: Tuple[Query, ...]
    may_ask: bool
    may_refuse: bool


@dataclass(frozen=True)
class Answer:
    """What a question was read as."""

    question: Question
    reading: Reading

    @property
    def right(self) -> bool:
        if self.reading.query is not None:
            return _alike(self.reading.query) in [_alike(query) for query in self.question.queries]
        return self.question.may_ask if self.reading.question is not None else self.question.may_refuse

    @property
    def wrong_and_sure(self) -> bool:
        """A number for another question than the resident's: the worst that can happen."""
        return self.reading.query is not None and not self.right

    @property
    def asked_back(self) -> bool:
        return self.reading.question is not None

    @property
    def refused(self) -> bool:
        return self.reading.refusal is not None


def questions(folder: Path) -> List[Question]:
    """The questions of a folder's files, each a list. Raises ExamplesError."""
    found: List[Question] = []
    for path in sorted(folder.glob("*.yml")):
        found += [_question(path.name, row) for row in safe_load(path.read_text(encoding="utf-8")) or ()]
    if not found:
        raise ExamplesError(f"{folder} holds no questions")
    return found


def _question(file: str, row: Any) -> Question:
    if not isinstance(row, Mapping) or set(row) - _KEYS or not {"text", "language", "today"} <= set(row):
        raise ExamplesError(f"{file}: {row!r} needs text, language and today, and takes query, asks_back and refuses besides")
    shapes = row.get("query") or []
    try:
        queries = tuple(Query.from_dict(shape) for shape in (shapes if isinstance(shapes, list) else [shapes]))
        today = row["today"] if isinstance(row["today"], date) else date.fromisoformat(str(row["today"]))
    except (QueryError, ValueError) as err:
        raise ExamplesError(f"{file}: {row['text']}: {err}") from err
    question = Question(str(row["text"]), str(row["language"]), today, queries, bool(row.get("asks_back")), bool(row.get("refuses")))
    if not (queries or question.may_ask or question.may_refuse):
        raise ExamplesError(f"{file}: {row['text']}: has no right answer")
    return question


def answers(asked: Sequence[Question]) -> List[Answer]:
    """What each question is read as, in order."""
    return [Answer(question, read(question.text, language=question.language, today=question.today)) for question in asked]


def share(answered: Sequence[Answer], what: str) -> Share:
    """Of how many answers the property `what` (`right`, `wrong_and_sure`, `asked_back`, `refused`) is true."""
    return Share(sum(bool(getattr(answer, what)) for answer in answered), len(answered))


def report(answered: Sequence[Answer]) -> List[str]:
    """Lines: all, each language, and every question that was not answered right."""
    languages = sorted({answer.question.language for answer in answered})
    return [
        f"questions about open data: {len(answered)}",
        "",
        f"{'':12} " + " ".join(f"{title:>24}" for _, title in _COLUMNS) + f" {'questions':>9}",
        _row("all", answered),
        *(_row(f"language {one}", [answer for answer in answered if answer.question.language == one]) for one in languages),
        "",
        *_not_right(answered),
    ]


def _row(name: str, answered: Sequence[Answer]) -> str:
    return f"{name:12} " + " ".join(f"{share(answered, what)!s:>24}" for what, _ in _COLUMNS) + f" {len(answered):9}"


def _not_right(answered: Sequence[Answer]) -> Iterator[str]:
    for answer in answered:
        if not answer.right:
            yield f"{'WRONG' if answer.wrong_and_sure else 'asked' if answer.asked_back else 'refused':8} {answer.question.text}"


def _alike(query: Query) -> Query:
    """Without what makes no difference: capitals of a place."""
    return replace(query, near=replace(query.near, place=query.near.place.casefold())) if query.near else query
