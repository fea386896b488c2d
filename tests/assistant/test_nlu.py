"""The graph components, in the shells Rasa sees them through."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.assistant.importer import kept_examples
from bot.assistant.nlu.entity_extractor import CityEntityExtractor
from bot.assistant.nlu.intent_classifier import LabelClassifier
from bot.city import city
from bot.conversations.masking import MARKERS
from bot.language.names import known_names
from bot.settings import ROOT

EXAMPLES = {
    "article/garbage_missed": ["they skipped my garbage", "my trash was not picked up", "mes vidanges ont été oubliées"],
    "article/tax_pay": ["how do i pay property tax", "payer mes taxes foncières", "pay my taxes online"],
    "report_problem": ["i want to report a problem", "signaler un problème"],
    "report_problem/pothole": ["there is a pothole", "big hole in the road", "nid de poule"],
    "collection_day": ["what day is garbage day", "quel jour passe la collecte", "when is my pickup"],
}
KEPT = {
    "garbage_missed": ["they forgot our garbage again", "le camion n'a pas pris mes vidanges"],
    "tax_pay": ["where can i pay the property tax", "régler mes taxes foncières en ligne"],
    "report_problem": ["can i report a problem here", "je veux signaler un problème"],
    "report_problem/pothole": ["deep hole in our road", "un gros nid de poule"],
    "collection_day": ["which day is the garbage day", "la collecte passe quel jour"],
    "out_of_scope": ["who won the game", "a recipe for banana bread", "guitar strings", "un poème sur la mer", "bitcoin"],
}
CONFIG = {"encoder": None, "variety_entities": {"article": "article", "report_problem": "service_code"}}
CONTEXT = ExecutionContext(GraphSchema({}), node_name="classifier")


@pytest.fixture(scope="module")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> LabelClassifier:
    """Trained, kept in a model and loaded from it."""
    storage = LocalModelStorage(tmp_path_factory.mktemp("model"))
    resource = Resource("classifier")
    kept = tmp_path_factory.mktemp("kept")
    (kept / "questions.yml").write_text(json.dumps({label: {"en": texts} for label, texts in KEPT.items()}), encoding="utf-8")
    examples = [Message.build(text, label) for label, texts in EXAMPLES.items() for text in texts] + kept_examples(kept)
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
        ("call me at 519-741-2345", {"phone": "+15197412345"}),
        ("jane@example.ca, n2g 4v6", {"email": "jane@example.ca", "postal_code": "N2G 4V6"}),
        ("n2g 4vi", {}),  # a slip in a postal code is asked about, not taken
        ("account 123456789 was billed $45.50", {"account_number": "123456789", "amount": "4550"}),
        ("mon rôle est le 3012 060 012 34500 0000", {"roll_number": "3012060012345000000"}),
        ("ticket 12345678 on plate CKRT 123", {"ticket_number": "12345678", "licence_plate": "CKRT123"}),
        ("au coin de la rue king et de la rue frederick", {"street_corner": "King St & Frederick St"}),
        ("is breithaupt pool open on 2026-12-05 at 7 pm", {"facility": "breithaupt_pool", "date": "2026-12-05", "time": "19:00"}),
        ("2026-11-28/2026-11-29", {"date": "2026-11-28/2026-11-29"}),
        ("open at 5 dec 24 2026 or 5 pm?", {"date": "2026-12-05", "time": "17:00"}),  # no house number
        ("12 august cres, 45 may st", {}),  # streets, not days
        ("download the tree inventory", {"dataset": "tree_inventory"}),
        ("126-0004171", {}),
        ("hello", {}),
        ("", {}),
    ],
)
def test_what_a_message_holds_is_found(text: str, entities: Dict[str, str]) -> None:
    component = CityEntityExtractor.create({}, None, Resource("entities"), CONTEXT)  # type: ignore[arg-type]
    found = understood(component, text).get("entities", [])
    assert {entity["entity"]: entity["value"] for entity in found} == entities


def test_what_a_message_holds_never_decides_which_rule_matches() -> None:
    domain = Domain.load(str(ROOT / "domain.yml"))
    kinds = {"street_address", "street_corner", "postal_code", *city().identifiers, "phone", "email", "amount", "date", "time"}
    kinds |= {name.kind for name in known_names()}
    assert len(kinds) == 15
    assert kinds <= set(domain.entities)
    for intent in domain.intents:
        assert not kinds & set(domain.intent_properties[intent]["used_entities"])


def test_what_points_to_a_person_is_masked_by_its_kind() -> None:
    assert set(MARKERS) <= set(Domain.load(str(ROOT / "domain.yml")).entities)
