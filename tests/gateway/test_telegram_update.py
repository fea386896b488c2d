"""What Telegram hands over, read by pure functions."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Dict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversations.photos import Photo
from bot.gateway.telegram import ForgedError, NotForUsError, read, verify, webhook_secret
from bot.messages import Place
from bot.settings import Settings
from bot.telegram.incoming import Incoming, Tap
from tests.gateway.telegram_fake import TOKEN, Chat, FakeTelegram

CONFIG = Settings(telegram_bot_token=TOKEN)


@pytest.fixture
def chat() -> Chat:
    return Chat(FakeTelegram(), id=4711)


def taken(update: Dict[str, Any]) -> Incoming:
    return read(update, CONFIG)


@pytest.mark.parametrize(
    "given",
    ["", "a guess", "é", webhook_secret(Settings(telegram_bot_token="another"))],
    ids=["none", "a guess", "no ASCII", "of another bot"],
)
def test_a_request_without_the_secret_is_refused(given: str) -> None:
    with pytest.raises(ForgedError):
        verify(given, CONFIG)


def test_the_secret_has_the_form_telegram_takes_and_does_not_show_the_token() -> None:
    secret = webhook_secret(CONFIG)
    verify(secret, CONFIG)
    assert secret.isalnum()
    assert len(secret) == 64
    assert TOKEN.partition(":")[2][:8] not in secret


def test_words_come_with_the_chat_the_update_and_a_hint_of_the_language(chat: Chat) -> None:
    chat.language = "fr-CA"
    update = chat.says("nid-de-poule")
    assert taken(update) == Incoming("4711", f"110201543:{update['update_id']}", "fr", "nid-de-poule")


def test_a_location_is_a_place_and_a_venue_has_its_words(chat: Chat) -> None:
    assert taken(chat.shares(43.4516, -80.4925)).location == Place("", 43.4516, -80.4925)
    venue = {"location": {"latitude": 43.4, "longitude": -80.5}, "title": "City\u202e Hall", "address": "200 King St W"}
    assert taken(chat.does(venue=venue, location=venue["location"])).location == Place("City Hall, 200 King St W", 43.4, -80.5)


def test_a_photo_is_its_largest_size_with_its_caption_and_album(chat: Chat) -> None:
    incoming = taken(chat.sends_photo("large", caption="look", media_group_id="77"))
    assert (incoming.photos, incoming.text, incoming.album) == ((Photo(reference="large"),), "look", "77")


def test_a_picture_sent_as_a_file_is_a_photo_and_other_files_are_not(chat: Chat) -> None:
    document = {"file_id": "d", "file_unique_id": "d", "mime_type": "image/png"}
    assert taken(chat.does(document=document)).photos == (Photo(reference="d"),)
    assert taken(chat.does(document={**document, "mime_type": "application/pdf"})).answer == "telegram_words_only"


FILE = {"file_id": "f", "file_unique_id": "f"}
UNREADABLE = [
    {"voice": {**FILE, "duration": 3}},
    {"sticker": {**FILE, "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}},
    {"video": {**FILE, "width": 1, "height": 1, "duration": 1}},
    {"audio": {**FILE, "duration": 1}},
    {"contact": {"phone_number": "+15195550123", "first_name": "Z"}},
    {"dice": {"emoji": "🎲", "value": 3}},
    {"animation": {**FILE, "width": 1, "height": 1, "duration": 1}, "document": {**FILE, "mime_type": "image/gif"}},
]


@pytest.mark.parametrize("parts", UNREADABLE, ids=lambda parts: next(iter(parts)))
def test_what_cannot_be_read_gets_a_sentence_and_words_beside_it_are_read(chat: Chat, parts: Dict[str, Any]) -> None:
    assert taken(chat.does(**parts)).answer == "telegram_words_only"
    beside = taken(chat.does(**parts, caption="a pothole"))
    assert (beside.text, beside.notice, beside.answer) == ("a pothole", "telegram_words_only", "")


def test_a_button_is_its_data_with_the_query_to_answer(chat: Chat) -> None:
    update = chat.presses("choice_x", 9)
    incoming = taken(update)
    assert (incoming.text, incoming.tap) == ("choice_x", Tap(update["callback_query"]["id"], 9))


def test_an_edited_message_gets_a_sentence_and_a_moving_location_does_not(chat: Chat) -> None:
    assert taken(chat.edits("at 210")).answer == "telegram_edited"
    moved = chat.edits("")
    del moved["edited_message"]["text"]
    moved["edited_message"]["location"] = {"latitude": 1.0, "longitude": 1.0}
    with pytest.raises(NotForUsError):
        taken(moved)


def test_who_blocks_the_bot_and_who_comes_back_is_told_apart(chat: Chat) -> None:
    assert [taken(chat.changes(status)).blocked for status in ("kicked", "member")] == [True, False]


def test_groups_channels_and_messages_of_telegrams_own_are_ignored_without_an_id(chat: Chat) -> None:
    group = {"id": -100123, "type": "supergroup", "title": "Neighbours"}
    tapped = chat.presses("choice_x")
    tapped["callback_query"]["message"]["chat"] = group
    post = {"update_id": 1, "channel_post": {"message_id": 1, "date": 1, "chat": {"id": -5, "type": "channel"}, "text": "x"}}
    for update in (chat.does(text="hi", chat=group), tapped, post, chat.does(pinned_message=chat.message(text="x")), {"update_id": 5}):
        with pytest.raises(NotForUsError) as caught:
            taken(update)
        assert not any(character.isdigit() for character in str(caught.value))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)
KINDS = st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member", "update_id", "poll"])


@given(JSON | st.dictionaries(KINDS, JSON | st.dictionaries(st.sampled_from(["chat", "from", "date", "message_id", "data"]), JSON)))
def test_whatever_telegram_sends_is_read_or_ignored(shape: Any) -> None:
    with suppress(NotForUsError):
        read(shape, CONFIG)
