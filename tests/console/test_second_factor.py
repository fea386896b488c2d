"""Signing in with a code of an authenticator app, and one's own password."""

from __future__ import annotations

import base64
import re
import time
from typing import List

import pytest
from django.contrib.auth.models import User
from django.test import Client

from bot.console.totp import code_at
from bot.review.models import AuditEntry
from tests.console.staff import NAME, PASSWORD, Staff, visible

NOW = 1_800_000_015.0
# RFC 6238, appendix B: the last six of its eight digits. The secret is the ASCII text.
RFC_SECRET = b"12345678901234567890"
RFC_CODES = [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")]


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time of codes, which stands still."""
    made = Clock()
    monkeypatch.setattr("bot.console.second_factor.time", made)
    return made


class App:
    """A clerk's authenticator app."""

    def __init__(self, clerk: Staff, clock: Clock) -> None:
        page = clerk.page("/account")
        secret = re.search(r"<code>([A-Z2-7]{32})</code>", page)
        assert secret
        assert f"secret={secret[1]}" in page
        self.secret = base64.b32decode(secret[1])
        self.clock = clock

    def code(self, steps_ago: int = 0) -> str:
        return code_at(self.secret, int(self.clock.now) // 30 - steps_ago)


@pytest.fixture
def app(staff: Staff, clock: Clock) -> App:
    """Of a clerk who has just turned the second factor on, signed out, and waited for the next code."""
    staff.browser.post("/account/second-factor", {"step": "begin"})
    app = App(staff, clock)
    staff.recovery_codes = turn_on(staff, app.code())  # type: ignore[attr-defined]
    staff.browser.post("/sign-out")
    clock.now += 60
    return app


def turn_on(clerk: Staff, code: str) -> List[str]:
    """The recovery codes that the page shows."""
    page = clerk.browser.post("/account/second-factor", {"step": "confirm", "code": code, "old": PASSWORD}).content.decode()
    return re.findall(r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>", page)


def gives_code(clerk: Staff, code: str, **more: str) -> str:
    """Where a code leads; empty when it is refused, with a sentence."""
    response = clerk.browser.post("/sign-in/code", {"code": code, **more})
    if response.status_code == 302:
        return str(response["Location"])
    assert "The user name, the password or the code is not right." in visible(response.content.decode())
    return ""


@pytest.mark.parametrize(("at", "code"), RFC_CODES)
def test_codes_are_those_of_the_standard(at: int, code: str) -> None:
    assert code_at(RFC_SECRET, at // 30) == code


def test_a_clerk_turns_it_on_and_is_then_asked_for_a_code(staff: Staff, app: App) -> None:
    assert staff.sign_in(next="/conversations/abc")["Location"] == "/sign-in/code?next=%2Fconversations%2Fabc"
    assert staff.browser.get("/")["Location"].startswith("/sign-in"), "the password alone opens nothing"
    page = staff.page("/sign-in/code?next=/conversations/abc")
    assert 'name="next" value="/conversations/abc"' in page
    before = staff.browser.session.session_key
    assert gives_code(staff, app.code(), next="/conversations/abc") == "/conversations/abc"
    assert staff.browser.session.session_key != before
    assert f"Signed in as {NAME}" in staff.reads("/")


def test_the_secret_is_sealed_and_the_recovery_codes_are_not_kept(staff: Staff, app: App) -> None:
    from bot.console.models import RecoveryCode, SecondFactor

    factor = SecondFactor.objects.get()
    assert base64.b32encode(app.secret) not in bytes(factor.secret_sealed)
    codes: List[str] = staff.recovery_codes  # type: ignore[attr-defined]
    assert len(set(codes)) == 10
    kept = " ".join(RecoveryCode.objects.values_list("digest", flat=True))
    assert not [code for code in codes if code in kept or code.replace("-", "") in kept]


def test_a_code_counts_once_and_half_a_minute_early_or_late(staff: Staff, app: App) -> None:
    staff.sign_in()
    assert gives_code(staff, app.code(2)) == "", "a minute old"
    code = app.code(1)
    assert gives_code(staff, f" {code[:3]} {code[3:]}") == "/"
    staff.browser.post("/sign-out")
    staff.sign_in()
    assert gives_code(staff, app.code(1)) == "", "the same again"
    assert gives_code(staff, app.code(-1)) == "/"


def test_a_recovery_code_gets_in_once_however_it_is_typed(staff: Staff, app: App) -> None:
    code: str = staff.recovery_codes[0]  # type: ignore[attr-defined]
    staff.sign_in()
    assert gives_code(staff, code.upper().replace("-", " ")) == "/"
    assert "Recovery codes you have left: 9" in staff.reads("/account")
    staff.browser.post("/sign-out")
    staff.sign_in()
    assert gives_code(staff, code) == ""
    assert AuditEntry.objects.filter(by=NAME, action="sign_in_recovery").count() == 1


def test_a_wrong_password_is_asked_for_the_code_as_the_right_one_is_and_the_code_does_not_help(staff: Staff, app: App) -> None:
    wrong, right = staff.sign_in(NAME, "not it"), staff.sign_in()
    assert (wrong.status_code, wrong["Location"]) == (right.status_code, right["Location"])
    staff.sign_in(NAME, "not it")
    assert gives_code(staff, app.code()) == ""
    assert staff.browser.get("/").status_code == 302
    assert AuditEntry.objects.filter(action="sign_in_failed", subject=f"account:{NAME}").count() == 1


def test_being_asked_for_a_code_does_not_show_that_there_is_an_account(staff: Staff, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.console.throttle.ADDRESS_LIMIT", 1000)
    monkeypatch.setattr("bot.console.sign_in.AuthenticationForm.clean", no_hashing)

    def asked(name: str) -> bool:
        return staff.sign_in(name, "not it").status_code == 302

    first = [asked(f"nobody{number}") for number in range(40)]
    assert 5 < sum(first) < 35
    assert [asked(f"nobody{number}") for number in range(40)] == first


def no_hashing(form: object) -> None:
    from django.core.exceptions import ValidationError

    raise ValidationError("no")


def test_codes_are_throttled_too(staff: Staff, app: App) -> None:
    staff.sign_in()
    for _ in range(9):
        gives_code(staff, "000000")
    response = staff.browser.post("/sign-in/code", {"code": app.code()})
    assert response.status_code == 429
    assert "Too many attempts" in visible(response.content.decode())


def test_the_second_step_is_worth_nothing_without_the_first_or_long_after_it(
    staff: Staff, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = Client(SERVER_NAME="127.0.0.1")
    assert stranger.post("/sign-in/code", {"code": app.code()})["Location"] == "/sign-in"
    staff.sign_in()
    session = staff.browser.session
    session["sign_in_pending"] = {**session["sign_in_pending"], "at": time.time() - 301}
    session.save()
    assert gives_code(staff, app.code()) == "/sign-in"


@pytest.mark.parametrize("change", [{"is_active": False}, {"password": "argon2$other"}], ids=["disabled", "new password"])
def test_who_lost_the_account_between_the_steps_does_not_get_in(staff: Staff, app: App, change: dict[str, object]) -> None:
    staff.sign_in()
    User.objects.filter(username=NAME).update(**change)
    assert gives_code(staff, app.code()) == ""


def test_a_wrong_code_does_not_turn_it_on(staff: Staff, clock: Clock) -> None:
    staff.browser.post("/account/second-factor", {"step": "begin"})
    app = App(staff, clock)
    assert turn_on(staff, app.code(5)) == []
    assert "The code is not right." in visible(
        staff.browser.post("/account/second-factor", {"step": "confirm", "code": app.code(5), "old": PASSWORD}).content.decode()
    )
    staff.browser.post("/sign-out")
    assert staff.sign_in()["Location"] == "/"


def test_the_page_that_shows_recovery_codes_has_no_button_that_leaves_them_unread(staff: Staff, clock: Clock) -> None:
    staff.browser.post("/account/second-factor", {"step": "begin"})
    code = App(staff, clock).code()
    page = staff.browser.post("/account/second-factor", {"step": "confirm", "code": code, "old": PASSWORD}).content.decode()
    assert "Your recovery codes" in visible(page)
    assert 'class="language"' not in page
    assert 'class="language"' in staff.page("/account")


def test_who_finds_an_open_desk_cannot_turn_it_on_with_a_phone_of_their_own(staff: Staff, clock: Clock) -> None:
    staff.browser.post("/account/second-factor", {"step": "begin"})
    app = App(staff, clock)
    assert 'name="old" type="password" required' in staff.page("/account").partition('id="code"')[2]
    for old in ({}, {"old": "not it"}):
        answer = staff.browser.post("/account/second-factor", {"step": "confirm", "code": app.code(), **old})
        page = visible(answer.content.decode())
        assert "Your password now is not right." in page
        assert "Your recovery codes" not in page
    assert "Scan this picture" in staff.reads("/account")
    assert len(turn_on(staff, app.code())) == 10


def test_turning_it_off_and_new_recovery_codes_need_the_password(staff: Staff, app: App) -> None:
    staff.sign_in()
    gives_code(staff, app.code())
    for step in ("remove", "recovery"):
        page = visible(staff.browser.post("/account/second-factor", {"step": step, "old": "not it"}).content.decode())
        assert "Your password now is not right." in page
        assert "Your recovery codes" not in page
    assert "Your recovery codes" in visible(
        staff.browser.post("/account/second-factor", {"step": "recovery", "old": PASSWORD}).content.decode()
    )
    staff.browser.post("/account/second-factor", {"step": "remove", "old": PASSWORD})
    staff.browser.post("/sign-out")
    assert staff.sign_in()["Location"] == "/"
    assert list(AuditEntry.objects.filter(action__startswith="second").order_by("id").values_list("action", flat=True)) == [
        "second_factor_on",
        "second_factor_off",
    ]


NEW = "four quiet snow ploughs"


def changes(clerk: Staff, old: str, new: str, again: str = "") -> str:
    """What the page says; empty when the password was changed."""
    response = clerk.browser.post("/account/password", {"old": old, "new": new, "again": again or new})
    return "" if response.status_code == 302 else visible(response.content.decode())


def test_a_clerk_changes_the_password_and_other_sessions_end(staff: Staff) -> None:
    elsewhere = Staff(Client(SERVER_NAME="127.0.0.1"))
    elsewhere.sign_in()
    assert changes(staff, PASSWORD, NEW) == ""
    assert f"Signed in as {NAME}" in staff.reads("/account"), "this one stays"
    assert elsewhere.browser.get("/").status_code == 302
    assert elsewhere.sign_in(NAME, PASSWORD).status_code == 200
    assert elsewhere.sign_in(NAME, NEW).status_code == 302
    assert AuditEntry.objects.filter(by=NAME, action="account_password", subject=f"account:{NAME}").count() == 1


@pytest.mark.parametrize(
    ("old", "new", "again", "sentence"),
    [
        ("not it", NEW, NEW, "Your password now is not right."),
        (PASSWORD, NEW, NEW + "!", "The two new passwords are not the same."),
        (PASSWORD, "short", "short", "The new password has fewer than 12 characters."),
        (PASSWORD, "qwerty123456", "qwerty123456", "Many people use this password"),
        (PASSWORD, "918273645091827", "918273645091827", "The new password has digits only."),
    ],
)
def test_a_new_password_that_will_not_do_is_told_why(staff: Staff, old: str, new: str, again: str, sentence: str) -> None:
    assert sentence in changes(staff, old, new, again)
    staff.browser.post("/sign-out")
    assert staff.sign_in().status_code == 302


def test_an_open_desk_does_not_let_anybody_guess_the_password(staff: Staff) -> None:
    for _ in range(10):
        changes(staff, "not it", NEW)
    assert "Too many attempts." in changes(staff, PASSWORD, NEW)
