"""The web chat over HTTP: the running gateway and worker, a fake assistant behind, and the widget's calls without a widget."""

from __future__ import annotations

import json
import threading
import time
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any, Dict, List

import pytest
import requests

from bot.gateway.webchat import token_of, verified
from tests.conversations.assistant import messages
from tests.conversations.doing import wait_until
from tests.conversations.processes import environment, process
from tests.gateway.conftest import Gateway
from tests.gateway.starting import gateway_at_work, system_at_work
from tests.gateway.visitor import LIMIT_S, Visitor
from tests.running import free_port

SITE = "https://www.city.example"


@pytest.fixture
def visitor(running: Dict[str, Any]) -> Visitor:
    running["assistant"].__init__()
    return Visitor(running["url"]).begins()


def texts(lines: List[Dict[str, Any]]) -> List[str]:
    return [line["text"] for line in lines]


def test_a_message_is_answered_and_both_are_read_in_order(visitor: Visitor) -> None:
    visitor.says("hello", message_id="my-message-1")
    asked, answered = visitor.reads_until_answered()
    assert (asked["from"], asked["text"], asked["id"], asked["number"]) == ("you", "hello", "my-message-1", 1)
    assert (answered["from"], answered["text"], answered["language"], answered["number"]) == ("assistant", "You said: hello", "en", 1)
    assert "id" not in answered


def test_a_stream_brings_what_was_said_before_and_what_is_said_from_then_on(visitor: Visitor) -> None:
    visitor.says("first")
    visitor.reads_until_answered()
    threading.Timer(0.5, visitor.says, ["second"]).start()
    assert visitor.hears_texts(4) == ["first", "You said: first", "second", "You said: second"]


def test_each_event_has_a_position_from_which_another_stream_goes_on(visitor: Visitor) -> None:
    for text in ("one", "two", "three"):
        visitor.says(text)
        visitor.reads_until_answered()
    event = next(visitor.hears())
    assert event["id"] == "3.3"
    assert json.loads(event["data"])["position"] == "3.3"
    assert visitor.hears_texts(2, after="2.2") == ["three", "You said: three"]
    assert visitor.hears_texts(3, after="2.1") == ["You said: two", "three", "You said: three"]


def test_messages_sent_again_are_taken_once(visitor: Visitor, running: Dict[str, Any]) -> None:
    again = [visitor.posts("file it", message_id="the-same-id") for _ in range(3)]
    assert [response.status_code for response in again] == [202, 202, 202]
    assert [response.json()["new"] for response in again] == [True, False, False]
    assert texts(visitor.reads_until_answered()) == ["file it", "You said: file it"]
    assert visitor.posts("something else", message_id="the-same-id").status_code == 409
    assert len(running["assistant"].ran) == 1


def test_the_same_id_in_two_conversations_is_two_messages(visitor: Visitor) -> None:
    other = Visitor(visitor.url).begins()
    visitor.says("mine", message_id="message-1")
    other.says("theirs", message_id="message-1")
    assert texts(visitor.reads_until_answered()) == ["mine", "You said: mine"]
    assert texts(other.reads_until_answered()) == ["theirs", "You said: theirs"]


def test_a_choice_is_tapped_by_its_token_and_comes_back_by_its_title(visitor: Visitor, running: Dict[str, Any]) -> None:
    question = {"text": "Send it?", "choices": [{"title": "Yes", "payload": "/affirm"}]}
    running["assistant"].reply = lambda turn: messages("Sent.") if turn["choice"] else messages(messages=[question])
    visitor.says("report")
    (choice,) = visitor.reads_until_answered()[-1]["choices"]
    assert choice["title"] == "Yes"
    assert "affirm" not in choice["payload"]
    response = visitor.call("POST", "messages", json={"id": uuid.uuid4().hex, "choice": choice["payload"]})
    assert response.status_code == 202
    assert texts(visitor.reads_until_answered()) == ["Yes", "Sent."]
    assert running["assistant"].ran[-1]["choice"] == "/affirm"


