"""The articles of this process, found by id."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Dict, Iterable, Optional, Tuple

from bot.city import City
from bot.knowledge.check import read_folder
from bot.knowledge.problems import KnowledgeError
from bot.knowledge.schema import Article
from bot.settings import settings


class Knowledge:
    """All articles, in the order of their files."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self.articles: Tuple[Article, ...] = tuple(articles)
        self._by_id: Dict[str, Article] = {article.id: article for article in self.articles}

    def article(self, article_id: str) -> Optional[Article]:
        """The article of an id, None when there is none."""
        return self._by_id.get(article_id)


def load(folder: Path, profile: Optional[City] = None) -> Knowledge:
    """The articles of a folder. Raises KnowledgeError listing every error when there is one; warnings do not matter here."""
    articles, found = read_folder(folder, profile)
    errors = [problem for problem in found if not problem.warning]
    if errors:
        raise KnowledgeError(errors)
    return Knowledge(articles)


def knowledge_folder() -> Path:
    return settings().data_folder / "knowledge"


@lru_cache(maxsize=1)
def knowledge() -> Knowledge:
    """The articles of this process, read once."""
    return load(knowledge_folder())
