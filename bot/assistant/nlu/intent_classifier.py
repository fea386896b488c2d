"""Graph component: what the resident wants. A thin shell around `bot.language.classifier`.

Labels are full ones (`article/garbage_missed`, `collection_day`): the part before the slash is the intent Rasa sees, the
part behind it (the variety) becomes an entity.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Dict, List, Optional

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.assistant.importer import is_kept
from bot.assistant.understanding import LEANT, PREVIOUS
from bot.city import city
from bot.labels import INFORM, OUT_OF_SCOPE
from bot.language.address_alone import address_alone
from bot.language.classifier import Classifier, Ranking
from bot.language.doubt import Outcome
from bot.language.encoder import SentenceEncoder
from bot.language.leaning import Leaning, leaning
from bot.settings import settings

RANK = "rank"  # of a message: what ranks a part of it, as the whole is

_RANKING_LENGTH = 10
_GIVEN = 0.99  # the probability that an address alone informs; 1 would be a tap
_VECTORS_FILE = "sentence_vectors.npz"  # in the state folder


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LabelClassifier(GraphComponent, IntentClassifier):
    """Sets intent, ranking (the ten likeliest labels) and the variety as an entity.

    A message with `previous` in its metadata may lean on that text and be read with it (`bot.language.leaning`); `leant` says whether it
    was. One that is nothing but an address informs, where that says no more.
    A component behind can have a sentence of the message ranked by itself (`rank`).
    When the classifier is not sure, the intent is `nlu_fallback`; the intent's `outcome` (sure, torn, lost) says how little.
    """

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`encoder`: folder of a sentence encoder, None for the one that comes with the project; `variety_entities`: intent -> entity."""
        return {"encoder": None, "variety_entities": {}}

    def __init__(
        self, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, classifier: Optional[Classifier] = None
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._classifier = classifier

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> LabelClassifier:
        """An untrained component."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns the labels of all examples and keeps what was learnt in the model."""
        learnt = [example for example in training_data.intent_examples if not is_kept(example)]
        texts, labels = [example.get(TEXT) for example in learnt], [example.get_full_intent() for example in learnt]
        kept = [(example.get(TEXT), example.get_full_intent()) for example in training_data.intent_examples if is_kept(example)]
        encoder, threads, vectors = _encoder(self._config), os.cpu_count() or 1, settings().state_folder / _VECTORS_FILE
        self._classifier = Classifier.train(
            texts, labels, encoder, calibration=kept, unknown_label=OUT_OF_SCOPE, threads=threads, kept=vectors
        )
        with self._model_storage.write_to(self._resource) as folder:
            self._classifier.save(folder)
        return self._resource

    @classmethod
    def load(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext, **kwargs: Any
    ) -> LabelClassifier:
        """The trained component."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, Classifier.load(folder, _encoder(config)))

    def process(self, messages: List[Message]) -> List[Message]:
        """Classifies each message."""
        if self._classifier is None:
            raise ValueError("the classifier was neither trained nor loaded")
        for message in messages:
            self._set(message, self._classifier)
        return messages

    def _set(self, message: Message, classifier: Classifier) -> None:
        text, before = message.get(TEXT) or "", (message.get(METADATA) or {}).get(PREVIOUS)
        ranking, behind = leaning(classifier, text, before) if before else Leaning(classifier.ranking(text), behind=False)
        if address_alone(text, town=city().short_name) and not behind:
            ranking = _informing(ranking)
        decision = classifier.decide(ranking)
        intent = decision.intent if decision.outcome is Outcome.SURE else DEFAULT_NLU_FALLBACK_INTENT_NAME
        message.set(INTENT, {**_named(intent, decision.confidence), "outcome": decision.outcome.value}, add_to_output=True)
        message.set(INTENT_RANKING_KEY, [_named(*row) for row in ranking[:_RANKING_LENGTH]], add_to_output=True)
        message.set(LEANT, behind, add_to_output=True)
        message.set(RANK, lambda part: classifier.ranking(part)[:_RANKING_LENGTH])
        entity = self._config["variety_entities"].get(decision.intent)
        if decision.variety and entity:
            found = {"entity": entity, "value": decision.variety, "extractor": type(self).__name__}
            message.set(ENTITIES, [*message.get(ENTITIES, []), found], add_to_output=True)


def _encoder(config: Dict[str, Any]) -> SentenceEncoder:
    return SentenceEncoder.load(Path(config["encoder"]) if config["encoder"] else None)


def _informing(ranking: Ranking) -> Ranking:
    """The ranking of a message that gives something and needs nothing."""
    return [(INFORM, _GIVEN), *((label, probability * (1 - _GIVEN)) for label, probability in ranking if label != INFORM)]


def _named(name: str, confidence: float) -> Dict[str, Any]:
    return {"name": name, "confidence": round(confidence, 4)}
