"""A conversation as its resident may see it again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from bot.conversations import retention, sender, timeline
from bot.conversations.inbox import accept
from bot.conversations.models import Conversation, InboundMessage, OutboundMessage
from bot.conversations.timeline import EndedError, Position, after, states
from bot.sealing import lookup_digest
from tests.conversations.assistant import FakeAssistant, messages
from tests.conversations.doing import conversation_of, dispatching, wait_for, write

BEGINNING = Position(0, 0)


@pytest.fixture
def talked(record: str, assistant: FakeAssistant, assistant_port: int) -> InboundMessage:
    """A resident who said two things and got two messages for each."""
    assistant.reply = lambda turn: messages(f"{turn['text']}, first", f"{turn['text']}, second")
    with dispatching(assistant_port):
        for text in ("one", "two"):
            said = write("resident", text)
            wait_for(said)
    return said


@pytest.mark.usefixtures("talked")
def test_from_any_position_comes_the_rest_and_no_more() -> None:
    everything = [line.message.text for line in after("rest", "resident", BEGINNING).lines]
    assert everything == ["one", "one, first", "one, second", "two", "two, first", "two, second"]
    for known in (Position(1, 1), Position(1, 2), Position(2, 3), Position(2, 4)):
        found = after("rest", "resident", known)
        assert [line.message.text for line in found.lines] == [
            text for text in everything if everything.index(text) not in ([0, 3][: known.theirs] + [1, 2, 4, 5][: known.ours])
        ]
        assert found.position == (2, 4)
        assert not found.waiting


@pytest.mark.usefixtures("talked")
@pytest.mark.parametrize("most", [1, 2, 3])
@pytest.mark.parametrize("known", [BEGINNING, Position(2, 0), Position(0, 4)])
def test_however_little_is_read_at_once_all_of_it_comes_in_its_order(known: Position, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = after("rest", "resident", known)
    monkeypatch.setattr(timeline, "MOST", most)
    pages = [after("rest", "resident", known)]
    while pages[-1].more:
        pages.append(after("rest", "resident", pages[-1].position))
        assert len(pages) < 10
    assert [line for page in pages for line in page.lines] == list(whole.lines)
    assert all(0 < len(page.lines) <= 2 * most for page in pages)
    assert (pages[-1].position, whole.more) == ((2, 4), False)


def test_an_answer_never_comes_before_its_question_whatever_the_clocks_say(talked: InboundMessage) -> None:
    OutboundMessage.objects.update(created_at=timezone.now() - timedelta(hours=1))
    assert [line.message.text for line in after("rest", "resident", BEGINNING).lines][:2] == ["one", "one, first"]


def test_a_message_that_waits_for_its_answer_is_told_of(talked: InboundMessage) -> None:
    before = after("rest", "resident", BEGINNING)
    accept("rest", "resident", "three", "number three")
    found = after("rest", "resident", before.position)
    assert found.waiting
    assert found.state != before.state
    assert [line.message.text for line in found.lines] == ["three"]


def test_what_is_read_counts_as_sent_even_late(talked: InboundMessage) -> None:
    OutboundMessage.objects.update(created_at=timezone.now() - timedelta(hours=2))
    assert sender.give_up_unfetched({}) == 4
    after("rest", "resident", Position(0, 1))
    assert list(OutboundMessage.objects.order_by("id").values_list("state", flat=True)) == ["failed", "sent", "sent", "sent"]


def test_words_whose_seal_is_damaged_are_shown_masked(talked: InboundMessage) -> None:
    OutboundMessage.objects.filter(inbound=talked, position=0).update(body_sealed=b"damaged", text_masked="[phone] is masked")
    assert "[phone] is masked" in [line.message.text for line in after("rest", "resident", BEGINNING).lines]


@pytest.mark.usefixtures("record")
def test_before_the_first_message_there_is_nothing() -> None:
    found = after("rest", "nobody", BEGINNING)
    assert (found.lines, found.position, found.waiting) == ((), BEGINNING, False)
    assert states("rest", [lookup_digest("rest", "nobody")]) == {}


def test_a_conversation_that_was_erased_is_over_for_whoever_knew_it(talked: InboundMessage) -> None:
    write("another", "hello")
    assert retention.erase("rest", "resident")
    with pytest.raises(EndedError):
        after("rest", "resident", Position(1, 0))
    assert not retention.erase("rest", "resident")
    assert Conversation.objects.count() == 1
    assert conversation_of("another").inbound.count() == 1
    write("resident", "hello again")
    with pytest.raises(EndedError):
        after("rest", "resident", Position(2, 4))
