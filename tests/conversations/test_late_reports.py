"""A report that turns out to be filed after its resident read something else: they are told its number, once, where they can be."""

from __future__ import annotations

import logging
import uuid
from typing import Any, Dict, List

import pytest

from bot.conversations import late_reports, opt_outs, retention, sender, submissions, telling_late, turns
from bot.conversations.inbox import accept, begin_conversation
from bot.conversations.models import SYNTHETIC, Conversation, InboundMessage, OptOut, OutboundMessage, Submission
from bot.conversations.sentences import say
from bot.conversations.timeline import Position, after
from bot.sealing import lookup_digest
from tests.conversations.assistant import FakeAssistant, Reply, messages
from tests.conversations.doing import dispatching, ten_times_at_once, texts, wait_until

pytestmark = pytest.mark.usefixtures("record")
NUMBER = "26-000417"
SAID = "Its number is 26-000417."
FAILS: Reply = (400, {"error": "it hangs"})
KEY = "service_request:a key"


class Resident:
    """Somebody on a channel who sends a report, and the assistant behind."""

    def __init__(self, assistant: FakeAssistant, port: int, channel: str) -> None:
        self.assistant, self.port, self.channel, self.address = assistant, port, channel, f"address on {channel}"

    def says(self, text: str, reply: Reply, language: str = "en") -> InboundMessage:
        self.assistant.reply = lambda turn: reply
        row = self.writes(text, language)
        with dispatching(self.port):
            wait_until(lambda: not InboundMessage.objects.filter(state="pending").exists())
        row.refresh_from_db()
        return row

    def writes(self, text: str, language: str = "en") -> InboundMessage:
        accepted = accept(self.channel, self.address, text, uuid.uuid4().hex, language)
        return InboundMessage.objects.get(turn_id=accepted.turn_id)

    def reads(self) -> List[str]:
        """All that was said to them, in order."""
        return [line.message.text for line in after(self.channel, self.address, Position(0, 0)).lines if line.provider_id is None]

    def numbers(self) -> int:
        return sum(SAID in text for text in self.reads())


@pytest.fixture(params=["sms", "telegram", "webchat"])
def resident(request: pytest.FixtureRequest, assistant: FakeAssistant, assistant_port: int) -> Resident:
    return Resident(assistant, assistant_port, request.param)


@pytest.fixture
def caller(assistant: FakeAssistant, assistant_port: int) -> Resident:
    return Resident(assistant, assistant_port, "rest")


def asks(row: InboundMessage, kind: str = "service_request") -> None:
    """What the action does before it calls the city."""
    submissions.begin(KEY, conversation=row.conversation_id, kind=kind, turn=row.turn_id)


def apologised(resident: Resident, language: str = "en") -> InboundMessage:
    """They sent a report; the action hangs, and they read an apology."""
    row = resident.says("send it", FAILS, language)
    assert row.outcome == "apologised"
    asks(row)
    return row


def answers(outcome: str, *said: str) -> Reply:
    return messages(*said, actions=[{"name": "action_submit_report", "outcome": outcome}])


def test_who_read_an_apology_is_told_once_that_the_report_was_filed(resident: Resident) -> None:
    apologised(resident)
    assert telling_late.tell() == 0  # it is not known yet
    submissions.finish(KEY, NUMBER)
    assert [telling_late.tell(), telling_late.tell()] == [1, 0]
    *_, apology, late = resident.reads()
    assert say("apology", "en") in apology
    assert late == say("report_late", "en", number=NUMBER)
    (row,) = OutboundMessage.objects.filter(text_masked__contains="did reach")
    assert (row.state, row.attempts) == ("sent", 0)  # read just now; it waited in the outbox


def test_it_is_said_in_the_language_of_the_turn(resident: Resident) -> None:
    apologised(resident, "fr")
    submissions.finish(KEY, NUMBER)
    telling_late.tell()
    assert resident.reads()[-1] == say("report_late", "fr", number=NUMBER)


