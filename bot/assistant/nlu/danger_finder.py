"""Graph component: danger, before anything else. A thin shell around `bot.emergencies` and the classifier's ranking."""

from __future__ import annotations

from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.assistant.nlu.intent_classifier import RANK
from bot.emergencies import Emergencies, emergencies
from bot.labels import ARTICLE

DANGER = "danger"  # in what is found in a message: the kind, and how sure it is (what follows from it: `bot.assistant.danger`)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class DangerFinder(GraphComponent, IntentClassifier):
    """Sets `danger` on a message that tells of danger, in all of it or in a sentence of it. Stands directly behind the classifier."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`limit`: see `Emergencies.danger_in`; docs/decisions/danger.md says how it was chosen."""
        return {"limit": 0.15}

    def __init__(self, limit: float, known: Emergencies) -> None:
        self._limit = limit
        self._known = known

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> DangerFinder:
        """The component; nothing is learnt."""
        known = emergencies()
        known.patterns.find("")  # read now, so that no resident waits for it
        return cls(config["limit"], known)

    def process(self, messages: List[Message]) -> List[Message]:
        """Looks at each message."""
        for message in messages:
            ranking = [(str(row["name"]), float(row["confidence"])) for row in message.get(INTENT_RANKING_KEY, [])]
            sure = (message.get(INTENT) or {}).get("name") == ARTICLE
            rank = message.get(RANK, lambda part: [])
            found = self._known.danger_in(message.get(TEXT) or "", ranking, self._limit, sure_of_article=sure, rank=rank)
            if found:
                message.set(DANGER, found._asdict(), add_to_output=True)
        return messages
