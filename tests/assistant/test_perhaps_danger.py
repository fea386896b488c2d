"""What the classifier alone takes for danger, not surely: whom to call is said above the ordinary answer, which is given too."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

import pytest
from rasa.shared.core.events import UserUttered

from bot.assistant.danger import SURELY, after_danger, perhaps_danger, with_danger
from bot.emergencies import SAID, Danger, emergencies
from bot.evaluation.asking import classifier_of
from bot.evaluation.configured import configured
from bot.evaluation.dangers import wordings
from bot.evaluation.examples import DANGERS_FILE, HELD_OUT_FOLDER
from tests.assistant.serving import Assistant, FakeActions, texts

Wording = Callable[[float, float], str]
CALLS = ("call 911", "9-8-8", "call 911 from outside")


@pytest.fixture(scope="module")
def wording(trained_model: Path) -> Wording:
    """A wording of danger that no pattern fits and that the classifier is so sure of, from one number up to below another."""
    classifier, limit = classifier_of(trained_model), configured("DangerFinder")["limit"]

    def seen(text: str) -> Optional[Danger]:
        return emergencies().danger_in(text, classifier.ranking(text)[:10], limit, sure_of_article=False, rank=lambda part: [])

    dangers = {text: seen(text) for text in wordings(HELD_OUT_FOLDER / DANGERS_FILE)}

    def find(least: float, below: float) -> str:
        fitting = [text for text, danger in dangers.items() if danger and least <= danger.sureness < below]
        assert fitting, "no wording of danger is like that any more: look for another way to test this"
        return fitting[0]

    return find


def test_whom_to_call_is_said_above_the_answer(assistant: Assistant, actions: FakeActions, conversation: str, wording: Wording) -> None:
    answer = assistant.say(conversation, wording(0, SURELY))
    first, *others = texts(answer)
    assert any(call in first for call in CALLS)
    assert others
    assert answer.json()["understood"][0]["perhaps_danger"]
    assert answer.json()["understood"][0]["intent"]["name"] != "emergency"


def test_what_the_classifier_is_sure_of_is_danger_and_nothing_else(
    assistant: Assistant, actions: FakeActions, conversation: str, wording: Wording
) -> None:
    assert texts(assistant.say(conversation, wording(SURELY, SAID))) == ["Done: action_say_danger"]


def test_an_answer_to_a_form_is_taken_and_whom_to_call_is_said_above_it(
    assistant: Assistant, actions: FakeActions, conversation: str, wording: Wording
) -> None:
    assistant.say(conversation, "check on my report")
    answer = assistant.say(conversation, wording(SURELY, SAID))
    assert any(call in texts(answer)[0] for call in CALLS)
    assert "Done: action_say_danger" not in texts(answer)
    assert answer.json()["form"] == "status_form"


def test_while_staff_answer_it_counts_as_danger(assistant: Assistant, actions: FakeActions, conversation: str, wording: Wording) -> None:
    assert texts(assistant.say(conversation, wording(0, SURELY), only_danger=True)) == ["Done: action_say_danger"]


def parsed(kind: str, sureness: float, *entities: Dict[str, Any]) -> Dict[str, Any]:
    return {"intent": {"name": "article"}, "entities": list(entities), "danger": {"kind": kind, "sureness": sureness}}


def test_of_words_in_another_language_the_classifier_cannot_be_sure() -> None:
    somali = {"entity": "other_language", "value": "so", "extractor": "OtherLanguageFinder"}
    seen = parsed("suicide", 0.95, somali)
    assert with_danger(seen, SURELY)["intent"]["name"] == "article"
    assert perhaps_danger(seen) == "general"
    assert with_danger(parsed("fire", SAID, somali), SURELY)["intent"]["name"] == "emergency"


def test_an_alarm_that_is_taken_back_is_no_danger_whatever_the_classifier_took_it_for() -> None:
    ranking = [{"name": "emergency/fire", "confidence": 0.9}, {"name": "thank", "confidence": 0.05}]
    taken = {"text": "sorry, false alarm", "intent": {"name": "emergency"}, "entities": [], "intent_ranking": ranking}
    assert with_danger(taken, SURELY)["intent"]["name"] == "nlu_fallback"
    assert with_danger({**taken, "text": "should i call the fire hall"}, SURELY)["intent"]["name"] == "emergency"


def test_a_message_that_was_taken_for_danger_and_not_surely_means_nothing_that_is_sure() -> None:
    ranking = [{"name": "emergency/suicide", "confidence": 0.7}, {"name": "article/noise", "confidence": 0.1}]
    taken = {**parsed("suicide", 0.7), "intent": {"name": "emergency"}, "intent_ranking": ranking}
    seen = with_danger(taken, SURELY)
    assert (seen["intent"]["name"], seen["intent"]["outcome"]) == ("nlu_fallback", "lost")
    assert seen["intent_ranking"] == ranking[1:]
    assert perhaps_danger(seen) == "suicide"


def test_what_stood_in_the_message_besides_stays_and_what_it_was_taken_for_does_not() -> None:
    address = {"entity": "street_address", "value": "12 Krug St", "extractor": "CityEntityExtractor"}
    article = {"entity": "article", "value": "noise", "extractor": "LabelClassifier"}
    found = with_danger(parsed("fire", SAID, article, address), SURELY)["entities"]
    assert [(row["entity"], row["value"]) for row in found] == [("danger", "fire"), ("street_address", "12 Krug St")]


def said(intent: str, kind: str = "", minutes_ago: float = 0) -> UserUttered:
    entities = [{"entity": "danger", "value": kind}] if kind else []
    return UserUttered("…", {"name": intent}, entities, timestamp=time.time() - 60 * minutes_ago)


UNSURE = {"intent": {}, "entities": [], "intent_ranking": [{"name": "small_talk", "confidence": 0.3}]}


@pytest.mark.parametrize(
    ("before", "meant", "kind"),
    [
        ([said("emergency", "gas")], "nlu_fallback", "after_gas"),
        ([said("emergency", "suicide")], "deny", "after_suicide"),
        ([said("emergency")], "out_of_scope", "after_general"),
        ([said("emergency", "gas")], "article", None),  # another need, and it is sure
        ([said("emergency", "gas")], "thank", None),
        ([said("emergency", "gas", minutes_ago=40)], "nlu_fallback", None),
        ([said("emergency", "gas"), said("nlu_fallback")], "nlu_fallback", None),
        ([said("emergency", "after_gas")], "nlu_fallback", None),  # once is enough
        ([], "nlu_fallback", None),
    ],
)
def test_what_is_asked_directly_behind_danger_is_about_it(before: List[UserUttered], meant: str, kind: Optional[str]) -> None:
    seen = after_danger({**UNSURE, "intent": {"name": meant, "outcome": "torn"}}, before)
    assert seen["intent"]["name"] == ("emergency" if kind else meant)
    assert [row["value"] for row in seen["entities"]] == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("label", "probability", "outcome", "is_after"),
    [
        ("article/waste_carts", 0.6, "torn", False),  # "recycling"
        ("look_up/balance", 0.9, "torn", False),
        ("article/waste_carts", 0.1, "lost", True),
        ("article/assistant_privacy", 0.2, "torn", True),  # "is it safe"
        ("log_out", 0.44, "torn", True),  # "can i get out?"
        ("help", 0.54, "torn", True),  # "je peux rentrer?"
    ],
)
def test_behind_danger_what_may_be_about_something_else_is_not_about_danger(
    label: str, probability: float, outcome: str, is_after: bool
) -> None:
    ranking = [{"name": label, "confidence": probability}]
    unsure = {**UNSURE, "intent": {"name": "nlu_fallback", "outcome": outcome}, "intent_ranking": ranking}
    assert (after_danger(unsure, [said("emergency", "gas")])["intent"]["name"] == "emergency") is is_after


def test_behind_danger_words_that_say_nothing_else_get_no_menu(assistant: Assistant, actions: FakeActions, conversation: str) -> None:
    assistant.say(conversation, "my house is on fire")
    answer = assistant.say(conversation, "mjkqx wvbnr?")
    assert texts(answer) == ["Done: action_say_danger"]
    assert answer.json()["understood"][0]["entities"][0]["value"] == "after_fire"
    assert texts(assistant.say(conversation, "mjkqx wvbnr?")) != ["Done: action_say_danger"]


def test_behind_danger_a_question_behind_thanks_is_about_it(assistant: Assistant, actions: FakeActions, conversation: str) -> None:
    assistant.say(conversation, "my house is on fire")
    answer = assistant.say(conversation, "merci, je peux rentrer?")
    assert answer.json()["understood"][0]["entities"][0]["value"] == "after_fire"
