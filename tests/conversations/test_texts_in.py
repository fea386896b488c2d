"""Text messages as turns: commands, opting out, numbered choices, long answers, too many and in circles."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Dict, List

import pytest
from django.db import connection
from django.utils import timezone

from bot.conversations import texts_in
from bot.conversations.inbox import PER_CONVERSATION, TooManyError
from bot.conversations.models import Choice, Conversation, InboundMessage, Media, OptOut, OutboundMessage
from bot.conversations.photos import Photo
from bot.conversations.sender import Delivery, SendError
from bot.conversations.sentences import say
from bot.sms.segments import segments
from bot.sms.split import MOST_SEGMENTS
from tests.conversations.assistant import FakeAssistant, messages
from tests.conversations.doing import deliver_due, dispatching, let_the_pace_pass, ten_times_at_once, wait_until
from tests.pictures import picture

pytestmark = pytest.mark.usefixtures("record")
ME, SOMEBODY = "+15195550123", "+15195550177"
LONG = " ".join(f"This is sentence number {number} of a long answer." for number in range(40))


class Phones:
    """Residents' phones, the assistant behind them and Twilio between: `says` is a text, its result what the phone then shows."""

    def __init__(self, port: int, assistant: FakeAssistant) -> None:
        self.port, self.assistant = port, assistant
        self.shown: Dict[str, List[str]] = {}
        self.fails: List[SendError] = []
        self._sids = iter(range(10**6))

    def deliver(self, delivery: Delivery) -> str:
        if self.fails:
            raise self.fails.pop(0)
        assert not delivery.message.choices
        self.shown.setdefault(delivery.address, []).append(delivery.message.text)
        return f"SM{delivery.number}"

    def sid(self) -> str:
        return f"SM in {next(self._sids)}"

    def says(self, text: str, phone: str = ME, **more: Any) -> List[str]:
        before = len(self.shown.get(phone, []))
        texts_in.take(phone, text, more.pop("sid", None) or self.sid(), **more)
        self.settle()
        return self.shown.get(phone, [])[before:]

    def settle(self) -> None:
        self.think()
        while deliver_due({"sms": self.deliver}):
            let_the_pace_pass()

    def think(self) -> None:
        """Until every text has its answer in the outbox."""
        with dispatching(self.port):
            wait_until(lambda: not InboundMessage.objects.filter(state="pending").exists())

    def asked(self) -> List[str]:
        return [turn["choice"] or turn["text"] for turn in self.assistant.asked]


@pytest.fixture
def phones(assistant: FakeAssistant, assistant_port: int) -> Phones:
    return Phones(assistant_port, assistant)


@pytest.fixture
def known(phones: Phones) -> Phones:
    """With a resident who has read the first message."""
    phones.says("hello")
    phones.assistant.asked.clear()
    return phones


def test_the_first_answer_says_whom_they_write_to_and_no_other_does(phones: Phones) -> None:
    assert phones.says("hello") == [f"{say('sms_first', 'en')}\nYou said: hello"]
    assert phones.says("again") == ["You said: again"]


@pytest.mark.parametrize(("text", "sentence"), [("", "empty"), ("42", "apology")])
def test_somebody_whose_language_is_not_known_reads_one_text_too(phones: Phones, text: str, sentence: str) -> None:
    phones.assistant.reply = lambda turn: (400, {})
    assert phones.says(text) == ["\n".join(say(key, language) for key in ("sms_first", sentence) for language in ("en", "fr"))]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_first_message_and_the_answers_to_commands_are_one_plain_text_that_says_what_it_must(language: str) -> None:
    for key in ("sms_first", "sms_help", "sms_started", "sms_stopped"):
        text = say(key, language)
        assert segments(text) == 1, (text, len(text))
        if key != "sms_stopped":
            assert "911" in text
            assert ("STOP" if language == "en" else "ARRET") in text
            assert ("stored" if language == "en" else "conservés") in text


def test_a_turn_is_one_text_with_its_choices_numbered_through(known: Phones) -> None:
    known.assistant.reply = lambda turn: messages(
        messages=[
            {"text": "One.", "choices": [{"title": "Garbage", "payload": "/a"}]},
            {"text": "Two.", "choices": [{"title": "Parking permits", "payload": "/b"}, {"title": "Taxes", "payload": "/c"}]},
        ]
    )
    assert known.says("what") == ["One.\n1 Garbage\nTwo.\n2 Parking permits\n3 Taxes"]


@pytest.mark.parametrize(
    ("answer", "means"),
    [("2", "/b"), ("#3", "/c"), ("the first one", "/a"), ("parking", "/b"), ("Parking Permits", "/b"), ("4", "4"), ("none", "none")],
)
def test_a_choice_is_answered_by_number_or_words_and_everything_else_is_text(known: Phones, answer: str, means: str) -> None:
    test_a_turn_is_one_text_with_its_choices_numbered_through(known)
    known.says(answer)
    assert known.asked()[-1] == means


