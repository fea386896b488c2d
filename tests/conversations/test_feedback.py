"""Did this help? When it is asked, how it is answered, and what is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Callable, Dict, List, Optional

import pytest
from django.utils import timezone

from bot.conversations import feedback, retention
from bot.conversations.models import Choice, Conversation, Feedback, InboundMessage
from bot.conversations.sentences import say
from bot.messages import Feedback as Question
from tests.conversations.assistant import FakeAssistant, Reply, messages
from tests.conversations.doing import dispatching, read, texts, wait_for, write

pytestmark = pytest.mark.usefixtures("record")

ANSWER = {"name": "action_answer_article", "outcome": "ok", "answered": "article/garbage_missed"}
RELATED = [{"title": "Find my collection day", "payload": "/collection_day"}]
Says = Callable[..., InboundMessage]


def answer(*texts: str, actions: Any = (ANSWER,), language: Optional[str] = "en", intent: str = "article", **more: Any) -> Reply:
    """An article's answer, as the assistant reports it."""
    shapes = [{"text": text} for text in texts or ["Put it out by 7 a.m."]]
    understood = [{"intent": {"name": intent, "confidence": 0.9}}]
    return messages(**{"messages": shapes, "actions": list(actions), "understood": understood, "language": language, **more})


@pytest.fixture
def says(assistant: FakeAssistant, assistant_port: int) -> Says:
    """Says something as a resident and waits for the answer. The assistant answers everything from an article."""
    assistant.reply = lambda turn: answer()

    def write_and_wait(text: str, sender: str = "resident", **more: Any) -> InboundMessage:
        row = write(sender, text, **more)
        with dispatching(assistant_port):
            wait_for(row)
        row.refresh_from_db()
        return row

    return write_and_wait


def question(row: InboundMessage) -> Optional[Question]:
    return read(row)[-1].feedback


def asked(row: InboundMessage) -> bool:
    return any(message.feedback for message in read(row))


def votes() -> List[Optional[bool]]:
    return list(Feedback.objects.order_by("asked_at").values_list("helped", flat=True))


def test_an_answer_ends_with_the_question_and_its_two_answers_are_tokens(says: Says, assistant: FakeAssistant) -> None:
    assistant.reply = lambda turn: answer("Part one.", "Part two.")
    first, last = read(says("they skipped my garbage"))
    assert first.feedback is None
    assert last.feedback is not None
    assert (last.text, last.feedback.question) == ("Part two.", "Did this help?")
    assert (last.feedback.yes.title, last.feedback.no.title) == ("Yes", "No")
    tokens = {last.feedback.yes.payload, last.feedback.no.payload}
    assert len(tokens) == 2
    assert all(token.startswith("choice_") for token in tokens)
    row = Feedback.objects.get()
    assert (row.subject, row.helped, row.voted_at) == ("article/garbage_missed", None, None)


def test_in_french_the_question_and_what_is_said_to_the_answer_are_french(says: Says, assistant: FakeAssistant) -> None:
    assistant.reply = lambda turn: answer(language="fr")
    said = question(says("mes poubelles n'ont pas été ramassées"))
    assert said is not None
    assert (said.question, said.yes.title, said.no.title) == ("Cela vous a-t-il aidé?", "Oui", "Non")
    assert texts(says("non", language="en")) == [say("feedback_sorry", "fr")]
    assert votes() == [False]


@pytest.mark.parametrize(
    ("why", "turn"),
    [
        ("a form is open", {"form": "report_form"}),
        ("small talk", {"actions": [], "intent": "thank"}),
        ("nothing known", {"actions": [{"name": "action_offer_choices", "outcome": "not_found"}]}),
        ("a city system is down", {"actions": [ANSWER, {"name": "action_collection_day", "outcome": "unavailable"}]}),
        ("something is offered behind it", {"actions": [ANSWER, {"name": "action_offer_waiting", "outcome": "ok"}]}),
        ("two answers, and a vote would be for both", {"actions": [ANSWER, {**ANSWER, "answered": "article/blue_box_missed"}]}),
        ("danger beside the question", {"understood": [{"intent": {"name": "article"}}, {"intent": {"name": "emergency"}}]}),
        ("danger perhaps, beside the question", {"understood": [{"intent": {"name": "article"}, "perhaps_danger": "fire"}]}),
        ("no known language", {"language": None}),
    ],
)
def test_it_is_asked_only_where_one_need_was_met_and_nothing_else_goes_on(
    says: Says, assistant: FakeAssistant, why: str, turn: Dict[str, Any]
) -> None:
    assistant.reply = lambda _: answer(**turn)
    assert not asked(says("hello")), why
    assert not Feedback.objects.exists()
    assistant.reply = lambda _: answer()
    assert asked(says("they skipped my garbage", "somebody else"))


def test_after_danger_it_is_not_asked_for_a_day(says: Says, assistant: FakeAssistant) -> None:
    assistant.reply = lambda turn: answer(actions=[{"name": "action_say_danger", "outcome": "ok"}], intent="emergency")
    says("my house is on fire")
    assistant.reply = lambda turn: answer()
    assert not asked(says("they skipped my garbage"))
    InboundMessage.objects.update(received_at=timezone.now() - feedback.CALM_AFTER_DANGER)
    assert asked(says("they skipped my garbage"))


