"""Replay: what residents wrote lately, asked once more of what is live and of the candidate. People decide on what differs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Sequence, Tuple

from bot.city import city
from bot.evaluation.dangers import danger
from bot.evaluation.examples import TASKS_TOPIC
from bot.knowledge.offering import Titles, offered, title_of
from bot.knowledge.schema import Article
from bot.knowledge.search import searches
from bot.knowledge.store import Knowledge
from bot.knowledge.wording import comparable
from bot.labels import EMERGENCY
from bot.language.classifier import Classifier
from bot.language.doubt import Outcome

DANGER = "danger"  # beside the outcomes of a decision


@dataclass(frozen=True)
class Message:
    """What a resident wrote, masked. `number` is its row's."""

    number: int
    text: str
    language: str


@dataclass(frozen=True)
class Said:
    """What a message gets: sure, torn, lost or danger; the label, or those it is offered; the article's text where one answers."""

    outcome: str
    labels: Tuple[str, ...]
    text: str = ""


@dataclass(frozen=True)
class Change:
    """An answer that is another one, and the messages that get it, the latest first."""

    messages: Tuple[int, ...]
    topic: str
    was: Said
    now: Said


class Speaker:
    """A model with its articles and the titles of what it offers."""

    def __init__(self, classifier: Classifier, known: Knowledge, titles: Titles) -> None:
        self.classifier, self.known, self.titles = classifier, known, titles
        self.articles: Dict[str, Article] = {article.label: article for article in known.articles}
        self.searches = searches(known.articles, city().languages)

    def says(self, message: Message) -> Said:
        ranking = self.classifier.ranking(message.text)
        kind = danger(self.classifier, message.text, ranking)
        if kind:
            return Said(DANGER, (f"{EMERGENCY}/{kind}",))
        decision = self.classifier.decide(ranking)
        if decision.outcome is Outcome.SURE:
            label = f"{decision.intent}/{decision.variety}" if decision.variety else decision.intent
            article = self.articles.get(label)
            return Said(decision.outcome.value, (label,), article.answer.get(message.language, "") if article else "")
        torn = ranking if decision.outcome is Outcome.TORN else []
        return Said(decision.outcome.value, tuple(offered(torn, message.text, self.searches[message.language], self._is_chosen)))

    def _is_chosen(self, label: str) -> bool:
        return title_of(label, city().languages[0], self.known, self.titles) is not None

    def topic(self, said: Said) -> str:
        article = self.articles.get(said.labels[0]) if said.labels else None
        return Path(article.file).stem if article else TASKS_TOPIC


def changes(messages: Sequence[Message], live: Speaker, candidate: Speaker) -> List[Change]:
    """What is answered otherwise, by topic. One change: a message, however often it was written; an article with another text."""
    found: Dict[Tuple[object, ...], Tuple[List[int], str, Said, Said]] = {}
    for message in messages:
        was, now = live.says(message), candidate.says(message)
        same = was.outcome == now.outcome and set(was.labels) == set(now.labels)
        if same and was.text == now.text:
            continue
        key = (now.labels, message.language) if same else (comparable(message.text), was, now)
        topic = candidate.topic(now) if now.labels else live.topic(was)
        found.setdefault(key, ([], topic, was, now))[0].append(message.number)
    made = [Change(tuple(numbers), topic, was, now) for numbers, topic, was, now in found.values()]
    return sorted(made, key=lambda change: (change.topic, change.now.labels, change.was.labels))
