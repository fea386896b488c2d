"""Who gets into the console, and who does not."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client

from bot.review.models import AuditEntry
from tests.console.staff import NAME, PASSWORD, Staff, visible


def test_a_clerk_signs_in_reads_and_signs_out(visitor: Client) -> None:
    clerk = Staff(visitor)
    assert clerk.sign_in()["Location"] == "/"
    assert f"Signed in as {NAME}" in clerk.reads("/")
    assert visitor.post("/sign-out")["Location"] == "/sign-in"
    assert visitor.get("/")["Location"].startswith("/sign-in")


@pytest.mark.parametrize(("name", "password"), [(NAME, "not it"), ("nobody", PASSWORD)], ids=["wrong password", "no such account"])
def test_a_mistake_is_said_in_the_same_words_whichever_part_is_wrong(visitor: Client, name: str, password: str) -> None:
    page = visible(Staff(visitor).sign_in(name, password).content.decode())
    assert "The user name or the password is not right." in page
    assert visitor.get("/").status_code == 302


@pytest.mark.parametrize("name", ["", "a" * 500, "<script>alert(1)</script>"])
def test_an_odd_name_is_a_mistake_like_any_other(visitor: Client, name: str) -> None:
    response = Staff(visitor).sign_in(name)
    assert response.status_code == 200
    assert b"<script>" not in response.content


def test_after_ten_mistakes_on_an_account_even_its_password_has_to_wait(visitor: Client) -> None:
    from bot.console.models import SignInAttempt

    clerk = Staff(visitor)
    for _ in range(10):
        assert clerk.sign_in(NAME, "not it").status_code == 200
    elsewhere = Staff(Client(SERVER_NAME="127.0.0.1", REMOTE_ADDR="10.0.0.2"))
    for desk in (clerk, elsewhere):
        response = desk.sign_in(NAME.upper() if desk is clerk else NAME)
        assert response.status_code == 429
        assert "Too many attempts. Wait 15 minutes" in visible(response.content.decode())

    for attempt in SignInAttempt.objects.all():
        attempt.at -= timedelta(minutes=16)
        attempt.save()
    assert clerk.sign_in().status_code == 302


def test_an_address_cannot_try_many_accounts(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.console.throttle.ADDRESS_LIMIT", 6)  # hashing takes its time, here too
    clerk = Staff(visitor)
    for number in range(6):
        assert clerk.sign_in(f"guess{number}", "123456").status_code == 200
    assert clerk.sign_in().status_code == 429
    assert Staff(Client(SERVER_NAME="127.0.0.1", REMOTE_ADDR="10.0.0.2")).sign_in().status_code == 302


def test_mistakes_before_the_right_password_do_not_add_up_over_a_day(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.console.throttle.ACCOUNT_LIMIT", 4)
    clerk = Staff(visitor)
    for _ in range(3):
        for _ in range(3):
            clerk.sign_in(NAME, "not it")
        assert clerk.sign_in().status_code == 302
        visitor.post("/sign-out")


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites_and_ends_when_idle(visitor: Client) -> None:
    cookie = Staff(visitor).sign_in().cookies["console_session"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 30 * 60)
    assert visitor.get("/").cookies["console_session"]["max-age"] == 30 * 60, "the idle time starts again with each page"


def test_a_session_ends_after_a_working_day_however_busy_it_was(staff: Staff) -> None:
    session = staff.browser.session
    session["signed_in_at"] -= 8 * 60 * 60 + 1
    session.save()
    assert staff.browser.get("/")["Location"].startswith("/sign-in")


def test_signing_in_changes_the_session_so_a_planted_one_is_worth_nothing(staff: Staff) -> None:
    before = staff.browser.session.session_key
    staff.browser.post("/sign-out")
    staff.sign_in()
    assert staff.browser.session.session_key != before


@pytest.mark.parametrize(
    ("wanted", "got"), [("https://evil.example/", "/"), ("//evil.example", "/"), ("/conversations/abc", "/conversations/abc")]
)
def test_signing_in_leads_to_our_own_pages_only(visitor: Client, wanted: str, got: str) -> None:
    assert Staff(visitor).sign_in(next=wanted)["Location"] == got


@pytest.mark.parametrize("address", ["/static/console.css", "/"])
def test_what_was_asked_for_before_signing_out_still_comes(staff: Staff, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    def signed_out_meanwhile(*_: object) -> bytes:
        Session.objects.all().delete()
        return b""

    monkeypatch.setattr("bot.console.plain.Path.read_bytes", signed_out_meanwhile)
    monkeypatch.setattr("bot.console.inbox.groups", signed_out_meanwhile)
    assert staff.browser.get(address).status_code == 200
    assert staff.browser.get("/")["Location"].startswith("/sign-in")


def test_a_session_that_ended_leads_back_to_the_page_that_was_asked_for(staff: Staff) -> None:
    Session.objects.all().delete()
    address = staff.browser.get("/conversations/abc?before=7")["Location"]
    assert address == "/sign-in?next=/conversations/abc%3Fbefore%3D7"
    form = staff.page(address).partition("<main")[2]
    wanted = re.findall(r'name="next" value="([^"]*)"', form)
    assert staff.sign_in(next=wanted[0])["Location"] == "/conversations/abc?before=7"


def test_whoever_signs_in_reads_when_they_did_so_before(visitor: Client) -> None:
    clerk = Staff(visitor)
    clerk.sign_in()
    assert "Last sign-in" not in clerk.reads("/")
    visitor.post("/sign-out")
    user = User.objects.get(username=NAME)
    user.last_login = datetime(2026, 11, 3, 14, 5, tzinfo=timezone.utc)
    user.save()
    clerk.sign_in()
    assert "Last sign-in: 2026-11-03 09:05" in clerk.reads("/")


def test_signing_in_and_out_is_in_the_audit_log_and_a_failed_try_names_only_an_account_there_is(visitor: Client) -> None:
    clerk = Staff(visitor)
    clerk.sign_in(NAME, "not it")
    clerk.sign_in("my password", "not it")
    clerk.sign_in()
    visitor.post("/sign-out")
    rows = list(AuditEntry.objects.order_by("id").values_list("by", "action", "subject"))
    assert rows == [("", "sign_in_failed", f"account:{NAME}"), ("", "sign_in_failed", ""), (NAME, "sign_in", ""), (NAME, "sign_out", "")]
