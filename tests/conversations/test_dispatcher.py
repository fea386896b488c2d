"""Turns taken to the assistant: in order, once, never silent, whatever breaks on the way."""

from __future__ import annotations

import socket
import threading
import time
from datetime import timedelta
from typing import Any, Dict, List, Type

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from bot import sealing
from bot.city import city
from bot.conversations import albums, assistant_client, leases, turns
from bot.conversations.assistant_client import AssistantError
from bot.conversations.leases import LEASE, LeaseLostError
from bot.conversations.models import Conversation, InboundMessage, OutboundMessage, TurnDetails, TurnSummary
from bot.conversations.sentences import say
from bot.messages import Message, Source
from bot.secrets import secrets
from tests.conversations.assistant import FakeAssistant, messages, served
from tests.conversations.doing import conversation_of, dispatching, make_dispatcher, read, texts, wait_for, wait_until, write
from tests.loopback import Handler, serving

pytestmark = pytest.mark.usefixtures("record")


def test_a_message_is_answered_and_the_turn_carries_what_the_contract_says(assistant: FakeAssistant, assistant_port: int) -> None:
    row = write("resident", "/restart")
    with dispatching(assistant_port):
        wait_for(row)
    assert texts(row) == ["You said: /restart"]
    key = conversation_of("resident").key
    turn = {"turn_id": row.turn_id.hex, "conversation": key, "text": "/restart", "choice": None, "language": None, "channel": "rest"}
    assert assistant.asked == [{**turn, "media": [], "location": None}]
    assert assistant.secrets == [f"Bearer {secrets().internal_secret}"]
    row.refresh_from_db()
    assert (row.state, row.outcome, row.attempts) == ("done", "answered", 1)


def test_messages_of_one_resident_are_answered_in_order(assistant: FakeAssistant, assistant_port: int) -> None:
    rows = [write(sender, f"{sender} {number}") for number in range(5) for sender in ("a", "b")]
    with dispatching(assistant_port):
        wait_for(*rows)
    for sender in ("a", "b"):
        assert [turn["text"] for turn in assistant.ran if turn["text"].startswith(sender)] == [f"{sender} {number}" for number in range(5)]


def test_a_slow_conversation_holds_up_nobody_else(assistant: FakeAssistant, assistant_port: int) -> None:
    release, done = threading.Event(), []

    def reply(turn: Dict[str, Any]) -> Any:
        if turn["text"] == "slow":
            assert release.wait(30)
        done.append(turn["text"])
        return messages("answer")

    assistant.reply = reply
    with dispatching(assistant_port, threads=2):
        slow = write("slow resident", "slow")
        wait_until(lambda: assistant.asked)
        behind = write("slow resident", "behind the slow one")
        fast = [write(f"resident {number}", f"fast {number}") for number in range(5)]
        wait_for(*fast)
        assert not InboundMessage.objects.filter(pk__in=[slow.pk, behind.pk], state="done").exists()
        release.set()
        wait_for(slow, behind)
    assert sorted(done[:5]) == [f"fast {number}" for number in range(5)]
    assert done[5:] == ["slow", "behind the slow one"]


def test_a_crash_between_answer_and_commit_leaves_one_answer(assistant: FakeAssistant, assistant_port: int) -> None:
    row = write("resident", "pothole on king st")
    crashed = make_dispatcher(assistant_port)
    (claim,) = leases.claim(crashed.owner, 10)
    turn = turns.begin(claim)
    assert turn is not None
    crashed.assistant.ask(turn.request(), 20)  # answered, and then the process was killed
    Conversation.objects.update(lease_until=timezone.now() - LEASE)
    with dispatching(assistant_port):
        wait_for(row)
    assert [turn["turn_id"] for turn in assistant.asked] == [row.turn_id.hex] * 2
    assert len(assistant.ran) == 1
    assert texts(row) == ["You said: pothole on king st"]


