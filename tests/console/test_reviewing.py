"""What reviewers write down, who may, and that nobody overwrites what they have not seen."""

from __future__ import annotations

import re
from typing import Any, Dict, List
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.console.reviewers import account, audited, page_of, seen, sends, turn_form, turns_of, visit_form, visited
from tests.console.staff import NAME, Staff, visible

ATTACK = "<script>alert('x')</script><img src=x onerror=alert(1)>"


def test_a_verdict_is_shown_with_who_and_when_and_leads_to_the_next_turn(staff: Staff) -> None:
    visit = visited("one", "when is garbage day", "and recycling")
    first, second = turns_of(visit)
    page = staff.page(page_of(visit))
    answer = staff.browser.post(
        turn_form(visit, first, "verdict"), {"seen": seen(page, turn_form(visit, first, "verdict")), "verdict": "wrong"}
    )
    assert answer.status_code == 303
    assert answer["Location"] == f"{page_of(visit)}#turn-{second}"
    before, after = staff.reads(page_of(visit)).split("and recycling")
    assert re.search(rf"Wrong {NAME}, \d{{4}}-\d\d-\d\d \d\d:\d\d Right Wrong Harmful", before)
    assert f"Wrong {NAME}" not in after
    assert audited() == [f"{NAME} verdict turn {first}: wrong"]


def test_after_the_last_turn_comes_the_visit(staff: Staff) -> None:
    visit = visited("one")
    form = turn_form(visit, turns_of(visit)[0], "verdict")
    answer = staff.browser.post(form, {"seen": seen(staff.page(page_of(visit)), form), "verdict": "right"})
    assert answer["Location"] == f"{page_of(visit)}#review"


def test_a_second_reviewer_does_not_overwrite_what_they_have_not_seen(staff: Staff) -> None:
    visit = visited("one")
    other = account("claire", "reviewer")
    form = turn_form(visit, turns_of(visit)[0], "verdict")
    old = staff.page(page_of(visit))
    sends(other, other.page(page_of(visit)), form, verdict="harmful")

    page = sends(staff, old, form, verdict="right").content.decode()
    assert "Somebody was faster. Nothing was changed." in visible(page)
    assert "Harmful claire" in visible(page)

    page = sends(staff, page, form, verdict="right").content.decode()
    assert f"Right {NAME}" in visible(page)
    assert "Harmful claire" not in visible(page)
    assert [line.split()[:2] for line in audited()] == [["claire", "verdict"], [NAME, "verdict"]]


def test_the_same_verdict_twice_stays_the_first_one_s(staff: Staff) -> None:
    visit = visited("one")
    other = account("claire", "reviewer")
    form = turn_form(visit, turns_of(visit)[0], "verdict")
    old = staff.page(page_of(visit))
    sends(other, old, form, verdict="wrong")
    assert "Wrong claire" in visible(sends(staff, old, form, verdict="wrong").content.decode())
    assert len(audited()) == 1


def test_reviewed_leads_to_the_next_visit_nobody_reviewed(staff: Staff) -> None:
    oldest, middle, newest = visited("one", "first words"), visited("two", "second words"), visited("three", "third words")
    page = sends(staff, staff.page(page_of(newest)), visit_form(newest, "mark"), review="reviewed").content.decode()
    assert "The visit before is marked as reviewed. This is the next one." in visible(page)
    assert "second words" in page
    page = sends(staff, page, visit_form(middle, "mark"), review="follow_up").content.decode()
    assert f"Review Follow up {NAME}," in visible(page)
    page = sends(staff, staff.page(page_of(oldest)), visit_form(oldest, "mark"), review="reviewed").content.decode()
    assert "No other visit waits in this direction." in visible(page)
    assert "first words" in page
    newest.refresh_from_db()
    assert (newest.review, newest.reviewed_by) == ("reviewed", NAME)


def test_a_visit_somebody_else_marked_meanwhile_keeps_their_mark(staff: Staff) -> None:
    visit = visited("one")
    old = staff.page(page_of(visit))
    other = account("claire", "reviewer")
    sends(other, old, visit_form(visit, "mark"), review="follow_up")
    page = visible(sends(staff, old, visit_form(visit, "mark"), review="reviewed").content.decode())
    assert "Somebody was faster." in page
    assert "Follow up claire" in page