def test_the_button_for_another_language_chooses_it_and_a_typed_command_does_not(visitor: Visitor, running: Dict[str, Any]) -> None:
    words = requests.get(f"{running['url']}/webhooks/webchat/words", timeout=LIMIT_S).json()
    for text in (words["fr"]["continue"], '/switch_language{"language": "fr"}', f"{words['fr']['continue']} Merci"):
        visitor.says(text)
    assert texts(visitor.reads_until_answered())[0] == words["fr"]["continue"]
    assert [turn["choice"] for turn in running["assistant"].ran] == ['/switch_language{"language": "fr"}', None, None]


def test_every_part_of_an_answer_arrives(visitor: Visitor, running: Dict[str, Any]) -> None:
    parts = {
        "text": "Tuesday.",
        "link": {"title": "More", "url": "https://city.example"},
        "place": {"label": "200 King St W", "latitude": 43.45, "longitude": -80.49},
        "picture": {"url": "https://city.example/a.png", "alt": "A cart"},
        "source": {"name": "Calendar", "url": "https://city.example/c", "as_of": "2026-03-01"},
    }
    running["assistant"].reply = lambda turn: messages(messages=[parts], language="fr")
    visitor.says("when")
    answer = visitor.reads_until_answered()[-1]
    assert {name: answer[name] for name in parts} == parts
    assert answer["language"] == "fr"


def test_what_is_never_stored_does_not_come_back(visitor: Visitor) -> None:
    visitor.says("my card is 4111 1111 1111 1111")
    told = json.dumps(visitor.reads_until_answered())
    assert "4111" not in told


def test_what_a_browser_says_it_is_called_changes_nothing(visitor: Visitor) -> None:
    other = Visitor(visitor.url).begins()
    visitor.says("mine")
    for forged in ({"sender": "x"}, {"conversation": "x"}, {"session": visitor.token}, {"address": "x"}):
        assert other.posts("theirs", **forged).status_code == 202
    other.reads_until_answered()
    assert texts(visitor.reads("0.0", wait=False)["lines"])[:1] == ["mine"]
    assert "theirs" not in json.dumps(visitor.reads("0.0", wait=False))


def _changed(token: str) -> str:
    return token[:-1] + ("A" if token[-1] != "A" else "B")


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "messages"), ("GET", "messages?after=0.0"), ("GET", "events"), ("POST", "end")], ids=lambda value: value
)
def test_a_session_that_is_not_ours_gets_nowhere(visitor: Visitor, method: str, path: str) -> None:
    from django.core import signing

    foreign = signing.dumps(["somebody", visitor.url], key="another key", salt="webchat session")
    for token in ("", "x", _changed(visitor.token), visitor.token.partition(":")[0], foreign, "{}", "é" * 20):
        body = {"id": uuid.uuid4().hex, "text": "hello"}
        headers = {"Authorization": f"Bearer {token}".encode(), "Origin": visitor.url}
        refused = requests.request(method, f"{visitor.url}/webhooks/webchat/{path}", json=body, headers=headers, timeout=LIMIT_S)
        assert refused.status_code == 401, token
        assert set(refused.json()) == {"error"}


def test_pages_of_other_sites_get_nothing_until_they_are_listed(database_url: str, gateway: Gateway) -> None:
    with gateway(database_url, WEBCHAT_ORIGINS=f"{SITE}, https://forms.city.example") as url:
        assert Visitor(url, SITE).call("GET", "words").headers["Access-Control-Allow-Origin"] == SITE
        listed = Visitor(url, SITE).begins()
        for origin in ("https://evil.example", "http://www.city.example", f"{SITE}.evil.example", "null", f"{SITE}:8443"):
            for method, path in (("GET", "words"), ("POST", "session"), ("OPTIONS", "messages"), ("GET", "events")):
                refused = Visitor(url, origin).call(method, path)
                assert refused.status_code == 403, (origin, path)
                assert "Access-Control-Allow-Origin" not in refused.headers
        stolen = Visitor(url, "https://forms.city.example")
        stolen.token = listed.token
        assert stolen.posts("hello").status_code == 401, "a session counts on its own site only"
        assert stolen.call("GET", "events").status_code == 401


def test_a_page_that_does_not_say_where_it_is_from_cannot_write(visitor: Visitor) -> None:
    visitor.origin = ""
    assert visitor.posts("hello").status_code == 403
    assert visitor.call("POST", "session").status_code == 403
    assert visitor.call("POST", "end").status_code == 403


