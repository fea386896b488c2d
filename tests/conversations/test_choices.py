"""Choices: tapped, typed, tapped too late, tapped by somebody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Dict, Tuple

import pytest
from django.utils import timezone

from bot.conversations.models import Choice, InboundMessage
from tests.conversations.assistant import FakeAssistant, messages
from tests.conversations.doing import dispatching, read, texts, wait_for, write

pytestmark = pytest.mark.usefixtures("record")

YES, NO = '/affirm{"answer": "Yes"}', "/deny"


@pytest.fixture
def asking(assistant: FakeAssistant, assistant_port: int) -> int:
    """The port of an assistant that always asks whether to file a report."""

    def reply(turn: Dict[str, Any]) -> Tuple[int, Any]:
        choices = [{"title": "Yes, file it", "payload": YES}, {"title": "No", "payload": NO}]
        return messages(messages=[{"text": "Shall I file this?", "choices": choices}])

    assistant.reply = reply
    return assistant_port


def exchange(port: int, sender: str, text: str) -> InboundMessage:
    row = write(sender, text)
    with dispatching(port):
        wait_for(row)
    return row


def yes_token(row: InboundMessage) -> str:
    (message,) = read(row)
    assert [choice.title for choice in message.choices] == ["Yes, file it", "No"]
    return message.choices[0].payload


def test_what_a_choice_stands_for_never_leaves_the_system(asking: int) -> None:
    (message,) = read(exchange(asking, "resident", "pothole"))
    tokens = [choice.payload for choice in message.choices]
    assert len(set(tokens)) == 2
    assert not any("affirm" in token or "/" in token for token in tokens)


def test_a_tapped_choice_is_that_choice_for_the_assistant_and_its_title_for_people(asking: int, assistant: FakeAssistant) -> None:
    tapped = exchange(asking, "resident", yes_token(exchange(asking, "resident", "pothole")))
    assert (assistant.asked[-1]["choice"], assistant.asked[-1]["text"]) == (YES, "Yes, file it")
    tapped.refresh_from_db()
    assert tapped.text_masked == "Yes, file it"


@pytest.mark.parametrize("typed", ["yes, file it", "  YES, FILE IT ", "Yes, file it"])
def test_typing_the_title_of_a_choice_of_the_last_turn_is_choosing_it(asking: int, assistant: FakeAssistant, typed: str) -> None:
    exchange(asking, "resident", "pothole")
    exchange(asking, "resident", typed)
    assert assistant.asked[-1]["choice"] == YES


@pytest.mark.parametrize("typed", ["1", "first option", "the first", "la première"])
def test_a_choice_is_made_by_its_place_on_every_channel(asking: int, assistant: FakeAssistant, typed: str) -> None:
    exchange(asking, "resident", "pothole")
    exchange(asking, "resident", typed)
    assert assistant.asked[-1]["choice"] == YES


def test_a_title_from_an_earlier_turn_or_of_somebody_else_is_only_text(asking: int, assistant: FakeAssistant) -> None:
    exchange(asking, "resident", "pothole")
    exchange(asking, "somebody else", "yes, file it")
    assert assistant.asked[-1]["choice"] is None
    assistant.reply = lambda turn: messages("all right")
    exchange(asking, "resident", "something else")
    exchange(asking, "resident", "yes, file it")
    assert assistant.asked[-1]["choice"] is None


def test_a_choice_typed_before_its_question_was_answered_counts_once_it_is(asking: int, assistant: FakeAssistant) -> None:
    first, second = write("resident", "pothole"), write("resident", "no")
    with dispatching(asking):
        wait_for(first, second)
    assert [turn["choice"] for turn in assistant.asked] == [None, NO]


def refused(port: int, assistant: FakeAssistant, sender: str, token: str) -> bool:
    before = len(assistant.asked)
    row = exchange(port, sender, token)
    row.refresh_from_db()
    (said,) = texts(row)
    assert row.text_masked == "[choice]"
    return row.outcome == "refused" and "no longer works" in said and len(assistant.asked) == before


def test_a_choice_works_once(asking: int, assistant: FakeAssistant) -> None:
    token = yes_token(exchange(asking, "resident", "pothole"))
    exchange(asking, "resident", token)
    assert refused(asking, assistant, "resident", token)


def test_a_choice_works_for_an_hour(asking: int, assistant: FakeAssistant) -> None:
    token = yes_token(exchange(asking, "resident", "pothole"))
    Choice.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert refused(asking, assistant, "resident", token)


def test_a_choice_of_another_conversation_is_refused_and_still_works_where_it_belongs(asking: int, assistant: FakeAssistant) -> None:
    token = yes_token(exchange(asking, "resident", "pothole"))
    assert refused(asking, assistant, "somebody else", token)
    exchange(asking, "resident", token)
    assert assistant.asked[-1]["choice"] == YES


def test_a_made_up_choice_is_refused(asking: int, assistant: FakeAssistant) -> None:
    assert refused(asking, assistant, "resident", "choice_" + "A" * 22)


def test_a_tapped_choice_sent_again_with_the_same_id_is_the_same_turn(asking: int, assistant: FakeAssistant) -> None:
    token = yes_token(exchange(asking, "resident", "pothole"))
    first = write("resident", token, "same id")
    with dispatching(asking):
        wait_for(first)
    assert write("resident", token, "same id").pk == first.pk
    assert assistant.asked[-1]["choice"] == YES


def test_a_choice_is_kept_while_the_assistant_is_asked_again(asking: int, assistant: FakeAssistant) -> None:
    token = yes_token(exchange(asking, "resident", "pothole"))
    failures = iter([(503, {}), (503, {})])
    assistant.reply = lambda turn: next(failures, messages("filed"))
    row = exchange(asking, "resident", token)
    assert texts(row) == ["filed"]
    assert {turn["choice"] for turn in assistant.asked[1:]} == {YES}
