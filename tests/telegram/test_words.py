"""The commands of the menu, and the words on the keyboards."""

from __future__ import annotations

import pytest
import yaml

from bot.city import city
from bot.conversations.sentences import say
from bot.knowledge.store import knowledge
from bot.settings import ROOT
from bot.telegram.words import command, commands, language_choices, share_location


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("/start", "start"),
        ("/start garbage-day_1", "start"),
        ("/START@CityBot", "start"),
        ("/help@CityBot", "help"),
        (" /cancel ", "cancel"),
        ("/privacy", "privacy"),
        ("/language", "language"),
    ],
)
def test_a_command_is_known_however_telegram_writes_it(text: str, name: str) -> None:
    assert command(text) == commands()[name]


@pytest.mark.parametrize(
    "text", ["help", "/help my house is on fire", "/restart", "//help", "/start two words", "/helpme", "/ help", "/", ""]
)
def test_more_than_a_command_is_a_message(text: str) -> None:
    assert command(text) is None


def test_every_command_has_an_answer_and_says_in_every_language_what_it_does() -> None:
    intents = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["intents"]
    assert list(commands()) == ["start", "help", "language", "privacy", "delete", "cancel"]
    for name, row in commands().items():
        assert set(row.does) == set(city().languages)
        assert all(3 <= len(does) <= 256 for does in row.does.values())  # Telegram's limits
        if row.payload:
            assert row.payload[1:].partition("{")[0] in intents, name
        else:
            assert say(row.sentence, "en")
    assert knowledge().article("assistant_privacy")


def test_languages_are_chosen_by_their_own_names() -> None:
    assert [(choice.title, choice.payload) for choice in language_choices()] == [
        ("English", '/switch_language{"language": "en"}'),
        ("Français", '/switch_language{"language": "fr"}'),
    ]


def test_the_button_for_a_location_speaks_every_language_to_somebody_unknown() -> None:
    assert [share_location(language) for language in ("en", "fr", None)] == [
        "Share my location",
        "Partager ma position",
        "Share my location / Partager ma position",
    ]
