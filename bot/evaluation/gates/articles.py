"""The articles: no error in any, no warning that is new, and none about an answer that the candidate changes or adds.

An article that is overdue for review, or hard to read, and is live like that already, is shown and holds up nothing.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Dict, List, Sequence, Tuple

from bot.evaluation.gates.gate import Gate, Table
from bot.knowledge import check, style
from bot.knowledge.problems import Problem
from bot.knowledge.schema import Article


def articles(live: Path, candidate: Path) -> Gate:
    """`live`, `candidate`: folders of articles."""
    return _compared(live, candidate)[0]


def blocking(live: Path, candidate: Path) -> List[Problem]:
    """The problems that keep the gate shut."""
    return _compared(live, candidate)[1]


def _compared(live: Path, candidate: Path) -> Tuple[Gate, List[Problem]]:
    (read_before, found_before), (read, found) = _read(live), _read(candidate)
    known_questions = {question for article in read_before for questions in article.questions.values() for question in questions}
    found += style.near_questions(read, known_questions)
    before: Dict[str, Article] = {article.id: article for article in read_before}
    known = {_said(problem) for problem in found_before}
    changed = [article.id for article in read if before.get(article.id) != article]
    rewritten = {name for name, article in ((a.id, a) for a in read) if name not in before or _answer(article) != _answer(before[name])}
    grave = [problem for problem in found if not problem.warning or _said(problem) not in known or problem.article in rewritten]
    facts = {"articles": str(len(read)), "changed": str(len(changed)), "problems": str(len(grave))}
    head = ("article", "field", "problem")
    gate = Gate(
        "articles",
        not grave,
        facts,
        [
            Table("changed_articles", ("article",), [[name] for name in changed]),
            Table("problems", head, _rows(grave)),
            Table("as_before", head, _rows([problem for problem in found if problem not in grave])),
        ],
    )
    return gate, grave


def _read(folder: Path) -> Tuple[List[Article], List[Problem]]:
    read, found = check.read_folder(folder)
    return read, [*found, *style.hard_to_read(read)]


def _answer(article: Article) -> Article:
    """All of it but how residents ask."""
    return replace(article, questions={})


def _said(problem: Problem) -> Tuple[object, ...]:
    return problem.article, problem.field, problem.message


def _rows(problems: Sequence[Problem]) -> List[List[str]]:
    return [[problem.article or problem.file, problem.field or "", problem.message] for problem in problems]
