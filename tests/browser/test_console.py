"""The console in a real browser: a clerk reads what a resident just wrote on the demo page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import Town, too_wide, violations
from tests.browser.widget import open_chat
from tests.console.staff import NAME, PASSWORD
from tests.conversations.assistant import messages

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser
ATTACK = '<img src=x onerror="window.attacked = true">'


def sign_in(page: Page) -> None:
    page.get_by_label("User name").fill(NAME)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Conversations").wait_for()


def test_staff_read_a_conversation_a_moment_after_it_happened(page: Page, desk: BrowserContext, town: Town) -> None:
    understood = [{"intent": {"name": "article/garbage_missed", "confidence": 0.91}, "entities": []}]
    actions = [{"name": "action_answer", "outcome": "ok", "api_calls": [], "ms": 4}]
    town.assistant.reply = lambda turn: messages("Put it back out. " + ATTACK, understood=understood, actions=actions)
    open_chat(page)
    page.get_by_label("Your question").fill(f"they skiped my garbage, write me at jo@example.com {ATTACK}")
    page.keyboard.press("Enter")
    page.get_by_role("log").get_by_text("Put it back out.").wait_for()

    console = desk.new_page()
    console.goto(town.console)
    assert violations(console) == []
    sign_in(console)
    assert violations(console) == []
    newest = console.get_by_role("row").nth(1)
    assert "Answered" in newest.inner_text()
    newest.get_by_role("link").click()
    console.get_by_role("heading", name="Transcript").wait_for()
    words = console.locator("main").inner_text()
    for part in ("they skiped my garbage", "Put it back out.", "article/garbage_missed", "91 %", "ok, 4 ms", ATTACK):
        assert part in words
    assert "jo@example.com" not in words
    assert console.evaluate("window.attacked") is None
    assert violations(console) == []


def test_the_console_fits_a_phone(desk: BrowserContext, town: Town, page: Page) -> None:
    town.assistant.reply = lambda turn: messages("Hello.")
    open_chat(page)
    page.get_by_label("Your question").fill("W" * 300)
    page.keyboard.press("Enter")
    page.get_by_role("log").get_by_text("Hello.", exact=True).wait_for()
    console = desk.new_page()
    console.set_viewport_size({"width": 320, "height": 700})
    console.goto(town.console)
    assert not too_wide(console)
    sign_in(console)
    assert not too_wide(console)
    console.get_by_role("row").nth(1).get_by_role("link").click()
    console.get_by_role("heading", name="Transcript").wait_for()
    assert not too_wide(console)


def test_it_is_used_by_keyboard_and_in_french(desk: BrowserContext, town: Town) -> None:
    console = desk.new_page()
    console.goto(town.console)
    sign_in(console)
    console.keyboard.press("Tab")
    assert console.evaluate("document.activeElement.hash") == "#main"
    console.get_by_role("button", name="Français").focus()
    console.keyboard.press("Enter")
    console.get_by_role("button", name="Fermer la session").focus()
    console.keyboard.press("Enter")
    console.get_by_role("heading", name="Ouvrir une session").wait_for()