def test_who_lost_a_conversation_cannot_write_the_answer_any_more(assistant: FakeAssistant, assistant_port: int) -> None:
    row = write("resident", "hello")
    paused = make_dispatcher(assistant_port)
    (claim,) = leases.claim(paused.owner, 10)
    turn = turns.begin(claim)
    assert turn is not None
    given = paused.assistant.ask(turn.request(), 20)
    Conversation.objects.update(lease_until=timezone.now() - LEASE)
    with dispatching(assistant_port):
        wait_for(row)
    for write_late in (lambda: turns.answer(turn, given), lambda: turns.apologise(turn), lambda: turns.postpone(turn, timedelta(0))):
        with pytest.raises(LeaseLostError):
            write_late()
    assert OutboundMessage.objects.filter(inbound=row).count() == 1


def test_a_conversation_has_one_owner_until_its_lease_is_over() -> None:
    write("resident", "hello")
    assert len(leases.claim("one", 10)) == 1
    assert leases.claim("two", 10) == []
    Conversation.objects.update(lease_until=timezone.now() - LEASE)
    (claim,) = leases.claim("two", 10)
    leases.give_back([claim])
    assert len(leases.claim("three", 10)) == 1


def test_a_lease_is_kept_by_renewing_it_and_only_by_its_holder() -> None:
    write("resident", "hello")
    (claim,) = leases.claim("one", 10)
    Conversation.objects.update(lease_until=timezone.now() - LEASE)
    leases.renew([claim])
    assert leases.claim("two", 10) == []
    Conversation.objects.update(lease_until=timezone.now() - LEASE)
    (second,) = leases.claim("two", 10)
    Conversation.objects.update(lease_until=timezone.now() - LEASE)
    leases.renew([claim])
    assert len(leases.claim("three", 10)) == 1
    with pytest.raises(LeaseLostError), transaction.atomic():
        leases.hold(second)


def test_a_clock_set_back_an_hour_keeps_nobody_waiting_an_hour() -> None:
    write("resident", "hello")
    Conversation.objects.update(due_at=timezone.now() + timedelta(hours=1), lease_until=timezone.now() + timedelta(hours=1), owner="gone")
    assert len(leases.claim("one", 10)) == 1


def test_a_message_that_cannot_be_begun_holds_up_nobody_else(
    monkeypatch: pytest.MonkeyPatch, assistant: FakeAssistant, assistant_port: int
) -> None:
    bad, good, behind = write("ann", "one"), write("bob", "two"), write("cid", "three")
    failing_for(bad, fault=LookupError, monkeypatch=monkeypatch)
    with dispatching(assistant_port):
        wait_for(good, behind)
        monkeypatch.undo()
        Conversation.objects.update(lease_until=timezone.now() - LEASE)
        wait_for(bad)
    assert texts(bad) == ["You said: one"]


@pytest.mark.parametrize("fault", [LookupError, IntegrityError])
def test_a_message_that_can_never_be_begun_is_apologised_for_at_its_deadline(
    monkeypatch: pytest.MonkeyPatch, assistant: FakeAssistant, assistant_port: int, fault: Type[Exception]
) -> None:
    bad, gas, behind = write("ann", "one"), write("ann", "I smell gas in my house"), write("ann", "two")
    failing_for(bad, gas, fault=fault, monkeypatch=monkeypatch)
    with dispatching(assistant_port, turn_deadline_s=0.0):
        wait_for(bad, gas, behind)
    assert texts(bad)[0].startswith("Sorry")
    assert texts(gas) == [say("paused_danger", "en")]
    assert texts(behind) == ["You said: two"]


def test_a_message_that_cannot_be_begun_takes_nothing_back_of_the_one_before_it(
    monkeypatch: pytest.MonkeyPatch, assistant: FakeAssistant, assistant_port: int
) -> None:
    first, bad = write("ann", "one"), write("ann", "two")
    failing_for(bad, fault=LookupError, monkeypatch=monkeypatch)
    with dispatching(assistant_port):
        wait_for(first)
        monkeypatch.undo()
        wait_until(lambda: Conversation.objects.update(lease_until=timezone.now() - LEASE) and not waiting())
    assert [texts(first), texts(bad)] == [["You said: one"], ["You said: two"]]
    assert [turn["text"] for turn in assistant.ran] == ["one", "two"]