@pytest.mark.parametrize(
    ("reference", "key", "values"),
    [("token:abc-7", "report_late_code", {"token": "abc-7"}), ("", "report_late_no_number", {})],
    ids=["a code for now", "no number at all"],
)
def test_without_a_number_they_are_told_what_there_is(resident: Resident, reference: str, key: str, values: Dict[str, str]) -> None:
    apologised(resident)
    submissions.finish(KEY, reference)
    telling_late.tell()
    assert resident.reads()[-1] == say(key, "en", **values)


def test_who_was_told_that_nobody_knows_is_told_when_it_is_known(resident: Resident) -> None:
    """The action ended without knowing, its call went on."""
    row = resident.says("send it", answers("failed", "I could not confirm that the city received it."))
    asks(row)
    submissions.mark_unknown(KEY)
    assert telling_late.tell() == 0
    submissions.finish(KEY, NUMBER)
    telling_late.tell()
    assert resident.numbers() == 1


def test_who_read_the_number_in_the_answer_is_told_nothing_more(resident: Resident, assistant: FakeAssistant) -> None:
    def reply(turn: Dict[str, Any]) -> Reply:
        asks(InboundMessage.objects.get(turn_id=turn["turn_id"]))
        submissions.finish(KEY, NUMBER)
        assert telling_late.tell() == 0  # its answer is on its way
        return answers("ok", SAID)

    row = resident.writes("send it")
    assistant.reply = reply
    with dispatching(resident.port):
        wait_until(lambda: InboundMessage.objects.get(pk=row.pk).state == "done")
    assert telling_late.tell() == 0
    assert resident.numbers() == 1


def test_who_sends_it_again_and_reads_the_number_is_told_nothing_more(resident: Resident, assistant: FakeAssistant) -> None:
    apologised(resident)
    again = resident.writes("yes, send it")
    asks(again)  # the same key: the same report of the same form
    submissions.finish(KEY, NUMBER)
    assert telling_late.tell() == 0
    assistant.reply = lambda turn: answers("ok", SAID)
    with dispatching(resident.port):
        wait_until(lambda: InboundMessage.objects.get(pk=again.pk).state == "done")
    assert telling_late.tell() == 0
    assert resident.numbers() == 1


def test_what_follows_somebody_elses_report_is_no_report_of_theirs(resident: Resident) -> None:
    row = resident.says("it is the same", FAILS)
    submissions.begin("followed", conversation=row.conversation_id, kind="followed_request")
    submissions.finish("followed", NUMBER)
    assert telling_late.tell() == 0


def test_a_report_that_was_refused_after_the_apology_changes_nothing(resident: Resident) -> None:
    apologised(resident)
    submissions.abandon(KEY)
    assert telling_late.tell() == 0
    assert say("apology", "en") in resident.reads()[-1]


def test_on_rest_it_comes_before_the_next_answer_and_only_there(caller: Resident) -> None:
    first = apologised(caller)
    submissions.finish(KEY, NUMBER)
    assert telling_late.tell() == 0
    assert texts(first) == [say("apology", "en")]
    following = caller.says("when is garbage day", messages("On Monday."))
    assert texts(following) == [say("report_late", "en", number=NUMBER), "On Monday."]
    assert texts(caller.says("thanks", messages("You are welcome."))) == ["You are welcome."]


def test_on_rest_nothing_comes_before_whom_to_call_in_danger(caller: Resident) -> None:
    apologised(caller)
    submissions.finish(KEY, NUMBER)
    danger = messages("Call 911.", understood=[{"intent": {"name": "emergency"}}])
    assert texts(caller.says("fire", danger)) == ["Call 911."]
    assert len(texts(caller.says("thanks", messages("You are welcome.")))) == 2


def test_with_an_apology_as_the_next_answer_it_is_said_all_the_same(caller: Resident) -> None:
    apologised(caller)
    submissions.finish(KEY, NUMBER)
    assert texts(caller.says("when is garbage day", FAILS)) == [say("report_late", "en", number=NUMBER), say("apology", "en")]


def test_many_workers_tell_it_once(resident: Resident) -> None:
    apologised(resident)
    submissions.finish(KEY, NUMBER)
    ten_times_at_once(telling_late.tell)
    assert resident.numbers() == 1


