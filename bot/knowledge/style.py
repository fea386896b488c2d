"""How articles read, for their editors: school grade, and questions that two articles almost share. Not looked at when loading."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Container, Iterator, List, Optional, Sequence, Tuple

import numpy as np
from rapidfuzz import fuzz, process

from bot.knowledge.problems import Problem
from bot.knowledge.schema import Article
from bot.knowledge.wording import comparable

HIGHEST_GRADE = 10.0  # of a school, by Flesch and Kincaid; nobody should need more to read an answer
WANTED_GRADE = 8.0
NEAR = 92.0  # of 100: how alike two questions are that a classifier can hardly tell apart
GRADED_LANGUAGE = "en"  # the formula was made for English
_ROWS_AT_ONCE = 1000

# Read aloud these are one short word, however many letters they have.
_ADDRESS = re.compile(r"https?://\S+|\b[\w.-]+\.(?:ca|com|org|net)\b(?:/\S*)?|\d[\d,.-]*\d")


def problems(articles: Sequence[Article]) -> List[Problem]:
    """Answers that are hard to read, and questions very near to one of another article."""
    return [*hard_to_read(articles), *near_questions(articles)]


def grade(text: str) -> float:
    """The school grade (Flesch and Kincaid 1975) of an English text; links and numbers count as one short word each."""
    return float(_textstat().flesch_kincaid_grade(_ADDRESS.sub("this", text)))


@lru_cache(maxsize=1)
def _textstat() -> Any:
    import textstat  # takes a fifth of a second, which only the editor's check should pay
    from pyphen import Pyphen

    # Syllables are counted at the places where a word may be divided. By default those are never two letters before its end,
    # as in "gar-bage in-to": 7 % of the syllables of our answers were missed (against the CMU dictionary), this way 4 %.
    textstat.textstat.pyphen = Pyphen(lang="en_US", left=2, right=2)
    return textstat.textstat


def hard_to_read(articles: Sequence[Article]) -> Iterator[Problem]:
    for article in articles:
        if GRADED_LANGUAGE not in article.answer:
            continue
        found = grade(article.answer[GRADED_LANGUAGE])
        if found > WANTED_GRADE:
            text = f"school grade {found:.1f} is needed to read it; aim for {WANTED_GRADE:.0f}: shorter sentences, shorter words"
            yield _problem(article, f"answer.{GRADED_LANGUAGE}", text, warning=found <= HIGHEST_GRADE)


def near_questions(articles: Sequence[Article], known: Optional[Container[str]] = None) -> Iterator[Problem]:
    """Each pair once, at the later question; with `known`, those of questions that are not among these, which takes no time."""
    rows: List[Tuple[Article, str, str, str]] = [
        (article, language, question, comparable(question))
        for article in articles
        for language, questions in article.questions.items()
        for question in questions
    ]
    texts = [text for *_, text in rows]
    asked = [number for number, (_, _, question, _) in enumerate(rows) if known is None or question not in known]
    for start in range(0, len(asked), _ROWS_AT_ONCE):
        part = asked[start : start + _ROWS_AT_ONCE]
        alike = process.cdist([texts[number] for number in part], texts, scorer=fuzz.ratio, score_cutoff=NEAR, dtype=np.uint8)
        for row, column in np.argwhere(alike):
            first, second = rows[column], rows[part[row]]
            if (known is not None or column < part[row]) and first[0].id != second[0].id:
                text = f"'{second[2]}' is very near to '{first[2]}' of {first[0].id} ({first[0].file}:{first[0].line})"
                yield _problem(second[0], f"questions.{second[1]}", text, warning=True)


def _problem(article: Article, field: str, message: str, *, warning: bool) -> Problem:
    return Problem(article.file, article.line, message, article=article.id, field=field, warning=warning)