def test_an_apology_is_not_asked_about(says: Says, assistant: FakeAssistant) -> None:
    assistant.reply = lambda turn: (400, {})
    assert not asked(says("they skipped my garbage"))


def test_a_resident_who_has_already_written_on_is_not_asked(says: Says, assistant_port: int) -> None:
    first, second = write("resident", "they skipped my garbage"), write("resident", "no")
    with dispatching(assistant_port):
        wait_for(first, second)
    assert [asked(first), asked(second)] == [False, True]
    assert votes() == [None], "the no was written before anything was asked"


def test_it_is_asked_once_whatever_the_answer_and_again_after_a_month(says: Says) -> None:
    assert asked(says("they skipped my garbage"))
    assert not asked(says("and the recycling?"))
    Feedback.objects.update(asked_at=timezone.now() - feedback.ASK_AGAIN_AFTER)
    assert asked(says("and the green bin?"))
    says("yes")
    assert votes() == [None, True]
    assert not asked(says("they skipped it again"))


@pytest.mark.parametrize("words", ["yes", "Yes!", "YES", "oui", "yep", "yes, thanks", "it did", "👍", "👍🏽 👍", "Ça m'a aidé"])
def test_a_yes_in_any_words_is_a_vote_and_the_assistant_never_sees_it(says: Says, assistant: FakeAssistant, words: str) -> None:
    says("they skipped my garbage")
    voted = says(words)
    assert texts(voted) == ["Thank you. That is good to know."]
    assert votes() == [True]
    assert len(assistant.asked) == 1
    assert (voted.outcome, voted.text_masked) == ("rated", words)


@pytest.mark.parametrize("words", ["no", "No.", "non", "nope", "not really", "No, it didn't", "👎", "pas vraiment"])
def test_a_no_gets_a_sorry_and_two_ways_on(says: Says, assistant: FakeAssistant, words: str) -> None:
    says("they skipped my garbage")
    (said,) = texts(says(words))
    assert "sorry" in said
    assert "in other words" in said
    assert "519-741-2345" in said
    assert votes() == [False]
    assert len(assistant.asked) == 1


@pytest.mark.parametrize("words", ["no it was the recycling", "yes but when", "thanks", "ok", "👍👎", "🗑", "maybe", "yes no"])
def test_anything_else_is_a_new_message_and_the_question_is_over(says: Says, assistant: FakeAssistant, words: str) -> None:
    says("they skipped my garbage")
    says(words)
    says("yes")
    assert [turn["text"] for turn in assistant.asked[1:]] == [words, "yes"]
    assert votes() == [None]


def test_a_yes_is_a_vote_for_an_hour(says: Says, assistant: FakeAssistant) -> None:
    says("they skipped my garbage")
    Choice.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    says("yes")
    assert assistant.asked[-1]["text"] == "yes"
    assert votes() == [None]


def test_nobody_elses_yes_counts(says: Says, assistant: FakeAssistant) -> None:
    said = question(says("they skipped my garbage"))
    assert said is not None
    assistant.reply = lambda turn: messages("All right.")
    says("yes", "somebody else")
    assert "no longer works" in texts(says(said.yes.payload, "somebody else"))[0]
    assert votes() == [None]


def test_a_tapped_vote_counts_once_however_often_it_comes_and_may_be_changed(says: Says, assistant: FakeAssistant) -> None:
    said = question(says("they skipped my garbage"))
    assert said is not None
    first = says(said.yes.payload, provider_id="one")
    assert says(said.yes.payload, provider_id="one").pk == first.pk
    assert first.text_masked == "Yes"
    assert texts(says(said.yes.payload)) == ["Thank you. That is good to know."]
    assert votes() == [True]
    says("what about the recycling")
    assert "sorry" in texts(says(said.no.payload))[0]
    assert votes() == [False]
    assert Feedback.objects.get().inbound.text_masked == "they skipped my garbage"
    assert len(assistant.asked) == 2


def test_a_vote_ends_neither_the_answer_nor_its_choices(says: Says, assistant: FakeAssistant) -> None:
    assistant.reply = lambda turn: answer(messages=[{"text": "Look for a sticker.", "choices": RELATED}])
    says("they skipped my garbage")
    says("yes")
    says("find my collection day")
    assert assistant.asked[-1]["choice"] == "/collection_day"


def test_a_vote_is_counted_by_the_next_worker_when_the_first_dies(says: Says, assistant: FakeAssistant, assistant_port: int) -> None:
    from bot.conversations import leases, turns

    says("they skipped my garbage")
    row = write("resident", "no")
    (claim,) = leases.claim("a worker that dies", 1)
    begun = turns.begin(claim)
    assert begun is not None
    Conversation.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    with dispatching(assistant_port):
        wait_for(row)
    assert texts(row) == [say("feedback_sorry", "en")]
    assert votes() == [False]
    assert len(assistant.asked) == 1


def test_a_vote_needs_no_assistant(says: Says, assistant: FakeAssistant) -> None:
    says("they skipped my garbage")
    assistant.reply = lambda turn: (503, {})
    assert texts(says("yes")) == [say("feedback_thanks", "en")]


def test_what_was_asked_and_said_goes_with_the_conversation(says: Says) -> None:
    says("they skipped my garbage")
    says("no")
    Conversation.objects.update(dispose_after=timezone.now().date() - timedelta(days=1))
    retention.dispose(timezone.now().date())
    assert not Feedback.objects.exists()
