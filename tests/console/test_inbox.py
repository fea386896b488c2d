"""The inbox: what needs eyes first."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.console.staff import Staff
from tests.console.test_lists import found
from tests.console.visits import link, turn, visit


def group(page: str, title: str) -> str:
    """The visible words of a group."""
    return page.split(f"{title} (", 1)[1].split(" (", 1)[0]


def test_an_empty_inbox_says_so(staff: Staff) -> None:
    page = staff.reads("/")
    assert "Emergencies (0)" in page
    assert page.count("Nothing waits here.") == 5


def test_each_group_counts_the_conversations_it_leads_to(staff: Staff) -> None:
    visit("fire at my place", needs="emergency", label="emergency/fire", weight=9)
    visit("no idea", needs="lost", label="out_of_scope", weight=1)
    visit("blah", needs="lost", weight=1, turns=2)
    visit("fine")
    visit("seen", needs="lost", review="reviewed")
    visit("long ago", needs="lost", at=timezone.now() - timedelta(days=40))
    page = staff.page("/")
    for needs, number in {"emergency": 1, "disliked": 0, "failed": 0, "lost": 2, "torn": 0}.items():
        address, shown = re.findall(rf'class="tally {needs}" href="([^"]+)"><strong>(\d+)<', page)[0]
        assert (int(shown), len(found(staff.page(html.unescape(address))))) == (number, number)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_conversation_names_what_it_needs_as_the_inbox_does(staff: Staff, language: str) -> None:
    staff.browser.post("/language", {"language": language})
    made = [visit(needs, needs=needs) for needs in ("emergency", "disliked", "failed", "lost", "torn")]
    listed = re.findall(r"<td>([^<]+)</td>\s*<td>[^<]+</td>\s*</tr>", staff.page("/conversations"))
    assert len(set(listed)) == 5
    for word, one in zip(listed, reversed(made), strict=True):
        assert staff.page(link(one)).count(f'<span class="outcome waiting">{word}</span>') == 2
        assert f"<dd>{word}</dd>" in staff.page(link(one))


def test_labels_are_ranked_by_how_often_times_doubt_times_harm(staff: Staff) -> None:
    for _ in range(3):
        visit("often, harmless", needs="torn", label="often", weight=0.5)
    visit("once, harmful", needs="torn", label="once", weight=4.0)
    visit("in between", needs="torn", label="between", weight=1.0)
    shown = group(staff.reads("/"), "Unsure")
    assert re.search(r"once 1 4.0 often 3 1.5 between 1 1.0", shown)


def test_a_line_leads_to_just_its_conversations(staff: Staff) -> None:
    made = visit("what of my bin", needs="lost", label="article/x", weight=2)
    turn(made, "hello", label="greet", needs="", weight=0)
    visit("other", needs="lost", label="article/y")
    visit("certain", label="article/x")
    visit("in the dark", needs="lost", label="")
    page = staff.page("/")
    lines = dict(reversed(pair) for pair in re.findall(r'<th scope="row"><a href="([^"]+)">([^<]+)</a>', page))
    assert set(lines) == {"article/x", "article/y", "Nothing was understood"}
    assert found(staff.page(html.unescape(lines["article/x"]))) == ["what of my bin"]
    assert found(staff.page(html.unescape(lines["Nothing was understood"]))) == ["in the dark"]


def test_a_conversation_is_in_the_group_of_its_most_pressing_turn_only(staff: Staff) -> None:
    made = visit("it burns", needs="emergency", label="emergency/fire", weight=9)
    turn(made, "blub", label="help", needs="lost", weight=1)
    page = staff.reads("/")
    assert "Emergencies (1)" in page
    assert "Not understood (0)" in page


def test_only_the_heaviest_labels_are_shown_and_the_rest_is_a_step_away(staff: Staff) -> None:
    for number in range(9):
        visit(f"about {number}", needs="failed", label=f"label {number}", weight=number)
    shown = group(staff.reads("/"), "Failed")
    assert "label 8" in shown
    assert "label 2" not in shown
    assert "Show all : Failed" in shown


@pytest.mark.parametrize("label", ["<script>alert(1)</script>", "\u202eetirw"])
def test_labels_are_text(staff: Staff, label: str) -> None:
    visit("x", needs="lost", label=label)
    page = staff.page("/")
    assert label not in page
    assert ("&lt;script&gt;" in page) or ("⟨U+202E⟩" in page)


def test_the_inbox_leads_to_what_waits_elsewhere(staff: Staff) -> None:
    visit("later", review="follow_up")
    visit("mine", assigned_to="clerk")
    page = staff.page("/")
    for name, text in (("To follow up", "later"), ("Assigned to me", "mine")):
        address = re.findall(rf'href="([^"]+)">{name}<', page)[0]
        assert found(staff.page(html.unescape(address))) == [text]


def test_the_inbox_is_french_for_who_prefers_it(staff: Staff) -> None:
    page = staff.reads("/", accept_language="fr")
    assert "À traiter" in page
    assert "Urgences (0)" in page
