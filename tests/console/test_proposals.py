"""Corrections: proposed from a turn, decided on by editors."""

from __future__ import annotations

import re
from typing import Dict, List

import pytest
from django.contrib.auth.models import User

from tests.console.reviewers import account, audited, page_of, turn_form, turns_of, visited
from tests.console.staff import NAME, Staff, visible

ATTACK = "<script>alert('x')</script><img src=x onerror=alert(1)>"
RIGHT = {"kind": "intent", "text": "the truck skipped us", "language": "en", "label": "article/garbage_missed"}


def proposed(staff: Staff, address: str = "one", **fields: str) -> str:
    """The visible page after a correction was sent from a new turn."""
    visit = visited(address)
    form = turn_form(visit, turns_of(visit)[0], "correct")
    return visible(staff.browser.post(form, {**RIGHT, **fields}, follow=True).content.decode())


def test_the_right_meaning_is_chosen_by_its_title_in_the_reader_s_language(staff: Staff) -> None:
    visit = visited("one")
    form = turn_form(visit, turns_of(visit)[0], "correct")
    for language, titles in (
        ("en", {"article/garbage_missed": "Garbage or green cart was missed", "look_up/ward": "Find my ward and councillor"}),
        (
            "fr",
            {
                "report_problem/pothole": "Signaler un nid-de-poule",
                "collection_day": "Trouver mon jour de collecte",
                "greet": "Dit bonjour",
            },
        ),
    ):
        page = staff.page(form, accept_language=language)
        assert 'list="labels"' in page
        offered = dict(re.findall(r'<option value="([^"]+)">([^<]+)</option>', page.split('id="labels"')[1].split("</datalist>")[0]))
        assert len(offered) > 100
        assert titles.items() <= offered.items()


def test_each_form_is_headed_by_what_one_does_there(staff: Staff) -> None:
    visit = visited("one")
    form = turn_form(visit, turns_of(visit)[0], "correct")
    for language, headings in (
        ("en", ["Correct what it means", "Say which topic is missing", "Ask for another answer"]),
        ("fr", ["Corriger le sens", "Dire quel sujet manque", "Demander une autre réponse"]),
    ):
        assert re.findall(r'<h2 id="title-\w+">([^<]+)</h2>', staff.page(form, accept_language=language)) == headings


def test_a_proposal_quotes_the_masked_text_shortened_and_masked_again(staff: Staff) -> None:
    visit = visited("one", "they skipped my garbage, call 519-555-0134 at 12 Maple Street")
    form = turn_form(visit, turns_of(visit)[0], "correct")
    page = staff.page(form)
    assert ">they skipped my garbage, call [phone] at [address]</textarea>" in page
    assert "555-0134" not in page
    answer = staff.browser.post(form, {**RIGHT, "text": "they skipped\nmy garbage, write jo@example.com"}, follow=True)
    assert "The proposal is saved. An editor decides on it." in visible(answer.content.decode())
    assert answer.redirect_chain[0][0].startswith(page_of(visit))
    page = staff.reads("/proposals")
    assert "they skipped my garbage, write [email]" in page
    assert (
        "Understood as Find my collection day collection_day What it means Garbage or green cart was missed article/garbage_missed" in page
    )
    assert [line.rpartition(" ")[2] for line in audited()] == ["intent"]


def test_sent_twice_it_is_one_proposal(staff: Staff) -> None:
    visit = visited("one")
    form = turn_form(visit, turns_of(visit)[0], "correct")
    for _ in range(2):
        staff.browser.post(form, RIGHT)
    assert staff.page("/proposals").count('id="proposal-') == 1


def test_a_meaning_that_was_only_guessed_right_may_be_learnt(staff: Staff) -> None:
    visit = visited("one")
    visit.summaries.update(certainty="torn")
    form = turn_form(visit, turns_of(visit)[0], "correct")
    staff.browser.post(form, {**RIGHT, "label": "collection_day"})
    assert staff.page("/proposals").count('id="proposal-') == 1


@pytest.mark.parametrize("typed", ["Garbage or green cart was missed", " garbage OR green cart was missed ", "Ordures ou bac vert oubliés"])
def test_a_meaning_may_be_typed_by_its_title(staff: Staff, typed: str) -> None:
    visit = visited("one")
    answer = staff.browser.post(turn_form(visit, turns_of(visit)[0], "correct"), {**RIGHT, "label": typed})
    assert answer.status_code == 303
    assert "What it means Garbage or green cart was missed article/garbage_missed" in staff.reads("/proposals")


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"label": "article/no_such"}, "Choose what it means from the list"),
        ({"label": ""}, "Choose what it means from the list"),
        ({"label": "collection_day"}, "Choose what it means from the list"),
        ({"text": " "}, "Write the words, at most 500"),
        ({"text": "x" * 501}, "Write the words, at most 500"),
        ({"language": "xx"}, "Choose a language"),
        ({"kind": "poem"}, "Choose a language"),
        ({"kind": "new_topic", "words": ""}, "Say what is missing"),
        ({"kind": "answer", "words": "x" * 2001}, "Say what is missing"),
    ],
)
def test_what_is_missing_in_a_correction_is_said_and_nothing_typed_is_lost(staff: Staff, fields: Dict[str, str], problem: str) -> None:
    visit = visited("one")
    form = turn_form(visit, turns_of(visit)[0], "correct")
    sent = {**RIGHT, "text": "the very words", "words": "more words", **fields}
    answer = staff.browser.post(form, sent)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert problem in visible(page)
    if sent["kind"] in ("intent", "new_topic") and len(sent["text"]) <= 500:
        assert f">{sent['text']}</textarea>" in page
    assert "None." in staff.reads("/proposals")