def test_a_browser_that_asks_first_is_told_what_a_listed_site_may_send(database_url: str, gateway: Gateway) -> None:
    with gateway(database_url, WEBCHAT_ORIGINS=SITE) as url:
        asked = Visitor(url, SITE).call("OPTIONS", "messages", headers={"Access-Control-Request-Method": "POST"})
        assert asked.status_code == 204
        assert asked.headers["Access-Control-Allow-Origin"] == SITE
        assert "Access-Control-Allow-Credentials" not in asked.headers
        assert {"GET", "POST"} <= set(asked.headers["Access-Control-Allow-Methods"].split(", "))
        assert {"authorization", "content-type", "last-event-id"} <= set(asked.headers["Access-Control-Allow-Headers"].split(", "))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"\xff",
        b'{"text": "hello"}',
        b'{"id": "short", "text": "hello"}',
        b'{"id": "12345678"}',
        b'{"id": "12345678", "text": 7}',
        b'{"id": "12345678", "text": ["a"]}',
        b'{"id": "1234567:", "text": "hello"}',
        b'{"id": "12345678", "text": "a", "choice": "choice_AAAAAAAAAAAAAAAAAAAAAA"}',
        b'{"id": "12345678", "choice": "/restart"}',
        b'{"id": "12345678", "choice": {"a": 1}}',
        b'{"id": 12345678, "text": "hello"}',
    ],
)
def test_a_body_that_is_no_message_is_refused_with_a_reason(visitor: Visitor, body: bytes) -> None:
    refused = visitor.call("POST", "messages", data=body, headers={"Content-Type": "application/json"})
    assert refused.status_code == 400
    assert set(refused.json()) == {"error"}


def test_a_message_too_large_is_refused_and_the_longest_one_written_in_escapes_is_not(visitor: Visitor) -> None:
    assert visitor.posts("x" * 40_000).status_code == 413
    assert visitor.posts("\U0001f600" * 2000).status_code == 202


def test_somebody_who_writes_too_fast_is_told_when_to_try_again(visitor: Visitor) -> None:
    answers = [visitor.posts(f"number {number}") for number in range(25)]
    assert [response.status_code for response in answers[:20]] == [202] * 20
    assert answers[-1].status_code == 429
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60


def test_one_place_cannot_begin_sessions_without_end(database_url: str, gateway: Gateway) -> None:
    with gateway(database_url) as url:
        answers = [Visitor(url).call("POST", "session") for _ in range(70)]
        assert answers[0].status_code == 201
        assert answers[-1].status_code == 429
        assert int(answers[-1].headers["Retry-After"]) > 0


def test_more_streams_than_a_browser_needs_are_told_that_there_is_no_room(visitor: Visitor) -> None:
    streams = [visitor.hears() for _ in range(4)]
    for stream in streams:
        next(stream)
    fifth = visitor.hears()
    next(fifth)
    assert next(fifth)["event"] == "full"
    visitor.says("hello")
    assert texts(visitor.reads_until_answered()) == ["hello", "You said: hello"], "asking goes on"
    streams[0].close()

    def has_room() -> bool:
        again = visitor.hears()
        next(again)
        return next(again).get("event") != "full"

    threading.Timer(0.5, visitor.says, ["one more"]).start()
    wait_until(has_room)


def test_end_deletes_the_conversation_and_tells_other_tabs(visitor: Visitor, running: Dict[str, Any]) -> None:
    visitor.says("my secret canary")
    visitor.reads_until_answered()
    stream = visitor.hears(after="1.1")
    next(stream)
    assert visitor.call("POST", "end").status_code == 204
    assert next(stream)["event"] == "ended"
    assert visitor.call("GET", "messages?after=1.1").status_code == 410
    assert visitor.reads("0.0", wait=False) == {"lines": [], "position": "0.0", "more": False, "waiting": False}
    assert visitor.call("POST", "end").status_code == 204, "again does no harm"


