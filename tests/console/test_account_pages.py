"""Administrators make accounts, give roles and take them away."""

from __future__ import annotations

import re
from typing import Tuple

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from bot.review.models import AuditEntry
from tests.console.staff import NAME, PASSWORD, Staff, visible

ADMIN = "ada"


def give_role(name: str, role: str, password: str = PASSWORD) -> User:
    user = User.objects.filter(username=name).first() or User.objects.create_user(name, password=password)
    user.groups.set([Group.objects.get_or_create(name=role)[0]])
    return user


@pytest.fixture
def admin(console_database: str) -> Staff:
    """An administrator at their desk."""
    give_role(ADMIN, "administrator")
    desk = Staff(Client(SERVER_NAME="127.0.0.1"))
    desk.sign_in(ADMIN)
    return desk


def number(name: str) -> int:
    return User.objects.get(username=name).pk


def changes(admin: Staff, name: str, step: str, **more: object) -> str:
    """What the page says; empty when it was done and leads on."""
    response = admin.browser.post(f"/accounts/{number(name)}/change", {"step": step, **more})
    return "" if response.status_code == 302 else visible(response.content.decode())


def log() -> list[Tuple[str, str, str]]:
    return list(AuditEntry.objects.filter(by=ADMIN).exclude(action="sign_in").order_by("id").values_list("action", "subject", "reason"))


def test_a_new_account_gets_a_password_that_is_shown_once_and_works(admin: Staff) -> None:
    page = admin.browser.post("/accounts/add", {"name": "jo", "roles": ["viewer", "editor"]}).content.decode()
    assert "Account added: jo" in visible(page)
    assert 'class="language"' not in page  # it would leave the password unread
    shown = re.search(r"<code>([a-z2-9-]{23})</code>", page)
    assert shown
    assert shown[1] not in admin.page("/accounts")
    assert re.search(r"jo (Editor, Viewer|Viewer, Editor) Password No Never Active", admin.reads("/accounts"))
    assert Staff(Client(SERVER_NAME="127.0.0.1")).sign_in("jo", shown[1]).status_code == 302
    assert log() == [("account_add", "account:jo", "editor, viewer")]


@pytest.mark.parametrize(
    ("name", "roles", "sentence"),
    [
        (NAME, ["viewer"], "There is already an account with this name."),
        ("two words", ["viewer"], "A user name is 1 to 150 letters"),
        ("jo", [], "Choose at least one role."),
        ("jo", ["emperor"], "Choose at least one role."),
        ("jo", ["administrator", "privacy_officer"], "Nobody is administrator and privacy officer at once."),
    ],
)
def test_an_account_that_cannot_be_made_is_told_why(admin: Staff, name: str, roles: list[str], sentence: str) -> None:
    before = User.objects.count()
    assert sentence in visible(admin.browser.post("/accounts/add", {"name": name, "roles": roles}).content.decode())
    assert User.objects.count() == before
    assert log() == []


def test_new_roles_count_at_the_next_page(admin: Staff, staff: Staff) -> None:
    assert staff.browser.get("/audit").status_code == 403
    assert changes(admin, NAME, "roles", roles=["privacy_officer"]) == ""
    assert staff.browser.get("/audit").status_code == 200
    assert log() == [("account_roles", f"account:{NAME}", "privacy_officer")]


def test_whoever_is_disabled_is_out_at_once_and_back_when_enabled(admin: Staff, staff: Staff) -> None:
    assert changes(admin, NAME, "disable") == ""
    assert staff.browser.get("/").status_code == 302
    assert staff.sign_in().status_code == 200
    assert "Disabled" in admin.reads(f"/accounts/{number(NAME)}")
    assert changes(admin, NAME, "enable") == ""
    assert staff.sign_in().status_code == 302
    assert [action for action, _, _ in log()] == ["account_disable", "account_enable"]


def test_a_new_password_ends_the_sessions_of_the_old_one(admin: Staff, staff: Staff) -> None:
    page = admin.browser.post(f"/accounts/{number(NAME)}/change", {"step": "password"}).content.decode()
    shown = re.search(r"<code>([a-z2-9-]{23})</code>", page)
    assert shown
    assert staff.browser.get("/").status_code == 302
    assert staff.sign_in().status_code == 200
    assert staff.sign_in(NAME, shown[1]).status_code == 302
    assert log() == [("account_password", f"account:{NAME}", "")]


OWN = "four quiet snow ploughs"


def made_password(page: bytes) -> str:
    shown = re.search(r"<code>([a-z2-9-]{23})</code>", page.decode())
    assert shown
    return shown[1]


