"""A message in a language the assistant does not speak is not guessed at: its writer reads, in that language, whom to call."""

from __future__ import annotations

import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.assistant.nlu.language_finder import OTHER_LANGUAGE, OtherLanguageFinder

KNOWN = frozenset("a la in my is there fire house".split())


def understood(text: str, intent: str) -> Message:
    """What is left of a classifier's guess."""
    message = Message({"text": text, "intent": {"name": intent, "confidence": 0.9, "outcome": "sure"}, "entities": []})
    finder = OtherLanguageFinder(None, None, KNOWN)  # type: ignore[arg-type]
    return finder.process([message])[0]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ayuda, hay fuego en mi edificio y mucho humo", "es"),
        ("es brennt bei meinem nachbarn im keller", "de"),
        ("может быть утечка газа", "ru"),
        ("着火了快来人", "zh"),
    ],
)
def test_whatever_was_guessed_its_writer_reads_the_sentence(text: str, code: str) -> None:
    message = understood(text, "article")
    assert message.get("intent")["name"] == "nlu_fallback"
    assert (OTHER_LANGUAGE, code) in [(entity["entity"], entity["value"]) for entity in message.get("entities")]


def test_danger_that_is_found_stays_danger() -> None:
    assert understood("mi vecino tiene sobredosis", "emergency").get("intent")["name"] == "emergency"


@pytest.mark.parametrize("text", ["there is a fire in my house", "200 king st w", "parlez-vous français mein freund"])
def test_other_messages_mean_what_they_did(text: str) -> None:
    assert understood(text, "article").get("intent")["name"] == "article"
