"""What a message asked for besides the task that is begun: it waits in the running assistant, and begins when no form is open."""

from __future__ import annotations

import json
import uuid
from typing import Any, Dict, Iterator, List

import pytest

from tests.assistant.serving import Assistant, FakeActions, report, served, slot, texts, turn
from tests.assistant.test_sessions import STARTED, last_session, remember

EN = "there's a pothole on king st and when is my garbage day"
FR = "il y a un nid-de-poule sur la rue king et c'est quand le jour des ordures"
WHERE, DAY = "Report: go on?", "Which address?"
SENT, DAYS = "Done: action_submit_report", "Done: action_collection_day"


class Forms(FakeActions):
    """A report that ends with "send it", a collection day that ends with a number, and what is said of what waits: its words."""

    def answer(self, call: Dict[str, Any]) -> Any:
        name, tracker = call["next_action"], call["tracker"]
        message = tracker["latest_message"]
        since = [event["event"] for event in tracker["events"]]
        since = since[len(since) - since[::-1].index("user") :]
        intent = message["intent"]["name"]
        waiting = [row["parsed"]["text"] for row in (tracker["slots"]["waiting_needs"] or {}).get("needs", [])]
        if name in ("action_tell_next", "action_begin_next", "action_offer_waiting"):
            said = {"text": f"{name.split('_')[1]}: {' + '.join(waiting)}"}
            if name == "action_offer_waiting":
                said["buttons"] = [{"title": "Yes", "payload": "/collection_day"}]  # type: ignore[assignment]
            return {"events": [report(name)], "responses": [said]}
        if name in ("action_start_over", "action_cancel_task"):
            dropped = [slot("waiting_needs", None)] if name == "action_start_over" else []
            events = [*dropped, slot("requested_slot", None), {"event": "active_loop", "name": None}, report(name)]
            return {"events": events, "responses": [{"text": f"Done: {name}"}]}
        leaves = intent in {"emergency", "cancel", "start_over", "check_request_status"}
        if (
            name in ("validate_report_form", "validate_collection_form")
            and leaves
            and not {"active_loop", "action_execution_rejected"} & {*since}
        ):
            return {"events": [], "responses": []}
        if name == "validate_report_form":
            return self._form(name, "report_description", ends="send it" in message["text"])
        if name == "validate_collection_form":
            return self._form(name, "collection_address", ends=any(map(str.isdecimal, message["text"])))
        if name == "action_ask_collection_address":
            return {"events": [report(name)], "responses": [{"text": DAY}]}
        return super().answer(call)

    @staticmethod
    def _form(name: str, asks: str, *, ends: bool) -> Any:
        said = [] if ends or asks != "report_description" else [{"text": WHERE}]
        return {"events": [report(name), slot("requested_slot", None if ends else asks)], "responses": said}


@pytest.fixture
def actions(assistant: Assistant) -> Iterator[FakeActions]:
    fake = Forms()
    fake.port = int(assistant.environ["ACTIONS_PORT"])
    with served(fake):
        yield fake


def said(answer: Any) -> List[str]:
    """What is read, without the words of the domain."""
    return [text for text in texts(answer) if not text.startswith(("What does it look like", "Décrivez", "Describe", "In a few"))]


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        (EN, "there's a pothole on king st", "when is my garbage day"),
        (FR, "il y a un nid-de-poule sur la rue king", "c'est quand le jour des ordures"),
    ],
)
def test_the_first_task_begins_and_the_second_when_it_ends(
    assistant: Assistant, actions: FakeActions, conversation: str, text: str, first: str, second: str
) -> None:
    answer = assistant.say(conversation, text)
    assert said(answer)[:2] == [f"tell: {second}", WHERE]  # what comes next stands above the question
    assert answer.json()["form"] == "report_form"
    assert [part["intent"]["name"] for part in answer.json()["understood"]] == ["report_problem"]

    then = assistant.say(conversation, "send it")
    assert said(then) == [SENT, f"begin: {second}", DAY]
    assert then.json()["form"] == "collection_form"
    assert then.json()["understood"][-1]["intent"]["name"] == "collection_day"
    opened = next(call for call in reversed(actions.calls) if call["next_action"] == "validate_collection_form")
    assert opened["tracker"]["latest_message"]["text"] == second
    assert opened["tracker"]["latest_message"]["metadata"]["waited"] is True
    assert first not in opened["tracker"]["latest_message"]["text"]
    assert said(assistant.say(conversation, "45 queen st n")) == [DAYS]
    assert said(assistant.say(conversation, "26-000417"))[:1] != [f"begin: {second}"]


