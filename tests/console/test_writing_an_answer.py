"""An editor writes the answer that a proposal asks for; another one decides on it."""

from __future__ import annotations

import html
import re
from typing import Any, Dict

import pytest

from bot.knowledge.store import knowledge
from tests.console.reviewers import account, seen
from tests.console.staff import Staff, visible
from tests.publishing.conftest import proposal

pytestmark = pytest.mark.usefixtures("console_database")
NEW_ANSWER = "The truck comes back on Saturday. Leave the cart at the curb. You do not need to call."


def wanted(**more: Any) -> Any:
    """A proposal that says what to change about an answer."""
    return proposal("", kind="answer", words="say that they come back", state="open", **more)


def form(editor: Staff, row: Any) -> Dict[str, str]:
    """What the fields of the page hold."""
    page = editor.page(f"/proposals/{row.pk}/answer")
    inputs = re.findall(r'<input (?:id="[^"]+"|type="hidden") name="([^"]+)"[^>]* value="([^"]*)"', page.partition("</h1>")[2])
    areas = re.findall(r'<textarea id="[^"]+" name="([^"]+)"[^>]*>([^<]*)</textarea>', page)
    return {name: html.unescape(text) for name, text in [*inputs, *areas]}


def sent(editor: Staff, row: Any, fields: Dict[str, str]) -> str:
    return visible(editor.browser.post(f"/proposals/{row.pk}/answer", fields, follow=True).content.decode())


def decides(editor: Staff, row: Any, page: str, decision: str) -> str:
    """The page after a decision by an editor who has this page of proposals before them."""
    address = f"/proposals/{row.pk}/decide"
    answer = editor.browser.post(address, {"decision": decision, "seen": seen(page, address)}, follow=True)
    return visible(answer.content.decode())


def test_the_form_begins_with_the_article_and_what_is_written_is_decided_on_by_another(console_database: str) -> None:
    row, claire = wanted(), account("claire", "editor")
    ed = account("ed", "editor")
    fields = form(claire, row)
    article = knowledge().article("garbage_missed")
    assert article
    assert (fields["answer.en"], fields["source.url"]) == (article.answer["en"], article.source.url)
    page = sent(claire, row, {**fields, "answer.en": NEW_ANSWER})
    assert "The answer is saved. Another editor decides on it." in page
    assert "It is your own proposal. Another editor decides on it." in page
    assert f"Answer (English) {NEW_ANSWER}" in ed.reads("/proposals")
    decides(ed, row, ed.page("/proposals"), "approve")
    assert f"The answer needs a change: {article.title['en']}" in ed.reads("/publish")
    assert claire.browser.get(f"/proposals/{row.pk}/answer").status_code == 404  # what was approved stays as it is


@pytest.mark.parametrize(
    ("field", "text", "problem"),
    [
        ("sms.en", "word " * 100, "sms.en"),
        ("review_by", "next spring", "review_by"),
        ("source.url", "somewhere", "source.url"),
        ("title.fr", " ", "title.fr"),
    ],
)
def test_what_the_gate_of_articles_would_refuse_is_said_at_once_and_stays_typed(
    console_database: str, field: str, text: str, problem: str
) -> None:
    row, claire = wanted(), account("claire", "editor")
    answer = claire.browser.post(f"/proposals/{row.pk}/answer", {**form(claire, row), field: text, "answer.en": NEW_ANSWER})
    page = visible(answer.content.decode())
    assert answer.status_code == 400
    assert f"It cannot be used like this: {problem}" in page
    assert NEW_ANSWER in page
    row.refresh_from_db()
    assert (row.article, row.by) == (None, "clerk")


def test_a_missing_topic_becomes_an_article(console_database: str) -> None:
    row = proposal("can i keep bees", kind="new_topic", label="", words="Keeping bees\n- are beehives allowed", state="open")
    claire = account("claire", "editor")
    fields = form(claire, row)
    assert (fields["title.en"], fields["questions.en"]) == ("Keeping bees", "can i keep bees\nare beehives allowed")
    both = {
        "title": ("Keeping bees", "Élever des abeilles"),
        "answer": ("You may keep bees. Ask the Province first.", "Vous pouvez élever des abeilles. Demandez d'abord à la Province."),
        "sms": ("You may keep bees. Source: Province, ontario.ca", "Vous pouvez élever des abeilles. Source : Province, ontario.ca"),
        "source.name": ("Province, bees", "Province, abeilles"),
        "questions": (
            "\n".join(f"may someone house {number} honeybee colonies" for number in range(20)),
            "\n".join(f"{number} colonies d'abeilles chez soi" for number in range(20)),
        ),
    }
    typed = {f"{name}.{language}": text for name, texts in both.items() for language, text in zip(("en", "fr"), texts, strict=True)}
    typed.update(topic="bylaws", owner="city", risk="routine", as_of="2026-11-20", review_by="2027-06-30", seen=fields["seen"])
    typed["source.url"] = "https://www.ontario.ca/page/bees"
    page = sent(claire, row, {**typed, "topic": "beekeeping"})
    assert "topic: 'beekeeping' is none of the files of articles" in page
    page = sent(claire, row, typed)
    assert "The answer is saved." in page, page
    row.refresh_from_db()
    assert (row.article["id"], len(row.article["questions"]["en"])) == ("keeping_bees", 20)


def test_only_editors_write_and_only_where_an_answer_is_wanted(console_database: str) -> None:
    assert account("val", "reviewer").browser.get(f"/proposals/{wanted().pk}/answer").status_code == 403
    assert account("claire", "editor").browser.get(f"/proposals/{proposal().pk}/answer").status_code == 404


@pytest.mark.parametrize("decision", ["approve", "refuse"])
def test_nobody_decides_on_words_that_were_written_after_they_opened_the_page(console_database: str, decision: str) -> None:
    row, claire, ed = wanted(), account("claire", "editor"), account("ed", "editor")
    before = ed.page("/proposals")
    sent(claire, row, {**form(claire, row), "answer.en": NEW_ANSWER})
    assert "Somebody was faster." in decides(ed, row, before, decision)
    row.refresh_from_db()
    assert row.state == "open"
    assert "Somebody was faster." not in decides(ed, row, ed.page("/proposals"), decision)
    row.refresh_from_db()
    assert row.state != "open"


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Somebody else saved this proposal while"), ("fr", "Quelqu'un d'autre a enregistré cette proposition")]
)
def test_of_two_who_write_at_once_the_second_sees_what_the_first_saved(console_database: str, language: str, said: str) -> None:
    row, claire, ed = wanted(), account("claire", "editor"), account("ed", "editor")
    claires, eds = form(claire, row), form(ed, row)
    sent(claire, row, {**claires, "answer.en": NEW_ANSWER})
    address, mine = f"/proposals/{row.pk}/answer", NEW_ANSWER.replace("Saturday", "Monday")
    answer = ed.browser.post(address, {**eds, "answer.en": mine}, headers={"Accept-Language": language})
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 409
    assert said in visible(page)
    assert f">{NEW_ANSWER}</dd>" in page
    assert f">{mine}</textarea>" in page
    row.refresh_from_db()
    assert (row.by, row.article["answer"]["en"]) == ("claire", NEW_ANSWER)
    now = re.search(r'name="seen" value="([^"]*)"', page)
    assert now
    assert "The answer is saved." in sent(ed, row, {**eds, "answer.en": mine, "seen": now[1]})
    row.refresh_from_db()
    assert (row.by, row.article["answer"]["en"]) == ("ed", mine)