def test_with_another_master_key_nothing_is_given_up(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, assistant: FakeAssistant, assistant_port: int
) -> None:
    row = write("resident", "hello")
    with monkeypatch.context() as patch, dispatching(assistant_port, turn_deadline_s=0.0):
        patch.setattr(sealing, "_master_key", lambda: b"another" + bytes(25))
        wait_until(lambda: "MASTER_KEY" in caplog.text)
    assert waiting() == [row.pk]
    Conversation.objects.update(lease_until=timezone.now() - LEASE)
    with dispatching(assistant_port):
        wait_for(row)
    assert texts(row) == ["You said: hello"]


def failing_for(*rows: InboundMessage, fault: Type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    """These messages cannot be begun."""
    join = albums.join

    def fails(conversation: Conversation, inbound: InboundMessage) -> None:
        if inbound in rows:
            raise fault
        join(conversation, inbound)

    monkeypatch.setattr(albums, "join", fails)


def waiting() -> List[int]:
    return list(InboundMessage.objects.filter(state="pending").values_list("pk", flat=True))


def test_two_dispatchers_answer_each_message_once_and_in_order(assistant: FakeAssistant, assistant_port: int) -> None:
    at_once: Dict[str, int] = {}
    overlaps: List[str] = []

    def reply(turn: Dict[str, Any]) -> Any:
        conversation = turn["conversation"]
        at_once[conversation] = at_once.get(conversation, 0) + 1
        if at_once[conversation] > 1:
            overlaps.append(conversation)
        threading.Event().wait(0.005)
        at_once[conversation] -= 1
        return messages(f"answer to {turn['text']}")

    assistant.reply = reply
    assistant._locks = NoLocks()  # an assistant that would not notice two owners of one conversation
    with dispatching(assistant_port), dispatching(assistant_port):
        rows = [write(f"resident {number % 6}", f"{number}") for number in range(60)]
        wait_for(*rows)
    assert not overlaps
    assert len(assistant.asked) == len(rows)
    assert all(texts(row) == [f"answer to {number}"] for number, row in enumerate(rows))
    for sender in range(6):
        theirs = [int(turn["text"]) for turn in assistant.asked if int(turn["text"]) % 6 == sender]
        assert theirs == sorted(theirs)


class NoLocks(Dict[str, threading.Lock]):
    def setdefault(self, key: str, default: Any = None) -> Any:
        return threading.Lock()


@pytest.mark.parametrize(
    ("text", "language", "sentence"),
    [
        ("when is my garbage picked up this week?", "en", "Sorry, something went wrong on our side"),
        ("quand passez-vous chercher les ordures cette semaine?", "fr", "Désolé, un problème chez nous"),
    ],
)
@pytest.mark.parametrize(
    "reply",
    [
        (400, {"error": "malformed"}),
        (401, {"error": "secret"}),
        (500, b"<html>"),
        (200, {"messages": []}),
        (200, {"messages": [{}]}),
        (200, {"messages": "hello"}),
        (200, [1, 2]),
        (200, None),
        (200, b"not JSON"),
        (200, b"\xff\xfe"),
        (200, {"messages": [{"text": "hello", "choices": [{"titel": "typo"}]}]}),
        (200, {"messages": [{"text": "hello", "choices": [{"title": 7, "payload": "/affirm"}]}]}),
        (200, {"messages": [{"text": "hello", "source": {"name": "City", "url": "https://example.org", "as_of": "last week"}}]}),
        (302, {"error": "elsewhere"}),
        (200, b" " * (assistant_client.MOST_BYTES + 1)),
        (200, {"messages": [{"text": "a language nobody can store"}], "language": "x" * 500, "understood": float("nan")}),
    ],
)
def test_an_assistant_without_an_answer_becomes_one_honest_sentence_at_once(
    assistant: FakeAssistant, assistant_port: int, text: str, language: str, sentence: str, reply: Any
) -> None:
    assistant.reply = lambda turn: reply
    row = write("resident", text)
    with dispatching(assistant_port):
        wait_for(row)
    (said,) = texts(row)
    assert said.startswith(sentence)
    assert city().phone in said
    assert "\n" not in said  # one language
    row.refresh_from_db()
    assert (row.outcome, row.language, len(assistant.asked)) == ("apologised", language, 1)


def test_while_the_language_is_unknown_the_sentence_is_said_in_all_of_them(assistant: FakeAssistant, assistant_port: int) -> None:
    assistant.reply = lambda turn: (400, {})
    row = write("resident", "45 queen")
    with dispatching(assistant_port):
        wait_for(row)
    (said,) = texts(row)
    assert "Sorry" in said
    assert "Désolé" in said


def test_the_language_of_the_conversation_is_that_of_its_sentences(assistant: FakeAssistant, assistant_port: int) -> None:
    assistant.reply = lambda turn: messages("Bonjour", language="fr")
    first = write("resident", "bonjour")
    with dispatching(assistant_port):
        wait_for(first)
        assistant.reply = lambda turn: (400, {})
        second = write("resident", "45 queen")
        wait_for(second)
    assert texts(second)[0].startswith("Désolé")
    assert assistant.asked[1]["language"] == "fr"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_an_assistant_that_is_away_is_asked_again_and_the_resident_gets_one_answer(assistant: FakeAssistant) -> None:
    port = free_port()
    row = write("resident", "hello")
    with dispatching(port):
        wait_until(lambda: InboundMessage.objects.get(pk=row.pk).attempts > 1)
        with served(assistant, port):
            wait_for(row)
    assert texts(row) == ["You said: hello"]
    assert len(assistant.ran) == 1


def test_a_part_that_fails_for_a_moment_costs_the_resident_nothing(assistant: FakeAssistant, assistant_port: int) -> None:
    assistant.reply = lambda turn: messages("here it is") if len(assistant.ran) > 2 else (503, {"failed": "actions"})
    row = write("resident", "hello")
    with dispatching(assistant_port):
        wait_for(row)
    assert texts(row) == ["here it is"]
    assert {turn["turn_id"] for turn in assistant.asked} == {row.turn_id.hex}


def test_an_assistant_that_stays_away_becomes_an_apology_at_the_deadline(assistant: FakeAssistant) -> None:
    row = write("resident", "hello, how are you?")
    with dispatching(free_port(), turn_deadline_s=1.0):
        wait_for(row)
    assert texts(row)[0].startswith("Sorry")
    row.refresh_from_db()
    assert row.outcome == "apologised"
    assert row.attempts > 1


def test_a_clock_set_back_an_hour_puts_no_apology_off_by_an_hour(assistant: FakeAssistant) -> None:
    row = write("resident", "hello, how are you?")
    InboundMessage.objects.update(received_at=timezone.now() + timedelta(hours=1))
    with dispatching(free_port(), turn_deadline_s=1.0):
        wait_for(row)
    assert texts(row)[0].startswith("Sorry")


@pytest.mark.parametrize("text", ["I smell gas", "Where is my bin? Also there is a fire in my kitchen"])
@pytest.mark.parametrize(
    "reply", [(503, {}), (400, {}), (200, {"messages": [{"text": "x"}], "understood": float("nan"), "language": "x" * 500})]
)
def test_whoever_is_in_danger_is_told_whom_to_call_at_the_first_try_that_fails(
    assistant: FakeAssistant, assistant_port: int, text: str, reply: Any
) -> None:
    assistant.reply = lambda turn: reply
    row = write("resident", text)
    with dispatching(assistant_port):
        wait_for(row)
    assert texts(row) == [say("paused_danger", "en")]
    assert len(assistant.asked) == 1
    assert TurnSummary.objects.get().outcome == "emergency"


def test_an_assistant_behind_https_is_called_over_tls(assistant: FakeAssistant, assistant_port: int) -> None:
    client = assistant_client.Assistant(f"https://127.0.0.1:{assistant_port}", secrets().internal_secret, 1)
    with pytest.raises(AssistantError, match="SSLError") as caught:  # this one speaks plain HTTP
        client.ask({"text": "hello"}, 10.0)
    assert caught.value.retry
    assert assistant.asked == []


def test_an_assistant_that_hangs_becomes_an_apology_and_the_next_message_is_answered(assistant: FakeAssistant, assistant_port: int) -> None:
    release = threading.Event()

    def reply(turn: Dict[str, Any]) -> Any:
        if turn["text"] == "hang please now":
            release.wait(30)
        return messages("answer")

    assistant.reply = reply
    assistant._locks = NoLocks()
    hanging, following = write("resident", "hang please now"), write("resident", "and this?")
    with dispatching(assistant_port, turn_timeout_s=0.3, turn_deadline_s=1.0):
        wait_for(hanging, following)
        release.set()
    assert texts(hanging)[0].startswith("Sorry")
    assert texts(following) == ["answer"]


class Dripping(Handler):
    """Answers a byte at a time, each well within the time-out: its `head`, or the body behind one that came at once."""

    dripping: str
    HEAD, BODY = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 400\r\n\r\n", b" " * 400

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        at_once, slowly = (b"", self.HEAD) if self.dripping == "head" else (self.HEAD, self.BODY)
        try:
            self.wfile.write(at_once)
            for byte in slowly:
                self.wfile.write(bytes([byte]))
                time.sleep(0.1)
        except OSError:
            self.close_connection = True


@pytest.mark.parametrize("part", ["head", "body"])
def test_an_assistant_that_answers_a_byte_at_a_time_becomes_an_apology_at_the_deadline(part: str) -> None:
    row = write("resident", "hello, how are you?")
    with serving(Dripping, dripping=part) as port, dispatching(port, turn_timeout_s=0.5, turn_deadline_s=1.0):
        wait_for(row)
    assert texts(row)[0].startswith("Sorry")
    row.refresh_from_db()
    assert row.outcome == "apologised"
    assert row.finished_at is not None
    assert row.finished_at - row.received_at < timedelta(seconds=5)  # all of the head takes seven, of the body forty


def test_with_every_thread_stuck_those_who_wait_too_long_are_told_so(assistant: FakeAssistant, assistant_port: int) -> None:
    release = threading.Event()

    def reply(turn: Dict[str, Any]) -> Any:
        release.wait(30)
        return messages("answer")

    assistant.reply = reply
    with dispatching(assistant_port, threads=1, turn_timeout_s=20.0, turn_deadline_s=1.0) as dispatcher:
        dispatcher.turn_timeout_s = 20.0
        stuck = write("stuck resident", "hello")
        wait_until(lambda: assistant.asked)
        waiting = write("waiting resident", "is anybody there?")
        wait_for(waiting)
        assert texts(waiting)[0].startswith("Sorry")
        assert [turn["text"] for turn in assistant.asked] == ["hello"]
        release.set()
        wait_for(stuck)


def test_what_piled_up_while_no_worker_ran_is_answered_not_apologised_for(assistant: FakeAssistant, assistant_port: int) -> None:
    rows = [write(f"resident {number}", "hello") for number in range(6)]
    InboundMessage.objects.update(received_at=timezone.now() - timedelta(minutes=10))
    with dispatching(assistant_port, threads=1):
        wait_for(*rows)
    assert all(texts(row) == ["You said: hello"] for row in rows)


def test_a_stopping_dispatcher_finishes_its_turn_and_leaves_the_rest_for_the_next(assistant: FakeAssistant, assistant_port: int) -> None:
    release = threading.Event()

    def reply(turn: Dict[str, Any]) -> Any:
        release.wait(30)
        return messages("answer")

    assistant.reply = reply
    first, second = write("resident", "one"), write("resident", "two")
    with dispatching(assistant_port) as dispatcher:
        wait_until(lambda: assistant.asked)
        dispatcher.stopping.set()
        release.set()
    assert texts(first) == ["answer"]
    second.refresh_from_db()
    assert second.state == "pending"
    with dispatching(assistant_port):
        wait_for(second)
    assert texts(second) == ["answer"]


def test_a_turn_that_outlasts_the_drain_is_given_back_at_once(assistant: FakeAssistant, assistant_port: int) -> None:
    release = threading.Event()

    def reply(turn: Dict[str, Any]) -> Any:
        release.wait(30)
        return messages("answer")

    assistant.reply = reply
    row = write("resident", "one")
    with dispatching(assistant_port, drain_s=0.1):
        wait_until(lambda: assistant.asked)
    release.set()
    with dispatching(assistant_port):
        wait_for(row)
    assert texts(row) == ["answer"]
    assert len(assistant.ran) == 1


def test_what_was_understood_and_done_is_kept_masked(assistant: FakeAssistant, assistant_port: int) -> None:
    understood = [{"intent": {"name": "collection_day", "confidence": 0.9}, "entities": [{"entity": "address", "value": "45 queen st n"}]}]
    actions = [
        {"name": "action_x", "outcome": "ok", "api_calls": [{"host": "waste", "call": "GET places?q=519-555-0123", "status": 200, "ms": 3}]}
    ]
    assistant.reply = lambda turn: messages("Thursday", understood=understood, actions=actions, slots_changed=["address"])
    row = write("resident", "garbage at 45 queen st n")
    with dispatching(assistant_port):
        wait_for(row)
    details = TurnDetails.objects.get(inbound=row)
    assert details.understood == [
        {"intent": {"name": "collection_day", "confidence": 0.9}, "entities": [{"entity": "address", "value": "[address]"}]}
    ]
    assert details.actions[0]["api_calls"] == [{"host": "waste", "call": "GET places?q=[phone]", "status": 200, "ms": 3}]
    assert details.slots_changed == ["address"]


def test_an_answer_keeps_all_its_parts_and_can_be_read_masked(assistant: FakeAssistant, assistant_port: int) -> None:
    shape = {"text": "Filed for 45 Queen St N", "source": {"name": "City", "url": "https://example.org", "as_of": None}}
    assistant.reply = lambda turn: messages(messages=[shape, {"text": "Anything else?"}])
    row = write("resident", "pothole")
    with dispatching(assistant_port):
        wait_for(row)
    assert read(row) == [Message("Filed for 45 Queen St N", source=Source("City", "https://example.org")), Message("Anything else?")]
    assert list(row.replies.order_by("position").values_list("text_masked", flat=True)) == ["Filed for [address]", "Anything else?"]


def test_a_control_character_in_an_answer_does_no_harm(assistant: FakeAssistant, assistant_port: int) -> None:
    assistant.reply = lambda turn: messages("from a city\x00 system", understood=[{"value": "a\x00b"}])
    row = write("resident", "pothole")
    with dispatching(assistant_port):
        wait_for(row)
    assert row.replies.get().text_masked == "from a city system"
    assert TurnDetails.objects.get(inbound=row).understood == [{"value": "ab"}]


def test_a_number_that_may_be_a_sin_reaches_the_assistant_once_and_is_forgotten(assistant: FakeAssistant, assistant_port: int) -> None:
    row = write("resident", "my account is 046454286")
    with dispatching(assistant_port):
        wait_for(row)
    assert assistant.asked[0]["text"] == "my account is 046454286"
    row.refresh_from_db()
    assert row.text_masked == row.conversation.unseal(row.text_sealed, "inbound") == "my account is [number]"


def test_who_sends_a_card_is_asked_not_to_before_the_answer(assistant: FakeAssistant, assistant_port: int) -> None:
    row = write("resident", "pay my bill with 4111 1111 1111 1111 " + "please " * 500)
    with dispatching(assistant_port):
        wait_for(row)
    notice, said = texts(row)
    assert "very long" in notice
    assert "card number" in notice
    assert said.startswith("You said: pay my bill with [card removed]")


def test_a_damaged_row_is_apologised_for_and_holds_up_nobody(assistant: FakeAssistant, assistant_port: int) -> None:
    broken, following, other = write("a", "hello"), write("a", "hello again"), write("b", "hello")
    InboundMessage.objects.filter(pk=broken.pk).update(text_sealed=b"damaged")
    with dispatching(assistant_port):
        wait_for(broken, following, other)
    assert "Sorry" in texts(broken)[0]
    assert broken.replies.count() == 1  # whoever is sent answers gets it too
    assert texts(following) == ["You said: hello again"]
    assert texts(other) == ["You said: hello"]


def test_a_conversation_whose_key_is_lost_is_apologised_for(assistant: FakeAssistant, assistant_port: int) -> None:
    row = write("a", "hello")
    Conversation.objects.update(data_key_sealed=b"lost")
    with dispatching(assistant_port):
        wait_for(row)
    assert "Sorry" in texts(row)[0]
