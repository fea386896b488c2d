"""What residents do on Telegram as turns: counted once, albums joined, places sealed, nobody written to who blocked the bot."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any, List

import pytest
from django.db import connection

from bot.conversations import albums, chats_in, leases, opt_outs, photos_in, turns
from bot.conversations.models import Conversation, InboundMessage
from bot.conversations.photos import Photo
from bot.conversations.sentences import say
from bot.messages import Place
from bot.sealing import lookup_digest
from bot.telegram.incoming import Incoming
from tests.conversations.assistant import FakeAssistant
from tests.conversations.doing import LIMIT_S, dispatching, ten_times_at_once, wait_for, wait_until
from tests.pictures import picture

pytestmark = pytest.mark.usefixtures("record")
CHAT = "700123456"
_updates = iter(range(1, 10**6))


def does(**what: Any) -> InboundMessage:
    update = f"1:{next(_updates)}"
    chats_in.take(Incoming(CHAT, update, **what))
    return InboundMessage.objects.get(provider_id=update)


def texts() -> List[str]:
    return [row.text_masked for row in Conversation.objects.get().outbound.order_by("id")]


def test_a_shared_location_is_a_turn_and_nobody_reads_where_it_is(assistant: FakeAssistant, assistant_port: int) -> None:
    row = does(location=Place("", 43.4516, -80.4925))
    assert (row.text_masked, row.refusal) == ("[location]", "")
    with dispatching(assistant_port):
        wait_for(row)
    assert assistant.asked[0]["location"] == {"label": "", "latitude": 43.4516, "longitude": -80.4925}
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')
            shown = b" ".join(bytes(v) if isinstance(v, (bytes, memoryview)) else str(v).encode() for r in cursor.fetchall() for v in r)
        assert b"80.49" not in shown, table  # no time of day holds that, as some hold 43.45
        assert CHAT.encode() not in shown, table


def test_the_same_update_ten_times_at_once_is_one_turn() -> None:
    ten_times_at_once(lambda: chats_in.take(Incoming(CHAT, "1:same", text="pothole")))
    assert InboundMessage.objects.count() == 1


def test_a_command_with_a_sentence_is_answered_without_the_assistant_in_the_language_last_spoken(
    assistant: FakeAssistant, assistant_port: int
) -> None:
    with dispatching(assistant_port):
        wait_for(does(text="hello", language="fr"))  # the fake assistant answers in English
        wait_for(does(text="/language", language="fr"))
    assert texts()[2:] == [say("telegram_language", "en")]
    assert [choice.position for choice in Conversation.objects.get().choices.all()] == [0, 1]
    assert len(assistant.asked) == 1


def test_photos_of_an_album_are_one_turn_however_far_apart_they_come_in_it(
    assistant: FakeAssistant, assistant_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = {"photos": (Photo(content=picture()),), "album": "77"}
    with dispatching(assistant_port):
        first = does(**photo)
        second = does(**photo, text="it is deep")
        third = does(**photo)
        after = does(text="done")
        wait_for(first, second, third, after)
    assert [(turn["text"], len(turn["media"])) for turn in assistant.asked] == [("it is deep", 3), ("done", 0)]
    assert texts()[1:] == ["You said: it is deep", "You said: done"]


def test_a_photo_of_an_album_that_comes_late_has_a_turn_of_its_own(
    assistant: FakeAssistant, assistant_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(albums, "ARRIVES_WITHIN", timedelta(milliseconds=50))
    photo = {"photos": (Photo(content=picture()),), "album": "77"}
    with dispatching(assistant_port):
        wait_for(does(**photo))
        wait_for(does(**photo))
    assert [len(turn["media"]) for turn in assistant.asked] == [1, 1]


def test_a_photo_that_comes_after_one_of_its_album_was_dropped_blocks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(albums, "ARRIVES_WITHIN", timedelta(0))
    for content in (b"no picture", picture()):
        does(photos=(Photo(content=content),), album="77")
    (claim,) = leases.claim("worker", 1)
    turn = turns.begin(claim)
    assert turn is not None
    photos_in.settle(turn, None, time.monotonic() + LIMIT_S)
    does(photos=(Photo(content=picture()),), album="77")  # Telegram tried again
    turn = turns.begin(claim)
    assert turn is not None
    assert len(turn.media) == 2


def test_who_blocks_the_bot_is_remembered_until_they_write(assistant: FakeAssistant, assistant_port: int) -> None:
    lookup = lookup_digest("telegram", CHAT)
    chats_in.take(Incoming(CHAT, "1:blocked", blocked=True))
    assert opt_outs.has_opted_out("telegram", lookup)
    does(text="hello again")
    assert not opt_outs.has_opted_out("telegram", lookup)
    with dispatching(assistant_port):
        wait_until(lambda: assistant.asked)
