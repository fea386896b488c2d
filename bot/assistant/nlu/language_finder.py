"""Graph component: a message in a language the assistant does not speak. A thin shell around `bot.language.other`."""

from __future__ import annotations

import json
import re
from typing import Any, Container, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.labels import EMERGENCY
from bot.language.detect import wished
from bot.language.other import other_language
from bot.other_languages import other_languages

OTHER_LANGUAGE = "other_language"  # the entity that holds the language's code
_WORDS_FILE = "words.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class OtherLanguageFinder(GraphComponent, IntentClassifier):
    """Adds the entity `other_language` to a message that is in such a language, which then means danger or nothing.

    What the classifier finds in it is a guess, and an answer in English would keep from its writer whom to call. Stands behind what
    finds danger. It learns which words the examples use: those are English or French.
    """

    def __init__(self, model_storage: ModelStorage, resource: Resource, known: Container[str] = ()) -> None:
        self._model_storage = model_storage
        self._resource = resource
        self._known = known
        self._scripts = {code: language.scripts for code, language in other_languages().items()}

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> OtherLanguageFinder:
        """The component before training."""
        return cls(model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns the words of all examples."""
        words = {word for example in training_data.intent_examples for word in re.findall(r"[^\W\d_]+", example.get(TEXT).casefold())}
        with self._model_storage.write_to(self._resource) as folder:
            (folder / _WORDS_FILE).write_text(json.dumps(sorted(words), ensure_ascii=False), encoding="utf-8")
        return self._resource

    @classmethod
    def load(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext, **kwargs: Any
    ) -> OtherLanguageFinder:
        """The trained component."""
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, frozenset(json.loads((folder / _WORDS_FILE).read_text(encoding="utf-8"))))

    def process(self, messages: List[Message]) -> List[Message]:
        """Looks at each message. A wish for one of our languages stays one."""
        for message in messages:
            text = message.get(TEXT) or ""
            code = other_language(text, self._scripts, self._known)
            if not code:
                continue
            found = {"entity": OTHER_LANGUAGE, "value": code, "extractor": type(self).__name__}
            message.set(ENTITIES, [*message.get(ENTITIES, []), found], add_to_output=True)
            if message.get(INTENT, {}).get("name") != EMERGENCY and not wished(text):
                message.set(INTENT, {**message.get(INTENT), "name": DEFAULT_NLU_FALLBACK_INTENT_NAME}, add_to_output=True)
        return messages
