"""A resident who deletes the chat from within it: the words go at once, the last sentence reaches them, then nothing is left."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, List

import pytest
from django.apps import apps
from django.utils import timezone

from bot.conversations import ending, retention, submissions
from bot.conversations.models import Conversation, Disposal, InboundMessage, Media, OutboundMessage, Route, Visit
from bot.conversations.sentences import say
from bot.conversations.timeline import EndedError, Position, after
from bot.review.models import (
    ChangedAnswer,
    Grade,
    Proposal,
    SampledTurn,
    TurnReview,
    UnansweredMessage,
    UnansweredTopic,
    Version,
)
from tests.conversations.assistant import FakeAssistant, messages
from tests.conversations.doing import conversation_of, dispatching, texts, wait_for, write
from tests.conversations.test_inbox import dump
from tests.conversations.test_private_turns import Chat, everything_opened
from tests.conversations.test_texts_in import ME, Phones

DELETED = messages(
    "It is deleted.",
    actions=[{"name": "action_delete_chat", "outcome": "ok", "forget": True, "dispose": True}],
    understood=[{"entities": [{"entity": "answer", "value": "canary yes"}]}],
)
LONG_AGO = timedelta(minutes=2)


@pytest.fixture
def chat(record: str, assistant: FakeAssistant, assistant_port: int) -> Chat:
    return Chat(assistant, assistant_port)


def time_passes(by: timedelta = LONG_AGO) -> None:
    for row in OutboundMessage.objects.exclude(sent_at=None):
        OutboundMessage.objects.filter(pk=row.pk).update(sent_at=row.sent_at - by)
    for conversation in Conversation.objects.all():
        Conversation.objects.filter(pk=conversation.pk).update(last_message_at=conversation.last_message_at - by)


def disposals() -> List[Any]:
    return [(row.reason, row.by, row.conversations, row.messages) for row in Disposal.objects.all()]


def of_staff(turn: InboundMessage) -> None:
    """Everything that staff, and what works for them, write down about a turn."""
    TurnReview.objects.create(inbound=turn, verdict="wrong", by="rita")
    sampled = SampledTurn.objects.create(inbound=turn, week=timezone.now().date(), place=0)
    Grade.objects.create(sampled=sampled, value="wrong", by="rita")
    topic = UnansweredTopic.objects.create(language="en", terms=["bin"], size=1, size_before=0)
    UnansweredMessage.objects.create(topic=topic, inbound=turn, distance=0.0)
    version = Version.objects.create(by="rita")
    ChangedAnswer.objects.create(version=version, inbound=turn, messages=1, topic="waste", was={"text": "canary"}, now={"text": "canary"})
    Proposal.objects.create(inbound=turn, kind="intent", text="where is my bin", language="en", by="rita")


def tells_of(model: Any, turn: InboundMessage) -> bool:
    """Whether a row of this table leads to the turn or its conversation."""
    names = {"inbound": turn, "sampled__inbound": turn, "visit__conversation": turn.conversation}
    fields = {field.name for field in model._meta.get_fields()}
    return any(model.objects.filter(**{name: there}).exists() for name, there in names.items() if name.partition("__")[0] in fields)


def test_the_words_go_at_once_and_the_rest_when_the_last_sentence_was_read(chat: Chat, record: str, tmp_path: Path) -> None:
    shape = {"text": "canary answer", "choices": [{"title": "canary choice", "payload": "/canary"}]}
    asked = chat.says("canary question", messages(messages=[shape], understood=[{"intent": {"name": "canary intent"}}]))
    now = timezone.now()
    Visit.objects.create(conversation=asked.conversation, channel="rest", started_at=now, last_at=now, assigned_to="canary visit")
    content = asked.conversation.seal_bytes(b"canary photo", "photo")
    Media.objects.create(conversation=asked.conversation, inbound=asked, position=0, content_sealed=content, expires_at=now)
    of_staff(asked)
    submissions.begin("canary key", conversation=asked.conversation_id, kind="canary kind")
    sealed = [bytes(asked.text_sealed), bytes(asked.replies.get().body_sealed), content]

    last = chat.says("canary yes", DELETED)

    assert everything_opened() == sorted(["", "", "{}", "It is deleted."])
    assert [model.__name__ for model in apps.get_app_config("review").get_models() if tells_of(model, asked)] == []
    assert Proposal.objects.get().text == "where is my bin"  # masked, and chosen by staff to teach the assistant
    raw = dump(record, tmp_path)
    assert b"canary" not in raw
    assert b"[forgotten]" in raw
    if record.startswith("sqlite"):
        assert not [value for value in sealed if value in raw]
    assert disposals() == [("resident", "", 1, 2)]
    assert ending.remove_ended() == 0  # nobody has read it yet
    assert texts(last) == ["It is deleted."]
    assert ending.remove_ended() == 0  # nor has had the time to
    time_passes()
    assert ending.remove_ended() == 1
    for model in apps.get_app_config("conversations").get_models():
        if model is not Disposal:
            assert not [row for row in model.objects.all().values() if asked.conversation_id in map(str, row.values())]
    assert (Conversation.objects.count(), Route.objects.count(), InboundMessage.objects.count()) == (0, 0, 0)
    assert disposals() == [("resident", "", 1, 2)]


def test_a_phone_gets_the_last_sentence_before_its_number_is_forgotten(record: str, assistant: FakeAssistant, assistant_port: int) -> None:
    phones = Phones(assistant_port, assistant)
    assistant.reply = lambda turn: messages("long " * 400)
    phones.says("tell me a lot")
    assert OutboundMessage.objects.filter(state="held").exists()
    assistant.reply = lambda turn: DELETED
    phones.think()
    assert phones.says("yes") == ["It is deleted."]
    assert phones.shown[ME][-1] == "It is deleted."
    time_passes()
    assert ending.remove_ended() == 1
    assert Route.objects.count() == 0


def test_a_page_that_shows_the_chat_reads_the_last_sentence_and_then_that_it_is_over(chat: Chat) -> None:
    chat.says("canary question", messages("canary answer"))
    known = after("rest", "me", Position(0, 0)).position
    chat.says("yes", DELETED)
    seen = after("rest", "me", known)
    assert [line.message.text for line in seen.lines] == [say("forgotten", "en"), "It is deleted."]
    assert [line.message.text for line in after("rest", "me", Position(0, 0)).lines][:2] == [say("forgotten", "en")] * 2
    time_passes()
    assert ending.remove_ended() == 1
    with pytest.raises(EndedError):
        after("rest", "me", seen.position)


def test_what_nobody_fetches_does_not_keep_it_for_ever(chat: Chat) -> None:
    chat.says("yes", DELETED)
    time_passes()
    assert ending.remove_ended() == 0
    time_passes(timedelta(days=1))
    assert ending.remove_ended() == 1


def test_retention_leaves_the_last_sentence_to_be_read(chat: Chat) -> None:
    last = chat.says("yes", DELETED)
    assert retention.dispose(timezone.now().date()) == 0
    assert texts(last) == ["It is deleted."]


def test_what_is_written_behind_it_is_answered_and_stays(chat: Chat, record: str, tmp_path: Path) -> None:
    chat.says("canary question", messages("canary answer"))
    last = write("me", "yes")
    behind = write("me", "a pothole on Elm Street")
    chat.assistant.reply = lambda turn: DELETED if turn["text"] == "yes" else messages("Where on Elm Street?")
    with dispatching(chat.port):
        wait_for(last, behind)
    assert texts(behind) == ["Where on Elm Street?"]
    assert texts(last) == ["It is deleted."]
    assert b"canary" not in dump(record, tmp_path)
    time_passes()
    assert ending.remove_ended() == 0
    assert texts(behind) == ["Where on Elm Street?"]


def test_whoever_writes_again_is_not_disposed_of(chat: Chat) -> None:
    texts(chat.says("yes", DELETED))
    new = chat.says("hello again", messages("Hello."))
    texts(new)
    time_passes()
    assert ending.remove_ended() == 0
    assert conversation_of("me").dispose_after > timezone.now().date()
    assert disposals() == [("resident", "", 1, 1)]


def test_somebody_elses_chat_is_left_alone(chat: Chat) -> None:
    other, mine = write("other", "hello"), write("me", "yes")
    chat.assistant.reply = lambda turn: DELETED if turn["text"] == "yes" else messages("Hello.")
    with dispatching(chat.port):
        wait_for(other, mine)
    assert texts(mine) == ["It is deleted."]
    time_passes()
    assert ending.remove_ended() == 1
    assert texts(other) == ["Hello."]
    assert other.conversation.unseal(InboundMessage.objects.get(pk=other.pk).text_sealed, "inbound") == "hello"
