"""Texts that Twilio could not bring: answered late, declined when it is too late, and STOP obeyed all the same."""

from __future__ import annotations

from datetime import timedelta
from typing import List, Tuple

import pytest
from django.utils import timezone

from bot.conversations import texts_in
from bot.conversations.models import InboundMessage, SetAside
from bot.conversations.photos import Photo
from bot.conversations.sentences import say
from bot.conversations.texts_missed import ListedText, take_missed
from tests.conversations.test_texts_in import ME, SOMEBODY, Phones, phones  # noqa: F401

pytestmark = pytest.mark.usefixtures("record")
LATE, TOO_LATE = say("sms_late", "en"), say("sms_too_late", "en")


@pytest.fixture
def known(phones: Phones) -> Phones:  # noqa: F811
    """With a resident who wrote half a day ago."""
    phones.says("hello")
    phones.assistant.asked.clear()
    InboundMessage.objects.update(received_at=timezone.now() - timedelta(hours=12))
    return phones


def listed(text: str, ago: timedelta, sid: str = "", phone: str = ME, photos: int = 0) -> ListedText:
    return ListedText(phone, text, sid or f"SM {text} {ago}", (Photo(declined="photo_lost"),) * photos, timezone.now() - ago)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def shows_after(phones: Phones, *texts: ListedText, phone: str = ME) -> List[str]:  # noqa: F811
    """What a phone shows once Twilio's list has been read."""
    before = len(phones.shown.get(phone, []))
    take_missed(texts)
    phones.settle()
    return phones.shown.get(phone, [])[before:]


def test_a_missed_text_is_answered_and_the_answer_says_that_it_is_late(known: Phones) -> None:
    assert shows_after(known, listed("pothole", minutes(10))) == [f"{LATE}\nYou said: pothole"]


def test_missed_texts_are_answered_in_the_order_they_were_written(known: Phones) -> None:
    shows_after(known, listed("200 king st", minutes(8)), listed("pothole", minutes(9)), listed("hi", minutes(7), phone=SOMEBODY))
    assert [text for text in known.asked() if text != "hi"] == ["pothole", "200 king st"]
    assert known.shown[SOMEBODY] == [f"{say('sms_first', 'en')}\n{LATE}\nYou said: hi"]


def test_what_came_by_itself_is_not_taken_again_and_what_may_still_come_is_left(known: Phones) -> None:
    known.says("pothole", sid="SM one")
    assert shows_after(known, listed("pothole", minutes(10), "SM one"), listed("new", minutes(0.5))) == []
    assert known.asked() == ["pothole"]


def test_reading_the_list_again_changes_nothing(known: Phones) -> None:
    sent = [listed("pothole", minutes(10)), listed("older", minutes(300)), listed("oldest", minutes(3000)), listed("STOP", minutes(9))]
    assert len(shows_after(known, *sent)) > 0
    assert take_missed(sent) == 0
    assert shows_after(known, *sent) == []


def test_a_text_that_comes_by_itself_after_all_is_answered_once(known: Phones) -> None:
    assert len(shows_after(known, listed("pothole", minutes(10), "SM one"), listed("old", minutes(5000), "SM old"))) == 1
    assert known.says("pothole", sid="SM one") == []
    assert known.says("old", sid="SM old") == []


def test_what_is_older_than_two_hours_gets_one_sentence_and_older_than_a_day_none(known: Phones) -> None:
    sent = [listed("garbage", minutes(121)), listed("pothole", minutes(1000)), listed("ancient", minutes(60 * 25))]
    assert shows_after(known, *sent) == [TOO_LATE]
    assert known.asked() == []


def test_a_yes_that_was_overtaken_answers_no_later_question(known: Phones) -> None:
    known.says("where does my report stand")
    assert shows_after(known, listed("yes", minutes(10))) == [TOO_LATE]
    assert known.asked() == ["where does my report stand"]


