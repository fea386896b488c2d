"""The graph components, in the shells Rasa sees them through."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.assistant.nlu.entity_extractor import CityEntityExtractor
from bot.assistant.nlu.intent_classifier import LabelClassifier

EXAMPLES = {
    "article/garbage_missed": ["they skipped my garbage", "my trash was not picked up", "mes vidanges ont été oubliées"],
    "article/tax_pay": ["how do i pay property tax", "payer mes taxes foncières", "pay my taxes online"],
    "report_problem": ["i want to report a problem", "signaler un problème"],
    "report_problem/pothole": ["there is a pothole", "big hole in the road", "nid de poule"],
    "collection_day": ["what day is garbage day", "quel jour passe la collecte", "when is my pickup"],
}
CONFIG = {"encoder": None, "variety_entities": {"article": "article", "report_problem": "service_code"}}
CONTEXT = ExecutionContext(GraphSchema({}), node_name="classifier")


@pytest.fixture(scope="module")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> LabelClassifier:
    """Trained, kept in a model and loaded from it."""
    storage = LocalModelStorage(tmp_path_factory.mktemp("model"))
    resource = Resource("classifier")
    examples = [Message.build(text, label) for label, texts in EXAMPLES.items() for text in texts]
    LabelClassifier.create(CONFIG, storage, resource, CONTEXT).train(TrainingData(examples))
    return LabelClassifier.load(CONFIG, storage, resource, CONTEXT)


def understood(component: Any, text: str) -> Dict[str, Any]:
    return component.process([Message({"text": text})])[0].as_dict(only_output_properties=True)  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("text", "intent", "entities"),
    [
        ("they skiped my garbage", "article", [("article", "garbage_missed")]),
        ("a pothole in the road", "report_problem", [("service_code", "pothole")]),
        ("quel jour passe la collecte?", "collection_day", []),
        ("i want to report a problem", "report_problem", []),
        ("xylophone lessons", "nlu_fallback", []),
        ("🙂", "nlu_fallback", []),
        ("", "nlu_fallback", []),
    ],
)
def test_a_label_becomes_intent_and_variety(classifier: LabelClassifier, text: str, intent: str, entities: List[Any]) -> None:
    found = understood(classifier, text)
    assert found["intent"]["name"] == intent
    assert [(entity["entity"], entity["value"]) for entity in found.get("entities", [])] == entities


def test_the_ranking_holds_full_labels_even_when_it_is_not_clear_what_is_meant(classifier: LabelClassifier) -> None:
    found = understood(classifier, "xylophone lessons")
    assert {row["name"] for row in found["intent_ranking"]} == set(EXAMPLES)
    assert found["intent"]["confidence"] == found["intent_ranking"][0]["confidence"]


def test_a_model_without_the_classifier_does_not_load(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="classifier"):
        LabelClassifier.load(CONFIG, LocalModelStorage(tmp_path), Resource("classifier"), CONTEXT)


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("what's happening with 26-000417", {"request_number": "26-000417"}),
        ("pothole at 200 king st w", {"street_address": "200 King St W"}),
        ("26-000417 was at 45 queen st n", {"request_number": "26-000417", "street_address": "45 Queen St N"}),
        ("call me at 519-741-2345", {}),
        ("126-0004171", {}),
        ("hello", {}),
        ("", {}),
    ],
)
def test_numbers_and_addresses_are_found(text: str, entities: Dict[str, str]) -> None:
    component = CityEntityExtractor.create({}, None, Resource("entities"), CONTEXT)  # type: ignore[arg-type]
    found = understood(component, text).get("entities", [])
    assert {entity["entity"]: entity["value"] for entity in found} == entities
