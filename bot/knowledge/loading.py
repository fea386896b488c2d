"""Turns `<topic>.yml` into articles. Everything wrong with a file is reported, not only the first thing."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Optional, Sequence, Tuple

from bot.knowledge.fields import Fields
from bot.knowledge.problems import Problem
from bot.knowledge.reading import Sheet
from bot.knowledge.schema import RISKS, Article, ArticleSource, Offer

_REQUIRED = ("id", "title", "questions", "answer", "sms", "source", "owner", "as_of", "review_by", "risk")
_OPTIONAL = ("related", "offer", "look_up")


_FILES = 64  # kept as read: of a release and of what an editor makes of it, most are alike


def read_file(path: Path, languages: Sequence[str]) -> Tuple[Sequence[Article], Sequence[Problem]]:
    """The well-formed articles of one file and every problem found in it."""
    return _read(path.name, path.read_bytes(), tuple(languages))


@lru_cache(maxsize=_FILES)
def _read(name: str, written: bytes, languages: Tuple[str, ...]) -> Tuple[Tuple[Article, ...], Tuple[Problem, ...]]:
    sheet = Sheet(name, written)
    if sheet.value is None and sheet.problems:
        return (), tuple(sheet.problems)
    content = sheet.value if isinstance(sheet.value, dict) else {}
    rows = content.get("articles")
    if not isinstance(rows, list):
        return (), (*sheet.problems, Problem(sheet.file, 1, "must begin with 'articles:' and list the articles below it"))
    problems = list(sheet.problems)
    for key in content:
        if key != "articles":
            problems.append(Problem(sheet.file, sheet.line(key), f"unknown field '{key}'; only 'articles' belongs here"))
    articles = []
    for index, row in enumerate(rows):
        fields = Fields(sheet, ("articles", index), row, languages)
        article = _article(fields)
        problems += fields.problems
        if article and not fields.problems:
            articles.append(article)
    return tuple(articles), tuple(problems)


def _article(fields: Fields) -> Optional[Article]:
    row = fields.row
    if not row:
        fields.problem("", "is not an article: write its fields as 'name: value'")
        return None
    fields.known(row, (*_REQUIRED, *_OPTIONAL))
    asked = fields.languages_of(row.get("questions"), "questions")
    return Article(
        id=fields.name(row, "id"),
        title=fields.words(row, "title"),
        questions={} if asked is None else {name: fields.texts(asked.get(name), f"questions.{name}") for name in fields.languages},
        answer=fields.words(row, "answer"),
        sms=fields.words(row, "sms"),
        source=_source(fields),
        owner=fields.name(row, "owner"),
        as_of=fields.day("as_of", or_less_exact=True),
        review_by=fields.day("review_by"),
        risk=fields.one_of("risk", RISKS),
        related=fields.texts(row["related"], "related") if row.get("related") else (),
        offer=_offer(fields) if "offer" in row else None,
        look_up=fields.name(row, "look_up") if "look_up" in row else None,
        file=fields.sheet.file,
        line=fields.sheet.line(*fields.path),
    )


def _source(fields: Fields) -> ArticleSource:
    row = fields.mapping(fields.row.get("source"), "source")
    if row is None:
        return ArticleSource({}, "")
    fields.known(row, ("name", "url"), "source.")
    return ArticleSource(fields.words(row, "name", "source."), fields.web_address(row, "url", "source."))


def _offer(fields: Fields) -> Optional[Offer]:
    row = fields.mapping(fields.row["offer"], "offer")
    if row is None:
        return None
    fields.known(row, ("intent", "title"), "offer.")
    return Offer(fields.name(row, "intent", "offer."), fields.words(row, "title", "offer."))
