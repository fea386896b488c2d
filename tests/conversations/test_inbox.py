"""Messages taken in: once, in order, readable to nobody who should not."""

from __future__ import annotations

import sqlite3
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from bot.city import city
from bot.conversations import inbox, leases
from bot.conversations.database import usable_connection
from bot.conversations.inbox import Accepted, ReusedIdError, TooManyError, accept
from bot.conversations.models import Conversation, InboundMessage, Route
from bot.sealing import SealError
from tests.conversations.doing import conversation_of, write

pytestmark = pytest.mark.usefixtures("record")


def test_a_message_is_kept_masked_to_read_and_sealed_to_process() -> None:
    row = write("resident", "my garbage at 45 queen st n was missed, call 519-555-0123")
    assert row.text_masked == "my garbage at [address] was missed, call [phone]"
    assert row.conversation.unseal(row.text_sealed, "inbound") == "my garbage at 45 queen st n was missed, call 519-555-0123"
    assert row.state == "pending"
    assert row.conversation.dispose_after == (timezone.now() + timedelta(days=365)).astimezone(city().timezone).date() > date(2026, 1, 1)


def test_what_is_never_stored_is_in_no_column() -> None:
    row = write("resident", "card 4111 1111 1111 1111 and SIN 046 454 286")
    assert row.text_masked == row.conversation.unseal(row.text_sealed, "inbound") == "card [card removed] and SIN [SIN removed]"
    assert row.notices == ["card", "sin"]


def test_one_resident_keeps_one_conversation_and_two_residents_have_two() -> None:
    first, second, other = write("a", "hello"), write("a", "hello again"), write("b", "hello")
    assert first.conversation_id == second.conversation_id != other.conversation_id
    assert first.pk < second.pk


def test_the_same_provider_id_is_one_turn() -> None:
    first = accept("rest", "a", "hello", "id")
    assert accept("rest", "a", "hello", "id") == Accepted(first.turn_id, new=False)
    assert InboundMessage.objects.count() == 1


@pytest.mark.parametrize("sender", ["a", "somebody else"])
def test_the_same_provider_id_with_other_words_is_refused(sender: str) -> None:
    accept("rest", "a", "hello", "id")
    with pytest.raises(ReusedIdError):
        accept("rest", sender, "something else", "id")
    assert InboundMessage.objects.count() == Conversation.objects.count() == 1


def test_the_same_message_ten_times_at_once_is_one_turn_in_one_conversation() -> None:
    def send(_: int) -> Accepted:
        with usable_connection():
            return accept("rest", "new resident", "pothole on king st", "same id")

    with ThreadPoolExecutor(10) as threads:
        accepted = list(threads.map(send, range(10)))
    assert len({one.turn_id for one in accepted}) == 1
    assert [one.new for one in accepted].count(True) == 1
    assert InboundMessage.objects.count() == Conversation.objects.count() == Route.objects.count() == 1


def test_who_writes_too_fast_is_told_to_wait_and_others_are_not() -> None:
    for number in range(inbox.PER_CONVERSATION):
        write("fast", f"message {number}")
    with pytest.raises(TooManyError) as caught:
        write("fast", "one more")
    assert caught.value.sentence == "slow_down"
    assert 1 <= caught.value.retry_after_s <= 60
    write("somebody else", "hello")
    InboundMessage.objects.update(received_at=timezone.now() - inbox.CONVERSATION_WINDOW)
    write("fast", "after a minute")


def test_after_a_clock_was_set_back_nobody_is_told_for_an_hour_that_they_write_too_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "IN_TOTAL", 20)
    for number in range(inbox.PER_CONVERSATION):
        write("resident", f"message {number}")
    InboundMessage.objects.update(received_at=timezone.now() + timedelta(hours=1))
    write("resident", "and now")


def test_a_message_sent_again_is_not_counted_against_its_writer() -> None:
    first = accept("rest", "fast", "message", "id")
    for number in range(inbox.PER_CONVERSATION - 1):
        write("fast", f"message {number}")
    assert accept("rest", "fast", "message", "id") == Accepted(first.turn_id, new=False)


def test_a_flood_from_many_senders_is_turned_away_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "IN_TOTAL", 5)
    for number in range(5):
        write(f"sender {number}", "hello")
    with pytest.raises(TooManyError) as caught:
        write("sender 6", "hello")
    assert caught.value.sentence == "busy"
    assert not Route.objects.filter(conversation__inbound=None).exists()  # who was turned away left nothing behind


def dump(url: str, folder: Path) -> bytes:
    """Everything an attacker with the database, but without the keys, has."""
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA wal_checkpoint")
        return b"".join(file.read_bytes() for file in path.parent.glob("record.sqlite3*"))
    return subprocess.run(["pg_dump", "--dbname", url], check=True, capture_output=True).stdout


def test_neither_address_nor_words_can_be_read_in_the_raw_database(record: str, tmp_path: Path) -> None:
    write("+1 519 555 0123 canary-address", "I am canary.person@example.ca at 45 canary st, 519-555-0199")
    raw = dump(record, tmp_path)
    assert b"I am [email] at [address], [phone]" in raw  # it is the right dump
    for secret in (b"canary", b"555 0123", b"5550123", b"555-0199", b"5550199"):
        assert secret not in raw


@pytest.mark.parametrize("text", ["", " \n ", "\x00\x01", "\u200b", "?!...", "."])
def test_a_message_without_words_is_kept_and_marked_for_a_kind_refusal(text: str) -> None:
    assert write("resident", text).refusal == "empty"


@pytest.mark.parametrize("text", ["👍", "ok", "7", "/restart", "é"])
def test_anything_that_may_mean_something_goes_to_the_assistant(text: str) -> None:
    assert write("resident", text).refusal == ""


def test_a_message_of_ten_thousand_characters_is_cut_and_marked() -> None:
    row = write("resident", "garbage " * 1250)
    assert row.notices == ["cut"]
    assert len(row.conversation.unseal(row.text_sealed, "inbound")) <= 2000


def test_the_languages_of_the_city_are_taken_as_a_hint_and_others_are_not() -> None:
    assert write("a", "45 queen", language="fr").language == "fr"
    assert write("a", "45 queen", language="tlh").language is None
    assert conversation_of("a").language is None


def test_who_wrote_in_a_conversation_whose_key_is_lost_begins_anew() -> None:
    write("resident", "hello")
    lost = conversation_of("resident")
    Conversation.objects.filter(pk=lost.pk).update(data_key_sealed=b"\x00" * 60)
    write("resident", "hello again")
    anew = conversation_of("resident")
    assert anew.pk != lost.pk
    assert [row.text_masked for row in anew.inbound.all()] == ["hello again"]


def test_a_gateway_whose_clock_is_ahead_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    ahead = timezone.now() + timedelta(seconds=20)
    monkeypatch.setattr(inbox.timezone, "now", lambda: ahead)
    write("resident", "hello")
    assert len(leases.claim("worker", 10)) == 1


def test_with_another_master_key_no_conversation_is_given_up() -> None:
    write("resident", "hello")
    known = conversation_of("resident")
    Conversation.objects.filter(pk=known.pk).update(data_key_sealed=b"\x00" * 60)
    Route.objects.filter(conversation=known).update(address_sealed=b"\x00" * 60)
    with pytest.raises(SealError):
        write("resident", "hello again")
    assert conversation_of("resident").pk == known.pk