def test_a_visit_is_given_to_somebody_who_may_review(staff: Staff) -> None:
    visit = visited("one")
    account("claire", "reviewer"), account("vera", "viewer"), account("away", "reviewer")
    User.objects.filter(username="away").update(is_active=False)
    page = staff.page(page_of(visit))
    offered = re.findall(r"<option[^>]*>([^<]*)</option>", page.split('name="to"', 1)[1].split("</select>", 1)[0])
    assert offered == ["Nobody", "claire", NAME]
    old = page
    page = sends(staff, page, visit_form(visit, "assign"), to="claire").content.decode()
    assert "Assigned to claire" in visible(page)
    assert "Somebody was faster." in visible(sends(staff, old, visit_form(visit, "assign"), to=NAME).content.decode())
    assert "This could not be saved." in visible(sends(staff, page, visit_form(visit, "assign"), to="vera").content.decode())
    assert "Assigned to —" in visible(sends(staff, page, visit_form(visit, "assign"), to="").content.decode())


def test_tags_are_added_once_offered_again_and_removed(staff: Staff) -> None:
    visit, other = visited("one"), visited("two")
    for name in ("Bus  Stops", "bus stops"):
        staff.browser.post(visit_form(visit, "tag"), {"name": name})
    assert "Tags bus stops ×" in staff.reads(page_of(visit))
    assert '<option value="bus stops">' in staff.page(page_of(other))
    staff.browser.post(visit_form(visit, "untag"), {"name": "bus stops"})
    assert "No tags." in staff.reads(page_of(visit))
    assert [line.split()[1] for line in audited()] == ["tag", "untag"]


def test_notes_are_masked_and_say_who_wrote_them(staff: Staff) -> None:
    visit = visited("one")
    answer = staff.browser.post(visit_form(visit, "note"), {"text": "call jo@example.com, 519-555-0134\nsecond line"}, follow=True)
    page = answer.content.decode()
    assert "call [email], [phone] second line" in visible(page)
    assert f"{NAME}, 20" in visible(page).split("second line")[1]
    assert "555-0134" not in page
    assert "The note is saved." in visible(page)


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("mark", {"review": "burnt"}),
        ("tag", {"name": "  "}),
        ("tag", {"name": "x" * 41}),
        ("note", {"text": " \n"}),
        ("note", {"text": "x" * 2001}),
        ("assign", {"to": "nobody at all"}),
    ],
)
def test_what_cannot_be_written_down_is_said_and_changes_nothing(staff: Staff, action: str, fields: Dict[str, str]) -> None:
    visit = visited("one")
    answer = staff.browser.post(visit_form(visit, action), fields, follow=True)
    assert "This could not be saved." in visible(answer.content.decode())
    assert audited() == []


def test_the_list_the_reader_came_from_travels_along(staff: Staff) -> None:
    newer = visited("two")
    listed = "q=caf%C3%A9+%26+co&channel=rest"
    here = f"{page_of(newer)}&{urlencode({'list': listed})}"
    page = staff.page(here)
    assert f'href="/conversations?{listed.replace("&", "&amp;")}"' in page
    assert f'name="list" value="{listed.replace("&", "&amp;")}"' in page
    form = visit_form(newer, "tag")
    answer = staff.browser.post(form, {"name": "x", "list": "channel=rest&q=café&visit=99&done=noted"})
    assert answer["Location"] == f"{page_of(newer)}&done=tagged&{urlencode({'list': 'q=caf%C3%A9&channel=rest'})}#review"


def every_form(visit: Any) -> List[str]:
    turn = turns_of(visit)[0]
    actions = ("mark", "assign", "tag", "untag", "note")
    return [*(visit_form(visit, action) for action in actions), turn_form(visit, turn, "verdict"), turn_form(visit, turn, "correct")]