def test_choices_last_until_the_next_turn_or_an_hour_and_a_command_is_no_turn(known: Phones) -> None:
    test_a_turn_is_one_text_with_its_choices_numbered_through(known)
    known.says("HELP")
    known.assistant.reply = lambda turn: messages("fine")
    known.says("2")
    assert known.asked()[-1] == "/b"
    known.says("2")
    assert known.asked()[-1] == "2"
    test_a_turn_is_one_text_with_its_choices_numbered_through(known)
    Choice.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    known.says("2")
    assert known.asked()[-1] == "2"


def test_a_long_answer_comes_in_parts_as_they_are_asked_for(known: Phones) -> None:
    choices = [{"title": "Garbage", "payload": "/a"}, {"title": "Taxes", "payload": "/c"}]
    known.assistant.reply = lambda turn: messages(messages=[{"text": LONG, "choices": choices}])
    parts = known.says("tell me")
    assert len(parts) == 1
    while parts[-1].endswith(say("sms_more", "en")):
        more = known.says("More" if len(parts) % 2 else "plus")
        assert len(more) == 1
        parts += more
    assert len(parts) > 3
    assert all(segments(part) <= MOST_SEGMENTS for part in parts)
    text = "\n".join(parts).replace(say("sms_more", "en"), " ")
    assert text.split() == f"{LONG} 1 Garbage 2 Taxes".split()
    assert known.asked() == ["tell me"]
    known.says("2")
    assert known.asked()[-1] == "/c"


def test_the_rest_of_an_answer_lapses_with_the_next_turn_or_an_hour(known: Phones) -> None:
    known.assistant.reply = lambda turn: messages(LONG if turn["text"] == "tell me" else "fine")
    known.says("tell me")
    known.says("something else")
    assert known.says("more") == ["fine"]
    known.says("tell me")
    OutboundMessage.objects.update(created_at=timezone.now() - timedelta(hours=2))
    assert known.says("more") == ["fine"]
    assert known.asked()[-1] == "more"


def test_the_first_message_goes_by_itself_when_the_answer_leaves_it_no_room(phones: Phones) -> None:
    phones.assistant.reply = lambda turn: messages(LONG)
    first, answer = phones.says("tell me")
    assert first == say("sms_first", "en")
    assert answer.startswith("This is sentence number 0 ")
    assert segments(answer) <= MOST_SEGMENTS


@pytest.mark.parametrize(
    ("word", "key", "language"),
    [
        ("HELP", "sms_help", "en"),
        ("help!", "sms_help", "en"),
        ("Aide", "sms_help", "fr"),
        ("INFO", "sms_help", "en"),
        ("STOP", "sms_stopped", "en"),
        ("stop.", "sms_stopped", "en"),
        ("Cancel", "sms_stopped", "en"),
        ("ARRET", "sms_stopped", "fr"),
        ("Arrêt", "sms_stopped", "fr"),
        ("START", "sms_started", "en"),
        ("Début", "sms_started", "fr"),
    ],
)
def test_a_command_is_answered_in_its_language_without_the_assistant(known: Phones, word: str, key: str, language: str) -> None:
    assert known.says(word) == [say(key, language)]
    assert known.asked() == []


@pytest.mark.parametrize("text", ["help me", "stop the noise", "yes", "more", "I want info"])
def test_a_command_is_nothing_but_its_word(known: Phones, text: str) -> None:
    known.says(text)
    assert known.asked() == [text]


@pytest.mark.parametrize(("stop", "start"), [("STOP", "START"), ("arrêt", "début"), ("END", "YES"), ("quit", "unstop")])
def test_after_stop_there_is_silence_until_start(known: Phones, stop: str, start: str) -> None:
    known.says(stop)
    count = InboundMessage.objects.count()
    assert known.says("there is a pothole") == []
    assert known.says("HELP") == [say("sms_help", "en")]
    assert InboundMessage.objects.count() == count + 1
    assert known.asked() == []
    assert len(known.says(start)) == 1
    assert known.says("hello") == ["You said: hello"]


def test_answers_under_way_are_not_sent_after_stop(known: Phones) -> None:
    known.assistant.reply = lambda turn: messages("too late")
    texts_in.take(ME, "hello", known.sid())
    texts_in.take(ME, "STOP", known.sid())
    known.settle()
    assert known.shown[ME][-1] == say("sms_stopped", "en")
    assert "too late" not in known.shown[ME]
    assert OutboundMessage.objects.filter(state="failed", error_code="opted_out").count() == 1
    assert known.says("hello", SOMEBODY)


def test_a_command_that_twilio_answered_is_obeyed_in_silence(known: Phones) -> None:
    assert known.says("Arrêtez", answered="STOP") == []
    assert OptOut.objects.get().source == "resident"
    assert known.says("hello") == []
    assert known.says("AIDE", answered="HELP") == []
    assert known.says("c'est reparti", answered="START") == []
    assert known.says("hello") == ["You said: hello"]


