"""What the labels of needs are about: the topic and the risk of their articles, and whether the city itself runs the service."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath
from typing import Dict, Iterable, Mapping

from bot.city import Body, city
from bot.knowledge.problems import KnowledgeError
from bot.knowledge.schema import RISKS, Article
from bot.knowledge.store import knowledge
from bot.labels import ARTICLE

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Subject:
    """`topic` is the name of the file of articles, `risk` one of `bot.knowledge.schema.RISKS`."""

    topic: str
    risk: str
    of_city: bool = True


def read(articles: Iterable[Article], bodies: Mapping[str, Body]) -> Dict[str, Subject]:
    """By label: of each article, and of each look-up that articles stand in for (then with the gravest risk of these)."""
    found: Dict[str, Subject] = {}
    for article in articles:
        subject = Subject(PurePath(article.file).stem, article.risk, bodies[article.owner].of_city)
        found[f"{ARTICLE}/{article.id}"] = subject
        if article.look_up:
            before = found.get(article.label)
            if before is None or RISKS.index(before.risk) < RISKS.index(subject.risk):
                found[article.label] = subject
    return found


@lru_cache(maxsize=1)
def subjects() -> Mapping[str, Subject]:
    """Those of this process, read once, which takes a second. Empty when the articles have errors: the record goes on without topics."""
    try:
        return read(knowledge().articles, city().bodies)
    except KnowledgeError:
        log.error("the articles have errors (`resident knowledge check`): conversations are recorded without topics")
        return {}
