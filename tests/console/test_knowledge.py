"""The articles in the console."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import List

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bot.knowledge.store import knowledge
from bot.sms.segments import segments
from tests.console.staff import Staff
from tests.review.record import turn

SCRIPT = "<script>alert('x')</script>"


def listed(page: str) -> List[str]:
    """The ids of the articles a page links to, in its order."""
    return re.findall(r'<th scope="row"><a href="/knowledge/(\w+)"', page)


def on_the_day(monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    monkeypatch.setattr("bot.console.articles.today", lambda: date.fromisoformat(day))


def row(page: str, article: str) -> str:
    found = re.search(rf'<tr>\s*<th scope="row"><a href="/knowledge/{article}".*?</tr>', page, re.DOTALL)
    assert found
    return " ".join(re.sub(r"<[^>]*>", " ", found[0]).split())


def test_every_article_is_listed_with_its_source_and_dates(staff: Staff) -> None:
    page = staff.page("/knowledge")
    assert sorted(listed(page)) == sorted(article.id for article in knowledge().articles)
    article = knowledge().article("garbage_missed")
    assert article
    line = row(page, "garbage_missed")
    for part in (article.title["en"], "Waste", article.as_of, article.review_by):
        assert part in line
    assert f'href="{article.source.url}"' in page


def test_overdue_ones_come_first_and_can_be_had_alone(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    dates = sorted({article.review_by for article in knowledge().articles})
    assert len(dates) > 1
    on_the_day(monkeypatch, dates[1])  # so that those of the first date are overdue, and those of this one not yet
    overdue = {article.id for article in knowledge().articles if article.review_by == dates[0]}
    page = staff.page("/knowledge")
    assert set(listed(page)[: len(overdue)]) == overdue
    assert page.count(">Overdue</strong>") == len(overdue)
    assert set(listed(staff.page("/knowledge?overdue=1"))) == overdue


def test_they_are_filtered_by_topic_and_words_of_either_language(staff: Staff) -> None:
    parking = {article.id for article in knowledge().articles if article.file == "parking.yml"}
    assert set(listed(staff.page("/knowledge?topic=parking"))) == parking
    assert "dog_licence" in listed(staff.page("/knowledge?words=Dog+LICENCE"))
    assert "dog_licence" in listed(staff.page("/knowledge?words=chien"))
    assert "dog_licence" not in listed(staff.page("/knowledge?topic=parking&words=chien"))
    assert "No article is like that." in staff.reads("/knowledge?words=zzzz")


def test_use_and_votes_are_counted_of_thirty_days_and_of_answers_only(staff: Staff) -> None:
    label = {"label": "article/garbage_missed"}
    for helped in (True, False, False, None):
        turn("they skipped us", helped=helped, **label)
    turn("long ago", helped=False, at=timezone.now() - timedelta(days=31), **label)
    turn("only offered", outcome="offered", certainty="torn", **label)
    turn("something else", helped=False, label="article/dog_licence")
    page = staff.page("/knowledge")
    assert "4 2 of 3 (67 %)" in row(page, "garbage_missed")
    assert "1 1 of 1 (100 %)" in row(page, "dog_licence")
    assert "0 — No votes" in row(page, "garbage_carts")


def test_use_is_one_question_to_the_record_however_many_articles(staff: Staff) -> None:
    turn("they skipped us", label="article/garbage_missed")
    with CaptureQueriesContext(connection) as asked:
        staff.page("/knowledge")
    assert sum("turnsummary" in query["sql"] for query in asked) == 1


def test_an_article_shows_what_residents_read_in_each_language_and_channel(staff: Staff) -> None:
    article = knowledge().article("garbage_missed")
    assert article
    page = staff.reads("/knowledge/garbage_missed")
    for language in ("en", "fr"):
        assert " ".join(article.answer[language].split()) in page
    english = " ".join(article.sms["en"].split())
    assert f"{english} Segments: {segments(article.sms['en'])}." in page
    assert 'href="/conversations?label=article%2Fgarbage_missed"' in staff.page("/knowledge/garbage_missed")


def test_an_article_that_is_not_there_is_not_found(staff: Staff) -> None:
    assert staff.browser.get("/knowledge/no_such_thing").status_code == 404


def test_what_is_searched_for_is_shown_as_text(staff: Staff) -> None:
    page = staff.browser.get("/knowledge", {"words": SCRIPT, "topic": SCRIPT}).content.decode()
    assert "&lt;script&gt;" in page
    assert SCRIPT not in page


@pytest.mark.parametrize("address", ["/knowledge", "/knowledge/garbage_missed"])
def test_a_viewer_reads_them_and_nobody_without_a_role_does(visitor: Client, address: str) -> None:
    from bot.console.accounts import add_user

    viewer = Staff(visitor)
    viewer.sign_in("viewer", add_user("viewer", ["viewer"]))
    assert "garbage" in viewer.page(address)
    assert visitor.post(address).status_code in (403, 405)
    nobody = Staff(Client(SERVER_NAME="127.0.0.1"))
    nobody.sign_in("nobody", add_user("nobody"))
    assert nobody.browser.get(address).status_code == 403


def test_it_is_there_in_french(staff: Staff) -> None:
    article = knowledge().article("garbage_missed")
    assert article
    assert article.title["fr"] in staff.reads("/knowledge", accept_language="fr-CA")
    assert "Message texte" in staff.reads("/knowledge/garbage_missed", accept_language="fr-CA")
