"""Conversations past their time are gone, with their keys and all they held."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bot.city import city
from bot.conversations import leases, retention, submissions
from bot.conversations.models import Conversation, Disposal, Heartbeat, InboundMessage, Media
from bot.conversations.photos import Photo
from bot.conversations.working import Worker
from tests.conversations.assistant import FakeAssistant, messages
from tests.conversations.doing import conversation_of, dispatching, texts, wait_for, write
from tests.conversations.test_inbox import dump
from tests.pictures import picture


def test_a_conversation_past_its_time_leaves_nothing_but_a_count(
    record: str, assistant: FakeAssistant, assistant_port: int, tmp_path: Path
) -> None:
    shape = {"text": "canary answer", "choices": [{"title": "Yes", "payload": "/affirm"}]}
    assistant.reply = lambda turn: messages(messages=[shape], actions=[{"name": "canary action"}])
    over, kept = write("over", "canary question"), write("kept", "hello")
    with dispatching(assistant_port):
        wait_for(over, kept)
    old = conversation_of("over")
    submissions.begin("key", conversation=old.key, kind="canary kind")
    today = timezone.now().date()
    Conversation.objects.filter(key=old.key).update(dispose_after=today - timedelta(days=1))
    key = bytes(old.data_key_sealed)

    assert retention.dispose(today) == 1

    (disposal,) = Disposal.objects.all()
    assert (disposal.conversations, disposal.messages) == (1, 1)
    for model in apps.get_app_config("conversations").get_models():
        for row in model.objects.all().values():
            assert old.key not in map(str, row.values())
            assert key not in [bytes(value) for value in row.values() if isinstance(value, (bytes, memoryview))]
    assert texts(kept) == ["canary answer"]
    InboundMessage.objects.get(pk=kept.pk)
    raw = dump(record, tmp_path)
    assert b"canary question" not in raw
    assert b"canary kind" not in raw


@pytest.mark.usefixtures("record")
def test_a_conversation_lives_until_its_last_day_and_each_message_prolongs_it() -> None:
    write("resident", "hello")
    last_day = conversation_of("resident").dispose_after
    assert retention.dispose(last_day - timedelta(days=1)) == 0
    Conversation.objects.update(dispose_after=last_day - timedelta(days=100))
    write("resident", "hello again")
    assert retention.dispose(last_day - timedelta(days=1)) == 0
    assert retention.dispose(last_day) == 1


@pytest.mark.parametrize(
    ("written", "kept_on", "gone_on"),
    [
        ("2026-11-30T00:05", "2027-11-29T23:59", "2027-11-30T00:05"),  # by UTC, each of these is said to be of the same or the next day
        ("2026-11-30T23:55", "2027-11-29T23:59", "2027-11-30T23:55"),
        ("2026-03-08T23:30", "2027-03-07T23:59", "2027-03-08T23:30"),  # another day of the change to summer time
    ],
)
@pytest.mark.usefixtures("record")
def test_nothing_is_kept_for_more_than_a_year(monkeypatch: pytest.MonkeyPatch, written: str, kept_on: str, gone_on: str) -> None:
    def clock(at: str) -> None:
        moment = datetime.fromisoformat(at).replace(tzinfo=city().timezone)
        monkeypatch.setattr(timezone, "now", lambda: moment)

    clock(written)
    write("resident", "hello")
    clock(kept_on)
    assert retention.dispose(retention.today()) == 0
    clock(gone_on)
    assert retention.dispose(retention.today()) == 1


@pytest.mark.usefixtures("record")
def test_more_conversations_than_a_batch_are_all_disposed_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for number in range(5):
        write(f"resident {number}", "hello")
    assert retention.dispose(timezone.now().date() + timedelta(days=400)) == 5
    assert Conversation.objects.count() == 0


@pytest.mark.usefixtures("record")
def test_however_many_photos_are_over_a_statement_takes_only_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "PICTURES", 2)
    for number in range(3):
        write(f"resident {number}", "", photos=[Photo(content=picture()), Photo(content=picture())])
    kept = Media.objects.last()
    assert kept is not None
    Media.objects.exclude(pk=kept.pk).update(expires_at=timezone.now() - timedelta(hours=1))
    with CaptureQueriesContext(connection) as asked:
        assert retention.dispose_of_pictures() == 5
    statements = [query["sql"] for query in asked.captured_queries]
    assert len([sql for sql in statements if sql.startswith('DELETE FROM "conversations_media"')]) == 3
    assert Media.objects.get() == kept


@pytest.mark.usefixtures("record")
def test_sessions_of_the_console_that_are_over_are_deleted() -> None:
    now = timezone.now()
    Session.objects.create(session_key="over", session_data="", expire_date=now - timedelta(minutes=1))
    Session.objects.create(session_key="open", session_data="", expire_date=now + timedelta(minutes=29))
    Worker()._keep_house()
    assert [session.session_key for session in Session.objects.all()] == ["open"]


@pytest.mark.usefixtures("record")
def test_what_cannot_be_deleted_keeps_nothing_else_from_being_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> int:
        raise OperationalError("canceling statement due to statement timeout")

    write("resident", "hello")
    Conversation.objects.update(dispose_after=retention.today() - timedelta(days=1))
    monkeypatch.setattr(retention, "dispose_of_pictures", fails)
    Worker()._keep_house()
    assert not Conversation.objects.exists()


@pytest.mark.usefixtures("record")
def test_one_process_leads_until_it_stops_or_its_time_is_over() -> None:
    hour = timedelta(hours=1)
    assert leases.lead("retention", "one", hour)
    assert not leases.lead("retention", "two", hour)
    assert leases.lead("retention", "one", hour)
    assert leases.lead("something else", "two", hour)
    assert leases.lead("short", "one", timedelta(0))
    assert leases.lead("short", "two", hour)


@pytest.mark.usefixtures("record")
def test_processes_long_silent_are_forgotten() -> None:
    now = timezone.now()
    Heartbeat.objects.create(process="old", name="worker", at=now - timedelta(days=2))
    Heartbeat.objects.create(process="new", name="worker", at=now)
    retention.forget_silent_processes()
    assert [row.process for row in Heartbeat.objects.all()] == ["new"]
