"""What the worker's `/metrics` says of a system at work, with fakes for the assistant and for Twilio."""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Dict, Iterator

import pytest
import requests

from tests.conversations import databases
from tests.conversations.assistant import FakeAssistant, Reply, messages
from tests.conversations.doing import LIMIT_S, wait_until
from tests.gateway.starting import system_at_work
from tests.gateway.test_sms_conversation import PUBLIC, Phone, System
from tests.gateway.twilio_fake import ACCOUNT, NUMBER, TOKEN, twilio_at_work
from tests.monitoring.watching import Watched

REST_KEY = "a key of tests"
SECRET = "the zamboni of mrs abernathy"


@dataclass
class Running:
    system: System
    worker: Watched
    gateway: Watched

    def asks(self, text: str = "hello", **more: str) -> None:
        """Somebody new, over REST; returns when it is answered."""
        shape = {"sender": uuid.uuid4().hex, "message": text, **more}
        url, key = f"{self.system.url}/webhooks/rest/webhook", {"X-Api-Key": REST_KEY}
        assert requests.post(url, json=shape, headers=key, timeout=LIMIT_S).status_code == 200


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder: Path = tmp_path_factory.mktemp("watched")
    database = databases.sqlite(folder / "record.sqlite3")
    databases.migrate(database)
    worker, gateway = Watched(), Watched()
    with twilio_at_work() as provider:
        settings = {
            "PUBLIC_URL": PUBLIC,
            "REST_API_KEY": REST_KEY,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_NUMBER": NUMBER,
            "TWILIO_API_BASE_URL": provider.url,
            "TWILIO_SEGMENTS_PER_S": "100",
            "WORKER_MONITORING_PORT": str(worker.port),
            "GATEWAY_MONITORING_PORT": str(gateway.port),
        }
        with system_at_work(database, folder, **settings) as (url, fake):
            worker.wait_until_ready()
            yield Running(System(url, provider, fake, folder), worker, gateway)


@pytest.fixture
def running(whole: Running) -> Running:
    whole.system.assistant.__init__()  # type: ignore[misc]
    return whole


@pytest.fixture
def assistant(running: Running) -> FakeAssistant:
    return running.system.assistant


def understood(certainty: str) -> Dict[str, Any]:
    return {"text_language": "en", "intent": {"name": "article/garbage_missed", "confidence": 0.4, "outcome": certainty}, "entities": []}


def _answers_as(certainty: str, turn: Dict[str, Any]) -> Reply:
    return messages("?", understood=[understood(certainty)])


def call(host: str, status: Any, **more: Any) -> Dict[str, Any]:
    return {"host": host, "call": "GET requests/{id}", "status": status, "ms": 100, **more}


def test_a_turn_is_counted_by_channel_language_and_outcome_with_its_reply_time(running: Running) -> None:
    before = running.worker.value("chatbot_turns_total", channel="rest", language="en", outcome="talked")
    replies = running.worker.value("chatbot_reply_seconds_count", channel="rest")
    running.asks()
    wait_until(lambda: running.worker.value("chatbot_turns_total", channel="rest", language="en", outcome="talked") == before + 1)
    assert running.worker.value("chatbot_reply_seconds_count", channel="rest") == replies + 1
    assert running.worker.value("chatbot_reply_seconds_sum", channel="rest") > 0


def test_a_turn_that_fails_is_counted_as_failed(running: Running, assistant: FakeAssistant) -> None:
    assistant.reply = lambda turn: (400, {})
    before = running.worker.value("chatbot_turns_total", outcome="failed")
    running.asks("bonjour", language="fr")
    wait_until(lambda: running.worker.value("chatbot_turns_total", outcome="failed") == before + 1)
    assert running.worker.value("chatbot_turns_total", outcome="failed", language="fr") >= 1


def test_an_answer_tells_where_its_time_went_and_how_each_city_system_answered(running: Running, assistant: FakeAssistant) -> None:
    calls = [
        call("city.example", 200),
        call("city.example", 503),
        call("city.example", 404),
        call("geo.example", None),
        call("geo.example", None, note="circuit open"),
    ]
    action = {"name": "action_look_up", "outcome": "unavailable", "ms": 2500, "api_calls": calls}
    assistant.reply = lambda turn: messages("later", actions=[action])
    in_actions = running.worker.value("chatbot_stage_seconds_sum", stage="actions")
    running.asks()
    wait_until(lambda: running.worker.value("chatbot_lookup_seconds_count", host="geo.example", outcome="left_alone") == 1)
    outcomes = (("city.example", "ok"), ("city.example", "failed"), ("city.example", "refused"), ("geo.example", "no_answer"))
    assert [running.worker.value("chatbot_lookup_seconds_count", host=host, outcome=outcome) for host, outcome in outcomes] == [1] * 4
    assert running.worker.value("chatbot_lookup_seconds_sum", host="city.example") == pytest.approx(0.3)
    assert running.worker.value("chatbot_actions_total", action="action_look_up", outcome="unavailable") == 1
    assert running.worker.value("chatbot_stage_seconds_sum", stage="actions") == pytest.approx(in_actions + 2.5)
    stages = {stage: running.worker.value("chatbot_stage_seconds_count", stage=stage) for stage in ("inbox", "assistant", "actions")}
    assert len(set(stages.values())) == 1, stages