def test_a_session_that_is_over_is_good_for_deleting_and_nothing_else(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor.says("my secret canary")
    visitor.reads_until_answered()
    late = Visitor(visitor.url)
    with monkeypatch.context() as yesterday:
        now = time.time()
        yesterday.setattr(time, "time", lambda: now - timedelta(days=3).total_seconds())
        late.token = token_of(verified(f"Bearer {visitor.token}", visitor.origin))
    assert late.posts("hello").status_code == 401
    for path in ("messages?after=0.0", "events"):
        assert late.call("GET", path).status_code == 401
    late.origin, at_home = SITE, late.origin
    assert late.call("POST", "end").status_code == 403
    late.origin = at_home
    assert visitor.reads("0.0", wait=False)["lines"]
    assert late.call("POST", "end").status_code == 204
    assert visitor.reads("0.0", wait=False)["lines"] == []


def test_an_end_while_the_answer_is_being_made_leaves_nothing(visitor: Visitor, running: Dict[str, Any]) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def slowly(turn: Dict[str, Any]) -> Any:
        asked.set()
        go_on.wait(LIMIT_S)
        return messages("late")

    running["assistant"].reply = slowly
    visitor.says("file it")
    asked.wait(LIMIT_S)
    assert visitor.call("POST", "end").status_code == 204
    go_on.set()
    other = Visitor(visitor.url).begins()
    other.says("hello")
    assert texts(other.reads_until_answered()) == ["hello", "late"]
    assert visitor.reads("0.0", wait=False)["lines"] == []


def test_words_come_in_every_language_with_the_citys_phone_number(running: Dict[str, Any]) -> None:
    from bot.city import city

    words = requests.get(f"{running['url']}/webhooks/webchat/words", timeout=LIMIT_S).json()
    assert set(words) == set(city().languages)
    for language in words:
        assert words[language]["phone"] == city().phone
        assert city().phone in words[language]["offline"]


def test_two_gateways_and_a_stream_on_the_other_one(database_url: str, tmp_path: Path) -> None:
    with system_at_work(database_url, tmp_path) as (url, _):
        with gateway_at_work(environment(database_url, GATEWAY_PORT=str(free_port())), tmp_path) as other_url:
            visitor = Visitor(url).begins()
            elsewhere = Visitor(other_url)
            elsewhere.token, elsewhere.origin = visitor.token, ""  # one page, whichever process a balancer sends it to
            threading.Timer(0.5, visitor.says, ["hello"]).start()
            assert elsewhere.hears_texts(2) == ["hello", "You said: hello"]


def test_a_gateway_told_to_stop_ends_its_streams_at_once(database_url: str, tmp_path: Path) -> None:
    environ = environment(database_url, GATEWAY_PORT=str(free_port()))
    with process("bot.gateway.server", environ, tmp_path / "gateway.log") as running:
        url = f"http://127.0.0.1:{environ['GATEWAY_PORT']}"
        wait_until(lambda: _answers(url))
        stream = Visitor(url).begins().hears()
        next(stream)
        running.terminate()
        running.wait(timeout=4)
        with pytest.raises(StopIteration):
            next(stream)


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/webhooks/webchat/words", timeout=LIMIT_S).ok
    except requests.ConnectionError:
        return False


def test_no_words_and_no_session_are_in_the_logs(visitor: Visitor, running: Dict[str, Any]) -> None:
    visitor.says("canary words")
    visitor.reads_until_answered()
    logs = "".join(path.read_text() for path in running["folder"].glob("*.log"))
    assert logs
    assert "canary" not in logs
    assert visitor.token.partition(":")[0] not in logs


@pytest.mark.parametrize("accepts", ["gzip", "identity"])
def test_the_widget_is_served_to_any_site_and_kept_by_browsers(running: Dict[str, Any], accepts: str) -> None:
    from bot.settings import ROOT

    address = f"{running['url']}/widget.js"
    served = requests.get(address, headers={"Accept-Encoding": accepts}, timeout=LIMIT_S)
    assert served.content == (ROOT / "bot/widget/widget.js").read_bytes()
    assert served.headers.get("Content-Encoding", "identity") == accepts
    assert served.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert served.headers["Access-Control-Allow-Origin"] == "*"
    assert served.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    again = requests.get(address, headers={"Accept-Encoding": accepts, "If-None-Match": served.headers["ETag"]}, timeout=LIMIT_S)
    assert again.status_code == 304