def test_a_stop_sent_again_after_start_changes_nothing(known: Phones) -> None:
    known.says("STOP", sid="one")
    known.says("START", sid="two")
    known.says("STOP", sid="one")
    assert known.says("hello") == ["You said: hello"]


def test_an_opt_out_outlives_the_conversation(known: Phones) -> None:
    known.says("STOP")
    Conversation.objects.all().delete()
    assert known.says("hello") == []


def test_a_number_that_twilio_says_has_opted_out_gets_nothing_more(known: Phones) -> None:
    known.fails = [SendError("Twilio says 400 21610", retry=False, code="21610", opted_out=True)]
    assert known.says("hello") == []
    row = OutboundMessage.objects.latest("id")
    assert (row.state, row.error_code, OptOut.objects.get().source) == ("failed", "21610", "provider")
    assert known.says("hello") == []


def test_a_photo_by_itself_is_a_message_and_one_that_cannot_be_fetched_gets_a_sentence(known: Phones) -> None:
    assert known.says("", photos=[Photo(content=picture())]) == ["You said:"]
    assert known.says("", photos=[Photo(reference="gone")]) == [say("photo_lost", "en")]
    assert known.says("pothole here", photos=[Photo(declined="photo_unreadable")]) == [
        f"{say('photo_unreadable', 'en')}\nYou said: pothole here"
    ]
    assert [len(turn["media"]) for turn in known.assistant.asked] == [1, 0]


def test_a_command_is_obeyed_whatever_comes_along(known: Phones) -> None:
    assert known.says("STOP", photos=[Photo(content=picture())]) == [say("sms_stopped", "en")]
    assert not Media.objects.exists()


def test_a_text_without_words_gets_a_sentence(known: Phones) -> None:
    assert known.says("  ") == [say("empty", "en")]


def test_who_writes_too_fast_is_told_once_and_can_stop_all_the_same(known: Phones) -> None:
    for number in range(PER_CONVERSATION + 5):
        texts_in.take(ME, f"message {number}", known.sid())
    texts_in.take(ME, "STOP", known.sid())
    assert OptOut.objects.exists()
    OptOut.objects.all().delete()
    known.settle()
    assert known.shown[ME].count(say("slow_down", "en")) == 1
    assert len(known.asked()) == PER_CONVERSATION - 1  # the hello before counts


def test_what_looks_like_a_tap_counts_as_any_other_text_for_who_writes_too_much(known: Phones, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts_in, "PER_DAY", 3)
    said = [known.says(f"choice_{number:022d}") for number in range(5)]
    assert said == [*[[say("choice_over", "en")]] * 2, [say("sms_enough", "en")], [], []]


def test_yes_is_an_answer_though_the_provider_takes_it_for_start(known: Phones) -> None:
    assert known.says("yes", answered="START") == ["You said: yes"]
    known.says("STOP", answered="STOP")
    assert known.says("yes", answered="START") == []
    assert known.says("hello") == ["You said: hello"]


def test_who_writes_all_day_long_is_told_once(known: Phones, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts_in, "PER_DAY", 3)
    said = [known.says(f"message {number}") for number in range(5)]
    assert said == [["You said: message 0"], ["You said: message 1"], [say("sms_enough", "en")], [], []]
    assert known.says("hello", SOMEBODY)


def test_too_much_in_total_is_for_twilio_to_try_again(known: Phones, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.conversations.inbox.IN_TOTAL", 1)
    with pytest.raises(TooManyError):
        texts_in.take(SOMEBODY, "hello", known.sid())


def test_a_machine_that_repeats_itself_is_told_once_and_left_alone_and_a_resident_is_not(known: Phones) -> None:
    away = "I am on vacation until Monday and will answer then."
    assert [known.says(away) for _ in range(6)] == [[f"You said: {away}"]] * 3 + [[say("sms_again", "en")]] + [[]] * 2
    assert known.says(say("sms_again", "en")) == []
    assert len(known.asked()) == 3
    assert [bool(known.says("yes")) for _ in range(5)] == [True] * 5
    assert known.says(away, SOMEBODY)


def test_our_own_words_coming_back_are_not_taken_for_a_residents(known: Phones) -> None:
    known.assistant.reply = lambda turn: messages("Where on King St W is it? Give me a house number.")
    (ours,) = known.says("pothole")
    assert known.says(ours) == [say("sms_again", "en")]
    assert known.says(ours) == []
    assert known.asked() == ["pothole"]


def test_the_same_id_ten_times_at_once_is_one_turn(known: Phones) -> None:
    ten_times_at_once(lambda: texts_in.take(ME, "pothole", "the same"))
    known.settle()
    assert known.asked() == ["pothole"]


def test_no_table_holds_the_number_in_the_clear(known: Phones) -> None:
    known.says("call me at 519-555-0123")
    known.says("STOP")
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        assert len(tables) > 5
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                for value in row:
                    shown = bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode()
                    assert b"5550123" not in shown, table
                    assert b"555-0123" not in shown, table
