"""The log of who did what: it is added to, never changed, and a change made behind its back shows."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta, timezone
from typing import List

import pytest
from django.contrib.auth.models import Group, User
from django.db import DatabaseError, connection, transaction

from bot.review import audit
from bot.review.models import AuditEntry, AuditMark
from tests.console.staff import NAME, Staff


@pytest.fixture
def officer(staff: Staff) -> Staff:
    """A privacy officer, signed in; the log holds their sign-in."""
    User.objects.get(username=NAME).groups.set([Group.objects.get_or_create(name="privacy_officer")[0]])
    return staff


def behind_its_back(statement: str) -> None:
    """Runs SQL as somebody would who has the database to themselves."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER IF EXISTS review_auditentry_no_update")
            cursor.execute("DROP TRIGGER IF EXISTS review_auditentry_no_delete")
        else:
            cursor.execute("ALTER TABLE review_auditentry DISABLE TRIGGER USER")
        cursor.execute(statement)


def some(number: int, at: str = "") -> None:
    for place in range(number):
        audit.note("ada" if place % 2 else "bob", "view", f"conversation:{place}")


@pytest.mark.parametrize(
    "statement", ["UPDATE review_auditentry SET reason = 'x'", "DELETE FROM review_auditentry", "TRUNCATE review_auditentry"]
)
def test_the_database_refuses_to_change_or_delete_a_row(console_database: str, statement: str) -> None:
    some(2)
    if connection.vendor == "sqlite":
        statement = statement.replace("TRUNCATE", "DELETE FROM")  # it has no other word
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEntry.objects.count() == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE review_auditentry SET by = 'eve' WHERE id = {third}",
        "UPDATE review_auditentry SET at = '2020-01-01 00:00:00+00:00' WHERE id = {third}",
        "DELETE FROM review_auditentry WHERE id = {third}",
        "INSERT INTO review_auditentry (id, at, by, action, subject, reason, digest) "
        "SELECT id + 1000, at, by, action, subject, reason, digest FROM review_auditentry WHERE id = {third}",
    ],
    ids=["who", "when", "taken out", "put in"],
)
def test_a_change_behind_its_back_shows_on_the_page(officer: Staff, statement: str) -> None:
    some(5)
    assert "The log is whole." in officer.reads("/audit")
    third = AuditEntry.objects.order_by("id")[2].pk
    behind_its_back(statement.format(third=third))
    assert "The log is broken at row" in officer.reads("/audit")
    assert audit.first_broken() is not None


def test_a_checked_log_goes_on_from_there_and_a_row_taken_from_what_was_checked_still_shows(officer: Staff) -> None:
    some(6)
    assert audit.check_all().complete
    some(3)
    found = audit.check_tail(most=2)
    assert (found.broken, found.complete, found.entry) == (None, False, AuditEntry.objects.order_by("-id")[1].pk)
    assert audit.check_tail(most=3).complete
    checked = AuditMark.objects.get(name="checked").entry
    behind_its_back(f"DELETE FROM review_auditentry WHERE id >= {checked}")
    assert audit.check_tail().broken == checked, "the newest rows were cut off"


