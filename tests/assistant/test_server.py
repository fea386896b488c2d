"""The running assistant: what a turn is answered, and what becomes of it when a part behind it fails."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from http.server import BaseHTTPRequestHandler
from typing import Any, Callable, List

import pytest
import requests

from bot.messages import Message
from tests.assistant.serving import Assistant, FakeActions, hang_up, served, slot, slowly, texts, turn
from tests.loopback import send

ASKS_NUMBER = ["What is the number of the request? If you do not have it, tell me where the problem is."]


def rows_of(assistant: Assistant, conversation: str) -> int:
    with sqlite3.connect(assistant.tracker) as connection:
        return connection.execute("SELECT count(*) FROM tracker_events WHERE conversation = ?", [conversation]).fetchone()[0]


def test_a_turn_is_answered_in_the_shape_the_worker_knows(assistant: Assistant, actions: FakeActions, conversation: str) -> None:
    answer = assistant.say(conversation, "hello").json()
    assert set(answer) == {"messages", "understood", "actions", "form", "slots_changed", "language"}
    message = Message.from_dict(answer["messages"][0])
    assert message.text.startswith("Hello.")
    assert "/report_problem" in [choice.payload for choice in message.choices]
    understood = answer["understood"][0]
    assert (understood["text_language"], understood["intent"]["name"]) == ("en", "greet")
    assert 1 < len(understood["intent_ranking"]) <= 10
    assert (answer["actions"], answer["slots_changed"], answer["language"]) == ([], ["language"], "en")


def test_what_actions_did_travels_with_the_answer_and_leaves_the_conversation(
    assistant: Assistant, actions: FakeActions, conversation: str
) -> None:
    asked = assistant.say(conversation, "check on my report")
    assert texts(asked) == ASKS_NUMBER
    assert asked.json()["form"] == "status_form"
    answer = assistant.say(conversation, "26-000417")
    assert texts(answer) == ["Request 26-000417 (Pothole) is open."]
    assert [row["name"] for row in answer.json()["actions"]] == ["action_check_request_status"]
    assert (answer.json()["slots_changed"], answer.json()["form"]) == (["request_number"], None)
    assert {"entity": "request_number", "value": "26-000417"} in answer.json()["understood"][0]["entities"]
    assert all(call["tracker"]["slots"]["action_report"] is None for call in actions.calls if call["next_action"] == "validate_status_form")


def test_the_same_turn_again_gets_the_same_answer_and_does_nothing(assistant: Assistant, actions: FakeActions, conversation: str) -> None:
    body = turn(conversation, "what is happening with 26-000417")
    first = assistant.post(body)
    called, stored = actions.names(conversation), rows_of(assistant, conversation)
    assert texts(first) == ["Request 26-000417 (Pothole) is open."]
    assert assistant.post(body).json() == first.json()
    assert (actions.names(conversation), rows_of(assistant, conversation)) == (called, stored)


def test_the_same_turn_many_times_at_once_runs_once(assistant: Assistant, actions: FakeActions, conversation: str) -> None:
    body = turn(conversation, "what is happening with 26-000417")
    answers: List[List[str]] = []
    threads = [threading.Thread(target=lambda: answers.append(texts(assistant.post(body)))) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [["Request 26-000417 (Pothole) is open."]] * 5
    assert actions.names(conversation).count("action_check_request_status") == 1


def test_a_turn_whose_caller_hung_up_is_finished_and_answered_when_asked_again(
    assistant: Assistant, actions: FakeActions, conversation: str
) -> None:
    actions.fails = lambda handler: (time.sleep(0.5), send(handler, 200, json.dumps(actions.answer(actions.calls[-1])).encode()))  # type: ignore[assignment]
    body = turn(conversation, "what is happening with 26-000417")
    with pytest.raises(requests.Timeout):
        assistant.post(body, timeout=0.2)
    assert texts(assistant.post(body)) == ["Request 26-000417 (Pothole) is open."]
    assert actions.names(conversation).count("action_check_request_status") == 1


@pytest.mark.parametrize("secret", ["", "wrong", "é"])
def test_without_the_secret_nothing_is_answered(assistant: Assistant, conversation: str, secret: str) -> None:
    headers = {"Authorization": f"Bearer {secret}".encode()}
    answer = requests.post(assistant.url, json.dumps(turn(conversation, "hello")), headers=headers, timeout=10)
    assert answer.status_code == 401
    assert requests.post(assistant.url, json.dumps(turn(conversation, "hello")), timeout=10).status_code == 401
    assert rows_of(assistant, conversation) == 0


def test_the_action_server_is_shown_the_secret(assistant: Assistant, actions: FakeActions, conversation: str) -> None:
    from bot.secrets import secrets

    assistant.say(conversation, "check on my report")
    assert actions.secrets
    assert set(actions.secrets) == {f"Bearer {secrets().internal_secret}"}


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"hello"', b"[" * 5000, b"\xff\xfe", {}, {"text": "hello"}]
    + [turn("with\0nul", "hi"), turn("x" * 300, "hi"), turn("c", "\ud800")],
)
def test_a_malformed_turn_is_refused(assistant: Assistant, body: Any) -> None:
    assert assistant.post(body).status_code == 400


@pytest.mark.parametrize("choice", ["/staff_only", "/restart", "/session_start", '/greet{"no_such_entity": "x"}', "hello", "/greet{"])
def test_a_choice_that_is_none_of_ours_is_refused(assistant: Assistant, conversation: str, choice: str) -> None:
    assert assistant.say(conversation, "", choice=choice).status_code == 400
    assert rows_of(assistant, conversation) == 0


def test_a_choice_is_its_intent_for_certain(assistant: Assistant, actions: FakeActions, conversation: str) -> None:
    answer = assistant.say(conversation, "Missed garbage", choice='/article{"article": "garbage_missed"}').json()
    assert answer["understood"][0]["intent"] == {"name": "article", "confidence": 1.0}
    assert answer["understood"][0]["entities"] == [{"entity": "article", "value": "garbage_missed"}]
    assert actions.names(conversation) == ["action_answer_article"]


def test_a_body_that_is_too_large_is_refused_before_it_is_read(assistant: Assistant) -> None:
    assert assistant.post(b"x" * 100_000).status_code == 413


@pytest.mark.parametrize(
    "text",
    ["/restart", "/session_start", '/greet{"language":"fr"}', "\u00a0/restart", "／restart", "//restart", '/inform@0.1{"answer":"x"}'],
)
def test_a_typed_command_is_only_words(assistant: Assistant, actions: FakeActions, conversation: str, text: str) -> None:
    assistant.say(conversation, "hello")
    answer = assistant.say(conversation, text).json()
    assert answer["understood"][0]["intent"]["name"] not in ("restart", "session_start")  # read, not obeyed
    assert (answer["understood"][0]["entities"], answer["language"]) == ([], "en")
    with sqlite3.connect(assistant.tracker) as connection:
        types = [row[0] for row in connection.execute("SELECT type FROM tracker_events WHERE conversation = ?", [conversation])]
    assert types.count("session_started") == 1
    assert types.count("restart") == 0


def test_a_typed_command_leaves_an_open_form_open(assistant: Assistant, actions: FakeActions, conversation: str) -> None:
    assistant.say(conversation, "check on my report")
    assert texts(assistant.say(conversation, '/greet{"language":"fr"}')) == ASKS_NUMBER
    assert texts(assistant.say(conversation, "26-000417")) == ["Request 26-000417 (Pothole) is open."]


@pytest.mark.parametrize(
    "text", ["x" * 10_000, "🙂" * 500, "a\u0301" * 2_000, "\u202ehello", "{language} {{7*7}} %s", "' OR 1=1; --", "ÀÉ\n\t\r\0Z"]
)
def test_odd_texts_are_answered(assistant: Assistant, actions: FakeActions, conversation: str, text: str) -> None:
    assert len(texts(assistant.say(conversation, text))) == 1


def test_the_language_settles_and_follows_a_wish(assistant: Assistant, actions: FakeActions, conversation: str) -> None:
    assert texts(assistant.say(conversation, "bonjour"))[0].startswith("Bonjour.")
    assert texts(assistant.say(conversation, "check on my report, in English please")) == ASKS_NUMBER
    assert assistant.say(conversation, "45 rue Victoria").json()["language"] == "en"


def test_a_wish_for_a_language_alone_is_granted_in_that_language(assistant: Assistant, actions: FakeActions, conversation: str) -> None:
    assert texts(assistant.say(conversation, "hello"))[0].startswith("Hello.")
    assert texts(assistant.say(conversation, "en français svp")) == ["D'accord, je continue en français."]


def test_a_hint_counts_until_the_resident_shows_their_language(assistant: Assistant, actions: FakeActions, conversation: str) -> None:
    assert assistant.say(conversation, "26-000417", language="fr").json()["language"] == "fr"
    assert assistant.say(conversation, "what can you do for me today please", language="fr").json()["language"] == "en"


def _answers(status: int, body: bytes, content_type: str = "application/json") -> Callable[[BaseHTTPRequestHandler], None]:
    return lambda handler: send(handler, status, body, content_type)


UNKNOWN_PARTS = {"custom": {"source": {"title": "x"}}}
FAILURES = {
    "an error": _answers(500, b'{"error": "x", "request_body": {}}'),
    "an error page": _answers(502, b"<html>", "text/html"),
    "not found": _answers(404, b'{"error": "x", "action_name": "y"}'),
    "wrong secret": _answers(401, b'{"error": "x"}'),
    "a 400 that refuses nothing": _answers(400, b"<html>", "text/html"),
    "a page": _answers(200, b"<html>", "text/html"),
    "half an answer": _answers(200, b'{"events": ['),
    "nothing": _answers(200, b""),
    "no content": _answers(204, b""),
    "null": _answers(200, b"null"),
    "a list": _answers(200, b"[]"),
    "wrong types": _answers(200, b'{"events": "none", "responses": 3}'),
    "an event that is none": _answers(200, b'{"events": [{"event": "slot", "value": 3}], "responses": []}'),
    "an event of no kind": _answers(200, b'{"events": [{"event": "no_such_event"}], "responses": []}'),
    "a message of no channel": _answers(200, json.dumps({"events": [slot("form_note", "")], "responses": [UNKNOWN_PARTS]}).encode()),
    "hanging up": lambda handler: hang_up(handler.connection),
    "silence": slowly(10.5),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_when_the_action_server_fails_nothing_is_kept_and_the_form_goes_on_later(
    assistant: Assistant, actions: FakeActions, conversation: str, failure: str
) -> None:
    assert texts(assistant.say(conversation, "check on my report")) == ASKS_NUMBER
    stored = rows_of(assistant, conversation)
    body = turn(conversation, "26-000417")
    actions.fails = FAILURES[failure]
    answer = assistant.post(body)
    assert answer.status_code == 503
    assert answer.json()["failed"] in ("actions", "responses")
    assert rows_of(assistant, conversation) == stored
    actions.fails = None
    assert texts(assistant.post(body)) == ["Request 26-000417 (Pothole) is open."]


def test_when_no_action_server_listens_nothing_is_kept_and_the_form_goes_on_later(assistant: Assistant, conversation: str) -> None:
    fake = FakeActions()
    fake.port = int(assistant.environ["ACTIONS_PORT"])
    with served(fake):
        assert texts(assistant.say(conversation, "check on my report")) == ASKS_NUMBER
    answer = assistant.say(conversation, "26-000417")
    assert (answer.status_code, answer.json()["failed"]) == (503, "actions")
    with served(fake):
        assert texts(assistant.say(conversation, "26-000417")) == ["Request 26-000417 (Pothole) is open."]


def test_an_action_that_refuses_to_run_is_no_failure(assistant: Assistant, actions: FakeActions, conversation: str) -> None:
    assistant.say(conversation, "check on my report")

    def refuse_the_answer(handler: BaseHTTPRequestHandler) -> None:
        call = actions.calls[-1]
        if call["next_action"] == "validate_status_form" and call["tracker"]["latest_message"]["text"] == "hello":
            send(handler, 400, b'{"error": "rejected", "action_name": "validate_status_form"}')
        else:
            send(handler, 200, json.dumps(actions.answer(call)).encode())

    actions.fails = refuse_the_answer
    answer = assistant.say(conversation, "hello")
    assert texts(answer)[0].startswith("Hello.")  # a rule answered it, and the form is still open
    assert texts(assistant.say(conversation, "26-000417")) == ["Request 26-000417 (Pothole) is open."]


def test_a_slow_task_of_one_resident_holds_up_nobody_else(assistant: Assistant, actions: FakeActions, conversation: str) -> None:
    called, go_on = threading.Event(), threading.Event()

    def wait(handler: BaseHTTPRequestHandler) -> None:
        if actions.calls[-1]["sender_id"] == conversation:
            called.set()
            assert go_on.wait(9)
        send(handler, 200, json.dumps(actions.answer(actions.calls[-1])).encode())

    actions.fails = wait
    slow: List[Any] = []
    thread = threading.Thread(target=lambda: slow.append(assistant.say(conversation, "check on my report")))
    thread.start()
    assert called.wait(10)
    assert texts(assistant.say(f"other-{conversation}"[:40], "hello"))[0].startswith("Hello.")
    assert slow == []  # still waiting
    actions.fails = None
    go_on.set()
    thread.join()
    assert slow[0].status_code == 200


def test_a_database_that_cannot_be_written_keeps_nothing_and_heals(assistant: Assistant, actions: FakeActions, conversation: str) -> None:
    assistant.say(conversation, "check on my report")
    body = turn(conversation, "26-000417")
    with sqlite3.connect(assistant.tracker, isolation_level=None) as connection:
        connection.execute("BEGIN IMMEDIATE")
        answer = assistant.post(body)
        connection.execute("ROLLBACK")
    assert (answer.status_code, answer.json()["failed"]) == (503, "tracker")
    assert texts(assistant.post(body)) == ["Request 26-000417 (Pothole) is open."]


def test_a_damaged_row_restarts_its_conversation_and_leaves_the_others_alone(
    assistant: Assistant, actions: FakeActions, conversation: str
) -> None:
    other = f"other-{conversation}"[:40]
    for name in (conversation, other):
        assert texts(assistant.say(name, "check on my report")) == ASKS_NUMBER
    with sqlite3.connect(assistant.tracker) as connection:
        connection.execute("UPDATE tracker_events SET data = x'00ff' WHERE conversation = ? AND type = 'user'", [conversation])
    assert texts(assistant.say(conversation, "hello"))[0].startswith("Hello.")  # no form any more
    assert texts(assistant.say(conversation, "check on my report")) == ASKS_NUMBER
    assert texts(assistant.say(other, "26-000417")) == ["Request 26-000417 (Pothole) is open."]
    note = assistant.log.read_text(encoding="utf-8")
    assert f"conversation {conversation} cannot be read" in note


def test_a_form_goes_on_after_the_assistant_was_killed(assistant: Assistant, actions: FakeActions, conversation: str) -> None:
    assert texts(assistant.say(conversation, "check on my report")) == ASKS_NUMBER
    body = turn(conversation, "26-000417")
    called = threading.Event()
    actions.fails = lambda handler: (called.set(), time.sleep(3))  # type: ignore[assignment]

    def ask() -> None:
        with pytest.raises(requests.ConnectionError):
            assistant.post(body)

    thread = threading.Thread(target=ask)
    thread.start()
    assert called.wait(10)
    assistant.kill()  # while the action runs
    thread.join()
    actions.fails = None
    assistant.start()
    assert texts(assistant.post(body)) == ["Request 26-000417 (Pothole) is open."]


def test_what_residents_write_is_in_no_log_and_in_no_readable_row(assistant: Assistant, actions: FakeActions, conversation: str) -> None:
    assert assistant.say(conversation, "check on my report about Zanzibar Fountain").status_code == 200
    actions.fails = _answers(500, b'{"error": "Zanzibar Fountain"}')
    assert assistant.say(conversation, "the Zanzibar Fountain one").status_code == 503
    actions.fails = None
    for place in sorted(assistant.state.iterdir()):
        assert b"Zanzibar" not in place.read_bytes(), place.name
    with sqlite3.connect(assistant.tracker) as connection:
        assert "Zanzibar" not in "\n".join(connection.iterdump())


def test_health_tells_the_model_it_serves(assistant: Assistant) -> None:
    answer = requests.get(f"{assistant.url}health", timeout=10)
    assert answer.status_code == 200
    assert answer.json()["model"].endswith(".tar.gz")


RASAS_OWN = (  # what `--enable-api` and Rasa's channels would answer
    *("/", "/version", "/status", "/domain", "/openapi.json", "/model", "/model/train", "/model/parse", "/model/predict"),
    *(
        "/model/test/stories",
        "/model/test/intents",
        "/conversations/x/tracker",
        "/conversations/x/tracker/events",
        "/conversations/x/story",
    ),
    *("/conversations/x/execute", "/conversations/x/messages", "/conversations/x/trigger_intent", "/conversations/x/predict"),
    *("/webhooks/rest/webhook", "/webhooks/callback/webhook", "/webhooks/twilio/webhook", "/webhooks/telegram/webhook", "/webhooks/rest/"),
    *("/socket.io/?EIO=4&transport=polling", "/webhooks/", "/webhooks/turn/../rest/webhook", "//webhooks/rest/webhook"),
)


@pytest.mark.parametrize("with_secret", [True, False])
@pytest.mark.parametrize("path", RASAS_OWN)
def test_nothing_of_rasas_own_is_served(assistant: Assistant, path: str, with_secret: bool) -> None:
    base = assistant.url.removesuffix("/webhooks/turn/")
    headers = {"Authorization": f"Bearer {assistant.environ['INTERNAL_SECRET']}"} if with_secret else {}
    for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS"):
        whole = requests.Request(method, base, headers=headers, json={"sender": "x", "message": "/restart"}).prepare()
        whole.url = base + path  # as it stands: requests would tidy it up
        with requests.Session() as session:
            answer = session.send(whole, timeout=10)
        if method == "OPTIONS":  # a library of Rasa's says 200 to it anywhere, and grants nothing
            assert answer.content == b""
        else:
            assert answer.status_code == 404
        assert "rasa" not in answer.text.casefold().replace("/webhooks/turn/../rest", "")
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_turn_without_the_secret_is_refused_before_it_is_read(assistant: Assistant) -> None:
    for secret in ("", "a guess", assistant.environ["INTERNAL_SECRET"][:-1]):
        assert assistant.post(b"{", secret=secret).status_code == 401


def test_a_choice_of_a_language_counts_more_than_what_the_channel_guesses(
    assistant: Assistant, actions: FakeActions, conversation: str
) -> None:
    answer = assistant.say(conversation, "Français", choice='/switch_language{"language": "fr"}', language="en").json()
    assert answer["language"] == "fr"
    assert answer["messages"][0]["text"] == "D'accord, je continue en français."


def test_a_place_alone_is_asked_about_and_goes_to_the_actions(assistant: Assistant, actions: FakeActions, conversation: str) -> None:
    place = {"latitude": 43.4516, "longitude": -80.4925, "label": ""}
    assistant.say(conversation, "", location=place)
    tapped = assistant.say(conversation, "Follow up on a report", choice="/check_request_status")
    assert texts(tapped) == ASKS_NUMBER
    assistant.say(conversation, "", location=place)
    (last,) = [call for call in actions.calls if call["next_action"] == "validate_status_form"][-1:]
    assert last["tracker"]["latest_message"]["metadata"]["location"] == place
    users = [event for event in last["tracker"]["events"] if event["event"] == "user"]
    assert users[0]["metadata"]["location"] == place
