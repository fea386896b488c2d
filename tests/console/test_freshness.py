"""Which articles an editor is asked to read again, why, and what saying that one is still true does."""

from __future__ import annotations

import html
import re
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Dict, List, Optional

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bot.city import city
from bot.knowledge.schema import Article
from bot.knowledge.store import knowledge
from bot.settings import settings
from tests.console.reviewers import account, audited, sends
from tests.console.staff import Staff, visible
from tests.console.visits import visit
from tests.publishing.conftest import proposal
from tests.review.record import turn

pytestmark = pytest.mark.usefixtures("console_database")
QUIET_DAY = "2026-11-28"  # no article is due within 30 days of it
MISSED = "garbage_missed"


def article(name: str = MISSED) -> Article:
    found = knowledge().article(name)
    assert found
    return found


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    on_the_day(monkeypatch, QUIET_DAY)


def on_the_day(monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    monkeypatch.setattr("bot.review.freshness.today", lambda: date.fromisoformat(day))


def listed(page: str) -> List[str]:
    """The ids of the articles to be read, in the page's order."""
    return re.findall(r'<h2><a href="/knowledge/(\w+)#check"', page)


def said_of(page: str, name: str = MISSED) -> str:
    """What the page says of one article, in one line."""
    found = re.search(rf'<li class="card">\s*<h2><a href="/knowledge/{name}#check".*?</li>\s*(?=<li class="card">|</ol>)', page, re.DOTALL)
    assert found, name
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", found[0])).split())


def page_of(name: str = MISSED, **more: Any) -> Any:
    """The page of an article's source, as it was when last looked at."""
    from bot.review.models import SourcePage

    shape = {"state": "there", "status": 200, "looked_at": timezone.now(), "first_digest": "a", "digest": "a", **more}
    return SourcePage.objects.update_or_create(url=article(name).source.url, defaults=shape)[0]


def votes(no: int, yes: int = 0, name: str = MISSED, **more: Any) -> None:
    for number in range(no + yes):
        visit("they skipped us", helped=number >= no, label=f"article/{name}", **more)


def form(page: str, name: str = MISSED) -> Dict[str, str]:
    found = re.search(rf'action="/knowledge/{name}/still-true".*?</form>', page, re.DOTALL)
    assert found
    return {name: value for name, value in re.findall(r'name="(seen|review_by)"[^>]*value="([^"]*)"', found[0])}


def says_still_true(editor: Staff, name: str = MISSED, **changed: str) -> Any:
    fields = {**form(editor.page(f"/knowledge/{name}"), name), **changed}
    return editor.browser.post(f"/knowledge/{name}/still-true", fields, follow=True)


def newest() -> Any:
    from bot.review.models import Proposal

    return Proposal.objects.latest("id")


def test_nothing_is_to_be_read_when_nothing_speaks_for_it(staff: Staff) -> None:
    page = staff.reads("/freshness")
    assert "No article is to be checked." in page
    assert "Nobody has looked yet whether source pages changed. On the server: resident knowledge sources" in page
    assert "Nothing speaks for reading it again now." in staff.reads(f"/knowledge/{MISSED}")


def test_dates_that_are_over_or_near_are_there_with_their_day(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    on_the_day(monkeypatch, "2027-02-10")
    page = staff.page("/freshness")
    by_date = {row.id: row.review_by for row in knowledge().articles}
    wanted = {name for name, day in by_date.items() if day <= "2027-03-12"}
    assert set(listed(page)) == wanted
    over = next(name for name, day in by_date.items() if day == "2027-01-31")
    soon = next(name for name, day in by_date.items() if day == "2027-02-28")
    assert "Its review date is over: 2027-01-31" in said_of(page, over)
    assert "To be reviewed within 30 days: 2027-02-28" in said_of(page, soon)
    assert set(listed(staff.page("/freshness?reason=overdue"))) == {name for name, day in by_date.items() if day < "2027-02-10"}


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"digest": "b", "changed_at": timezone.now()}, "Its source says something else since"),
        ({"state": "gone", "status": 404, "failing_since": timezone.now()}, "Its source is gone since"),
        ({"state": "silent", "status": 0, "failing_since": timezone.now() - timedelta(days=4)}, "Its source is gone since"),
        ({"moved_to": "https://example.org/new"}, "Its source has moved for good to: https://example.org/new"),
        ({"state": "silent", "status": 503, "failing_since": timezone.now() - timedelta(days=2)}, None),
        ({"state": "refused", "status": 403}, None),
        ({"state": "restless"}, None),
        ({}, None),
    ],
)
def test_what_became_of_a_source_is_told_at_each_article_that_names_it(staff: Staff, columns: Dict[str, Any], says: Optional[str]) -> None:
    page_of(**columns)
    naming = {row.id for row in knowledge().articles if row.source.url == article().source.url}
    page = staff.page("/freshness")
    assert set(listed(page)) == (naming if says else set())
    if says:
        assert says in said_of(page)
        assert says in staff.reads(f"/knowledge/{MISSED}")
    assert "Looked at: 1 of " in visible(page)