@pytest.mark.parametrize("how", ["added", "reset"])
def test_a_password_that_an_administrator_made_opens_nothing_until_its_owner_has_changed_it(admin: Staff, how: str) -> None:
    if how == "added":
        page = admin.browser.post("/accounts/add", {"name": "jo", "roles": ["privacy_officer"]}).content
    else:
        give_role("jo", "privacy_officer")
        page = admin.browser.post(f"/accounts/{number('jo')}/change", {"step": "password"}).content
    made, jo = made_password(page), Staff(Client(SERVER_NAME="127.0.0.1"))
    jo.sign_in("jo", made)
    for address in ("/", "/privacy", "/conversations", f"/conversations/{'0' * 32}/reveal", "/account/second-factor"):
        for answer in (jo.browser.get(address), jo.browser.post(address)):
            assert (answer.status_code, answer["Location"]) == (302, "/account"), address
    assert "Somebody else made your password. Change it first" in jo.reads("/account")
    assert "Quelqu'un d'autre a créé votre mot de passe." in jo.reads("/account", **{"Accept-Language": "fr"})
    assert "Second factor" not in jo.reads("/account")
    same = jo.browser.post("/account/password", {"old": made, "new": made, "again": made})
    assert "This is the password you have." in visible(same.content.decode())
    assert jo.browser.get("/privacy").status_code == 302
    jo.browser.post("/account/password", {"old": made, "new": OWN, "again": OWN})
    assert jo.browser.get("/privacy").status_code == 200
    assert "Somebody else made" not in jo.reads("/account")
    again = Staff(Client(SERVER_NAME="127.0.0.1"))
    again.sign_in("jo", OWN)
    assert again.browser.get("/privacy").status_code == 200


def test_whose_account_is_disabled_before_that_is_at_the_page_to_sign_in(admin: Staff) -> None:
    made, jo = (
        made_password(admin.browser.post("/accounts/add", {"name": "jo", "roles": ["viewer"]}).content),
        Staff(Client(SERVER_NAME="127.0.0.1")),
    )
    jo.sign_in("jo", made)
    User.objects.filter(username="jo").update(is_active=False)
    assert "Sign in" in visible(jo.browser.get("/", follow=True).content.decode())


def test_a_lost_phone_is_no_end(admin: Staff, staff: Staff) -> None:
    from bot.console import second_factor
    from bot.console.models import SecondFactor

    user = User.objects.get(username=NAME)
    second_factor.begin(user)
    second_factor.new_recovery_codes(user)
    SecondFactor.objects.update(confirmed_at="2026-11-01T00:00Z")
    assert Staff(Client(SERVER_NAME="127.0.0.1")).sign_in()["Location"].startswith("/sign-in/code")
    assert "Second factor Yes" in admin.reads(f"/accounts/{number(NAME)}")
    assert changes(admin, NAME, "second_factor") == ""
    assert not user.recovery_codes.exists()
    assert Staff(Client(SERVER_NAME="127.0.0.1")).sign_in()["Location"] == "/"
    assert log() == [("second_factor_off", f"account:{NAME}", "")]


@pytest.mark.parametrize("step", ["roles", "disable", "password", "second_factor"])
def test_nobody_changes_their_own_account(admin: Staff, step: str) -> None:
    give_role("another", "administrator")
    assert "Nobody changes their own account here." in changes(admin, ADMIN, step, roles=["viewer"])
    assert admin.browser.get("/accounts").status_code == 200
    assert log() == []


@pytest.mark.parametrize(("step", "roles"), [("roles", ["editor"]), ("disable", [])])
def test_the_last_administrator_stays(admin: Staff, console_database: str, step: str, roles: list[str]) -> None:
    """The one who asks has just been disabled in another request."""
    from bot.console import accounts

    last = give_role("last", "administrator")
    User.objects.filter(username=ADMIN).update(is_active=False)
    with pytest.raises(accounts.AccountError, match="last administrator"):
        accounts.set_roles(last, roles, ADMIN) if step == "roles" else accounts.set_active(last, False, ADMIN)
    User.objects.filter(username=ADMIN).update(is_active=True)
    assert changes(admin, "last", step, roles=roles) == "", "with a second one it is no longer the last"


def test_an_account_from_the_command_line_is_in_the_log_with_who_made_it(console_database: str) -> None:
    from bot.console.accounts import add_user
    from bot.review.audit import machine_user

    add_user("jo", ["reviewer"])
    assert list(AuditEntry.objects.values_list("by", "action", "subject")) == [(machine_user(), "account_add", "account:jo")]


def test_accounts_from_before_there_were_roles_get_them(console_database: str) -> None:
    import importlib

    from django.apps import apps

    for name in ("admin", "old", "judge"):
        User.objects.create_user(name)
    give_role("judge", "reviewer")
    importlib.import_module("bot.console.migrations.0003_roles").give_roles(apps, None)
    roles = {user.username: [group.name for group in user.groups.all()] for user in User.objects.exclude(username=NAME)}
    assert roles == {"admin": ["administrator"], "old": ["viewer"], "judge": ["reviewer"]}
