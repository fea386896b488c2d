"""Graph component: addresses and request numbers in a message. A thin shell around `bot.language` and the city profile."""

from __future__ import annotations

import re
from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.city import city
from bot.language.addresses import find_address


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class CityEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Adds `street_address` (its canonical line) and `request_number` (as the city prints it) when the text holds one."""

    @classmethod
    def create(
        cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> CityEntityExtractor:
        """The component; nothing is learnt."""
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        """Adds the entities of each message to those it has."""
        for message in messages:
            found = self.add_extractor_name(_entities(message.get(TEXT) or ""))
            message.set(ENTITIES, [*message.get(ENTITIES, []), *found], add_to_output=True)
        return messages


def _entities(text: str) -> List[Dict[str, Any]]:
    found = []
    number = re.search(rf"(?<![\w-]){city().request_number}(?![\w-])", text)
    if number:
        found.append({"entity": "request_number", "value": number.group()})
        text = f"{text[: number.start()]} {text[number.end() :]}"
    address = find_address(text, town=city().short_name)
    if address:
        found.append({"entity": "street_address", "value": address.line})
    return found
