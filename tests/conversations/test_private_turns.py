"""Turns about a resident's own bills: what staff read of them, and what is left when they are forgotten."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List, Optional

import pytest

from bot.conversations import bill_access, charts
from bot.conversations.masking import mask, mask_amounts, mask_strictly
from bot.conversations.models import Chart, Choice, InboundMessage, OutboundMessage, TurnDetails
from bot.conversations.sentences import say
from bot.conversations.timeline import Position, after
from tests.conversations.assistant import FakeAssistant, Reply, messages
from tests.conversations.doing import conversation_of, dispatching, texts, wait_for, write
from tests.conversations.test_inbox import dump
from tests.conversations.test_texts_in import ME, Phones

FORM = "look_up_form"


def reports(*flags: str) -> List[Dict[str, Any]]:
    return [{"name": "action_look_up", "outcome": "ok", **{flag: True for flag in flags}}]


def private(*said: str, form: Optional[str] = None, **more: Any) -> Reply:
    return messages(*said, actions=reports("private"), form=form, **more)


class Chat:
    """A resident who writes and gets what the assistant is told to answer."""

    def __init__(self, assistant: FakeAssistant, port: int) -> None:
        self.assistant, self.port = assistant, port

    def says(self, text: str, reply: Reply) -> InboundMessage:
        self.assistant.reply = lambda turn: reply
        row = write("me", text)
        with dispatching(self.port):
            wait_for(row)
        row.refresh_from_db()
        return row


@pytest.fixture
def chat(record: str, assistant: FakeAssistant, assistant_port: int) -> Chat:
    return Chat(assistant, assistant_port)


def read_by_staff(row: InboundMessage) -> List[str]:
    return [row.text_masked, *row.replies.order_by("position").values_list("text_masked", flat=True)]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("you owe $1,234.56 by December 7, 2026.", "you owe [amount] by December [number]."),
        ("vous devez 1 234,56 $ avant le 7 décembre", "vous devez [amount] avant le [number] décembre"),
        ("a credit of -$12 or CA$ 12.05, 45 dollars and 99¢", "a credit of [amount] or [amount], [amount] and [amount]"),
        ("I used 21.4 m3 (up 30%)", "I used [number] (up [number])"),
        ("12 34 56", "[number]"),
        ("it is 4321!", "it is [number]!"),
        ("plate ABCD123", "plate [licence plate]"),
        ("write to jane@example.ca", "write to [email]"),
        ("account 210000017 at n2g 4g7", "account [number] at [postal code]"),
        ("yes please", "yes please"),
    ],
)
def test_of_a_private_turn_no_figure_is_readable(text: str, masked: str) -> None:
    assert mask_strictly(text) == masked
    assert mask_strictly(masked) == masked


@pytest.mark.parametrize("code", ["123456", "123 456", "123-456", "code: 123456."])
def test_a_code_is_masked_everywhere(code: str) -> None:
    assert "[number]" in mask(code)
    assert not any(map(str.isdigit, mask(code)))


@pytest.mark.parametrize("text", ["ward 3", "route 7 in 12 minutes", "26-000417", "1/12/2026", "2026-12-01"])
def test_elsewhere_short_numbers_and_dates_stay_readable(text: str) -> None:
    assert mask(text) == mask_amounts(text) == text


def test_staff_read_what_a_private_turn_was_about_and_none_of_its_figures(chat: Chat) -> None:
    understood = [
        {
            "intent": {"name": "look_up", "confidence": 0.9},
            "entities": [
                {"entity": "amount", "value": "21340"},
                {"entity": "date", "value": "2026-12-07"},
                {"entity": "kind", "value": "balance"},
            ],
        }
    ]
    row = chat.says("why is it $213.40 on unit 12", private("You owe $213.40.", "Due on 7 December.", understood=understood))
    assert row.private
    assert read_by_staff(row) == ["why is it [amount] on unit [number]", "You owe [amount].", "Due on [number] December."]
    assert [entity["value"] for entity in row.details.understood[0]["entities"]] == ["[amount]", "[number]", "balance"]
    assert row.details.understood[0]["intent"] == {"name": "look_up", "confidence": 0.9}
    assert texts(row) == ["You owe $213.40.", "Due on 7 December."]


def test_other_turns_are_masked_as_ever(chat: Chat) -> None:
    row = chat.says("3 bags for $5", messages("Yes, 3 bags."))
    assert not row.private
    assert read_by_staff(row) == ["3 bags for $5", "Yes, 3 bags."]


def test_while_a_private_form_is_open_the_next_message_is_masked_at_the_door(chat: Chat) -> None:
    chat.says("my bill", private("Which account?", form=FORM))
    assert write("me", "4321 for unit 7").text_masked == "[number] for unit [number]"


def test_a_question_in_between_leaves_the_form_private(chat: Chat) -> None:
    chat.says("my bill", private("Which code?", form=FORM))
    between = chat.says("what are the 2 numbers on it", messages("It is on page 2. And the code?", form=FORM))
    assert read_by_staff(between) == ["what are the [number] numbers on it", "It is on page [number]. And the code?"]
    assert write("me", "4321").text_masked == "[number]"


def test_an_apology_leaves_it_as_it_was(chat: Chat) -> None:
    chat.says("my bill", private("Which code?", form=FORM))
    chat.says("4321", (200, {"messages": []}))
    assert write("me", "4322").text_masked == "[number]"


@pytest.mark.parametrize("form", [None, "report_form"])
def test_with_the_form_it_is_over(chat: Chat, form: Optional[str]) -> None:
    chat.says("my bill", private("Which code?", form=FORM))
    chat.says("cancel", messages("Cancelled."))
    chat.says("a pothole", messages("Where is it?", form=form))
    assert write("me", "near ward 3").text_masked == "near ward 3"


def test_a_code_that_came_before_its_question_was_asked_is_masked_when_it_is(
    record: str, assistant: FakeAssistant, assistant_port: int
) -> None:
    first, second = write("me", "my bill"), write("me", "4321")
    assert second.text_masked == "4321"
    assistant.reply = lambda turn: private("Which code?", form=FORM) if turn["text"] == "my bill" else (503, {})
    with dispatching(assistant_port, turn_deadline_s=2.0):
        wait_for(first)
        second.refresh_from_db()
        wait_for(second)
    second.refresh_from_db()
    assert (second.text_masked, second.private) == ("[number]", True)


def test_the_rest_of_a_private_text_is_private_too(record: str, assistant: FakeAssistant, assistant_port: int) -> None:
    phones = Phones(assistant_port, assistant)
    long = " ".join(f"Bill {number} was $1{number:02}.25 and was paid late." for number in range(40))
    assistant.reply = lambda turn: private(long)
    phones.says("my bills")
    assert "$1" in "".join(phones.says("MORE"))
    assert set(InboundMessage.objects.values_list("private", flat=True)) == {True}
    assert not any("$" in text or any(map(str.isdigit, text)) for text in OutboundMessage.objects.values_list("text_masked", flat=True))


def test_what_is_forgotten_is_in_no_table_and_in_no_file(chat: Chat, record: str, tmp_path: Path) -> None:
    """The sealed texts are opened with the key that the record has: nothing of what was private may come out."""
    ordinary = chat.says("canary garbage", messages("canary answer"))
    shape = {
        "text": "You owe $213.40, account *****0017.",
        "choices": [{"title": "Pay $213.40", "payload": '/pay{"account": "210000017"}'}],
    }
    chat.says(
        "canary bill for 210000017 N2G 4G7", private(messages=[shape], understood=[{"entities": [{"entity": "code", "value": "canary"}]}])
    )
    chat.says("code 482913", private("Verified for 210000017."))
    mine = conversation_of("me").key
    assert charts.keep(b"canary chart", mine)
    bill_access.grant(mine, "rest", "utility", "canary token", expires_in_s=900)

    assert bill_access.forget(mine) == ["canary token"]
    last = chat.says("forget this canary 210000017", messages("It is forgotten.", actions=reports("forget")))

    assert everything_opened() == sorted(["canary garbage", "canary answer", "", "", "", "{}", "{}", "It is forgotten."])
    assert not Choice.objects.exists()
    assert not Chart.objects.exists()
    raw = dump(record, tmp_path)
    assert raw.count(b"[forgotten]") >= 5
    for secret in (b"210000017", b"*0017", b"213.40", b"code 482913", b"N2G 4G7", b"canary bill", b"canary token", b"canary chart"):
        assert secret not in raw
    assert texts(last) == ["It is forgotten."]
    assert texts(ordinary) == ["canary answer"]
    assert {tuple(details.understood) for details in TurnDetails.objects.exclude(inbound=ordinary)} == {()}


def everything_opened() -> List[str]:
    """All sealed texts and bodies of the record, sorted: the text of a body, or the body itself when it has none."""
    opened = [row.conversation.unseal(row.text_sealed, "inbound") for row in InboundMessage.objects.all()]
    for row in OutboundMessage.objects.all():
        body = row.conversation.unseal(row.body_sealed, "outbound")
        opened.append(str(json.loads(body).get("text", body)))
    return sorted(opened)


def test_the_resident_sees_that_it_was_forgotten(chat: Chat) -> None:
    chat.says("my bill", private("You owe $213.40."))
    bill_access.forget(conversation_of("me").key)
    lines = [line.message.text for line in after("rest", "me", Position(0, 0)).lines]
    assert lines == [say("forgotten", "en")] * 2
    assert lines[0]


def test_what_is_forgotten_is_not_sent_any_more(record: str, assistant: FakeAssistant, assistant_port: int) -> None:
    phones = Phones(assistant_port, assistant)
    assistant.reply = lambda turn: private("$213.40 " * 300)
    phones.says("my bills")
    held = OutboundMessage.objects.filter(state="held")
    assert held.exists()
    bill_access.forget(held[0].conversation_id)
    assistant.reply = lambda turn: messages("What do you need more of?")
    assert phones.says("MORE") == ["What do you need more of?"]
    assert phones.shown[ME][-1] == "What do you need more of?"


def test_a_message_that_waits_is_answered_all_the_same(chat: Chat) -> None:
    chat.says("my bill", private("Which code?", form=FORM))
    waiting = write("me", "4321")
    bill_access.forget(conversation_of("me").key)
    assert waiting.conversation.unseal(InboundMessage.objects.get(pk=waiting.pk).text_sealed, "inbound") == "4321"


def test_somebody_elses_turns_are_left_alone(chat: Chat) -> None:
    mine = chat.says("my bill", private("You owe $213.40."))
    write("other", "hello")
    bill_access.forget(conversation_of("other").key)
    assert texts(mine) == ["You owe $213.40."]


def test_after_a_forgotten_turn_nothing_private_is_expected(chat: Chat) -> None:
    chat.says("my bill", private("Which code?", form=FORM))
    chat.says("forget this", messages("Done.", actions=reports("forget"), form=FORM))
    assert write("me", "ward 3").text_masked == "ward 3"


@pytest.mark.parametrize(
    "text", ["my customer number is 310224907, any news", "ticket 7012345 what is this", "le numéro 310224907, n2g4g7"]
)
def test_a_number_of_an_account_or_a_ticket_makes_any_turn_private_and_is_forgotten(chat: Chat, text: str) -> None:
    row = chat.says(text, messages("What is the number of the request?", form="status_form"))
    assert row.private
    assert not chat.says("26-000417", messages("It is closed.")).private  # the form that is open is none about bills
    chat.says("forget this", messages("Done.", actions=reports("forget")))
    row.refresh_from_db()
    assert row.text_masked == "[forgotten]"
