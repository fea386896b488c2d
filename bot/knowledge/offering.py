"""Which needs a resident is offered when it is not clear what they want. The assistant and the replay of a version ask it here."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, List, Mapping, Optional, Sequence, Tuple, cast

from bot.choosing import content_words
from bot.knowledge.search import Search
from bot.knowledge.store import Knowledge
from bot.labels import ARTICLE, LOOK_UP, REPORT
from bot.language.follow_up import leans_back
from bot.yaml_files import safe_load

MOST_CHOICES = 3
SHARE_OF_BEST = 0.3  # a choice much less likely than the best one only distracts
LEAST_COVERED = 0.6  # of a message by an article that is offered

Titles = Mapping[str, Mapping[str, Mapping[str, str]]]
"""`data/wording.yml`: section, key, language."""


def read_titles(data_folder: Path) -> Titles:
    """The titles of a data folder."""
    with (data_folder / "wording.yml").open(encoding="utf-8") as file:
        return cast(Titles, safe_load(file))


def offered(torn: Sequence[Tuple[str, float]], text: str, search: Search, is_chosen: Callable[[str], bool]) -> List[str]:
    """Labels: the likeliest, then those of articles that hold the message's words; [] where it has none that says what it is about.

    "Tomorrow?" and "what do you mean" are like a hundred examples and about nothing; a message that leans on another need not say it.

    Args:
        torn: the labels the classifier is torn between with their probabilities, likeliest first; none where it is lost.
        text: "" where what was said before it is what it is about: no article is looked for by its words.
        is_chosen: whether anybody chooses a label, see `title_of`.
    """
    says_something = not text or bool(content_words(text)) or leans_back(text)
    labels = [(label, sure) for label, sure in torn if is_chosen(label)] if says_something else []
    likely = [label for label, sure in labels if sure >= labels[0][1] * SHARE_OF_BEST]
    found = [hit.article.label for hit in search.find(text, MOST_CHOICES) if hit.score >= LEAST_COVERED]
    return list(dict.fromkeys([*likely, *found]))[:MOST_CHOICES]


def title_of(label: str, language: str, articles: Knowledge, titles: Titles) -> Optional[str]:
    """What a label is called where it is a choice; None for labels nobody chooses."""
    intent, _, variety = label.partition("/")
    if intent == ARTICLE:
        article = articles.article(variety)
        return article.title[language] if article else None
    if intent == LOOK_UP:
        return title(titles, "look_ups", variety, language)
    if intent == REPORT and variety:
        return title(titles, "services", variety, language)
    return title(titles, "tasks", intent, language)


def title(titles: Titles, section: str, key: str, language: str) -> Optional[str]:
    """A title, None when the section has no such key."""
    row = titles[section].get(key)
    return row[language] if row else None
