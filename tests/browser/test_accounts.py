"""Accounts of staff in a real browser: a second factor by hand, and the pages of administrators."""

from __future__ import annotations

import base64
import re
import time
from typing import TYPE_CHECKING

import pytest

from bot.console.totp import STEP_S, code_at
from tests.browser.conftest import Town, too_wide, violations
from tests.console.processes import environment, run_python
from tests.console.staff import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser
NAME = "ada"


@pytest.fixture
def console(desk: BrowserContext, town: Town) -> Page:
    """Signed in as an administrator of their own."""
    make = (
        "from bot.conversations.database import setup; setup('bot.console.settings'); from django.contrib.auth.models import Group, User; "
        f"User.objects.filter(username='{NAME}').delete(); "
        f"User.objects.create_user('{NAME}', password='{PASSWORD}').groups.add(Group.objects.get(name='administrator'))"
    )
    run_python(make, environment(DATABASE_URL=town.database))
    page = desk.new_page()
    page.goto(f"{town.console}/account")
    give_password(page)
    page.get_by_role("heading", name="Your account").wait_for()
    return page


def give_password(page: Page) -> None:
    page.get_by_label("User name").fill(NAME)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")


def test_signing_in_with_an_authenticator_app(console: Page) -> None:
    assert violations(console) == []
    console.get_by_role("button", name="Set it up").click()
    picture = console.get_by_role("img", name="The picture to scan")
    picture.wait_for()
    box = picture.bounding_box()
    assert box
    assert box["width"] > 150
    assert violations(console) == []
    secret = base64.b32decode(console.locator(".form-section code").inner_text())
    step = int(time.time()) // STEP_S
    console.get_by_label("Code that the app shows now").fill(code_at(secret, step))
    console.locator("#factor-old").fill(PASSWORD)
    console.keyboard.press("Enter")
    console.get_by_role("heading", name="Your recovery codes").wait_for()
    assert console.locator(".codes li").count() == 10
    assert violations(console) == []
    console.set_viewport_size({"width": 320, "height": 700})
    assert not too_wide(console)

    console.get_by_role("button", name="Sign out").click()
    console.get_by_role("heading", name="Sign in").wait_for()
    give_password(console)
    console.get_by_role("heading", name="Your second factor").wait_for()
    assert violations(console) == []
    assert not too_wide(console)
    console.get_by_label("Code", exact=True).fill(code_at(secret, step + 1))  # a phone whose clock is fast
    console.keyboard.press("Enter")
    console.get_by_role("heading", name="Inbox").wait_for()
    assert "Last sign-in" in console.locator("header").inner_text()


def test_an_administrator_adds_an_account_and_reads_that_in_the_audit_log(console: Page) -> None:
    console.get_by_role("link", name="Accounts").click()
    name = f"jo{int(time.time())}"
    console.get_by_label("User name").fill(name)
    console.get_by_role("checkbox", name=re.compile("^Viewer")).check()
    console.get_by_role("button", name="Add an account").click()
    console.get_by_role("heading", name=f"Account added: {name}").wait_for()
    assert violations(console) == []
    console.get_by_role("link", name=name).click()
    console.get_by_role("button", name="Disable the account").click()
    console.get_by_role("button", name="Enable the account").wait_for()
    assert violations(console) == []
    for width in (320, 1280):
        console.set_viewport_size({"width": width, "height": 900})
        assert not too_wide(console)
    console.get_by_role("link", name="Audit log").click()
    console.get_by_label("Action").select_option("Account disabled")
    console.get_by_role("button", name="Show", exact=True).click()
    console.get_by_role("link", name=f"account:{name}").wait_for()
    assert "The log is whole." in console.locator("main").inner_text()
    assert violations(console) == []
    console.set_viewport_size({"width": 320, "height": 700})
    assert not too_wide(console)
