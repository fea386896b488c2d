"""What the worker asks itself is answered as a resident is, and leaves nothing behind but its result."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, List, Tuple

import pytest
from django.db import transaction

from bot.conversations.inbox import begin_conversation
from bot.conversations.models import Conversation, Disposal, OutboundMessage, TurnSummary, Visit
from bot.conversations.sentences import say
from bot.conversations.synthetic import ADDRESS
from tests.conversations.assistant import FakeAssistant
from tests.conversations.doing import texts, wait_for, wait_until, write
from tests.conversations.processes import environment, process
from tests.gateway.telegram_fake import TOKEN as BOT_TOKEN
from tests.gateway.telegram_fake import FakeTelegram, telegram_at_work
from tests.gateway.twilio_fake import ACCOUNT, NUMBER, TOKEN, FakeTwilio, twilio_at_work
from tests.monitoring.watching import Watched

CHANNELS = ("rest", "webchat", "sms", "telegram")


@pytest.fixture
def providers() -> Iterator[Tuple[FakeTwilio, FakeTelegram]]:
    with twilio_at_work() as twilio, telegram_at_work() as telegram:
        yield twilio, telegram


@contextmanager
def asking_itself(record: str, port: int, providers: Tuple[FakeTwilio, FakeTelegram], log: Path) -> Iterator[Watched]:
    twilio, telegram = providers
    watched = Watched()
    channels = {
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_NUMBER": NUMBER,
        "TWILIO_API_BASE_URL": twilio.url,
        "TELEGRAM_BOT_TOKEN": BOT_TOKEN,
        "TELEGRAM_API_BASE_URL": telegram.url,
    }
    own = {"ASSISTANT_PORT": str(port), "WORKER_MONITORING_PORT": str(watched.port), "SYNTHETIC_EVERY_S": "1"}
    with process("bot.conversations.worker", environment(record, **own, **channels), log):
        watched.wait_until_ready()
        yield watched


def ended(watched: Watched, outcome: str) -> List[str]:
    """The channels on which a question ended so."""
    return [channel for channel in CHANNELS if watched.value("chatbot_synthetic_seconds_count", channel=channel, outcome=outcome)]


def test_each_channel_is_asked_and_nothing_of_it_is_sent_counted_or_kept(
    record: str, assistant: FakeAssistant, assistant_port: int, providers: Tuple[FakeTwilio, FakeTelegram], tmp_path: Path
) -> None:
    with transaction.atomic():
        begin_conversation("sms", ADDRESS, "synthetic-left")  # of a worker that was killed
    with asking_itself(record, assistant_port, providers, tmp_path / "log") as watched:
        wait_until(lambda: ended(watched, "answered") == list(CHANNELS))
        assert {turn["channel"] for turn in assistant.asked} == set(CHANNELS)
        assert {turn["text"] for turn in assistant.asked} == {say("synthetic_question", "en")}
        for name in ("turns_total", "reply_seconds_count", "stage_seconds_count", "understood_turns_total", "deliveries_total"):
            assert watched.value(f"chatbot_{name}") == 0, name
    twilio, telegram = providers
    assert (twilio.taken, telegram.messages, telegram.called("sendChatAction")) == ([], [], [])
    assert not any(model.objects.exists() for model in (Conversation, Visit, TurnSummary, OutboundMessage, Disposal))


def test_a_question_that_is_apologised_for_is_told_apart_and_residents_are_served_meanwhile(
    record: str, assistant: FakeAssistant, assistant_port: int, providers: Tuple[FakeTwilio, FakeTelegram], tmp_path: Path
) -> None:
    answers = assistant.reply
    assistant.reply = lambda turn: (400, {}) if turn["text"] == say("synthetic_question", "en") else answers(turn)
    with asking_itself(record, assistant_port, providers, tmp_path / "log") as watched:
        wait_until(lambda: ended(watched, "apologised") == list(CHANNELS))
        row = write("somebody", "hello")
        wait_for(row)
        assert texts(row) == ["You said: hello"]
        wait_until(lambda: watched.value("chatbot_turns_total") == 1)
        assert watched.value("chatbot_turns_total", outcome="failed") == 0
