"""What residents read while something is switched: notices first, a message in the place of answers on a paused channel."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, Dict, List, Tuple

import pytest
from django.utils import timezone

from bot.conversations.inbox import accept
from bot.conversations.models import InboundMessage, Notice, NoticeShown, OutboundMessage, TurnSummary, Visit
from bot.conversations.sentences import say
from bot.review import switching
from bot.review.people import CHANNELS
from bot.sms.segments import segments
from tests.conversations.assistant import FakeAssistant, Reply, messages
from tests.conversations.doing import conversation_of, dispatching, texts, wait_for, write
from tests.conversations.test_texts_in import Phones

STORM = {"en": "A storm is coming tonight.", "fr": "Une tempête arrive ce soir."}
STORM_EN, STORM_FR = "City notice: A storm is coming tonight.", "Avis de la Ville : Une tempête arrive ce soir."
AWAY = {"en": "We are back on Monday.", "fr": "Nous revenons lundi."}
AWAY_EN = "We are back on Monday. If anyone is in danger, call 911."
GAS: Dict[str, Any] = {"understood": [{"intent": {"name": "emergency"}}], "actions": [{"name": "action_say_danger", "outcome": "ok"}]}


class Town:
    """Residents who write, and a worker that answers them."""

    def __init__(self, assistant: FakeAssistant, port: int) -> None:
        self.assistant, self.port = assistant, port

    def says(self, text: str, who: str = "me", language: str = "en") -> List[str]:
        row = write(who, text, language=language)
        with dispatching(self.port):
            wait_for(row)
        return texts(row)


@pytest.fixture
def town(record: str, assistant: FakeAssistant, assistant_port: int) -> Town:
    return Town(assistant, assistant_port)


def put_up(hours: float = 2, begins_in: float = 0, words: Dict[str, str] = STORM) -> Notice:
    now = timezone.now()
    return switching.put_up(words, now + timedelta(hours=begins_in), now + timedelta(hours=begins_in + hours), "clerk")


def silence(**long: float) -> None:
    """As if all that was written had been written longer ago."""
    by = timedelta(**long)
    for visit in Visit.objects.all():
        Visit.objects.filter(pk=visit.pk).update(started_at=visit.started_at - by, last_at=visit.last_at - by)
    for shown in NoticeShown.objects.all():
        NoticeShown.objects.filter(pk=shown.pk).update(at=shown.at - by)


def test_a_notice_is_read_first_in_a_message_of_its_own_and_once_a_visit(town: Town) -> None:
    put_up()
    assert town.says("hello") == [STORM_EN, "You said: hello"]
    assert town.says("and the garbage") == ["You said: and the garbage"]
    silence(minutes=29)
    assert town.says("still here") == ["You said: still here"]
    silence(minutes=31)
    assert town.says("here again") == [STORM_EN, "You said: here again"]


def test_a_notice_that_begins_in_the_middle_of_a_visit_is_read_before_the_next_answer(town: Town) -> None:
    assert town.says("hello") == ["You said: hello"]
    put_up()
    assert town.says("one") == [STORM_EN, "You said: one"]
    put_up(words={"en": "Boil water.", "fr": "Faites bouillir l'eau."})
    assert town.says("two") == ["City notice: Boil water.", "You said: two"]


def test_each_resident_reads_it_in_their_language_and_in_both_while_it_is_not_known(town: Town) -> None:
    put_up()
    town.assistant.reply = lambda turn: messages("Oui.", language="fr")
    assert town.says("bonjour", language="fr") == [STORM_FR, "Oui."]
    assert town.says("", who="nobody knows", language="") == [f"{STORM_EN}\n{STORM_FR}", say("empty", None)]


@pytest.mark.parametrize(("begins_in", "hours"), [(1.0, 2.0), (-3.0, 2.0)])
def test_nobody_reads_a_notice_before_it_begins_or_after_it_ended(town: Town, begins_in: float, hours: float) -> None:
    now = timezone.now()
    Notice.objects.create(
        texts=STORM, begins_at=now + timedelta(hours=begins_in), ends_at=now + timedelta(hours=begins_in + hours), by="clerk"
    )
    assert town.says("hello") == ["You said: hello"]


def test_a_notice_that_was_taken_down_is_not_read_any_more(town: Town) -> None:
    switching.take_down(put_up().pk, "clerk")
    assert town.says("hello") == ["You said: hello"]


def test_nothing_comes_before_whom_to_call_in_danger_and_the_notice_comes_after_it(town: Town) -> None:
    put_up()
    town.assistant.reply = lambda turn: messages("Leave, then call 911.", **GAS)
    assert town.says("I smell gas") == ["Leave, then call 911."]
    town.assistant.reply = lambda turn: messages("You are welcome.")
    assert town.says("thanks") == [STORM_EN, "You are welcome."]


def test_a_paused_channel_says_so_at_once_and_keeps_what_was_written(town: Town) -> None:
    switching.pause("rest", AWAY, "clerk")
    assert town.says("when is my garbage picked up") == [AWAY_EN]
    assert [turn["only_danger"] for turn in town.assistant.asked] == [True]
    row = InboundMessage.objects.get()
    assert (row.text_masked, row.outcome) == ("when is my garbage picked up", "paused")
    assert TurnSummary.objects.get().outcome == "handed_over"
    switching.resume("rest", "clerk")
    assert town.says("hello") == ["You said: hello"]


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_channel_has_the_notice_and_the_pause(town: Town, channel: str) -> None:
    def said(text: str) -> str:
        accepted = accept(channel, "+15195550123", text, text, "en")
        row = InboundMessage.objects.get(turn_id=accepted.turn_id)
        with dispatching(town.port):
            wait_for(row)
        conversation = row.conversation
        bodies = row.replies.order_by("position").values_list("body_sealed", flat=True)
        return "\n".join(json.loads(conversation.unseal(body, "outbound"))["text"] for body in bodies)

    put_up()
    assert said("hello").startswith(STORM_EN)
    switching.pause(channel, AWAY, "clerk")
    assert said("hello again") == AWAY_EN


def test_a_pause_is_said_behind_a_notice_and_in_the_residents_language(town: Town) -> None:
    put_up()
    switching.pause("rest", AWAY, "clerk")
    assert town.says("je veux savoir quand passe la collecte", language="fr") == [
        STORM_FR,
        "Nous revenons lundi. En cas de danger, appelez le 911.",
    ]


def test_other_channels_answer_while_one_is_paused(town: Town) -> None:
    switching.pause("sms", AWAY, "clerk")
    assert town.says("hello") == ["You said: hello"]


@pytest.mark.parametrize("text", ["I smell gas", "ça sent le gaz chez moi", "Where is my bin? Also there is a fire in my kitchen"])
def test_danger_is_answered_while_a_channel_is_paused(town: Town, text: str) -> None:
    switching.pause("rest", AWAY, "clerk")
    town.assistant.reply = lambda turn: messages("Leave, then call 911.", **GAS)
    assert town.says(text) == ["Leave, then call 911."]


@pytest.mark.parametrize("reply", [(503, {}), (400, {}), (200, b"nonsense")])
def test_danger_is_told_whom_to_call_when_the_assistant_is_why_the_channel_is_paused(town: Town, reply: Reply) -> None:
    switching.pause("rest", AWAY, "clerk")
    put_up()
    town.assistant.reply = lambda turn: reply
    said = town.says("I smell gas")
    assert said == [say("paused_danger", "en")]
    assert "911" in said[0]
    summary = TurnSummary.objects.get()
    assert (summary.outcome, summary.needs, summary.visit.outcome) == ("emergency", "emergency", "emergency")
    assert len(town.assistant.asked) == 1


def test_whoever_is_in_no_danger_gets_the_pause_when_the_assistant_is_away(town: Town) -> None:
    switching.pause("rest", AWAY, "clerk")
    town.assistant.reply = lambda turn: (503, {})
    assert town.says("when is my garbage picked up") == [AWAY_EN]


def test_what_only_sounds_like_danger_gets_the_pause_and_not_the_assistants_answer(town: Town) -> None:
    switching.pause("rest", AWAY, "clerk")
    assert town.says("I smell gas") == [AWAY_EN]


def test_a_command_by_text_message_is_obeyed_while_the_channel_is_paused(
    record: str, assistant: FakeAssistant, assistant_port: int
) -> None:
    put_up()
    switching.pause("sms", AWAY, "clerk")
    phones = Phones(assistant_port, assistant)
    assert phones.says("HELP") == [say("sms_help", "en")]
    assert phones.says("hello")[-1].endswith(AWAY_EN)


def texted(phones: Phones, answer: str, words: Dict[str, str]) -> Tuple[List[str], int]:
    """The texts of a second turn that has a notice before it, and what they cost."""
    phones.says("hello")
    put_up(words=words)
    phones.assistant.reply = lambda turn: messages(answer)
    said = phones.says("and now")
    return said, sum(OutboundMessage.objects.order_by("-id").values_list("segments", flat=True)[: len(said)])


LONG = {"en": "Water main break on King Street. " * 4, "fr": "Bris sur la rue King. " * 4}


def test_by_text_message_a_short_notice_shares_the_text_of_the_answer(record: str, assistant: FakeAssistant, assistant_port: int) -> None:
    said, cost = texted(Phones(assistant_port, assistant), "Tuesday.", STORM)
    assert said == [f"{STORM_EN}\n\nTuesday."]
    assert cost == 1


def test_a_notice_is_a_text_of_its_own_where_that_costs_nothing(record: str, assistant: FakeAssistant, assistant_port: int) -> None:
    said, cost = texted(Phones(assistant_port, assistant), "You can pay at City Hall. " * 6, LONG)
    assert said[0].startswith("City notice: Water main")
    assert "Hall" not in said[0]
    assert cost == sum(map(segments, said)) == 2


def test_many_long_notices_are_texts_that_the_provider_takes(record: str, assistant: FakeAssistant, assistant_port: int) -> None:
    phones = Phones(assistant_port, assistant)
    phones.says("hello")
    for number in range(5):
        put_up(words={"en": f"Number {number}. " + "Water main break on King Street. " * 12, "fr": "Bris sur la rue King. " * 4})
    said = phones.says("and now")
    assert max(map(segments, said)) <= 3
    assert [word for word in range(5) if f"Number {word}." in "".join(said)] == [0, 1, 2, 3, 4]
    assert said[-1].endswith("You said: and now")


@pytest.mark.parametrize(
    "words", [{"en": "Storm.", "fr": " "}, {"en": "Storm."}, {"en": "x" * 500, "fr": "x"}, {"en": "x", "fr": "ê" * 200}]
)
def test_words_that_are_not_there_in_both_languages_or_too_long_for_a_text_are_refused(record: str, words: Dict[str, str]) -> None:
    with pytest.raises(switching.SwitchError):
        put_up(words=words)
    with pytest.raises(switching.SwitchError):
        switching.pause("rest", words, "clerk")
    assert not Notice.objects.exists()


def test_a_conversation_that_is_deleted_leaves_nothing_of_the_notices_it_had(town: Town) -> None:
    put_up()
    town.says("hello")
    conversation_of("me").delete()
    assert not NoticeShown.objects.exists()
    assert Notice.objects.count() == 1
