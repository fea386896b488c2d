"""What an article is: one need of residents, how they ask for it, and the reviewed answer with its source."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Mapping, Optional, Tuple

from bot.labels import ARTICLE, LOOK_UP

SAFETY = "safety"
RISKS = ("routine", "money", "legal", SAFETY)
MOST_ANSWER_WORDS = 90
FEWEST_QUESTIONS = 20  # per language: 8 gave 79-81 % accuracy on clean data, 12 gave 84 %; residents' own words are less clean

Words = Mapping[str, str]
"""A text per language: `{"en": "…", "fr": "…"}`."""


@dataclass(frozen=True)
class ArticleSource:
    """The page the answer was taken from."""

    name: Words
    url: str


@dataclass(frozen=True)
class Offer:
    """A task the resident may start from the answer: its intent in the domain and the words on the choice."""

    intent: str
    title: Words


@dataclass(frozen=True)
class Article:
    """One article. Every text is keyed by language and there in each language of the city.

    `questions` are ways of asking, the training examples of its `label`. An article with a `look_up` is what residents read where
    that kind of look-up cannot answer: its questions belong to the look-up. `answer` is shown where there is
    room; `sms` is complete in itself and names its source and a link. `owner` is a body of the city profile. `as_of` is
    as exact as the source allows: an ISO date, a year and month, or a year. `review_by` is an ISO date. `file` and
    `line` say where an editor finds it.
    """

    id: str
    title: Words
    questions: Mapping[str, Tuple[str, ...]]
    answer: Words
    sms: Words
    source: ArticleSource
    owner: str
    as_of: str
    review_by: str
    risk: str
    related: Tuple[str, ...] = ()
    offer: Optional[Offer] = None
    look_up: Optional[str] = None
    file: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)

    @property
    def label(self) -> str:
        """What its questions are understood as."""
        return f"{LOOK_UP}/{self.look_up}" if self.look_up else f"{ARTICLE}/{self.id}"

    @property
    def as_of_day(self) -> Optional[str]:
        """The ISO date of the answer; None when only its month or year is known, which the source's name then says."""
        return self.as_of if len(self.as_of) == len("2026-11-23") else None
