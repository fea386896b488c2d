"""What is recorded of residents' turns for lists and numbers, as it happens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Callable, Dict, List

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bot.conversations import sender
from bot.conversations.inbox import accept
from bot.conversations.models import Conversation, InboundMessage, OutboundMessage, Route, TurnSummary, Visit
from bot.conversations.sender import Delivery, SendError
from tests.conversations.assistant import FakeAssistant, Reply, messages
from tests.conversations.doing import conversation_of, deliver_due, dispatching, let_the_pace_pass, read, wait_for, write

pytestmark = pytest.mark.usefixtures("record")

ANSWERED = {"name": "action_answer_article", "outcome": "ok", "answered": "article/pools"}
MISSED = {
    "intent": {"name": "article", "confidence": 0.9, "outcome": "sure"},
    "entities": [{"entity": "article", "value": "pools"}],
}
LOST = {"intent": {"name": "nlu_fallback", "confidence": 0.1, "outcome": "lost"}, "intent_ranking": [{"name": "greet", "confidence": 0.1}]}
ARTICLE: Dict[str, Any] = {"actions": [ANSWERED], "understood": [MISSED]}
GREETING: Dict[str, Any] = {"understood": [{"intent": {"name": "greet", "confidence": 0.95, "outcome": "sure"}}]}
ASKS: Dict[str, Any] = {"actions": [{"name": "validate_report_form", "outcome": "ok"}], "form": "report_form"}
UNKNOWN: Dict[str, Any] = {"actions": [{"name": "action_offer_choices", "outcome": "not_found"}], "understood": [LOST]}
DOWN: Dict[str, Any] = {"actions": [{"name": "action_collection_day", "outcome": "unavailable", "api_calls": [{"status": None}]}]}
DANGER: Dict[str, Any] = {"actions": [{"name": "action_say_danger", "outcome": "ok"}]}
Says = Callable[..., InboundMessage]


def reply(**more: Any) -> Reply:
    return messages("An answer.", **more)


@pytest.fixture
def says(assistant: FakeAssistant, assistant_port: int) -> Says:
    """Says something, is answered as told, and returns the message."""

    def write_and_wait(text: str, sender: str = "resident", **answer: Any) -> InboundMessage:
        assistant.reply = lambda turn: reply(**answer)
        row = write(sender, text)
        with dispatching(assistant_port):
            wait_for(row)
        row.refresh_from_db()
        return row

    return write_and_wait


def pass_time(**time: float) -> None:
    """As if everything so far had happened so much earlier."""
    ago = timedelta(**time)
    for visit in Visit.objects.all():
        Visit.objects.filter(pk=visit.pk).update(started_at=visit.started_at - ago, last_at=visit.last_at - ago)


def visits() -> List[Visit]:
    return list(Visit.objects.order_by("id"))


def test_a_turn_is_in_columns_with_its_visit(says: Says) -> None:
    row = says("when is the pool open", **ARTICLE)
    (visit,) = visits()
    assert (visit.conversation_id, visit.channel, visit.language) == (conversation_of("resident").key, "rest", "en")
    assert (visit.started_at, visit.last_at, visit.turns) == (row.received_at, row.received_at, 1)
    assert (visit.outcome, visit.needs, visit.helped, visit.returned_at) == ("answered", "", None, None)
    turn = row.summary
    assert (turn.visit, turn.at, turn.channel, turn.language) == (visit, row.received_at, "rest", "en")
    assert (turn.label, turn.topic, turn.confidence, turn.certainty) == ("article/pools", "recreation", 0.9, "sure")
    assert (turn.outcome, turn.needs, turn.call_failed, turn.helped) == ("answered", "", False, None)
    assert turn.weight == visit.weight == pytest.approx(0.1)


def test_half_an_hour_of_silence_ends_a_visit(says: Says) -> None:
    says("hello", **GREETING)
    pass_time(minutes=29)
    second = says("when is the pool open", **ARTICLE)
    pass_time(minutes=31)
    says("hello again", **GREETING)
    first, last = visits()
    assert (first.turns, first.last_at < second.received_at, first.outcome) == (2, True, "answered")
    assert (last.turns, last.outcome) == (1, "talked")


def test_who_writes_again_within_a_day_returned_and_who_writes_later_did_not(says: Says) -> None:
    says("when is the pool open", **ARTICLE)
    pass_time(hours=23, minutes=59)
    again = says("is the slide open too", **ARTICLE)
    pass_time(hours=24, minutes=1)
    says("hello", **GREETING)
    says("when do pools open", sender="somebody else", **ARTICLE)
    assert [visit.returned_at for visit in visits()] == [again.received_at, None, None, None]


def test_a_question_asked_back_is_given_up_until_it_is_answered(says: Says) -> None:
    says("there is a pothole", **ASKS)
    assert visits()[0].outcome == "given_up"
    filed = {"name": "action_submit_report", "outcome": "ok", "answered": "report_problem/pothole"}
    says("200 king st w", actions=[*ASKS["actions"], filed])
    assert visits()[0].outcome == "reported"


def test_a_visit_needs_eyes_for_its_most_pressing_turn(says: Says) -> None:
    says("qwertz", **UNKNOWN)
    assert visits()[0].needs == "lost"
    says("when is garbage", **DOWN)
    assert visits()[0].needs == "failed"
    says("it burns", **DANGER)
    says("hello", **GREETING)
    (visit,) = visits()
    assert (visit.needs, visit.weight, visit.outcome, visit.turns) == ("emergency", 5.0, "emergency", 4)
    assert TurnSummary.objects.filter(call_failed=True).count() == 1


def test_an_apology_and_an_empty_message_are_recorded_too(says: Says, assistant: FakeAssistant, assistant_port: int) -> None:
    assistant.reply = lambda turn: (400, {})
    sorry, empty = write("resident", "when is the pool open"), write("resident", "")
    with dispatching(assistant_port):
        wait_for(sorry, empty)
    assert (sorry.summary.outcome, sorry.summary.needs, empty.summary.outcome) == ("failed", "failed", "talked")
    assert visits()[0].turns == 2


def test_what_cannot_be_opened_counts_as_failed_and_as_never_answered(says: Says) -> None:
    says("hello", **GREETING)
    Conversation.objects.update(data_key_sealed=b"damaged")
    row = write_unreadable()
    with dispatching(1):
        wait_for(row)
    assert (row.summary.outcome, row.summary.answered_ms) == ("failed", None)


def write_unreadable() -> InboundMessage:
    conversation = conversation_of("resident")
    row = InboundMessage.objects.create(
        conversation=conversation, channel="rest", provider_id="unreadable", text_masked="x", text_sealed=b"x", text_digest="x"
    )
    Conversation.objects.filter(pk=conversation.pk).update(due_at=timezone.now())
    return row


def vote(row: InboundMessage, sender: str, helped: bool, port: int) -> InboundMessage:
    asked = read(row)[-1].feedback
    assert asked is not None
    cast = write(sender, asked.yes.payload if helped else asked.no.payload)
    with dispatching(port):
        wait_for(cast)
    return cast


def test_a_dislike_presses_and_a_second_thought_takes_it_back(says: Says, assistant_port: int) -> None:
    row = says("when is the pool open", **ARTICLE)
    cast = vote(row, "resident", False, assistant_port)
    (visit,) = visits()
    row.summary.refresh_from_db()
    assert (row.summary.helped, row.summary.needs, row.summary.weight) == (False, "disliked", 1.0)
    assert (visit.helped, visit.needs, visit.weight, visit.turns) == (False, "disliked", 1.0, 2)
    assert (cast.summary.outcome, cast.summary.needs, cast.summary.label) == ("talked", "", "")
    vote(row, "resident", True, assistant_port)
    (visit,) = visits()
    row.summary.refresh_from_db()
    assert (row.summary.helped, row.summary.needs, visit.helped, visit.needs) == (True, "", True, "")
    assert visit.weight == pytest.approx(0.1)


def test_a_late_vote_belongs_to_the_visit_it_is_about_and_is_no_return(says: Says, assistant_port: int) -> None:
    row = says("when is the pool open", **ARTICLE)
    pass_time(minutes=50)
    ended = visits()[0].last_at
    vote(row, "resident", True, assistant_port)
    (visit,) = visits()
    assert (visit.turns, visit.helped, visit.returned_at, visit.last_at) == (2, True, None, ended)


def test_each_turn_is_noted_with_the_version_that_answered_and_the_visit_with_the_last_one(
    says: Says, assistant_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answers(version: str) -> None:
        monkeypatch.setattr("bot.conversations.visits.version", lambda: version)

    answers("release-0a1b2c3d")
    first = says("when is the pool open", **ARTICLE)
    answers("7")
    second = says("and the beach", **ARTICLE)
    answers("8")
    vote(first, "resident", True, assistant_port)
    assert list(TurnSummary.objects.order_by("pk").values_list("version", flat=True)) == ["release-0a1b2c3d", "7", "8"]
    assert [visit.version for visit in visits()] == ["7"]  # a vote is no answer of the new one
    assert first.summary.visit == second.summary.visit


def test_which_version_answers_is_no_further_query(says: Says, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.conversations import visits as recording
    from bot.conversations.judging import TurnResult

    row = says("when is the pool open", **ARTICLE)
    row.summary.delete()
    conversation = row.conversation
    monkeypatch.setattr("bot.conversations.visits.version", lambda: "7")
    with CaptureQueriesContext(connection) as queries:
        recording.record(conversation, row, TurnResult(InboundMessage.Outcome.ANSWERED, [MISSED], [ANSWERED]))
    done = [words[0] for words in (query["sql"].split() for query in queries) if words[0] in ("SELECT", "INSERT", "UPDATE")]
    assert done == ["SELECT", "UPDATE", "INSERT"]  # the visit is read and written, the turn is written
    assert TurnSummary.objects.get().version == visits()[0].version == "7"


def test_a_process_that_runs_no_published_version_answers_with_the_release_that_is_installed() -> None:
    from bot.conversations.visits import version
    from bot.publishing.versions import release_digest
    from bot.settings import settings

    assert version() == f"release-{release_digest(settings())[:8]}"


def test_a_reviewed_visit_that_goes_on_is_new_again_and_a_follow_up_stays_one(says: Says) -> None:
    says("hello", **GREETING)
    Visit.objects.update(review=Visit.Review.REVIEWED)
    says("when is the pool open", **ARTICLE)
    assert visits()[0].review == Visit.Review.NEW
    Visit.objects.update(review=Visit.Review.FOLLOW_UP)
    says("and the beach", **ARTICLE)
    assert visits()[0].review == Visit.Review.FOLLOW_UP


def test_of_a_forgotten_turn_the_summary_keeps_no_detail(says: Says) -> None:
    bill = {"intent": {"name": "look_up", "confidence": 0.8, "outcome": "sure"}, "entities": [{"entity": "look_up", "value": "balance"}]}
    done = {"name": "action_look_up", "outcome": "ok", "answered": "look_up/balance", "private": True}
    private, other = says("what do I owe", actions=[done], understood=[bill]), says("when is the pool open", **ARTICLE)
    assert private.summary.label == "look_up/balance"
    forget = says("forget this", actions=[{"name": "action_forget_this", "outcome": "ok", "forget": True}], understood=[bill])
    for row in (private, forget):
        row = TurnSummary.objects.get(pk=row.pk)
        assert (row.label, row.topic, row.confidence, row.certainty, row.weight) == ("", "", None, "", 0.0)
    assert TurnSummary.objects.get(pk=other.pk).label == "article/pools"


def test_the_record_of_visits_goes_with_the_conversation(says: Says) -> None:
    says("when is the pool open", **ARTICLE)
    Conversation.objects.all().delete()
    assert not Visit.objects.exists()
    assert not TurnSummary.objects.exists()


def test_a_fetched_answer_s_time_ends_when_it_is_there_to_be_fetched(assistant: FakeAssistant, assistant_port: int) -> None:
    assistant.reply = lambda turn: reply()
    row = write("resident", "hello")
    InboundMessage.objects.filter(pk=row.pk).update(received_at=row.received_at - timedelta(seconds=90))
    with dispatching(assistant_port):
        wait_for(row)
    row.refresh_from_db()
    assert row.finished_at is not None
    assert row.summary.answered_ms == round((row.finished_at - row.received_at).total_seconds() * 1000) >= 90_000


def test_a_sent_answer_s_time_ends_when_the_channel_has_its_first_part(assistant: FakeAssistant, assistant_port: int) -> None:
    assistant.reply = lambda turn: messages("Part one.", "Part two.")
    accept("telegram", "1234", "hello", "update 1")
    row = InboundMessage.objects.get()
    with dispatching(assistant_port):
        wait_for(row)
    assert row.summary.answered_ms is None
    outbox = OutboundMessage.objects.order_by("id")
    assert outbox.count() > 1

    def fails(delivery: Delivery) -> str:
        raise SendError("away", retry=True)

    deliver_due({"telegram": fails})
    assert TurnSummary.objects.get().answered_ms is None
    OutboundMessage.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    let_the_pace_pass()
    deliver_due({"telegram": lambda delivery: f"id {delivery.number}"})
    first = outbox[0]
    assert first.sent_at is not None
    taken = round((first.sent_at - row.received_at).total_seconds() * 1000)
    assert TurnSummary.objects.get().answered_ms == taken
    Route.objects.update(free_at=None)
    let_the_pace_pass()
    deliver_due({"telegram": lambda delivery: f"id {delivery.number}"})
    assert outbox.filter(state="sent").count() > 1
    assert TurnSummary.objects.get().answered_ms == taken


def test_a_provider_s_word_that_it_has_the_answer_ends_its_time_too(assistant: FakeAssistant, assistant_port: int) -> None:
    assistant.reply = lambda turn: reply()
    accept("telegram", "1234", "hello", "update 1")
    row = InboundMessage.objects.get()
    with dispatching(assistant_port):
        wait_for(row)
    first = OutboundMessage.objects.order_by("id")[0]
    sender.report(first.pk, "their id", "sent", "", opted_out=False, unreachable=None)
    first.refresh_from_db()
    assert first.sent_at is not None
    assert TurnSummary.objects.get().answered_ms == round((first.sent_at - row.received_at).total_seconds() * 1000)