def test_what_was_not_understood_is_counted(running: Running, assistant: FakeAssistant) -> None:
    for certainty in ("torn", "lost", "sure"):
        assistant.reply = partial(_answers_as, certainty)
        running.asks()
    wait_until(lambda: running.worker.value("chatbot_understood_turns_total", certainty="sure") == 1)
    assert [running.worker.value("chatbot_understood_turns_total", certainty=certainty) for certainty in ("torn", "lost")] == [1, 1]


def test_what_waits_is_shown_with_its_age(running: Running, assistant: FakeAssistant) -> None:
    asked, release = threading.Event(), threading.Event()

    def reply(turn: Dict[str, Any]) -> Reply:
        asked.set()
        assert release.wait(LIMIT_S)
        return messages("done")

    assistant.reply = reply
    resident = threading.Thread(target=running.asks)
    resident.start()
    assert asked.wait(LIMIT_S)
    assert running.worker.value("chatbot_queue_messages", queue="inbox") == 1
    wait_until(lambda: running.worker.value("chatbot_queue_oldest_seconds", queue="inbox") > 0)
    release.set()
    resident.join()
    wait_until(lambda: running.worker.value("chatbot_queue_messages", queue="inbox") == 0)
    assert running.worker.value("chatbot_queue_oldest_seconds", queue="inbox") == 0
    assert running.worker.value("chatbot_database_up") == 1


def test_texts_are_counted_as_sent_tried_again_and_failed(running: Running) -> None:
    system, worker = running.system, running.worker
    system.twilio.faults[:] = [(503, 20503)]
    phone = Phone(system)
    phone.texts("pothole")
    wait_until(lambda: worker.value("chatbot_deliveries_total", channel="sms", outcome="later") == 1)
    assert worker.value("chatbot_queue_messages", queue="outbox", channel="sms") == 1
    wait_until(lambda: worker.value("chatbot_deliveries_total", channel="sms", outcome="sent") == 1)
    assert worker.value("chatbot_stage_seconds_count", stage="delivery") == 1
    assert worker.value("chatbot_reply_seconds_count", channel="sms") == 1
    system.twilio.faults[:] = [(400, 21211)]
    Phone(system).texts("pothole")
    wait_until(lambda: worker.value("chatbot_deliveries_total", channel="sms", outcome="failed") == 1)


def test_what_a_provider_reports_later_is_counted_where_it_says_so(running: Running) -> None:
    phone = Phone(running.system)
    phone.texts("pothole")
    phone.reads(1)
    (form,) = [form for form in running.system.twilio.taken if form["To"] == phone.number]
    said = {"MessageSid": form["Sid"], "MessageStatus": "delivered", "To": phone.number}
    path = form["StatusCallback"].removeprefix(PUBLIC)
    assert running.system.post(said, path).status_code in (200, 204)
    assert running.gateway.value("chatbot_delivery_reports_total", channel="sms", outcome="delivered") == 1


def test_no_number_says_anything_of_a_resident_and_every_label_is_from_our_own_lists(running: Running, assistant: FakeAssistant) -> None:
    assistant.reply = lambda turn: messages(SECRET, language="zz", understood=[understood("torn")])
    running.asks(SECRET, language="zz")
    phone = Phone(running.system)
    phone.texts(SECRET)
    phone.reads(1)
    wait_until(lambda: running.worker.value("chatbot_turns_total", language="other") >= 2)
    for watched in (running.worker, running.gateway):
        text = watched.get("/metrics").text
        assert [word for word in ("zamboni", "abernathy", phone.number, "zz") if word in text] == []
    labels = running.worker.labels()
    labels.pop("le")
    assert labels.pop("host") <= {"city.example", "geo.example"}
    assert labels.pop("action") <= {"action_look_up"}
    outcomes = {"talked", "failed", "handed_over", "unavailable", "ok", "refused", "no_answer", "left_alone", "sent", "later"}
    assert labels.pop("outcome") <= outcomes
    assert labels == {
        "channel": {"", "rest", "sms"},
        "language": {"en", "fr", "other"},
        "certainty": {"sure", "torn", "lost"},
        "stage": {"inbox", "assistant", "actions", "delivery"},
        "queue": {"inbox", "outbox"},
    }


def test_the_public_port_shows_none_of_it(running: Running) -> None:
    for path in ("/metrics", "/live", "/ready"):
        assert requests.get(f"{running.system.url}{path}", timeout=LIMIT_S).status_code == 404


def test_each_process_tells_its_memory_and_the_gateway_how_late_its_loop_is(running: Running) -> None:
    assert running.worker.value("process_resident_memory_bytes") > 1e6
    assert running.gateway.value("process_resident_memory_bytes") > 1e6
    wait_until(lambda: running.gateway.value("chatbot_event_loop_lag_seconds_count") > 0)