def test_a_missing_topic_and_a_change_of_an_answer_are_proposed_in_words(staff: Staff) -> None:
    proposed(staff, "one", kind="new_topic", text="can I keep bees", words="Bees in the garden: the by-law")
    proposed(staff, "two", kind="answer", label="article/garbage_missed", words="The phone number changed, call jo@example.com")
    page = staff.reads("/proposals")
    assert re.search(r"The topic is missing \d+ The resident wrote \(masked\) can I keep bees .* Bees in the garden: the by-law", page)
    assert re.search(r"The answer needs a change .* The phone number changed, call \[email\]", page)


def decide(clerk: Staff, decision: str, number: int) -> str:
    """The page after a decision by somebody who sees the proposal as it is now."""
    from bot.review.judging import proposal_mark
    from bot.review.models import Proposal

    form = {"decision": decision, "seen": proposal_mark(Proposal.objects.get(pk=number))}
    return visible(clerk.browser.post(f"/proposals/{number}/decide", form, follow=True).content.decode())


def only() -> int:
    from bot.review.models import Proposal

    return Proposal.objects.get().pk


def test_an_editor_approves_and_it_is_told_who_and_when(staff: Staff) -> None:
    proposed(staff)
    editor = account("ed", "editor")
    assert "Approved." in decide(editor, "approve", only())
    assert "None." in staff.reads("/proposals")
    assert re.search(rf"Proposed by {NAME}, 20\S+ \S+ Decided by ed, 20", staff.reads("/proposals?state=approved"))
    assert audited()[-1] == "ed proposal_approved"
    assert "Somebody was faster." in decide(editor, "refuse", only())
    assert "None." in staff.reads("/proposals?state=refused")


def test_nobody_decides_on_their_own_proposal_unless_they_are_alone(console_database: str) -> None:
    editor = account("ed", "editor")
    other = account("edna", "administrator")
    proposed(editor)
    assert "It is your own proposal. Another editor decides on it." in editor.reads("/proposals")
    assert "Another editor has to decide on it." in decide(editor, "approve", only())
    assert "Approve" in other.reads("/proposals")
    User.objects.filter(username="edna").update(is_active=False)
    assert "Approve" in editor.reads("/proposals").split("The resident wrote")[1]
    assert "Refused." in decide(editor, "refuse", only())


@pytest.mark.parametrize(
    ("role", "status"), [("viewer", 403), ("reviewer", 403), ("privacy_officer", 403), ("editor", 303), ("administrator", 303)]
)
def test_who_may_not_edit_reads_only(staff: Staff, role: str, status: int) -> None:
    proposed(staff)
    clerk = account("someone", role)
    assert ('name="decision"' in clerk.page("/proposals")) == (status == 303)
    assert clerk.browser.post(f"/proposals/{only()}/decide", {"decision": "approve"}).status_code == status


@pytest.mark.parametrize(("kind", "shown"), [("answer", "Marked as made."), ("intent", "This could not be saved.")])
def test_only_a_change_by_hand_is_marked_as_made_by_hand(staff: Staff, kind: str, shown: str) -> None:
    proposed(staff, kind=kind, words="Say it in shorter words.")
    editor = account("ed", "editor")
    assert "Somebody was faster." in decide(editor, "done", only()) or kind == "intent"
    decide(editor, "approve", only())
    assert ("The change was made" in editor.reads("/proposals?state=approved")) == (kind == "answer")
    assert shown in decide(editor, "done", only())


def test_proposals_are_read_a_page_at_a_time(staff: Staff) -> None:
    from bot.review.models import Proposal

    Proposal.objects.bulk_create(Proposal(kind="intent", text=f"text {number}", language="en", by=NAME) for number in range(120))
    read: List[str] = []
    address = "/proposals"
    while address:
        page = staff.page(address)
        read += re.findall(r"text (\d+)</dd>", page)
        older = re.search(r'href="(\?state=open&amp;before=\d+)"', page)
        address = f"/proposals{older[1].replace('&amp;', '&')}" if older else ""
    assert read == [str(number) for number in reversed(range(120))]


@pytest.mark.parametrize("query", ["state=burnt", "before=x", f"before={10**30}", "before=%00"])
def test_a_page_that_is_not_there_says_so(staff: Staff, query: str) -> None:
    assert staff.browser.get(f"/proposals?{query}").status_code == 404


def test_markup_in_a_proposal_stays_text(staff: Staff) -> None:
    visit = visited("one", ATTACK)
    form = turn_form(visit, turns_of(visit)[0], "correct")
    staff.browser.post(form, {**RIGHT, "kind": "new_topic", "text": ATTACK, "words": ATTACK})
    editor = account("ed", "editor")
    for page in (staff.page(form), editor.page("/proposals"), editor.page("/proposals?done=%3Cscript%3E")):
        assert page.count("&lt;script&gt;") >= 2
        assert page.count("<script") == page.count('<script src="/static/')
        assert "<img" not in page
    answer = staff.browser.post(form, {**RIGHT, "label": f'">{ATTACK}', "text": f"</textarea>{ATTACK}"})
    page = answer.content.decode()
    assert page.count("<script") == page.count('<script src="/static/')
    assert "<img" not in page


def test_a_proposal_outlives_the_conversation_it_came_from(staff: Staff) -> None:
    from bot.conversations.models import Conversation

    proposed(staff)
    Conversation.objects.all().delete()
    page = staff.reads("/proposals")
    assert "the truck skipped us" in page
    assert "See the conversation" not in page