def test_residents_count_from_the_fourth_no_and_only_where_most_do_not_say_yes(staff: Staff) -> None:
    votes(no=3)
    votes(no=4, name="dog_licence")
    votes(no=4, yes=20, name="noise")
    page = staff.page("/freshness")
    assert listed(page) == ["dog_licence"]
    assert "Residents said that it did not help: 4 of 4 (100 %)" in said_of(page, "dog_licence")
    (address,) = set(re.findall(r'href="(/conversations\?label=article%2Fdog_licence&amp;feedback=not_helped&amp;from=[0-9-]+)"', page))
    assert "Conversations found: 4" in staff.reads(html.unescape(address))
    assert "Did not help 3 of 3 (100 %)" in staff.reads(f"/knowledge/{MISSED}"), "on its own page every vote is told"


def test_what_was_said_before_the_article_was_read_last_does_not_count(staff: Staff) -> None:
    read_on = datetime.fromisoformat(f"{article().as_of_day}T00:00").replace(tzinfo=city().timezone)
    votes(no=9, at=read_on - timedelta(hours=1))
    assert listed(staff.page("/freshness")) == []
    votes(no=9, at=read_on + timedelta(hours=1))
    assert "did not help: 9 of 9" in said_of(staff.page("/freshness"))


def test_a_verdict_of_a_reviewer_counts_unless_the_message_meant_something_else(staff: Staff) -> None:
    from bot.review.models import TurnReview

    wrong, misread = turn("they skipped us", label=f"article/{MISSED}"), turn("is my dog licensed", label="article/dog_licence")
    for row, verdict in ((wrong, "harmful"), (misread, "wrong")):
        TurnReview.objects.create(inbound=row, verdict=verdict, by="val")
    proposal("is my dog licensed", label="article/dog_tag", inbound=misread, label_was="article/dog_licence", state="open")
    page = staff.page("/freshness")
    assert listed(page) == [MISSED]
    assert "Reviewers called it wrong or harmful: 1" in said_of(page)
    assert "Corrections that say another need was meant (90 days) 1" in staff.reads("/knowledge/dog_licence")


def test_a_change_that_somebody_asks_for_leads_to_where_it_is_written(staff: Staff) -> None:
    row = proposal("", kind="answer", words="say that they come back", state="open")
    claire = account("claire", "editor")
    assert f'href="/proposals/{row.pk}/answer"' in claire.page("/freshness")
    page = staff.page("/freshness")
    assert "Somebody asks for another answer" in said_of(page)
    assert f'href="/proposals?state=open#proposal-{row.pk}"' in page, "who may not write it sees it among the proposals"


def test_what_speaks_louder_and_would_do_more_harm_comes_first(staff: Staff) -> None:
    risks = {row.id: row.risk for row in knowledge().articles}
    safe = next(name for name, risk in risks.items() if risk == "safety")
    proposal("", kind="answer", words="old", label=f"article/{MISSED}", state="open")
    proposal("", kind="answer", words="old", label=f"article/{safe}", state="open")
    assert listed(staff.page("/freshness")) == [safe, MISSED]
    page_of(digest="b", changed_at=timezone.now(), state="gone", failing_since=timezone.now(), moved_to="https://example.org/x")
    votes(no=9)
    assert risks[MISSED] == "routine"
    assert listed(staff.page("/freshness"))[0] == safe, "five times the harm outweighs four reasons"


def test_an_article_that_is_still_true_gets_its_next_date_by_a_proposal(staff: Staff) -> None:
    page_of(digest="b", changed_at=timezone.now())
    claire, ed = account("claire", "editor"), account("ed", "editor")
    answer = says_still_true(claire, review_by="2027-08-31")
    assert "The new date is proposed. Another editor decides on it." in visible(answer.content.decode())
    row = newest()
    assert row.article == {"source": {"url": article().source.url}, "as_of": QUIET_DAY, "review_by": "2027-08-31"}
    page = claire.page("/freshness")
    assert MISSED not in listed(page)
    assert f"{article().title['en']} : Proposal {row.pk} (Open)" in visible(page)
    assert "Read again by" not in claire.reads(f"/knowledge/{MISSED}"), "nobody says it twice"
    waiting = ed.reads("/proposals")
    assert f"Still true, with a new date {row.pk}" in waiting
    assert f"As of {QUIET_DAY} Review by 2027-08-31" in waiting
    sends(ed, ed.page("/proposals"), f"/proposals/{row.pk}/decide", decision="approve")
    assert f"{row.pk} Still true, with a new date: {article().title['en']} Approved" in ed.reads("/publish")
    assert audited() == [f"claire read_again proposal {row.pk}", "ed proposal_approved"]


