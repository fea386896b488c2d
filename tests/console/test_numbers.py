"""The page of numbers, the report of a month, and the files staff take along."""

from __future__ import annotations

import csv
import io
import re
from typing import Any, Dict, List

import openpyxl
import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.console.staff import NAME, Staff
from tests.review.counted import asked, local, resident, turn, visit

OCTOBER = {"from": "2026-10-01", "to": "2026-10-31"}
PAGE = "/numbers?from=2026-10-01&to=2026-10-31"
SCRIPT = '"><script>alert(1)</script>'


@pytest.fixture
def editor(staff: Staff) -> Staff:
    User.objects.get(username=NAME).groups.set([Group.objects.get_or_create(name="editor")[0]])
    return staff


def october() -> None:
    first = visit(local("2026-10-05", "08:15"), {"answered_ms": 400}, channel="sms")
    asked(turn(first, local("2026-10-05", "08:16"), answered_ms=2_000), True)
    visit(local("2026-10-06"), {"label": "look_up/next_bus", "topic": "look_up", "call_failed": True}, outcome="failed", language="fr")
    visit(local("2026-09-15"), outcome="given_up")


def files(staff: Staff, address: str, **given: str) -> Any:
    response = staff.browser.post(address, {**OCTOBER, **given})
    assert response.status_code == 200
    return response, b"".join(response)


def rows(content: bytes) -> List[Dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_clerk_reads_each_number_beside_the_one_before_and_what_it_means(staff: Staff) -> None:
    october()
    page = staff.reads(PAGE)
    assert re.search(r"Conversations What it means : Conversations What one resident wrote .*? 2 1 \+100\.0 % All conversations", page)
    assert re.search(r"Failed turns What it means .*? 33\.3% of 3 0\.0% of 1 \+33\.3 points", page)
    assert re.search(r"It helped What it means .*? 100\.0% of 1 — of 0 —", page)
    assert "Compared with the period: 2026-08-31 – 2026-09-30" in page
    assert re.search(r"Text message 2 0\.4\Ws \(—\) 2\.0\Ws \(—\)", page)
    assert "Find my next bus" in page  # what was looked up and failed, as staff read it


def test_every_number_leads_to_the_conversations_behind_it(staff: Staff) -> None:
    october()
    links = set(re.findall(r'href="(/conversations\?[^"]+)"', staff.page(f"{PAGE}&channel=sms")))
    assert len(links) > 10
    found = {link: staff.reads(link.replace("&amp;", "&")) for link in links}
    assert all("could not be read" not in page for page in found.values())
    assert all("channel=sms" in link for link in links)
    everything = next(page for link, page in found.items() if link.count("=") == 3 and "from=2026-10-01&amp;to=2026-10-31" in link)
    assert "Conversations found: 1" in everything


def test_a_bar_of_a_topic_and_one_of_an_outcome_find_as_many_as_they_say(staff: Staff) -> None:
    october()
    assert "Conversations found: 1" in staff.reads("/conversations?from=2026-10-01&to=2026-10-31&outcome=failed")
    page = staff.page(PAGE)
    assert "/conversations?from=2026-10-01&amp;to=2026-10-31&amp;topic=look_up" in page
    assert "/conversations?from=2026-10-01&amp;to=2026-10-31&amp;outcome=failed" in page
    assert "/conversations?from=2026-10-06&amp;to=2026-10-06" in page  # a day of the chart


def test_charts_are_drawn_by_the_server_named_and_have_their_numbers_as_a_table(staff: Staff) -> None:
    october()
    page = staff.page(PAGE)
    assert (
        len(
            re.findall(
                r'<svg [^>]*role="img" aria-labelledby="(\w+) (\w+)">\s*<title id="\1">[^<]+</title>\s*<desc id="\2">[^<]+</desc>', page
            )
        )
        == 2
    )
    assert not re.search(r"\sstyle=|<style|javascript:|\son\w+=", page)
    assert page.count("<caption") >= 9
    assert "M0.0 300.0L33.3 300.0" in page


@pytest.mark.parametrize("language", ["en", "fr"])
def test_an_empty_record_and_one_conversation_are_shown_in_both_languages(staff: Staff, language: str) -> None:
    headers = {"accept_language": language}
    empty = staff.reads(PAGE, **headers)
    assert {"en": "Nothing in this period.", "fr": "Rien pendant cette période."}[language] in empty
    visit(local("2026-10-07"), {"answered_ms": 1_500}, of=resident())
    page = staff.reads(PAGE, **headers)
    assert {"en": "100.0% of 1", "fr": "100,0 % de 1"}[language] in page
    assert {"en": "1.5 s", "fr": "1,5 s"}[language] in page
    assert not re.search(r'(?:width|height|x|y)="\d+,\d', staff.page(PAGE, **headers))  # a drawing has no French numbers


def test_without_days_it_is_the_last_four_weeks(staff: Staff) -> None:
    from bot.review.periods import DAY, today

    page = staff.page("/numbers")
    assert f'value="{today() - 27 * DAY}"' in page
    assert f'value="{today()}"' in page


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("from=2026-10-31&to=2026-10-01", "The first day is after the last one."),
        ("from=yesterday", "A day is written as 2026-11-30."),
        ("from=1970-01-01&to=1970-01-02", "A day is written as 2026-11-30."),
        ("from=2024-01-01&to=2026-01-01", "Choose at most 366 days."),
    ],
)
def test_days_that_cannot_be_counted_are_explained_and_can_be_corrected(staff: Staff, query: str, sentence: str) -> None:
    response = staff.browser.get(f"/numbers?{query}")
    assert response.status_code == 400
    page = response.content.decode()
    assert sentence in page
    assert 'aria-invalid="true"' in page