def test_a_worker_that_ends_before_its_commit_leaves_it_to_the_next(resident: Resident, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        """As abrupt as a process's end."""

    def killed(*_: Any) -> None:
        add(*_)
        raise Killed

    apologised(resident)
    submissions.finish(KEY, NUMBER)
    add = turns.add
    monkeypatch.setattr(turns, "add", killed)
    with pytest.raises(Killed):
        telling_late.tell()
    monkeypatch.undo()
    assert telling_late.tell() == 1
    assert resident.numbers() == 1


def test_it_is_said_behind_what_was_answered_meanwhile_and_before_what_comes(resident: Resident) -> None:
    apologised(resident)
    resident.says("when is garbage day", messages("On Monday."))
    submissions.finish(KEY, NUMBER)
    waiting = resident.writes("and recycling?")
    telling_late.tell()
    with dispatching(resident.port):
        resident.assistant.reply = lambda turn: messages("On Tuesday.")
        wait_until(lambda: InboundMessage.objects.get(pk=waiting.pk).state == "done")
    assert [SAID in text or text for text in resident.reads()[-3:]] == ["On Monday.", True, "On Tuesday."]


def test_forgetting_bills_does_not_take_the_number_along(resident: Resident) -> None:
    apologised(resident)
    private = [{"name": "action_look_up", "outcome": "ok", "private": True}]
    resident.says("what do i owe", messages("You owe $5.", actions=private))
    submissions.finish(KEY, NUMBER)
    telling_late.tell()
    resident.says("forget this", messages("It is forgotten.", actions=[{**private[0], "forget": True}]))
    assert resident.numbers() == 1


def test_who_opted_out_meanwhile_is_sent_nothing(assistant: FakeAssistant, assistant_port: int) -> None:
    phone = Resident(assistant, assistant_port, "sms")
    apologised(phone)
    OutboundMessage.objects.update(state="sent")
    opt_outs.opt_out("sms", lookup_digest("sms", phone.address), OptOut.Source.RESIDENT)
    accept("sms", phone.address, "stop", "stop", "en", refusal="sms_stopped")
    with dispatching(assistant_port):
        wait_until(lambda: not InboundMessage.objects.filter(state="pending").exists())
    OutboundMessage.objects.update(state="sent")
    submissions.finish(KEY, NUMBER)
    assert telling_late.tell() == 1
    assert sender.take("sms", 20) == []
    late = OutboundMessage.objects.order_by("-id")[0]
    assert (late.state, late.error_code) == ("failed", "opted_out")


def test_in_a_chat_that_was_deleted_nothing_is_said(resident: Resident) -> None:
    row = apologised(resident)
    reply = messages("It is deleted.", actions=[{"name": "action_delete_chat", "outcome": "ok", "forget": True, "dispose": True}])
    resident.says("delete my chat", reply)
    asks(row)  # the action comes to it only now
    submissions.finish(KEY, NUMBER)
    assert telling_late.tell() == 0
    assert resident.numbers() == 0
    retention.erase(resident.channel, resident.address)
    assert telling_late.tell() == 0


def test_a_question_of_the_workers_own_is_told_nothing(assistant: FakeAssistant, assistant_port: int) -> None:
    row = Resident(assistant, assistant_port, "sms")
    begin_conversation("sms", row.address, f"{SYNTHETIC}one")
    apologised(row)
    submissions.finish(KEY, NUMBER)
    assert telling_late.tell() == 0


def test_a_conversation_that_cannot_be_opened_holds_up_nobody(resident: Resident) -> None:
    apologised(resident)
    Conversation.objects.update(data_key_sealed=b"damaged")
    submissions.finish(KEY, NUMBER)
    assert [telling_late.tell(), telling_late.tell()] == [0, 0]
    assert list(late_reports.untold()) == []


def test_the_log_says_neither_number_nor_address(resident: Resident, caplog: pytest.LogCaptureFixture) -> None:
    apologised(resident)
    submissions.finish(KEY, NUMBER)
    with caplog.at_level(logging.INFO):
        telling_late.tell()
    assert "was filed" in caplog.text
    assert NUMBER not in caplog.text
    assert resident.address not in caplog.text


def test_reports_from_before_turns_were_written_down_are_left_alone(resident: Resident) -> None:
    apologised(resident)
    Submission.objects.update(turn=None)
    submissions.finish(KEY, NUMBER)
    assert telling_late.tell() == 0
