"""Labels as staff read them: an article by its title, a task by what a choice of it says."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Dict, List, Mapping, Tuple

import yaml

from bot.knowledge.problems import KnowledgeError
from bot.knowledge.schema import Article
from bot.knowledge.store import knowledge
from bot.settings import settings

SECTIONS = {"tasks": "", "look_ups": "look_up/", "services": "report_problem/"}  # of data/wording.yml: what their labels begin with


def _articles() -> Tuple[Article, ...]:
    """None while there are errors in them: staff read the record all the same."""
    try:
        return knowledge().articles
    except KnowledgeError:
        return ()


@lru_cache(maxsize=1)
def titles() -> Mapping[str, Mapping[str, str]]:
    """By label: its title in each language."""
    wording = yaml.safe_load((settings().data_folder / "wording.yml").read_text(encoding="utf-8"))
    found: Dict[str, Mapping[str, str]] = {article.label: article.title for article in _articles()}
    for section, begin in SECTIONS.items():
        found.update({begin + key: title for key, title in wording[section].items()})
    return found


def title(label: str, language: str) -> str:
    """A label without a title is shown as it is."""
    return titles().get(label, {}).get(language, label)


@lru_cache(maxsize=1)
def topics() -> List[str]:
    """What articles are about: the names of their files."""
    return sorted({Path(article.file).stem for article in _articles()})
