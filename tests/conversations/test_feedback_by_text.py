"""Did this help, by text message: in the answer's own text, numbered on, and never for the price of another segment."""

from __future__ import annotations

from typing import Any, List, Optional, Sequence

import pytest

from bot.conversations import texts_in
from bot.conversations.models import Feedback, InboundMessage
from bot.conversations.sentences import say
from bot.sms.segments import segments
from tests.conversations.assistant import FakeAssistant, messages
from tests.conversations.test_texts_in import LONG, ME, SOMEBODY, Phones

pytestmark = pytest.mark.usefixtures("record")

CHOICES = [{"title": "Find my collection day", "payload": "/collection_day"}, {"title": "Blue box", "payload": "/blue_box"}]


@pytest.fixture
def phones(assistant: FakeAssistant, assistant_port: int) -> Phones:
    """With a resident who has read the first message."""
    made = Phones(assistant_port, assistant)
    made.says("hello")
    assistant.asked.clear()
    return made


def answers(phones: Phones, text: str = "Put it out by 7 a.m.", choices: Sequence[Any] = (), language: str = "en") -> None:
    """From now on, with this text, from an article."""
    action = {"name": "action_answer_article", "outcome": "ok", "answered": "article/garbage_missed"}
    shape = {"text": text, "choices": list(choices)}
    phones.assistant.reply = lambda turn: messages(messages=[shape], actions=[action], language=language)


def votes() -> List[Optional[bool]]:
    return list(Feedback.objects.values_list("helped", flat=True))


@pytest.mark.parametrize(("language", "line"), [("en", "Did this help? 1 Yes 2 No"), ("fr", "Cela vous a-t-il aidé? 1 Oui 2 Non")])
def test_the_question_and_its_numbers_are_one_line_of_the_answers_text(phones: Phones, language: str, line: str) -> None:
    answers(phones, language=language)
    assert phones.says("they skipped my garbage") == [f"Put it out by 7 a.m.\n{line}"]
    assert phones.says("2") == [say("feedback_sorry", language)]
    assert votes() == [False]
    assert phones.asked() == ["they skipped my garbage"]


@pytest.mark.parametrize(
    ("typed", "means", "vote"),
    [("1", "/collection_day", None), ("2", "/blue_box", None), ("3", None, True), ("4", None, False), ("the third one", None, True)]
    + [("yes", None, True), ("blue box", "/blue_box", None), ("5", "5", None)],
)
def test_numbers_go_on_behind_the_choices_and_each_means_one_thing(
    phones: Phones,
    typed: str,
    means: Optional[str],
    vote: Optional[bool],
) -> None:
    answers(phones, choices=CHOICES)
    (text,) = phones.says("they skipped my garbage")
    assert text.endswith("1 Find my collection day\n2 Blue box\nDid this help? 3 Yes 4 No")
    phones.says(typed)
    assert phones.asked()[1:] == ([means] if means else [])
    assert votes() == [vote]


def test_after_a_vote_the_numbers_mean_what_they_meant_before(phones: Phones) -> None:
    answers(phones, choices=CHOICES)
    phones.says("they skipped my garbage")
    phones.says("3")
    phones.says("4")
    assert votes() == [False]
    phones.says("1")
    assert phones.asked()[1:] == ["/collection_day"]


def test_a_number_after_the_next_answer_is_no_vote(phones: Phones) -> None:
    answers(phones)
    phones.says("they skipped my garbage")
    phones.says("and the recycling?")
    phones.says("1")
    assert phones.asked()[-1] == "1"
    assert votes() == [None]


@pytest.mark.parametrize(("language", "longest"), [("en", 160 - 26), ("fr", 160 - 35)])
def test_no_answer_costs_a_segment_more(phones: Phones, language: str, longest: int) -> None:
    answers(phones, "a" * (longest + 1), language=language)
    (text,) = phones.says("they skipped my garbage")
    assert text == "a" * (longest + 1)
    assert not Feedback.objects.exists()
    answers(phones, "a" * longest, language=language)
    (text,) = phones.says("they skipped it again")
    assert (segments(text), len(text)) == (1, 160)
    assert votes() == [None]


def test_in_the_first_text_the_question_has_the_room_the_notice_leaves(phones: Phones) -> None:
    room = 2 * 153 - len(say("sms_first", "en")) - 1 - len("\nDid this help? 1 Yes 2 No")
    answers(phones, "a" * (room + 1))
    assert phones.says("they skipped my garbage", SOMEBODY)[0].endswith("a")
    answers(phones, "a" * room)
    third = "+15195550188"
    (text,) = phones.says("they skipped my garbage", third)
    assert text.startswith(say("sms_first", "en"))
    assert text.endswith("Did this help? 1 Yes 2 No")
    assert segments(text) == 2


def test_an_answer_in_parts_does_not_ask(phones: Phones) -> None:
    answers(phones, LONG)
    parts = phones.says("tell me")
    while parts[-1].endswith(say("sms_more", "en")):
        parts += phones.says("more")
    assert say("feedback", "en") not in " ".join(parts)
    assert not Feedback.objects.exists()


def test_after_stop_nothing_is_a_vote_and_yes_means_start(phones: Phones) -> None:
    answers(phones)
    phones.says("they skipped my garbage")
    phones.says("STOP")
    before = InboundMessage.objects.count()
    assert phones.says("1") == phones.says("no") == []
    assert InboundMessage.objects.count() == before
    assert phones.says("yes") == [say("sms_started", "en")]
    assert votes() == [None]


def test_the_same_text_delivered_again_is_one_vote(phones: Phones) -> None:
    answers(phones)
    phones.says("they skipped my garbage")
    assert phones.says("1", sid="SM the same") == [say("feedback_thanks", "en")]
    assert phones.says("1", sid="SM the same") == []
    texts_in.take(ME, "1", "SM the same")
    phones.settle()
    assert votes() == [True]


def test_what_is_said_to_a_vote_is_one_segment() -> None:
    for language in ("en", "fr"):
        assert [segments(say(key, language)) for key in ("feedback_thanks", "feedback_sorry")] == [1, 1]


def test_each_phone_is_asked_for_itself(phones: Phones) -> None:
    answers(phones)
    assert "Did this help?" in phones.says("they skipped my garbage")[0]
    assert "Did this help?" in phones.says("they skipped my garbage", SOMEBODY)[0]
    phones.says("no", SOMEBODY)
    assert sorted(map(str, votes())) == ["False", "None"]
