"""Photos in the record: taken in with their message, made clean before its turn, shown until their time is over."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any, List, Sequence

import pytest
from django.utils import timezone

from bot.conversations import media, picture_process, retention
from bot.conversations.handing_over import KEPT_FOR, hand_over
from bot.conversations.models import InboundMessage, Media
from bot.conversations.photos import MOST_BYTES, FetchError, Photo
from bot.conversations.sentences import say
from bot.sealing import SealError
from tests.conversations.assistant import FakeAssistant
from tests.conversations.doing import conversation_of, dispatching, texts, wait_for, wait_until, write
from tests.conversations.test_inbox import dump
from tests.pictures import bomb, photo_of_a_phone, picture, read

pytestmark = pytest.mark.usefixtures("record")


class Provider:
    """Where photos are fetched from; `fails` first."""

    def __init__(self, **kept: bytes) -> None:
        self.kept, self.asked, self.fails = kept, [], []  # type: Dict[str, bytes], List[str], List[Exception]

    def __call__(self, reference: str, until: float) -> bytes:
        assert until > time.monotonic()
        self.asked.append(reference)
        if self.fails:
            raise self.fails.pop(0)
        return self.kept[reference]


def answered(port: int, text: str, photos: Sequence[Photo], fetch: Any = None, sender: str = "resident") -> InboundMessage:
    """A message whose turn is done."""
    row = write(sender, text, photos=photos)
    with dispatching(port, photos={"rest": fetch} if fetch else {}):
        wait_for(row)
    row.refresh_from_db()
    return row


def test_a_photo_is_in_the_turn_by_its_id_and_shown_clean(assistant: FakeAssistant, assistant_port: int) -> None:
    row = answered(assistant_port, "a pothole", [Photo(content=photo_of_a_phone())])
    (photo,) = row.media.all()
    (turn,) = assistant.asked
    assert turn["media"] == [{"id": photo.pk, "type": "image/jpeg"}]
    assert (turn["text"], texts(row)) == ("a pothole", ["You said: a pothole"])
    shown = media.shown(photo.pk)
    assert shown is not None
    assert read(shown.content).size == (60, 80)
    assert not dict(read(shown.content).getexif())


def test_a_photo_at_its_provider_is_fetched_by_the_worker_and_not_at_the_door(assistant: FakeAssistant, assistant_port: int) -> None:
    provider = Provider(one=picture("PNG"), two=picture("GIF"))
    row = write("resident", "", photos=[Photo(reference="one"), Photo(reference="two")])
    assert provider.asked == []
    assert row.text_masked == "[photo]"
    with dispatching(assistant_port, photos={"rest": provider}):
        wait_for(row)
    assert provider.asked == ["one", "two"]
    assert [item["id"] for item in assistant.asked[0]["media"]] == list(row.media.order_by("position").values_list("pk", flat=True))
    assert [photo.reference_sealed for photo in row.media.all()] == [None, None]


def test_what_came_is_on_disk_sealed_only_and_gone_once_it_is_clean(record: str, assistant_port: int, tmp_path: Path) -> None:
    before = photo_of_a_phone()
    row = write("resident", "", photos=[Photo(content=before), Photo(reference="a canary reference")])
    assert b"canary" not in dump(record, tmp_path)
    with dispatching(assistant_port):
        wait_for(row)
    (photo,) = row.media.select_related("conversation")
    assert media.content_of(photo) != before
    assert b"canary" not in dump(record, tmp_path)


def test_the_same_message_again_brings_no_second_photo(assistant: FakeAssistant, assistant_port: int) -> None:
    for _ in range(3):
        row = write("resident", "", "the same id", photos=[Photo(content=picture())])
    with dispatching(assistant_port):
        wait_for(row)
    write("resident", "", "the same id", photos=[Photo(content=picture())])
    assert Media.objects.count() == 1
    assert len(assistant.asked) == 1


@pytest.mark.parametrize(
    ("photo", "sentence"),
    [
        (Photo(content=b"<html>"), "photo_unreadable"),
        (Photo(content=bomb(50_000)), "photo_too_large"),
        (Photo(content=bytes(MOST_BYTES + 1)), "photo_too_large"),
        (Photo(reference="nobody fetches for this channel"), "photo_lost"),
        (Photo(declined="photo_unreadable"), "photo_unreadable"),
    ],
    ids=["a page", "a bomb", "too many bytes", "no way to fetch", "a video"],
)
def test_a_photo_that_cannot_be_taken_is_told_and_the_words_are_answered(
    assistant: FakeAssistant, assistant_port: int, photo: Photo, sentence: str
) -> None:
    row = answered(assistant_port, "a pothole", [photo, Photo(content=picture())])
    assert texts(row) == [say(sentence, "en"), "You said: a pothole"]
    assert len(assistant.asked[0]["media"]) == row.media.count() == 1
    assistant.asked.clear()
    alone = answered(assistant_port, "", [photo])
    assert texts(alone) == [say(sentence, "en")]
    assert (assistant.asked, alone.outcome) == ([], "refused")


@pytest.mark.parametrize("error", [FetchError("too slow"), FetchError("too large", "photo_too_large"), RuntimeError("a bug of ours")])
def test_a_photo_that_cannot_be_fetched_does_not_come_back_for_ever(
    assistant: FakeAssistant, assistant_port: int, error: Exception
) -> None:
    provider = Provider(one=picture())
    provider.fails.append(error)
    row = answered(assistant_port, "look", [Photo(reference="one"), Photo(reference="one")], provider)
    assert texts(row) == [say(getattr(error, "sentence", "photo_lost"), "en"), "You said: look"]
    assert (len(provider.asked), row.media.count()) == (2, 1)


@pytest.mark.parametrize("times", [1, 2])
def test_a_photo_whose_decoder_was_killed_is_tried_once_more(
    assistant: FakeAssistant, assistant_port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    script = (
        "import os, pathlib, runpy, signal\n"
        f"killed = [pathlib.Path({str(tmp_path)!r}) / str(number) for number in range({times})]\n"
        "for mark in killed:\n    if not mark.exists():\n        mark.touch(); os.kill(os.getpid(), signal.SIGTERM)\n"
        f"runpy.run_path({picture_process.__file__!r}, run_name='__main__')\n"
    )
    (tmp_path / "decoder.py").write_text(script)
    monkeypatch.setattr(picture_process, "__file__", str(tmp_path / "decoder.py"))
    row = answered(assistant_port, "", [Photo(content=picture("PNG"))])
    if times == 1:
        assert assistant.asked[0]["media"] == [{"id": row.media.get().pk, "type": "image/jpeg"}]
    else:
        (told,) = texts(row)
        assert told.startswith(say("photo_unreadable", "en"))
        assert not row.media.exists()


def test_a_slow_photo_holds_up_nobody_else(assistant: FakeAssistant, assistant_port: int) -> None:
    release = threading.Event()

    def slow(reference: str, until: float) -> bytes:
        assert release.wait(30)
        return picture()

    waits, other = write("waits", "", photos=[Photo(reference="one")]), write("other", "hello")
    with dispatching(assistant_port, photos={"rest": slow}):
        wait_for(other)
        assert [turn["text"] for turn in assistant.asked] == ["hello"]
        release.set()
        wait_for(waits)
    assert len(assistant.asked[-1]["media"]) == 1


def test_a_turn_tried_again_does_not_fetch_again(assistant: FakeAssistant, assistant_port: int) -> None:
    provider, replies = Provider(one=picture()), iter([(503, {})])
    usual = assistant.reply
    assistant.reply = lambda turn: next(replies, None) or usual(turn)
    row = answered(assistant_port, "", [Photo(reference="one")], provider)
    assert (len(provider.asked), len(assistant.asked), row.outcome) == (1, 2, "answered")


@pytest.mark.parametrize(
    ("limit", "most", "taken"), [("MOST_PER_MESSAGE", 2, [2, 2]), ("MOST_PER_CONVERSATION", 3, [3, 0]), ("IN_TOTAL", 4, [4, 0])]
)
def test_more_photos_than_can_be_kept_are_left_out_and_told(
    assistant_port: int, monkeypatch: pytest.MonkeyPatch, limit: str, most: int, taken: List[int]
) -> None:
    monkeypatch.setattr(media, limit, most)
    for count in taken:
        row = answered(assistant_port, "look", [Photo(content=picture())] * 5)
        assert row.media.count() == count
        assert texts(row)[0] == say("photo_too_many", "en")


def test_a_photo_is_shown_until_its_time_is_over_and_then_deleted(assistant_port: int) -> None:
    row = answered(assistant_port, "", [Photo(content=picture())])
    (photo,) = row.media.all()
    assert timedelta(hours=23) < photo.expires_at - timezone.now() <= timedelta(days=1)
    assert media.shown(photo.pk)
    retention.dispose_of_pictures()
    assert row.media.exists()
    row.media.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert media.shown(photo.pk) is None
    retention.dispose_of_pictures()
    assert not Media.objects.exists()


def test_a_photo_that_is_not_clean_yet_is_not_shown() -> None:
    write("resident", "", photos=[Photo(content=photo_of_a_phone())])
    assert media.shown(Media.objects.get().pk) is None
    assert media.shown("0" * 32) is None


def test_photos_go_with_their_conversation(record: str, assistant_port: int, tmp_path: Path) -> None:
    row = answered(assistant_port, "", [Photo(content=picture())])
    (photo,) = row.media.all()
    retention.dispose(timezone.now().date() + timedelta(days=400))
    assert not Media.objects.exists()
    assert media.shown(photo.pk) is None
    assert bytes(photo.content_sealed)[:40] not in dump(record, tmp_path)


def test_a_photo_opens_in_its_own_row_only(assistant_port: int) -> None:
    row = answered(assistant_port, "", [Photo(content=picture()), Photo(content=picture("PNG", colour="green"))])
    one, other = row.media.order_by("position")
    Media.objects.filter(pk=one.pk).update(content_sealed=other.content_sealed)
    with pytest.raises(SealError):
        media.shown(one.pk)


def test_what_is_handed_to_the_city_is_kept_longer_and_is_nobody_elses(assistant_port: int) -> None:
    mine = answered(assistant_port, "", [Photo(content=picture()), Photo(content=picture("PNG", colour="green"))])
    theirs = answered(assistant_port, "", [Photo(content=picture())], sender="somebody")
    one, other = (photo.pk for photo in mine.media.order_by("position"))
    asked = [other, theirs.media.get().pk, "0" * 32, one]
    handed = hand_over(asked, conversation_of("resident").key)
    assert [media_id for media_id, _ in handed] == [other, one]
    assert read(handed[0][1]).getpixel((9, 9))[1] > 100
    assert all(photo.expires_at > timezone.now() + KEPT_FOR - timedelta(minutes=1) for photo in mine.media.all())
    assert theirs.media.get().expires_at < timezone.now() + timedelta(days=1)


def test_a_worker_killed_while_it_fetches_leaves_the_photo_to_the_next(assistant: FakeAssistant, assistant_port: int) -> None:
    stuck, release = threading.Event(), threading.Event()

    def hangs(reference: str, until: float) -> bytes:
        stuck.set()
        assert release.wait(30)
        return picture("PNG", colour="green")

    row = write("resident", "", photos=[Photo(reference="one")])
    with dispatching(assistant_port, photos={"rest": hangs}, drain_s=0.1):
        assert stuck.wait(30)
    with dispatching(assistant_port, photos={"rest": Provider(one=picture("PNG", colour="red"))}):
        wait_for(row)
    release.set()
    wait_until(lambda: not any(thread.name.startswith("turn-") for thread in threading.enumerate()))
    shown = media.shown(row.media.get().pk)
    assert shown is not None
    assert len(assistant.asked) == 1
    assert read(shown.content).getpixel((9, 9))[0] > 150
