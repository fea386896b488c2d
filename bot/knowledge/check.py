"""Checks all articles together: what `resident knowledge check` shows and what loading insists on."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Container, Dict, Iterator, List, Optional, Sequence, Tuple

from bot.city import City, city
from bot.knowledge.loading import read_file
from bot.knowledge.problems import Problem
from bot.knowledge.schema import FEWEST_QUESTIONS, MOST_ANSWER_WORDS, Article
from bot.knowledge.wording import MOST_GSM7, MOST_UCS2, comparable, words
from bot.sms.segments import not_gsm7, units

_LINK = re.compile(r"[a-z0-9-]\.(?:ca|com|org|net)\b", re.IGNORECASE)


def problems(folder: Path, profile: Optional[City] = None, today: Optional[date] = None) -> List[Problem]:
    """Every problem of the articles in a folder, in the order of files and lines; empty when all is well.

    Args:
        folder: holds one `<topic>.yml` per topic.
        profile: the city, whose languages and bodies articles must use; by default the city of this process.
        today: local date that `review_by` is compared with; by default today in the city's time zone.
    """
    return read_folder(folder, profile, today)[1]


def read_folder(folder: Path, profile: Optional[City] = None, today: Optional[date] = None) -> Tuple[List[Article], List[Problem]]:
    """The well-formed articles of a folder and every problem found; arguments as in `problems`."""
    profile = profile or city()
    today = today or datetime.now(profile.timezone).date()
    paths = sorted(folder.glob("*.yml"))
    if not paths:
        return [], [Problem(folder.name, 1, "holds no articles: there is no .yml file in it")]
    articles: List[Article] = []
    found: List[Problem] = []
    for path in paths:
        read, wrong = read_file(path, profile.languages)
        articles += read
        found += wrong
    all_read = not found
    for article in articles:
        found += _alone(article, profile.bodies, today)
    found += _ids_and_questions(articles)
    if all_read:  # else an article that only could not be read would be called missing
        found += _related(articles)
    return articles, sorted(found, key=lambda problem: (problem.file, problem.line))


def _problem(article: Article, field: str, message: str, *, warning: bool = False) -> Problem:
    return Problem(article.file, article.line, message, article=article.id, field=field, warning=warning)


def _alone(article: Article, bodies: Container[str], today: date) -> Iterator[Problem]:
    if article.owner not in bodies:
        yield _problem(article, "owner", f"'{article.owner}' is not a body of city.yml")
    if article.as_of > today.isoformat():
        yield _problem(article, "as_of", f"{article.as_of} is in the future", warning=True)
    for language, name in article.source.name.items():
        if article.as_of_day is None and article.as_of[:4] not in name:
            yield _problem(article, f"source.name.{language}", f"must say {article.as_of[:4]}, since as_of is not a whole date")
    if article.review_by < today.isoformat():
        yield _problem(article, "review_by", f"should have been reviewed by {article.review_by}", warning=True)
    for language, questions in article.questions.items():
        if len(questions) < FEWEST_QUESTIONS:
            yield _problem(article, f"questions.{language}", f"{len(questions)} ways of asking, at least {FEWEST_QUESTIONS} are needed")
        for text, times in Counter(question.casefold() for question in questions).items():
            if times > 1:
                yield _problem(article, f"questions.{language}", f"'{text}' is there {times} times")
    for language, answer in article.answer.items():
        if words(answer) > MOST_ANSWER_WORDS:
            yield _problem(article, f"answer.{language}", f"{words(answer)} words, at most {MOST_ANSWER_WORDS} are allowed")
    for language, text in article.sms.items():
        yield from _sms(article, f"sms.{language}", text)


def _sms(article: Article, field: str, text: str) -> Iterator[Problem]:
    if not _LINK.search(text):
        yield _problem(article, field, "has no link")
    length, special = units(text), " ".join(not_gsm7(text))
    if special and length > MOST_UCS2:
        yield _problem(article, field, f"{length} characters; with {special} in it at most {MOST_UCS2} fit, without at most {MOST_GSM7}")
    elif not special and length > MOST_GSM7:
        yield _problem(article, field, f"{length} characters, at most {MOST_GSM7} fit")


def _ids_and_questions(articles: Sequence[Article]) -> Iterator[Problem]:
    by_id: Dict[str, Article] = {}
    for article in articles:
        first = by_id.setdefault(article.id, article)
        if first is not article:
            yield _problem(article, "id", f"is also the id of the article at {first.file}:{first.line}")
    asked: Dict[str, Article] = {}
    for article in articles:
        for language, questions in article.questions.items():
            for question in questions:
                first = asked.setdefault(comparable(question), article)
                if first.id != article.id:
                    where = f"{first.id} ({first.file}:{first.line})"
                    yield _problem(article, f"questions.{language}", f"'{question}' is also asked in {where}")


def _related(articles: Sequence[Article]) -> Iterator[Problem]:
    ids = {article.id for article in articles}
    for article in articles:
        for related in article.related:
            if related not in ids:
                yield _problem(article, "related", f"there is no article '{related}'")
            elif related == article.id:
                yield _problem(article, "related", "an article is not related to itself")