def test_names_of_topics_labels_and_channels_stay_text(editor: Staff) -> None:
    visit(
        local("2026-10-07"),
        {"topic": SCRIPT, "label": SCRIPT[:30], "call_failed": True, "answered_ms": 1},
        channel='"><b>x',
        language="<i>",
    )
    page = editor.page(PAGE)
    assert "&lt;script&gt;" in page
    for markup in ("<script>alert", "<b>", "<i>"):
        assert markup not in page
    assert "<script>alert" not in editor.page("/report/2026-10")
    assert "<script>alert" not in editor.page(f"{PAGE}&channel=%22%3E%3Cscript%3Ealert(1)")


def test_the_page_asks_the_database_as_often_however_much_there_is(staff: Staff) -> None:
    from bot.conversations import switches

    with CaptureQueriesContext(connection) as before:
        staff.page(PAGE)
    switches.forget()  # so that the second page reads them too
    for day in range(10, 28):
        visit(local(f"2026-10-{day}"), {"topic": f"t{day}"}, {}, channel=f"c{day}")
    with CaptureQueriesContext(connection) as after:
        staff.page(PAGE)
    assert len(after) == len(before)


def test_the_numbers_are_taken_along_as_csv_and_as_a_workbook(editor: Staff) -> None:
    october()
    response, content = files(editor, "/numbers/export/csv")
    assert response["Content-Disposition"] == 'attachment; filename="numbers-2026-10-01-2026-10-31.csv"'
    read = {(row["Block"], row["Code"]): row for row in rows(content)}
    assert read["Main numbers", "conversations"]["This period"] == "2"
    assert read["Main numbers", "failed"]["Share of"] == "3"
    assert float(read["Main numbers", "failed"]["This period"]) == pytest.approx(1 / 3)
    assert read["Answer time: Middle (median)", "sms"]["This period"] == "400"
    assert read["Messages per day", "2026-10-05"]["This period"] == "2"
    _, book = files(editor, "/numbers/export/xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(book))["Numbers"]
    assert [cell.value for cell in sheet[2]][:5] == ["Main numbers", "Conversations", "conversations", 2, 1]


def test_each_conversation_is_a_row_with_the_address_of_its_page(editor: Staff) -> None:
    from bot.review.models import Tag

    made = visit(local("2026-10-05", "08:15"), {}, {"label": "look_up/next_bus"}, {}, helped=False, needs="disliked", review="reviewed")
    Tag.objects.create(visit=made, name="=cmd()", by=NAME)
    _, content = files(editor, "/numbers/conversations/csv")
    (row,) = rows(content)
    assert row["Address"] == f"http://127.0.0.1/conversations/{made.conversation_id}?visit={made.pk}"
    assert (row["Channel"], row["Language"], row["Messages"], row["Outcome"]) == ("webchat", "en", "3", "answered")
    assert (row["Feedback"], row["Needs eyes"], row["Review"], row["Tags"]) == ("not_helped", "disliked", "reviewed", "'=cmd()")
    assert row["Understood as"] == "article/garbage_missed, look_up/next_bus"
    assert row["Last message"] == "2026-10-05T08:15:00-04:00"
    assert editor.browser.get(row["Address"].removeprefix("http://127.0.0.1")).status_code == 200
    _, book = files(editor, "/numbers/conversations/xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(book))["Conversations"]
    assert sheet["L2"].value == "=cmd()"
    assert sheet["L2"].data_type in ("s", "inlineStr")


def test_many_conversations_are_read_in_pieces_each_once_and_newest_first(editor: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.console import exports

    monkeypatch.setattr(exports, "ROWS_PER_PIECE", 3)
    made = [visit(local(f"2026-10-{1 + number // 3:02d}")).conversation_id for number in range(10)]  # three at a time share a moment
    response = editor.browser.post("/numbers/conversations/csv", OCTOBER)
    pieces = list(response)
    assert len(pieces) == 5  # the headings and four pieces
    keys = [row["Conversation"] for row in rows(b"".join(pieces))]
    assert keys == made[::-1]


def test_a_file_holds_what_the_page_was_narrowed_to(editor: Staff) -> None:
    october()
    _, content = files(editor, "/numbers/conversations/csv", channel="sms")
    assert [row["Channel"] for row in rows(content)] == ["sms"]


def test_every_file_is_in_the_audit_log_and_a_reviewer_gets_none(staff: Staff) -> None:
    from bot.review.models import AuditEntry

    assert "Take along" not in staff.page(PAGE)
    for address in ("/numbers/export/csv", "/numbers/conversations/xlsx"):
        assert staff.browser.post(address, OCTOBER).status_code == 403
    User.objects.get(username=NAME).groups.set([Group.objects.get_or_create(name="privacy_officer")[0]])
    assert "Take along" in staff.page(PAGE)
    files(staff, "/numbers/export/csv")
    files(staff, "/numbers/conversations/xlsx", channel="sms")
    noted = AuditEntry.objects.filter(action="export").order_by("id").values_list("by", "subject", "reason")
    assert list(noted) == [
        (NAME, "numbers", "from=2026-10-01&to=2026-10-31 csv"),
        (NAME, "conversations", "from=2026-10-01&to=2026-10-31&channel=sms xlsx"),
    ]


@pytest.mark.parametrize("address", ["/numbers/export/pdf", "/numbers/conversations/exe"])
def test_a_kind_of_file_there_is_not_is_not_noted(editor: Staff, address: str) -> None:
    from bot.review.models import AuditEntry

    assert editor.browser.post(address, OCTOBER).status_code == 404
    assert editor.browser.post("/numbers/export/csv", {"from": "x"}).status_code == 404
    assert not AuditEntry.objects.filter(action="export").exists()


def test_the_report_of_a_month_has_its_numbers_corrections_and_grades(staff: Staff) -> None:
    from bot.review.models import Grade, Proposal, SampledTurn

    october()
    page = staff.reads("/report/2026-10")
    assert "Monthly report, October 2026" in page
    assert "No correction was published in this month." in page
    assert "No random sample of this month was graded." in page
    applied = {"kind": "intent", "language": "en", "by": "x", "state": "applied", "text": "the resident's own words"}
    for decided in ("2026-10-31", "2026-10-01", "2026-11-01"):
        Proposal.objects.create(**applied, label="look_up/next_bus", decided_at=local(decided, "23:59"))
    Proposal.objects.create(**{**applied, "state": "approved"}, label="look_up/ward", decided_at=local("2026-10-10"))
    for place, values in enumerate([("right", "right"), ("right", "wrong")]):
        inbound = turn(visit(local("2026-10-05")), local("2026-10-05"))
        sampled = SampledTurn.objects.create(inbound=inbound, week="2026-10-05", place=place)
        for value, by in zip(values, ("a", "b"), strict=True):
            Grade.objects.create(sampled=sampled, value=value, by=by)
    page = staff.reads("/report/2026-10")
    assert "Understood better: Find my next bus (2×)" in page
    assert "Find my ward" not in page
    assert "the resident's own words" not in page
    assert re.search(r"Both said right: 50\.0% \( ?95% interval: 9\.5% – 90\.5%; answers graded: 2\)", page)


def test_the_report_has_what_was_published_in_the_month_and_quotes_no_questions(staff: Staff) -> None:
    from bot.review.models import Proposal
    from bot.review.periods import today
    from bot.review.proposing import applied, published, taken_back

    said = {"language": "en", "by": "x", "state": "approved", "decided_at": local("2026-10-10")}
    topic = Proposal.objects.create(**said, kind="new_topic", words="Keeping bees\n- can i keep bees\n- my neighbour has hives")
    back = Proposal.objects.create(**said, kind="intent", label="look_up/ward", text="who is my councillor")
    for row in (topic, back):
        published(row, "ada")
    back.refresh_from_db()
    taken_back(back, "ada")
    page = staff.reads(f"/report/{today():%Y-%m}")
    assert "Keeping bees" in page
    assert "my neighbour has hives" not in page
    assert "Find my ward" not in page
    assert "No correction was published in this month." in staff.reads("/report/2026-10")
    topic.refresh_from_db()
    since = topic.published_at
    applied(topic, "ada")
    topic.refresh_from_db()
    assert (topic.state, topic.published_at) == ("applied", since)


@pytest.mark.parametrize("month", ["2026-13", "2026-00", "1999-12", "202610", "2026-1", "x", "2026-1²", "٢٠٢٦-10"])
def test_a_month_there_is_not_has_no_report(staff: Staff, month: str) -> None:
    assert staff.browser.get(f"/report/{month}").status_code == 404


def test_months_are_turned_like_pages_up_to_this_one(staff: Staff) -> None:
    from bot.review.periods import today

    assert {'href="/report/2026-09"', 'href="/report/2026-11"'} <= set(re.findall(r'href="/report/[^"]+"', staff.page("/report/2026-10")))
    assert 'rel="next"' not in staff.page(f"/report/{today():%Y-%m}")
