"""Danger in the running assistant: before anything else, inside forms too, and never split in two needs."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List

import pytest

from tests.assistant.serving import Assistant, FakeActions, report, served, slot, texts

SAID = "Done: action_say_danger"


class ReportingActions(FakeActions):
    """Its forms leave danger to the rules, as ours do. It also asks for the description of a report, which any other text is."""

    def answer(self, call: Dict[str, Any]) -> Any:
        name, tracker = call["next_action"], call["tracker"]
        happened = [event["event"] for event in tracker["events"]]
        last = next(kind for kind in reversed(happened) if kind in ("user", "active_loop", "action_execution_rejected"))
        if name.startswith("validate_") and last == "user" and tracker["latest_message"]["intent"]["name"] == "emergency":
            return {"events": [], "responses": []}
        if name == "validate_report_form":
            return {"events": [report(name), slot("requested_slot", "report_description")], "responses": []}
        return super().answer(call)


@pytest.fixture
def actions(assistant: Assistant) -> Iterator[FakeActions]:
    fake = ReportingActions()
    fake.port = int(assistant.environ["ACTIONS_PORT"])
    with served(fake):
        yield fake


def kinds(answer: Any) -> List[str]:
    rows = [row for understood in answer.json()["understood"] for row in understood["entities"]]
    return [row["value"] for row in rows if row["entity"] == "danger"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("my husband hit me and i'm locked in the bathroom", "violence_home"),
        ("ça sent les oeufs pourris", "gas"),
        ("she isn't breathing", "injury"),
        ("i don't want to live anymore", "suicide"),
        ("my toddler drank the drain cleaner", "poisoning"),
        ("the alarm on the ceiling won't stop and we all have headaches", "carbon_monoxide"),
        # the name of a place, or of what broke, makes it no question about that
        ("help i can't find my son at the skating rink", "crime"),
        ("j'ai perdu ma fille à la pataugeoire", "crime"),
        ("the transformer behind the library just exploded", "wire"),
        ("a boy got stabbed at the farmers market", "crime"),
    ],
)
def test_danger_comes_before_anything_else(assistant: Assistant, actions: FakeActions, conversation: str, text: str, kind: str) -> None:
    answer = assistant.say(conversation, text)
    assert texts(answer) == [SAID]
    assert kinds(answer) == [kind]
    assert answer.json()["understood"][0]["intent"]["name"] == "emergency"


@pytest.mark.parametrize(
    "text",
    [
        "what does a CO alarm sound like",
        "can i have a fire pit",
        "my bill is killing me",
        "dead raccoon",
        "le feu rouge ne change plus au coin de weber et victoria",
        "there is a hole in the path and my neighbour almost tripped",
        "la dalle est soulevée, une personne âgée pourrait trébucher",
        "where do i go for a lost and found, i lost my son's boots at the arena",
    ],
)
def test_ordinary_questions_are_no_danger(assistant: Assistant, actions: FakeActions, conversation: str, text: str) -> None:
    assert SAID not in texts(assistant.say(conversation, text))


def test_danger_in_a_message_of_two_sentences_is_not_split(assistant: Assistant, actions: FakeActions, conversation: str) -> None:
    answer = assistant.say(conversation, "when is garbage day? and he is not breathing")
    assert texts(answer) == [SAID]
    assert len(answer.json()["understood"]) == 1


def test_danger_interrupts_a_form_and_the_form_goes_on(assistant: Assistant, actions: FakeActions, conversation: str) -> None:
    question = texts(assistant.say(conversation, "check on my report"))
    answer = assistant.say(conversation, "there's smoke coming out of next door")
    assert texts(answer) == [SAID, *question]
    assert texts(assistant.say(conversation, "26-000417")) == ["Request 26-000417 (Pothole) is open."]


def test_danger_interrupts_even_a_free_text(assistant: Assistant, actions: FakeActions, conversation: str) -> None:
    question = texts(assistant.say(conversation, "there is a pothole on king st"))
    answer = assistant.say(conversation, "it's on fire")
    assert texts(answer) == [SAID, *question]
    assert kinds(answer) == ["fire"]
    assert actions.names(conversation)[-1] == "validate_report_form"


def test_a_turn_for_danger_only_runs_nothing_and_keeps_nothing_unless_there_is_danger(
    assistant: Assistant, actions: FakeActions, conversation: str
) -> None:
    for text in ("where is my request", "hello"):
        assert assistant.say(conversation, text, only_danger=True).json() == {"danger": False}
    assert actions.names(conversation) == []
    assert texts(assistant.say(conversation, "mommy is asleep and the curtain is on fire", only_danger=True)) == [SAID]
    assert "number of the request" in texts(assistant.say(conversation, "where is my request"))[0]