def test_what_came_late_itself_overtakes_nothing(known: Phones) -> None:
    shows_after(known, listed("first", minutes(10)))
    assert shows_after(known, listed("first", minutes(10)), listed("second", minutes(5))) == [f"{LATE}\nYou said: second"]


def test_a_missed_photo_is_asked_for_again(known: Phones) -> None:
    assert shows_after(known, listed("here", minutes(10), photos=1)) == [f"{LATE}\n{say('photo_lost', 'en')}\nYou said: here"]


def test_a_stop_that_we_missed_is_obeyed_however_old(known: Phones) -> None:
    assert shows_after(known, listed("ARRÊT", minutes(60 * 70))) == []
    assert known.says("hello") == []
    assert known.says("START") == [say("sms_started", "en")]


def test_a_stop_of_a_moment_ago_is_confirmed(known: Phones) -> None:
    assert shows_after(known, listed("stop", minutes(10)), listed("HELP", minutes(9))) == [say("sms_stopped", "en"), say("sms_help", "en")]
    assert known.says("hello") == []


@pytest.mark.parametrize(
    ("commands", "stopped"),
    [
        ([("STOP", False), ("START", True)], False),
        ([("STOP", True), ("START", False)], False),
        ([("STOP", False), ("START", False)], False),
        ([("START", False), ("STOP", True)], True),
        ([("STOP", False), ("YES", False)], False),
        ([("YES", False), ("STOP", False)], True),
        ([("STOP", True), ("START", True), ("STOP", False)], True),
    ],
)
def test_the_last_command_counts_whether_it_came_by_itself_or_not(
    known: Phones,
    commands: List[Tuple[str, bool]],
    stopped: bool,
) -> None:
    sent = [listed(word, minutes(30 - number), f"SM {number}") for number, (word, _) in enumerate(commands)]
    for text, (_, came) in zip(sent, commands, strict=True):
        if came:
            texts_in.take(text.phone, text.text, text.message_sid)
    shows_after(known, *sent)
    assert known.says("hello") == ([] if stopped else ["You said: hello"])


@pytest.mark.parametrize("answered", ["", "STOP"])
def test_what_was_written_to_nobody_is_not_answered_after_start(known: Phones, answered: str) -> None:
    known.says("STOP", sid="SM stop", answered=answered)
    known.says("nobody reads this", sid="SM nobody")
    known.says("START", sid="SM start")
    sent = [
        listed("STOP", minutes(9), "SM stop"),
        listed("nobody reads this", minutes(8), "SM nobody"),
        listed("START", minutes(7), "SM start"),
    ]
    assert shows_after(known, *sent) == []
    assert known.says("hello") == ["You said: hello"]


def test_what_was_let_go_by_as_a_machines_is_not_taken_later(known: Phones) -> None:
    away = "I am on vacation until Monday and will answer then."
    for number in range(6):
        known.says(away, sid=f"SM {number}")
    assert shows_after(known, *[listed(away, minutes(9 - number), f"SM {number}") for number in range(6)]) == []


def test_a_stop_sent_again_after_a_start_that_twilio_answered_changes_nothing(known: Phones) -> None:
    known.says("STOP", sid="one", answered="STOP")
    known.says("START", sid="two", answered="START")
    known.says("STOP", sid="one", answered="STOP")
    assert known.says("hello") == ["You said: hello"]


def test_what_was_set_aside_is_forgotten_after_a_week(known: Phones) -> None:
    texts_in.set_aside("old")
    texts_in.set_aside("new")
    SetAside.objects.filter(provider_id="old").update(at=timezone.now() - timedelta(days=8))
    texts_in.forget_set_aside()
    assert [row.provider_id for row in SetAside.objects.all()] == ["new"]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_its_sentences_fit_one_plain_text(language: str) -> None:
    from bot.sms.segments import segments

    assert segments(say("sms_too_late", language)) == 1
    assert "911" in say("sms_too_late", language)
    assert segments(say("sms_late", language)) == 1
