"""What a turn request may look like, and that a text is never a command."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.turn import Choice, MalformedTurnError, read_choice, read_turn
from bot.assistant.understanding import language_entities, parsed_choice, plain_text, with_photos
from bot.messages import Place

TURN = {"turn_id": "a" * 32, "conversation": "c-1", "text": "hello", "choice": None, "language": None, "channel": "rest"}


@pytest.mark.parametrize(
    "change",
    [
        {"turn_id": None},
        {"turn_id": ""},
        {"turn_id": "a" * 65},
        {"conversation": "with\0nul"},
        {"conversation": "x" * 300},
        {"conversation": {"sender": 1}},
        {"text": None},
        {"text": 7},
        {"text": ""},
        {"text": "\0\u200b"},  # nothing a person could read
        {"choice": ["/greet"]},
        {"choice": "greet"},
        {"choice": "/greet{"},
        {"choice": '/greet{"name"}'},
        {"choice": '/greet{"name": ["a", "b"]}'},
        {"choice": "/greet and more"},
        {"location": "here"},
        {"location": {"latitude": 43.4}},
        {"location": {"latitude": 91, "longitude": 0}},
        {"location": {"latitude": float("nan"), "longitude": 0}},
        {"location": {"latitude": True, "longitude": 0}},
        {"location": {"latitude": 43.4, "longitude": -80.5, "label": 7}},
        {"language": "english"},
        {"language": 1},
        {"channel": "../sms"},
        {"channel": None},
        {"media": {}},
        {"media": "a" * 32},
        {"media": ["a" * 32]},
        {"media": [{"id": "a" * 32}]},
        {"media": [{"id": "../x", "type": "image/jpeg"}]},
        {"media": [{"id": "a" * 32, "type": "video/mp4"}]},
    ],
)
def test_what_is_not_a_turn_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(MalformedTurnError):
        read_turn({**TURN, **change})


@pytest.mark.parametrize("body", [None, [], "text", 3, [TURN]])
def test_a_body_that_is_no_object_is_refused(body: Any) -> None:
    with pytest.raises(MalformedTurnError):
        read_turn(body)


def test_a_turn_is_read_and_its_text_cleaned() -> None:
    turn = read_turn({**TURN, "text": " po\0thole\u202e \ud800 on ４５ king ", "language": "fr"})
    assert (turn.turn_id, turn.conversation, turn.channel, turn.language) == ("a" * 32, "c-1", "rest", "fr")
    assert turn.text == "pothole on 45 king"


def test_photos_are_a_turn_without_words_too() -> None:
    media = [{"id": letter * 32, "type": "image/jpeg"} for letter in "ab"]
    turn = read_turn({**TURN, "text": "", "media": media})
    assert (turn.text, turn.photos) == ("", ("a" * 32, "b" * 32))
    assert read_turn({**TURN, "media": []}).photos == read_turn({**TURN, "media": None}).photos == ()


@pytest.mark.parametrize(
    ("intents", "then"),
    [
        (["report_problem"], ["report_problem"]),
        (["article", "report_problem"], ["article", "report_problem"]),
        (["collection_day"], ["collection_day"]),
        (["emergency"], ["emergency"]),
        (["article"], ["article", "inform"]),
        (["greet"], ["greet", "inform"]),
        (["nlu_fallback"], ["inform"]),
        (["out_of_scope"], ["inform"]),
        (["inform"], ["inform"]),
    ],
)
def test_photos_are_a_part_of_their_own_unless_a_form_takes_them_or_nothing_else_is_clear(intents: list[str], then: list[str]) -> None:
    parts = with_photos("some words", [parsed_choice(Choice(intent), "some words") for intent in intents])
    assert [part["intent"]["name"] for part in parts] == then


def test_a_place_is_a_turn_without_words() -> None:
    turn = read_turn({**TURN, "text": "", "location": {"latitude": 43, "longitude": -80.5}})
    assert turn.location == Place("", 43.0, -80.5)
    assert read_turn({**TURN, "location": None}).location is None


def test_a_choice_holds_its_intent_and_entities() -> None:
    assert read_choice('/report_problem{"service_code": "pothole", "at": 3}') == Choice(
        "report_problem", (("service_code", "pothole"), ("at", 3))
    )
    assert read_turn({**TURN, "text": "", "choice": "/affirm"}).choice == Choice("affirm")


@pytest.mark.parametrize(
    "text",
    ["/restart", " /restart", "\u00a0/restart", "\u200b/restart", "／restart", "//restart", "/ /restart"]
    + ["⁄restart", "/\u202erestart", "\ufeff/restart"],
)
def test_no_slash_in_front_reaches_the_model(text: str) -> None:
    assert plain_text(text) == "restart"


@given(st.text())
def test_whatever_is_written_the_model_never_reads_a_command(text: str) -> None:
    assert not plain_text(text).strip().startswith("/")


@pytest.mark.parametrize("text", ["hello", "pick up 24/7", "and/or", "1/2 king st", "Où est-ce?"])
def test_other_texts_reach_the_model_as_they_are(text: str) -> None:
    assert plain_text(text) == text


@pytest.mark.parametrize(
    ("text", "current", "hint", "language"),
    [
        ("quand passe la collecte", None, "en", "fr"),  # what is written counts more than a hint
        ("45 queen st n", None, "fr", "fr"),
        ("45 queen st n", None, None, None),
        ("45 queen st n", "en", "fr", None),  # a settled language stays
        ("en français svp", "en", None, "fr"),
        ("hello", "en", None, None),  # nothing to change
    ],
)
def test_the_language_is_set_when_it_is_known_and_changes_anything(text: str, current: Any, hint: Any, language: Any) -> None:
    assert [entity["value"] for entity in language_entities(text, current, hint)] == ([language] if language else [])


@pytest.mark.parametrize(
    "text", ["/affirm", " /affirm", "\u200b/deny", "EXTERNAL: session_start", '/switch_language@0.1{"language": "fr"}']
)
def test_what_only_rasa_writes_says_nothing(text: str) -> None:
    assert plain_text(text) == "?"


@pytest.mark.parametrize(
    ("text", "read"),
    [("/help", "help"), (" affirm", " affirm"), ("affirm ", "affirm "), ("external: noise", "external: noise"), ("a_b", "a_b")],
)
def test_words_stay_words(text: str, read: str) -> None:
    assert plain_text(text) == read
