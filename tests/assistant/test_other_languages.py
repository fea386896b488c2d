"""A resident who writes in a language we do not speak makes no conversation French."""

from __future__ import annotations

import pytest

from tests.assistant.serving import Assistant, FakeActions


@pytest.mark.parametrize("text", ["eu não entendo inglês, podem ajudar", "no entiendo inglés, ¿hablan español ustedes?"])
def test_a_first_message_in_another_language_sets_none(assistant: Assistant, actions: FakeActions, conversation: str, text: str) -> None:
    answer = assistant.say(conversation, text).json()
    assert answer["language"] == "en"
    assert "other_language" in [entity["entity"] for entity in answer["understood"][0]["entities"]]


@pytest.mark.parametrize("text", ["parlez-vous français?", "je préfère continuer en français"])
def test_a_wish_for_french_is_still_one(assistant: Assistant, actions: FakeActions, conversation: str, text: str) -> None:
    assert assistant.say(conversation, text).json()["language"] == "fr"
