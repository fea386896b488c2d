"""When it is not clear what a resident wants: the likeliest needs to choose from, or who to ask."""

from __future__ import annotations

from functools import cached_property
from typing import Dict, List, Mapping, Optional, Tuple

from actions.base import Outcome, TaskAction, Turn, choice, payload
from actions.languages import say_languages
from actions.words import title, word
from bot.city import city
from bot.knowledge.search import Search, searches
from bot.knowledge.store import Knowledge, knowledge
from bot.labels import ARTICLE, LOOK_UP, OUT_OF_SCOPE

MOST_CHOICES = 3
SHARE_OF_BEST = 0.3  # a choice much less likely than the best one only distracts
LEAST_COVERED = 0.6  # of a message by an article that is offered


class ActionOfferChoices(TaskAction):
    """Offers the two or three likeliest needs: those the classifier is torn between, then articles that hold the message's words.

    Where there are none, it says so and gives the city's contact.
    """

    def __init__(self, articles: Optional[Knowledge] = None) -> None:
        self.articles = articles or knowledge()

    @cached_property
    def searches(self) -> Mapping[str, Search]:
        """The articles in each language, by words."""
        return searches(self.articles.articles, city().languages)

    def name(self) -> str:
        return "action_offer_choices"

    async def work(self, turn: Turn) -> Outcome:
        if say_languages(turn):
            return Outcome.NOT_FOUND
        offered = [] if turn.intent == OUT_OF_SCOPE else self._offered(turn)
        if not offered:
            turn.say("utter_unknown")
            return Outcome.NOT_FOUND
        other = choice(word("choices", "something_else", turn.language), payload("something_else"))
        turn.say("utter_offer_choices", choices=[*offered, other])
        return Outcome.OK

    def _offered(self, turn: Turn) -> List[Dict[str, str]]:
        labels = [*([] if turn.lost else self._torn_between(turn)), *self._found(turn)]
        choices = (self._choice(label, turn.language) for label in list(dict.fromkeys(labels))[:MOST_CHOICES])
        return [one for one in choices if one]

    def _torn_between(self, turn: Turn) -> List[str]:
        labels = [(label, sure) for label, sure in _labels(turn) if self._choice(label, turn.language)]
        return [label for label, sure in labels if sure >= labels[0][1] * SHARE_OF_BEST]

    def _found(self, turn: Turn) -> List[str]:
        hits = self.searches[turn.language].find(turn.text, MOST_CHOICES)
        return [hit.article.label for hit in hits if hit.score >= LEAST_COVERED]

    def _choice(self, label: str, language: str) -> Optional[Dict[str, str]]:
        """The choice that starts what a label stands for; None for labels nobody chooses."""
        intent, _, variety = label.partition("/")
        if intent == LOOK_UP:
            name = title("look_ups", variety, language)
            return choice(name, payload(LOOK_UP, look_up=variety)) if name else None
        if intent == ARTICLE:
            article = self.articles.article(variety)
            return choice(article.title[language], payload("article", article=variety)) if article else None
        if intent == "report_problem" and variety:
            name = title("services", variety, language)
            return choice(name, payload(intent, service_code=variety)) if name else None
        name = title("tasks", intent, language)
        return choice(name, payload(intent)) if name else None


def _labels(turn: Turn) -> List[Tuple[str, float]]:
    return [(str(row["name"]), float(row["confidence"])) for row in turn.ranking]
