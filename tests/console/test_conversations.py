"""What staff read of one conversation, masked."""

from __future__ import annotations

import re
from typing import Optional

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.console.staff import Staff, assistant_answers, resident_writes

SCRIPT = "<script>alert('x')</script><img src=x onerror=alert(1)>"


def test_only_masked_text_is_shown_and_sealed_text_is_not_even_read(staff: Staff) -> None:
    inbound = resident_writes("one", "card 4539 1488 0343 6467, write to jo.doe@example.com or call 519-555-0134")
    assistant_answers(
        inbound, "We will call 519-555-0134.", understood=[{"intent": {"name": "contact", "confidence": 0.5}, "entities": []}]
    )
    with CaptureQueriesContext(connection) as asked:
        pages = staff.reads(f"/conversations/{inbound.conversation_id}")
    assert "write to" in pages
    for secret in ("4539 1488", "0343 6467", "jo.doe", "519-555", "555-0134"):
        assert secret not in pages
    assert any("text_masked" in query["sql"] for query in asked)
    assert not any("_sealed" in query["sql"] for query in asked)


def test_a_conversation_shows_both_sides_and_why_the_assistant_said_it(staff: Staff) -> None:
    inbound = resident_writes("one", "when is garbage at my place")
    calls = [{"host": "127.0.0.1", "call": "GET places", "status": None, "ms": 2001}]
    assistant_answers(
        inbound,
        "The calendar cannot be reached.\nPlease call.",
        understood=[{"intent": {"name": "collection_day", "confidence": 0.934}, "entities": [{"entity": "stream", "value": "garbage"}]}],
        actions=[{"name": "action_pickup_day", "outcome": "unavailable", "api_calls": calls, "ms": 2040}],
    )
    page = staff.reads(f"/conversations/{inbound.conversation_id}")
    for part in (
        "Resident when is garbage at my place",
        "Assistant · not sent yet The calendar cannot be reached. Please call.",
        "Find my collection day collection_day 93 %",
        "stream garbage",
        "action_pickup_day not reached, 2040 ms",
        "City system: 127.0.0.1 GET places, no answer, 2001 ms",
    ):
        assert part in page


@pytest.mark.parametrize(
    ("helped", "shown"), [(True, "Feedback: It helped"), (False, "Feedback: It did not help"), (None, "Feedback: Asked, no answer")]
)
def test_whether_an_answer_helped_stands_beside_the_turn_it_is_about(staff: Staff, helped: Optional[bool], shown: str) -> None:
    from bot.conversations.models import Feedback

    first, second = resident_writes("one", "when is garbage"), resident_writes("one", "and recycling")
    for inbound in (first, second):
        assistant_answers(inbound, "On Tuesday.")
    Feedback.objects.create(inbound=first, subject="collection_day", helped=helped)
    before, _, after = staff.reads(f"/conversations/{first.conversation_id}").partition("and recycling")
    assert shown in before
    assert "Feedback:" not in after


def test_a_reply_that_was_not_delivered_is_marked(staff: Staff) -> None:
    inbound = resident_writes("one", "hello")
    assistant_answers(inbound, "Hello.")
    assert "Not delivered" not in staff.reads(f"/conversations/{inbound.conversation_id}")
    inbound.replies.update(state="failed")
    assert "Assistant Not delivered Hello." in staff.reads(f"/conversations/{inbound.conversation_id}")


def test_a_turn_under_way_says_that_there_is_no_answer_yet(staff: Staff) -> None:
    inbound = resident_writes("one", "hello")
    assert "No answer yet." in staff.reads(f"/conversations/{inbound.conversation_id}")


def test_markup_in_anything_a_resident_or_a_system_wrote_stays_text(staff: Staff) -> None:
    inbound = resident_writes("one", SCRIPT)
    understood = [{"intent": {"name": SCRIPT, "confidence": 1.0}, "entities": [{"entity": SCRIPT, "value": SCRIPT}]}]
    actions = [{"name": SCRIPT, "outcome": SCRIPT, "api_calls": [{"call": SCRIPT, "status": SCRIPT, "ms": SCRIPT}], "ms": SCRIPT}]
    assistant_answers(inbound, SCRIPT, understood=understood, actions=actions, language='"><b>')
    page = staff.page(f"/conversations/{inbound.conversation_id}")
    assert "&lt;script&gt;" in page
    assert page.count("<script") == page.count('<script src="/static/')
    assert "<img" not in page
    assert "<b>" not in page


@pytest.mark.parametrize(
    "address",
    [
        "/conversations/abc",
        "/conversations/%00",
        "/nothing/here",
    ],
)
def test_an_address_that_leads_nowhere_says_so(staff: Staff, address: str) -> None:
    response = staff.browser.get(address)
    assert response.status_code == 404
    assert "There is nothing at this address." in response.content.decode()


def test_a_long_conversation_is_read_from_its_end_a_page_at_a_time(staff: Staff) -> None:
    from bot.conversations.models import InboundMessage

    first = resident_writes("one", "message 0")
    InboundMessage.objects.bulk_create(
        InboundMessage(
            conversation=first.conversation,
            channel="rest",
            provider_id=f"more {number}",
            text_masked=f"message {number}",
            text_sealed=b"",
            text_digest="",
        )
        for number in range(1, 250)
    )
    here = f"/conversations/{first.conversation_id}"
    page, read = staff.page(here), []
    while True:
        read = [int(number) for number in re.findall(r"message (\d+)<", page)] + read
        earlier = re.search(rf'href="({here}\?before=\d+)"', page)
        if earlier is None:
            break
        page = staff.page(earlier[1])
    assert read == list(range(250))
    assert staff.browser.get(here + "?before=x").status_code == 404
    assert staff.browser.get(here + f"?before={10**30}").status_code == 404


def test_the_interface_is_french_for_who_prefers_it(staff: Staff) -> None:
    assert "Personne n'a encore écrit." in staff.reads("/conversations", accept_language="fr-CA,en;q=0.5")
    staff.browser.post("/language", {"language": "fr", "next": "/"})
    page = staff.page("/conversations")
    assert '<html lang="fr">' in page
    assert "Personne n&#x27;a encore écrit." in page or "Personne n'a encore écrit." in page