def test_a_long_log_is_checked_piece_by_piece(officer: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    some(5)
    monkeypatch.setattr("bot.review.audit.check_tail", lambda most=3, check=audit.check_tail: check(most))
    assert "There are more rows than this page checks." in officer.reads("/audit")
    officer.browser.post("/audit/check")
    page = officer.reads("/audit")
    assert "The log is whole." in page
    assert f"Checked up to row {AuditEntry.objects.latest('id').pk}" in page


def test_a_forged_mark_does_not_hide_a_change(console_database: str) -> None:
    some(4)
    audit.check_all()
    second = AuditEntry.objects.order_by("id")[1]
    behind_its_back(f"UPDATE review_auditentry SET by = 'eve' WHERE id = {second.pk}")
    AuditMark.objects.filter(name="checked").delete()
    AuditMark.objects.create(name="start", entry=second.pk, digest=second.digest, seal="0" * 64)
    assert audit.check_tail().broken is not None
    assert audit.first_broken() is not None


def test_rows_whose_time_is_over_are_removed_and_the_rest_stays_whole(officer: Staff) -> None:
    some(4)
    old = AuditEntry.objects.order_by("id")[2]
    assert audit.remove_before(old.at + timedelta(microseconds=1), "ada") == 3
    assert AuditEntry.objects.order_by("id")[0].pk == old.pk + 1
    assert AuditEntry.objects.latest("id").action == "audit_remove"
    some(1)
    assert audit.check_all().complete
    assert audit.check_tail().complete
    assert audit.remove_before(old.at, "ada") == 0
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.all().delete()


def test_nothing_is_removed_from_a_broken_log(console_database: str) -> None:
    some(3)
    behind_its_back(f"UPDATE review_auditentry SET by = 'eve' WHERE id = {AuditEntry.objects.order_by('id')[1].pk}")
    with pytest.raises(audit.BrokenError):
        audit.remove_before(datetime.now(timezone.utc), "ada")
    assert AuditEntry.objects.count() == 3


def at(day: str, subject: str) -> None:
    """A row as it was written on another day."""
    entry = AuditEntry(at=datetime.fromisoformat(day), by="ada", action="view", subject=subject)
    last = AuditEntry.objects.order_by("-id").first()
    entry.digest = audit.digest(entry, last.digest if last else audit.FIRST)
    entry.save()


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["c:1", "c:2", "c:3", "c:4"]),
        ("by=ada", ["c:1", "c:2", "c:3"]),
        ("action=reveal", ["c:4"]),
        ("subject=c:2", ["c:2"]),
        ("since=2026-11-03", ["c:2", "c:3", "c:4"]),
        ("since=2026-11-03&until=2026-11-03", ["c:2"]),
        ("by=nobody", []),
        ("by=a%00da", ["c:1", "c:2", "c:3"]),
        ("by=' OR 1=1 --", []),
    ],
)
def test_the_page_is_filtered_by_its_address(officer: Staff, query: str, shown: List[str]) -> None:
    at("2026-11-03T04:59:00+00:00", "c:1")  # the evening before, in the city
    at("2026-11-03T05:00:00+00:00", "c:2")
    at("2026-11-05T12:00:00+00:00", "c:3")
    audit.note("bob", "reveal", "c:4", "asked by the resident")
    page = officer.page(f"/audit?{query}")
    assert [name for name in ("c:1", "c:2", "c:3", "c:4") if f">{name}</a>" in page] == shown
    assert ("Nothing in the log is like this." in page) == (not shown)


def test_a_day_that_is_none_is_said(officer: Staff) -> None:
    assert "A day is written as 2026-11-30." in officer.reads("/audit?since=2026-02-30")


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30])
def test_a_page_that_is_none_is_not_found(officer: Staff, before: str) -> None:
    assert officer.browser.get(f"/audit?before={before}").status_code == 404


def test_pages_follow_each_other_without_gap_or_repetition(officer: Staff) -> None:
    import re

    some(120)
    address, seen = "/audit?action=view", []
    while address:
        page = officer.page(address)
        seen += [int(place) for place in re.findall(r">conversation:(\d+)</a>", page)]
        older = re.search(r'href="(\?[^"]*before=\d+)" rel="next"', page)
        address = f"/audit{older[1].replace('&amp;', '&')}" if older else ""
    assert seen == list(range(119, -1, -1))


def test_nothing_in_the_log_is_run_by_the_browser(officer: Staff) -> None:
    audit.note("<script>alert(1)</script>", "<b>x</b>", '"><img src=x onerror=alert(1)>', "<i>")
    page = officer.page("/audit?subject=" + "%22%3E%3Csvg onload=alert(1)%3E") + officer.page("/audit")
    for tag in ("<script>", "<b>x", "<img", "<i>", "<svg"):
        assert tag not in page


def test_the_file_has_the_filtered_rows_and_no_formula_and_is_in_the_log(officer: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.console.audit_pages.ROWS_PER_PIECE", 2)
    for reason in ("=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", "plain, with a comma"):
        audit.note("ada", "reveal", "c:1", reason)
    audit.note("bob", "reveal", "c:2")
    response = officer.browser.post("/audit/file", {"by": "ada"})
    assert (response["Content-Type"], response["Content-Disposition"]) == ("text/csv; charset=utf-8", 'attachment; filename="audit.csv"')
    text = b"".join(response).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["reason"] for row in rows] == ["plain, with a comma", "'\t=1", "'@SUM(A1)", "'-1", "'+1", "'=HYPERLINK(1)"]
    assert {row["by"] for row in rows} == {"ada"}
    last = AuditEntry.objects.latest("id")
    assert (last.by, last.action, last.subject, last.reason) == (NAME, "export", "audit", "by=ada")


def test_every_action_that_is_noted_has_a_word(console_database: str) -> None:
    import re

    from bot.console.words import console_words
    from bot.settings import ROOT

    noted = set()
    for path in (ROOT / "bot").rglob("*.py"):
        text = path.read_text()
        noted |= set(re.findall(r'(?:audit\.note|\bnote|audited)\([^"\n]*(?:"" ?, ?)?"([a-z_]+)"', text))
    assert {"sign_out", "account_add", "view", "export"} <= noted
    assert noted <= set(console_words()["en"]["audit_actions"])