def test_three_needs_wait_for_each_other(assistant: Assistant, actions: FakeActions, conversation: str) -> None:
    answer = assistant.say(conversation, "there's a pothole on king st. my streetlight is out. when is garbage day?")
    assert said(answer)[:2] == ["tell: my streetlight is out. + when is garbage day?", WHERE]
    assert said(assistant.say(conversation, "send it"))[:3] == [SENT, "begin: my streetlight is out. + when is garbage day?", WHERE]
    assert said(assistant.say(conversation, "send it"))[:3] == [SENT, "begin: when is garbage day?", DAY]


def test_what_needs_no_question_is_answered_at_once(assistant: Assistant, actions: FakeActions, conversation: str) -> None:
    answer = assistant.say(conversation, "when is my garbage day at 45 queen st n and what ward am i in?")
    assert said(answer)[0] == DAYS
    assert not any(text.startswith(("tell", "begin")) for text in said(answer))
    assert len(answer.json()["understood"]) == 2


def test_dropping_the_first_begins_the_second(assistant: Assistant, actions: FakeActions, conversation: str) -> None:
    assistant.say(conversation, EN)
    assert said(assistant.say(conversation, "never mind", choice="/cancel"))[1:] == ["begin: when is my garbage day", DAY]


def test_starting_over_drops_it(assistant: Assistant, actions: FakeActions, conversation: str) -> None:
    assistant.say(conversation, EN)
    answer = assistant.say(conversation, "start over", choice="/start_over")
    assert said(answer) == ["Done: action_start_over"]
    assert answer.json()["form"] is None


def test_danger_is_answered_first_and_what_waits_stays(assistant: Assistant, actions: FakeActions, conversation: str) -> None:
    assistant.say(conversation, EN)
    answer = assistant.say(conversation, "there's smoke coming out of next door")
    assert said(answer)[0] == "Done: action_say_danger"
    assert answer.json()["form"] == "report_form"
    assert said(assistant.say(conversation, "send it")) == [SENT, "begin: when is my garbage day", DAY]


def test_the_same_turn_again_changes_nothing_and_a_restart_loses_nothing(
    assistant: Assistant, actions: FakeActions, conversation: str
) -> None:
    asked = turn(conversation, EN)
    answers = [assistant.post(asked).json() for _ in range(2)]
    assert answers[0] == answers[1]
    assistant.kill()
    assistant.start()
    ended = turn(conversation, "send it")
    answers = [assistant.post(ended).json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert [message["text"] for message in answers[0]["messages"]] == [SENT, "begin: when is my garbage day", DAY]
    assert actions.names(conversation).count("action_submit_report") == 1


SWITCHES = "when is garbage day and there's a pothole on king st"  # from the first of these a resident may turn to another task


def test_who_goes_on_to_something_else_is_offered_it_once(assistant: Assistant, actions: FakeActions, conversation: str) -> None:
    waits = "there's a pothole on king st"
    assert said(assistant.say(conversation, SWITCHES)) == [f"tell: {waits}", DAY]
    switched = assistant.say(conversation, "check on my report")
    assert switched.json()["form"] == "status_form"
    offered = assistant.say(conversation, "26-000417")
    assert said(offered)[-1] == f"offer: {waits}"
    answer = assistant.say(conversation, "hello")
    assert not any(text.startswith("offer") for text in said(answer))
    assert last_value(assistant, conversation) is None


@pytest.mark.parametrize(
    "answer", [{"text": "yes please"}, {"text": "Report a pothole", "choice": '/report_problem{"service_code": "pothole"}'}]
)
def test_an_offer_that_is_taken_begins_with_all_its_words(
    assistant: Assistant, actions: FakeActions, conversation: str, answer: Dict[str, str]
) -> None:
    assistant.say(conversation, SWITCHES)
    assistant.say(conversation, "check on my report")
    assistant.say(conversation, "26-000417")
    begun = assistant.say(conversation, **answer)
    assert begun.json()["form"] == "report_form"
    opened = next(call for call in reversed(actions.calls) if call["next_action"] == "validate_report_form")
    assert opened["tracker"]["latest_message"]["text"] == "there's a pothole on king st"


def test_it_ends_with_the_session(assistant: Assistant, actions: FakeActions, conversation: str) -> None:
    assistant.say(conversation, EN)
    stored = [{name: value for name, value in event.items() if name != "timestamp"} for event in last_session(assistant, conversation)]
    other = uuid.uuid4().hex
    remember(assistant, other, [STARTED, *(event for event in stored if event["event"] != "session_started")], minutes_ago=61)
    assert last_value(assistant, other)
    assert assistant.say(other, "hello").json()["form"] is None
    assert "when is my garbage day" not in json.dumps(last_session(assistant, other))


def last_value(assistant: Assistant, conversation: str) -> Any:
    """What waits now."""
    values = [event["value"] for event in last_session(assistant, conversation) if event.get("name") == "waiting_needs"]
    return values[-1] if values else None
