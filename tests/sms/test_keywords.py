"""Commands, and that nobody is ever asked to answer with one of the carriers' words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Iterator, Tuple

import pytest
import yaml

from bot.settings import ROOT, settings
from bot.sms.keywords import Command, Keyword, asks_for_more, keyword

WORDS = yaml.safe_load((settings().data_folder / "sms_keywords.yml").read_text(encoding="utf-8"))
RESERVED = {word for command in Command for words in WORDS[command.value].values() for word in words} | set(WORDS["start_after_stop"])
OURS = {"sms_first", "sms_help", "sms_stopped", "sms_started"}  # these tell of the commands, as they must
ASKING = "reply|replying|text|type|write|say|press|répondez|écrivez|envoyez|tapez|dites|écrire|répondre"
ASKS = re.compile(rf"\b(?:{ASKING})(?: with| par)?:?\s+[\"'“«]?\s*(?:{'|'.join(RESERVED)})\b(?!@)", re.IGNORECASE)


def texts(value: Any, where: str = "") -> Iterator[Tuple[str, str]]:
    """Every text below a YAML value with the keys that lead to it."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from texts(inner, f"{where}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner, where)


def said() -> Iterator[Tuple[str, str]]:
    """All that residents may read: responses, sentences and articles."""
    yield from texts(yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["responses"])
    for path in (settings().data_folder / "wording.yml", settings().data_folder / "responses.yml", *articles()):
        yield from texts(yaml.safe_load(path.read_text(encoding="utf-8")), path.stem)


def articles() -> Iterator[Path]:
    yield from sorted((settings().data_folder / "knowledge").glob("*.yml"))


@pytest.mark.parametrize(
    ("text", "command", "language"),
    [
        ("STOP", Command.STOP, "en"),
        (" stop. ", Command.STOP, "en"),
        ("Arrêt!", Command.STOP, "fr"),
        ("opt-out", Command.STOP, "en"),
        ("Stop texting me!", Command.STOP, "en"),
        ("Arrêtez de me texter", Command.STOP, "fr"),
        ("stop SMS", Command.STOP, None),
        ("Unstop", Command.START, "en"),
        ("AIDE", Command.HELP, "fr"),
        ("info", Command.HELP, None),
    ],
)
def test_a_command_stands_alone_in_any_case_and_names_its_language(text: str, command: Command, language: str) -> None:
    assert keyword(text, opted_out=False) == keyword(text, opted_out=True) == Keyword(command, language)


@pytest.mark.parametrize("text", ["", "please stop", "stop sign is down", "no", "aidez moi", "2", "stop stop"])
def test_everything_else_is_no_command(text: str) -> None:
    assert keyword(text, opted_out=True) is None


def test_yes_starts_again_only_for_those_who_stopped() -> None:
    assert keyword("Yes", opted_out=False) is None
    assert keyword("Yes", opted_out=True) == Keyword(Command.START, None)


@pytest.mark.parametrize("text", ["MORE", "more.", "Plus", "SUITE", "la suite"])
def test_more_is_asked_for_in_both_languages(text: str) -> None:
    assert asks_for_more(text)


def test_no_word_means_two_things() -> None:
    every = [word for command in Command for words in WORDS[command.value].values() for word in words]
    every += [*WORDS["start_after_stop"], *WORDS["more"]]
    assert len(every) == len(set(every)) > 15


def test_nobody_is_asked_to_answer_with_a_word_of_the_carriers() -> None:
    rows = list(said())
    assert len(rows) > 1000
    assert [(where, text) for where, text in rows if ASKS.search(text) and not set(where.split(".")) & OURS] == []


def offered() -> Iterator[Tuple[str, str]]:
    """All that residents may choose: buttons, our own words, articles, and what the sandbox city asks."""
    yield from ((where, text) for where, text in said() if ".title" in where or where.startswith("wording."))
    yield from texts(yaml.safe_load((settings().data_folder / "sandbox" / "services.yml").read_text(encoding="utf-8")), "services")


def test_no_choice_is_called_like_a_command() -> None:
    titles = list(offered())
    assert len(titles) > 500
    for source in (".utter_greet.", "wording.", "waste.", "services."):
        assert any(where.startswith(source) for where, _ in titles)
    assert [row for row in titles if keyword(row[1], opted_out=False) or asks_for_more(row[1])] == []


def test_the_words_that_leave_a_form_by_text_are_no_commands() -> None:
    leaving = ("never mind", "laisse faire", "menu")
    examples = yaml.safe_load((settings().data_folder / "nlu" / "dialogue.yml").read_text(encoding="utf-8"))["nlu"]
    taught = {row["intent"]: {line.removeprefix("- ") for line in row["examples"].splitlines()} for row in examples}
    assert set(leaving) <= taught["cancel"] | taught["start_over"]
    assert [word for word in leaving if keyword(word, opted_out=True)] == []


def test_the_commands_are_told_of() -> None:
    assert {where.split(".")[1] for where, text in said() if where.startswith("responses.") and ASKS.search(text)} <= OURS
    assert ASKS.search("Reply STOP to stop.")