def test_its_source_is_known_from_then_on_for_this_article_alone(staff: Staff) -> None:
    urls = Counter(row.source.url for row in knowledge().articles)
    shared = next(url for url, times in urls.items() if times == 2)
    name, other = [row.id for row in knowledge().articles if row.source.url == shared]
    page_of(name, digest="b", changed_at=timezone.now())
    assert set(listed(staff.page("/freshness"))) == {name, other}
    says_still_true(account("claire", "editor"), name)
    row = newest()
    row.state = "published"
    row.save()
    assert listed(staff.page("/freshness")) == [other]
    page_of(name, digest="c", changed_at=timezone.now())
    assert set(listed(staff.page("/freshness"))) == {name, other}
    row.state = "refused"
    row.save()
    page_of(name, digest="b", changed_at=timezone.now())
    assert set(listed(staff.page("/freshness"))) == {name, other}, "what was refused was not read"


def test_only_the_dates_of_the_article_change_in_its_file(tmp_path: Path) -> None:
    from bot.review.apply import Planner

    says_still_true(account("claire", "editor"), review_by="2027-08-31")
    plan = Planner(settings().release_data, tmp_path).plan([newest()])
    path = settings().release_data / "knowledge" / "waste.yml"
    before, after = path.read_text(encoding="utf-8").splitlines(), plan.files[path].splitlines()
    changed = [(old.strip(), new.strip()) for old, new in zip(before, after, strict=True) if old != new]
    assert changed == [
        (f"as_of: {article().as_of}", f'as_of: "{QUIET_DAY}"'),
        (f"review_by: {article().review_by}", 'review_by: "2027-08-31"'),
    ]


def test_a_year_that_a_source_gives_stays(staff: Staff) -> None:
    inexact = next(row for row in knowledge().articles if row.as_of_day is None)
    says_still_true(account("claire", "editor"), inexact.id)
    assert "as_of" not in newest().article


@pytest.mark.parametrize("day", ["", "soon", QUIET_DAY, "2028-12-31"])
def test_a_day_that_is_none_or_not_ahead_is_refused(staff: Staff, day: str) -> None:
    answer = says_still_true(account("claire", "editor"), review_by=day)
    assert answer.status_code == 400
    assert "Choose a day after today, two years from now at most." in visible(answer.content.decode())
    assert "In hand" not in staff.reads("/freshness")


def test_a_source_that_changed_while_somebody_read_is_read_again(staff: Staff) -> None:
    claire = account("claire", "editor")
    page_of()
    fields = form(claire.page(f"/knowledge/{MISSED}"))
    page_of(digest="b", changed_at=timezone.now())
    answer = claire.browser.post(f"/knowledge/{MISSED}/still-true", fields)
    assert answer.status_code == 409
    assert "Its source changed meanwhile" in visible(answer.content.decode())
    assert MISSED in listed(staff.page("/freshness"))


def test_an_answer_is_written_anew_from_the_article_and_what_is_begun_is_gone_on_with(staff: Staff) -> None:
    claire = account("claire", "editor")
    answer = claire.browser.post(f"/knowledge/{MISSED}/answer", follow=True)
    assert answer.redirect_chain[-1][0] == f"/proposals/{newest().pk}/answer"
    assert article().answer["en"].split(".")[0] in visible(answer.content.decode())
    again = claire.browser.post(f"/knowledge/{MISSED}/answer", follow=True)
    assert again.redirect_chain == answer.redirect_chain
    assert audited() == [f"claire propose proposal {newest().pk}: answer"]


def test_what_waits_with_a_new_date_is_written_with_the_words_of_today(staff: Staff) -> None:
    claire = account("claire", "editor")
    says_still_true(claire, review_by="2027-08-31")
    page = visible(claire.browser.post(f"/knowledge/{MISSED}/answer", follow=True).content.decode())
    assert article().answer["en"].split(".")[0] in page
    assert 'value="2027-08-31"' in claire.page(f"/proposals/{newest().pk}/answer")


@pytest.mark.parametrize("name", ["still-true", "answer"])
def test_only_editors_say_so(staff: Staff, name: str) -> None:
    assert account("val", "reviewer").browser.post(f"/knowledge/{MISSED}/{name}").status_code == 403
    page = account("vic", "viewer").page(f"/knowledge/{MISSED}")
    assert f"/knowledge/{MISSED}/{name}" not in page
    assert account("claire", "editor").browser.post(f"/knowledge/no_such_thing/{name}").status_code == 404


def test_as_many_questions_to_the_record_for_every_article_as_for_one(staff: Staff) -> None:
    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            staff.page(address)
        return len([query for query in queries if "review_" in query["sql"] or "turnsummary" in query["sql"]])

    few = asked("/freshness")
    for row in knowledge().articles[:40]:
        page_of(row.id, digest="b", changed_at=timezone.now())
        votes(no=1, name=row.id)
        proposal("", kind="answer", words="old", label=f"article/{row.id}", state="open")
    assert len(listed(staff.page("/freshness"))) >= 40
    assert asked("/freshness") == few == 5


def test_it_is_there_in_french_and_an_unknown_reason_is_not(staff: Staff) -> None:
    assert "Articles à vérifier" in staff.reads("/freshness", accept_language="fr-CA")
    assert "Est-ce toujours exact?" in staff.reads(f"/knowledge/{MISSED}", accept_language="fr-CA")
    assert staff.browser.get("/freshness?reason=mood").status_code == 404
