"""The console in a real browser: a clerk reads what a resident just wrote on the demo page."""

from __future__ import annotations

from typing import TYPE_CHECKING, List

import pytest
import requests

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
    page.get_by_role("heading", name="Inbox").wait_for()
    page.wait_for_load_state()  # keys come with the scripts


def open_list(page: Page) -> None:
    page.get_by_role("navigation", name="Sections").get_by_role("link", name="Conversations").click()
    page.wait_for_url("**/conversations")  # and for its scripts, which keys come with


def test_staff_read_a_conversation_a_moment_after_it_happened(page: Page, desk: BrowserContext, town: Town) -> None:
    understood = [{"intent": {"name": "article/garbage_missed", "confidence": 0.91}, "entities": []}]
    actions = [{"name": "action_answer", "outcome": "ok", "api_calls": [], "ms": 4, "answered": "article/garbage_missed"}]
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
    open_list(console)
    assert violations(console) == []
    newest = console.get_by_role("row").nth(1)
    assert "Handed over" in newest.inner_text()
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
    open_list(console)
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


def written(town: Town, *texts: str) -> None:
    """Residents write, each in a conversation of their own, and are answered; the first one is not understood."""
    for number, text in enumerate(texts):
        outcome = "sure" if number else "lost"
        understood = [{"intent": {"name": "article/garbage_missed", "confidence": 0.91, "outcome": outcome}, "entities": []}]
        town.assistant.reply = lambda turn, understood=understood: messages("Well.", understood=understood)
        answer = requests.post(f"{town.gateway}/webhooks/rest/webhook", json={"sender": text, "message": text}, timeout=30)
        assert answer.json()[0]["text"] == "Well."


def test_lists_are_narrowed_and_read_by_keyboard_without_a_reload(desk: BrowserContext, town: Town) -> None:
    written(town, "a raccoon in the attic", "a skunk below the porch", "a skunk again")
    console = desk.new_page()
    console.goto(town.console)
    sign_in(console)
    console.keyboard.press("?")
    assert console.get_by_role("dialog").is_visible()
    assert violations(console) == []
    console.keyboard.press("Escape")
    open_list(console)
    console.evaluate("window.here = true")
    console.keyboard.press("/")
    console.keyboard.type("skunk")
    console.wait_for_url("**/conversations?q=skunk")
    assert console.get_by_role("status").inner_text() == "Conversations found: 2"
    assert console.get_by_role("row").count() == 3
    assert violations(console) == []
    asked: List[str] = []
    console.on("request", lambda request: asked.append(request.url))
    console.keyboard.press("Escape")
    for key in "jjk":
        console.keyboard.press(key)
    assert console.evaluate("document.activeElement.innerText") == "a skunk again"
    assert asked == [], "leaving the field searches for nothing more"
    console.get_by_label("Text", exact=True).fill("")
    console.get_by_label("Needs eyes").select_option("Not understood")
    console.wait_for_url("**/conversations?needs=lost")
    console.get_by_role("link", name="a raccoon in the attic").wait_for()
    assert console.get_by_role("link", name="skunk").count() == 0
    assert console.evaluate("window.here"), "nothing was loaded anew"
    console.get_by_role("link", name="a raccoon in the attic").focus()
    console.keyboard.press("Enter")
    console.get_by_role("heading", name="Transcript").wait_for()
    assert "list=needs%3Dlost" in console.url
    console.go_back()
    console.get_by_role("link", name="a raccoon in the attic").wait_for()
    console.get_by_role("button", name="Keys").click()
    console.get_by_label("Use these keys").uncheck()
    console.get_by_role("button", name="Close").click()
    console.keyboard.press("/")
    assert console.evaluate("document.activeElement.id") != "q"
    desk.clear_cookies()
    console.get_by_label("Needs eyes").select_option("Unsure")
    console.get_by_role("heading", name="Sign in").wait_for()
