"""Graph component: numbers, contacts, days, names and addresses in a message. A thin shell around `bot.language.entities`."""

from __future__ import annotations

from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.language.entities import city_today, find_entities


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class CityEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Adds what a text holds, each with its canonical value. None of it decides what happens next (see `domain.yml`)."""

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> CityEntityExtractor:
        """The component; nothing is learnt."""
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        """Adds the entities of each message to those it has."""
        for message in messages:
            found = self.add_extractor_name(find_entities(message.get(TEXT) or "", city_today()))
            message.set(ENTITIES, [*message.get(ENTITIES, []), *found], add_to_output=True)
        return messages