@pytest.mark.parametrize(
    ("role", "may"),
    [("viewer", False), ("reviewer", True), ("editor", True), ("privacy_officer", False), ("administrator", True), ("", False)],
)
def test_only_reviewers_send_anything(console_database: str, role: str, may: bool) -> None:
    visit = visited("one")
    clerk = account("someone", *filter(None, [role]))
    forms = every_form(visit)
    assert len(forms) == 7
    for form in forms:
        status = clerk.browser.post(form, {"name": "x"}).status_code
        assert status != 403 if may else status == 403, form
    if role:
        page = clerk.page(page_of(visit))
        assert ('name="verdict"' in page, 'name="text"' in page) == (may, may)
    else:
        assert clerk.browser.get(page_of(visit)).status_code == 403
    assert (audited() == []) is not may


def test_every_form_needs_its_page_s_token(console_database: str) -> None:
    visit = visited("one")
    browser = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True)
    browser.force_login(User.objects.get(username=NAME))
    session = browser.session
    session["signed_in_at"] = 10**12
    session.save()
    for form in every_form(visit):
        assert browser.post(form, {"name": "x", "text": "x", "review": "reviewed", "verdict": "wrong"}).status_code == 403, form
    assert audited() == []


def test_a_visit_or_a_turn_of_another_conversation_is_not_there(staff: Staff) -> None:
    mine, other = visited("one", "my words"), visited("two", "other words")
    key, turn = mine.conversation_id, turns_of(other)[0]
    assert staff.browser.get(f"/conversations/{key}?visit={other.pk}").status_code == 404
    for form in every_form(other):
        stolen = form.replace(other.conversation_id, key)
        for answer in (staff.browser.get(stolen), staff.browser.post(stolen, {"name": "x", "text": "x"})):
            assert answer.status_code == 404, stolen
    assert staff.browser.get(f"/conversations/{key}?visit={turn}x").status_code == 404
    assert staff.browser.get(f"/conversations/{key}?visit={10**30}").status_code == 404
    assert audited() == []


def test_asking_for_a_form_s_address_changes_nothing_and_leads_to_the_page(staff: Staff) -> None:
    visit = visited("one")
    for form in every_form(visit)[:-1]:
        answer = staff.browser.get(form, {"name": "x", "text": "x", "review": "reviewed", "verdict": "wrong"}, follow=True)
        assert answer.redirect_chain[0][0].startswith(page_of(visit))
        assert answer.status_code == 200
    assert audited() == []


def test_a_form_sent_after_the_session_ended_leads_back_to_the_visit_after_signing_in(staff: Staff) -> None:
    visit = visited("one")
    staff.browser.post("/sign-out")
    answer = staff.browser.post(visit_form(visit, "note"), {"text": "too late"})
    assert answer["Location"] == f"/sign-in?next={visit_form(visit, 'note')}"
    back = staff.sign_in(next=visit_form(visit, "note"))
    page = staff.browser.get(back["Location"], follow=True).content.decode()
    assert f'data-draft="{NAME}/note/{visit.pk}"' in page
    assert "too late" not in page


def test_markup_in_tags_notes_and_names_stays_text(staff: Staff) -> None:
    visit = visited("one", ATTACK)
    staff.browser.post(visit_form(visit, "note"), {"text": ATTACK})
    staff.browser.post(visit_form(visit, "tag"), {"name": '"><img src=x onerror=a()>'})
    visit.assigned_to = visit.reviewed_by = ATTACK
    visit.reviewed_at = visit.last_at
    visit.save()
    page = staff.page(f"{page_of(visit)}&q=%22%3E%3Cscript%3E&done=%3Cscript%3E")
    assert page.count("&lt;script&gt;") >= 4
    assert "&lt;img src=x onerror=a()&gt;" in page
    assert page.count("<script") == page.count('<script src="/static/')
    assert "<img" not in page


def test_looking_is_in_the_audit_log_each_time(staff: Staff) -> None:
    from bot.review.audit import first_broken
    from bot.review.models import AuditEntry

    visit = visited("one")
    for _ in range(2):
        staff.page(page_of(visit))
    subject = f"conversation:{visit.conversation_id}"
    assert list(AuditEntry.objects.filter(action="view").values_list("by", "action", "subject")) == [(NAME, "view", subject)] * 2
    assert first_broken() is None
