"""Blind grading in the console."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, List

import pytest
from django.test import Client

from tests.console.staff import NAME, Staff
from tests.review.record import turn
from tests.review.weeks import last_week, moment, sampled

SCRIPT = "<script>alert('x')</script><img src=x onerror=alert(1)>"


def record(*texts: str, **more: Any) -> List[Any]:
    """Turns of last week, each of a resident of its own."""
    return [turn(text, "An answer.", address=f"{text} {n}", at=moment(last_week(), hours=n), **more) for n, text in enumerate(texts)]


def signed_in(name: str, role: str = "reviewer") -> Staff:
    """Another member of staff, in another browser."""
    from bot.console.accounts import add_user

    somebody = Staff(Client(SERVER_NAME="127.0.0.1"))
    somebody.sign_in(name, add_user(name, [role]))
    return somebody


def here() -> str:
    return f"/grading/{last_week()}"


def give(staff: Staff, value: str) -> str:
    """Grades the turn that is shown; the page after it."""
    page = staff.page(here())
    form = re.search(r'action="(/grading/[\d-]+/\d+)"', page)
    assert form
    return staff.browser.post(form[1], {"value": value}, follow=True).content.decode()


def test_a_sample_is_drawn_at_the_press_of_a_button_and_never_again(staff: Staff) -> None:
    record("when is garbage", "hello there")
    assert "There is no sample yet." in staff.reads("/grading")
    assert sampled(last_week()) == []  # reading draws nothing
    staff.browser.post("/grading/draw")
    assert len(sampled(last_week())) == 2
    page = staff.page("/grading")
    assert "/grading/draw" not in page
    assert f'href="{here()}"' in page


def test_one_turn_at_a_time_is_shown_with_what_was_said_before_it_and_nothing_after(staff: Staff) -> None:
    from bot.review import sampling

    for number in range(9):
        turn(f"message {number}", f"answer {number}", at=moment(last_week(), hours=number), certainty="sure" if number == 7 else "")
    sampling.draw(last_week(), "worker")
    page = staff.reads(here())
    told = [int(number) for number in re.findall(r"message (\d)", page)]
    assert told == [2, 3, 4, 5, 6, 7]
    assert page.index("answer 6") < page.index("The answer to grade") < page.index("answer 7")


def test_only_masked_text_is_shown(staff: Staff) -> None:
    turn("write to jo@example.com", "We write to jo@example.com.", at=moment(last_week()))
    staff.browser.post("/grading/draw")
    assert "write to [email]" in staff.reads(here())
    assert "jo@example" not in staff.page(here())


def test_a_whole_sample_is_graded_by_two_who_do_not_see_each_other(staff: Staff) -> None:
    record("one", "two", "three")
    staff.browser.post("/grading/draw")
    other = signed_in("ben")
    for value in ("right", "right", "wrong"):
        give(staff, value)
    assert "Nothing left for you" in staff.reads("/grading")
    for number, value in enumerate(("right", "partly", "wrong")):
        page = other.page(here()) + other.page("/grading")
        assert "clerk" not in page.split("Results")[0]  # nor who has graded
        assert ("Nothing has been graded by two people yet." in page) is (number == 0)
        give(other, value)
    page = other.reads("/grading")
    assert "Where the two did not agree" in page
    assert re.search(r"An answer\. ben: Partly right , clerk: Right", page)
    # Wilson's intervals of 1 and 2 in 3, and kappa: 2/3 seen, 1/3 by chance.
    assert re.search(r"All weeks 3 33 % \[6, 79\] 33 % \[6, 79\] 33 % \[6, 79\] 67 % \[21, 94\] 0\.50", page)


def test_weeks_are_drawn_side_by_side_once_there_are_two(staff: Staff) -> None:
    from bot.review.models import SampledTurn

    record("one", "two")
    staff.browser.post("/grading/draw")
    other = signed_in("ben")
    give(staff, "right")
    give(other, "right")
    assert "<svg" not in staff.page("/grading")
    SampledTurn.objects.filter(grades__isnull=False).update(week=date(2026, 6, 1))
    give(staff, "right")
    give(other, "wrong")
    page = staff.page("/grading")
    assert re.search(r'class="dot" d="M250\.0 0\.0h0M750\.0 300\.0h0"', page)
    assert re.search(r"2026-06-01</span>.*</p>", page)


def test_a_slip_is_put_right_while_nobody_else_has_graded(staff: Staff) -> None:
    from bot.review.models import Grade

    record("one", "two")
    staff.browser.post("/grading/draw")
    page = give(staff, "wrong")
    assert 'href="?again=1"' in page
    again = staff.page(f"{here()}?again=1")
    assert re.search(r'value="wrong"[^>]*aria-pressed="true"', again)
    form = re.search(r'action="(/grading/[\d-]+/\d+)"', again)
    assert form
    staff.browser.post(form[1], {"value": "right"})
    assert [(grade.by, grade.value) for grade in Grade.objects.all()] == [("clerk", "right")]


def test_after_two_a_third_changes_nothing(staff: Staff) -> None:
    from bot.review.models import Grade

    record("one")
    staff.browser.post("/grading/draw")
    address = f"{here()}/{sampled(last_week())[0]}"
    ben, carla = signed_in("ben"), signed_in("carla")
    for somebody, value in ((staff, "right"), (ben, "right"), (carla, "wrong"), (staff, "wrong")):
        assert somebody.browser.post(address, {"value": value}).status_code == 302
    assert sorted(Grade.objects.values_list("by", "value")) == [("ben", "right"), ("clerk", "right")]


def test_definitions_stand_beside_the_buttons_and_keys_name_them(staff: Staff) -> None:
    record("one")
    staff.browser.post("/grading/draw")
    page = staff.page(here())
    buttons = re.findall(r'<button name="value" value="(\w+)" accesskey="(\d)" data-key="(\d)" aria-describedby="grade-(\w+)"', page)
    assert buttons == [("right", "1", "1", "right"), ("partly", "2", "2", "partly"), ("wrong", "3", "3", "wrong")]
    assert "it could do harm" in page


def test_who_read_a_conversation_to_grade_it_is_noted(staff: Staff) -> None:
    from bot.review.models import AuditEntry

    (row,) = record("one")
    staff.browser.post("/grading/draw")
    staff.page(here())
    noted = list(AuditEntry.objects.exclude(action="sign_in").order_by("pk").values_list("by", "action", "subject"))
    assert noted == [("clerk", "draw_sample", f"week:{last_week()}"), ("clerk", "view_to_grade", f"conversation:{row.conversation_id}")]


def test_so_is_who_read_what_the_two_did_not_agree_about(staff: Staff) -> None:
    from bot.review.models import AuditEntry, Grade

    record("one")
    staff.browser.post("/grading/draw")
    staff.page("/grading")
    looks = AuditEntry.objects.filter(action="list_disagreements")
    assert not looks.exists(), "nothing of a resident is on the page"
    for by, value in (("a", "right"), ("b", "wrong")):
        Grade.objects.create(sampled_id=sampled(last_week())[0], value=value, by=by)
    assert "Where the two did not agree" in staff.reads("/grading")
    assert list(looks.values_list("by", "subject")) == [(NAME, "grading")]


def test_markup_in_what_was_said_stays_text(staff: Staff) -> None:
    turn(SCRIPT, SCRIPT, at=moment(last_week()))
    turn(SCRIPT, SCRIPT, at=moment(last_week(), hours=1))
    staff.browser.post("/grading/draw")
    pages = [staff.page(here())]
    other = signed_in("ben")
    for value, theirs in (("right", "wrong"), ("right", "right")):
        give(staff, value)
        give(other, theirs)
    pages.append(staff.page("/grading"))
    for page in pages:
        assert "&lt;script&gt;" in page
        assert not re.search(r"<script(?! src=\"/static/)", page)
        assert "<img" not in page


def test_a_viewer_does_not_grade(console_database: str) -> None:
    from bot.review.models import Grade

    (row,) = record("one")
    viewer = signed_in("viewer", "viewer")
    assert 'href="/grading"' not in viewer.page("/topics")
    for address in ("/grading", here()):
        assert viewer.browser.get(address).status_code == 403
    for address in ("/grading/draw", f"{here()}/{row.pk}"):
        assert viewer.browser.post(address, {"value": "right"}).status_code == 403
    assert (sampled(last_week()), Grade.objects.count()) == ([], 0)


def test_nothing_is_graded_by_a_link_or_without_the_token_of_the_page(staff: Staff) -> None:
    from bot.review.models import Grade

    record("one")
    staff.browser.post("/grading/draw")
    address = f"{here()}/{sampled(last_week())[0]}"
    assert staff.browser.get(f"{address}?value=right")["Location"] == here()
    assert staff.browser.get("/grading/draw")["Location"] == "/grading"
    foreign = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True)
    foreign.cookies = staff.browser.cookies
    assert foreign.post(address, {"value": "right"}).status_code == 403
    assert Grade.objects.count() == 0


@pytest.mark.parametrize("value", ["", "excellent"])
def test_a_grade_there_is_not_is_not_kept(staff: Staff, value: str) -> None:
    record("one")
    staff.browser.post("/grading/draw")
    assert staff.browser.post(f"{here()}/{sampled(last_week())[0]}", {"value": value}).status_code == 404


def test_a_turn_of_no_sample_is_not_graded(staff: Staff) -> None:
    (row,) = record("one")
    assert staff.browser.post(f"{here()}/{row.pk}", {"value": "right"}).status_code == 404
    assert staff.browser.post(f"{here()}/{10**30}", {"value": "right"}).status_code == 404
    assert staff.browser.get("/grading/yesterday").status_code == 404
    assert staff.browser.get(f"/grading/{date(2020, 1, 6)}").status_code == 302


def test_it_is_there_in_french(staff: Staff) -> None:
    record("one")
    staff.browser.post("/grading/draw")
    assert "La personne a-t-elle eu ce qu'il lui fallait?" in staff.reads(here(), accept_language="fr-CA")
