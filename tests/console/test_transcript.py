"""A conversation as its resident saw it, and what the assistant thought."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bot.conversations.reply_parts import parts_masked
from bot.messages import Choice, Feedback, Link, Message, Picture, Place, Source
from tests.console.reviewers import page_of, turns_of, understood, visited
from tests.console.staff import Staff, assistant_answers, resident_writes

EVERY_PART = Message(
    "Is it one of these?",
    choices=(Choice("12 Maple Street", "secret_token_1"), Choice("None of these", "secret_token_2")),
    link=Link("The city's form", "https://example.org/report?where=12+Maple+Street"),
    source=Source("City map", "https://example.org/map"),
    place=Place("Near 12 Maple Street", 43.451234, -80.494321),
    picture=Picture("https://example.org/media/0123", "A chart of 3 months"),
    feedback=Feedback("Did this help?", Choice("Yes", "secret_token_3"), Choice("No", "secret_token_4")),
)


def here(inbound: Any) -> str:
    return f"/conversations/{inbound.conversation_id}"


def test_an_answer_in_the_record_keeps_its_parts_masked(staff: Staff) -> None:
    from bot.conversations import turns
    from bot.conversations.masking import mask
    from bot.conversations.models import OutboundMessage

    inbound = resident_writes("one", "a pothole")
    turns._send(inbound.conversation, inbound, (), (), [EVERY_PART], "en")
    page = staff.reads(here(inbound))
    for part in (
        "Is it one of these?",
        "Choices [address] None of these",
        "Link: The city's form https://example.org/report",
        "Place: Near [address]",
        "Picture: A chart of 3 months",
        "Source: City map , live record",
        "Asked: Did this help?",
    ):
        assert part in page
    for hidden in ("Maple", "43.45", "80.49", "secret_token", "media/0123"):
        assert hidden not in page
    assert OutboundMessage.objects.get(inbound=inbound).parts_masked == parts_masked(EVERY_PART, mask)


def test_parts_of_a_private_turn_are_masked_strictly_and_forgotten_with_it(staff: Staff) -> None:
    from bot.conversations import private_turns, turns

    inbound = resident_writes("one", "my bill")
    inbound.private = True
    inbound.save()
    parts = Message("You owe $120.45.", choices=(Choice("Account 4411", "x"),), picture=Picture("https://example.org/x", "It was $99.10"))
    turns._send(inbound.conversation, inbound, (), (), [parts], "en")
    page = staff.reads(here(inbound))
    assert "Choices Account [number]" in page
    assert "Picture: It was [amount]" in page
    assert "4411" not in page
    inbound.state = "done"
    inbound.save()
    private_turns.wipe(inbound.conversation)
    page = staff.reads(here(inbound))
    assert "[forgotten]" in page
    assert "Account" not in page.split("Transcript")[1]


def test_text_messages_are_numbered_with_what_they_cost_and_what_became_of_them(staff: Staff) -> None:
    from bot.conversations.models import InboundMessage, OutboundMessage

    inbound = resident_writes("one", "all about snow")
    assistant_answers(inbound, "First part.", "Second part.", "The rest.")
    InboundMessage.objects.filter(pk=inbound.pk).update(channel="sms")
    replies = OutboundMessage.objects.filter(inbound=inbound)
    replies.filter(position=0).update(state="sent", delivery="delivered", segments=2, sent_at=timezone.now())
    replies.filter(position=1).update(state="sent", delivery="undelivered", error_code="30003")
    replies.filter(position=2).update(state="held")
    page = staff.reads(here(inbound))
    assert "Assistant · text 1 / 2 · segments: 2 · delivered First part." in page
    assert "Assistant · text 2 / 2 · segments: 1 Not delivered code 30003 Second part." in page
    assert "Assistant · text 3 · segments: 1 · Held back. It is sent when the resident asks for more. The rest." in page


def test_what_a_resident_tapped_and_sent_along_is_told(staff: Staff) -> None:
    from bot.conversations.models import Choice as Offered
    from bot.conversations.models import InboundMessage, Media

    inbound = resident_writes("one", "Yes")
    offered = Offered.objects.create(
        token="t", conversation=inbound.conversation, inbound=inbound, sealed=b"", expires_at=timezone.now(), used_at=timezone.now()
    )
    InboundMessage.objects.filter(pk=inbound.pk).update(choice=offered)
    for position in range(2):
        Media.objects.create(conversation=inbound.conversation, inbound=inbound, position=position, expires_at=timezone.now())
    assert "Resident · tapped a choice · photos: 2 Yes" in staff.reads(here(inbound))


@pytest.mark.parametrize(("certainty", "shown"), [("sure", "Sure"), ("torn", "Torn"), ("lost", "Lost")])
def test_the_three_likeliest_meanings_are_told_with_titles_and_how_certain(staff: Staff, certainty: str, shown: str) -> None:
    inbound = resident_writes("one", "garbage")
    part = understood("article/garbage_missed", 0.512, certainty)
    part["intent_ranking"] += [{"name": "look_up/ward", "confidence": 0.1}, {"name": "report_problem/pothole", "confidence": 0.01}]
    assistant_answers(inbound, "Which?", understood=[part])
    page = staff.reads(here(inbound))
    ranking = (
        "Garbage or green cart was missed article/garbage_missed 51 % Says hello greet 5 % Find my ward and councillor look_up/ward 10 %"
    )
    assert f"{shown} Language: English {ranking}" in page
    assert "pothole" not in page


def test_an_answer_from_an_article_says_where_it_is_from_and_of_when(staff: Staff) -> None:
    from bot.knowledge.store import knowledge

    article = knowledge().article("garbage_missed")
    assert article
    action = {"name": "action_answer_article", "outcome": "ok", "api_calls": [], "ms": 3, "answered": "article/garbage_missed"}
    inbound = resident_writes("one", "they skipped us")
    assistant_answers(inbound, "Look for a sticker.", actions=[action])
    page = staff.reads(here(inbound))
    assert f"Answered: {article.title['en']} Article today: {article.source.name['en']}, as of {article.as_of}" in page


def test_a_call_that_failed_stands_out_with_its_reason(staff: Staff) -> None:
    calls = [
        {"host": "a.example", "call": "GET stops", "status": 200, "ms": 31},
        {"host": "b.example", "call": "GET trips", "status": 503, "ms": 12},
        {"host": "c.example", "call": "GET alerts", "status": None, "ms": 0, "note": "left alone"},
    ]
    inbound = resident_writes("one", "next bus")
    assistant_answers(inbound, "It cannot be reached.", actions=[{"name": "a", "outcome": "unavailable", "api_calls": calls, "ms": 50}])
    page = staff.page(here(inbound))
    assert [found for found in re.findall(r'<li class="(\w*)">City system: (\w)', page)] == [("", "a"), ("problem", "b"), ("problem", "c")]
    assert "c.example GET alerts, no answer, 0 ms (left alone)" in staff.reads(here(inbound))


def test_visits_are_divided_and_one_is_opened_at_its_end(staff: Staff) -> None:
    first = visited("one", "words of the first visit")
    second = visited("one", "words of the second visit")
    page = staff.reads(f"/conversations/{first.conversation_id}")
    assert page.index("words of the first visit") < page.index("words of the second visit")
    assert page.count("Visit of 20") == 3, "a heading for each, and the panel"
    assert "You are reviewing this visit." in page.split("words of the first visit")[1]
    page = staff.reads(page_of(first))
    assert "words of the first visit" in page
    assert "words of the second visit" not in page
    assert "Latest turns" in page
    assert second.conversation_id == first.conversation_id


def test_the_turn_to_look_at_is_the_first_without_a_verdict(staff: Staff) -> None:
    from bot.review.models import TurnReview

    visit = visited("one", "a", "b", "c")
    first, second, _ = turns_of(visit)
    TurnReview.objects.create(inbound_id=first, verdict="right", by="claire")
    assert re.findall(r'id="turn-(\d+)" tabindex="-1" data-current', staff.page(page_of(visit))) == [str(second)]


def test_characters_that_hide_or_turn_text_are_spelled_out(staff: Staff) -> None:
    from bot.conversations.models import InboundMessage

    inbound = resident_writes("one", "hello")
    InboundMessage.objects.filter(pk=inbound.pk).update(text_masked="pay\u202egnp.exe\u200b now")
    assert "pay⟨U+202E⟩gnp.exe⟨U+200B⟩ now" in staff.reads(here(inbound))


def test_a_message_of_a_megabyte_is_not_fetched_whole(staff: Staff) -> None:
    from bot.conversations.models import InboundMessage, OutboundMessage

    inbound = resident_writes("one", "hello")
    assistant_answers(inbound, "hi")
    long = "word " * 200_000
    InboundMessage.objects.filter(pk=inbound.pk).update(text_masked=long)
    OutboundMessage.objects.filter(inbound=inbound).update(text_masked=long)
    page = staff.page(here(inbound))
    assert len(page) < 40_000
    assert page.count("The text goes on.") == 2


def test_the_page_of_a_long_conversation_asks_no_more_than_that_of_a_short_one(staff: Staff) -> None:
    from bot.conversations import switches

    short, long = visited("one", "a", "b"), visited("two", *map(str, range(15)))
    counts = []
    for visit in (short, long):
        switches.forget()  # so that each page reads them
        with CaptureQueriesContext(connection) as asked:
            staff.page(page_of(visit))
        counts.append(len(asked))
        assert not any("OFFSET" in query["sql"] for query in asked)
    assert counts[0] == counts[1]
