"""When it is not clear what a resident wants: the likeliest needs to choose from, or who to ask."""

from __future__ import annotations

from typing import Dict, List, Optional, Tuple

from actions.base import Outcome, TaskAction, Turn, choice, payload
from actions.languages import say_languages
from actions.words import title, word
from bot.knowledge.store import Knowledge, knowledge

MOST_CHOICES = 3
SHARE_OF_BEST = 0.3  # a choice much less likely than the best one only distracts


class ActionOfferChoices(TaskAction):
    """Offers the two or three likeliest needs; none when nothing is close, then the city's contact."""

    def __init__(self, articles: Optional[Knowledge] = None) -> None:
        self.articles = articles or knowledge()

    def name(self) -> str:
        return "action_offer_choices"

    async def work(self, turn: Turn) -> Outcome:
        if say_languages(turn):
            return Outcome.NOT_FOUND
        offered = [] if turn.lost or turn.intent == "out_of_scope" else self._likeliest(turn)
        if not offered:
            turn.say("utter_unknown")
            return Outcome.NOT_FOUND
        other = choice(word("choices", "something_else", turn.language), payload("something_else"))
        turn.say("utter_offer_choices", choices=[*offered, other])
        return Outcome.OK

    def _likeliest(self, turn: Turn) -> List[Dict[str, str]]:
        labels = [(label, sure) for label, sure in _labels(turn) if self._choice(label, turn.language)]
        near = [label for label, sure in labels if sure >= labels[0][1] * SHARE_OF_BEST]
        choices = (self._choice(label, turn.language) for label in near[:MOST_CHOICES])
        return [one for one in choices if one]

    def _choice(self, label: str, language: str) -> Optional[Dict[str, str]]:
        """The choice that starts what a label stands for; None for labels nobody chooses."""
        intent, _, variety = label.partition("/")
        if intent == "article":
            article = self.articles.article(variety)
            return choice(article.title[language], payload("article", article=variety)) if article else None
        if intent == "report_problem" and variety:
            name = title("services", variety, language)
            return choice(name, payload(intent, service_code=variety)) if name else None
        name = title("tasks", intent, language)
        return choice(name, payload(intent)) if name else None


def _labels(turn: Turn) -> List[Tuple[str, float]]:
    return [(str(row["name"]), float(row["confidence"])) for row in turn.ranking]
