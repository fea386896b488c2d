"""A reviewer's day in a real browser, by keyboard: verdicts, corrections, tags, notes, on to the next visit."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Iterator, List

import pytest

from tests.browser.conftest import too_wide, violations
from tests.console.processes import environment, served
from tests.console.staff import NAME, PASSWORD
from tests.conversations import databases
from tests.running import ROOT, free_port

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page

pytestmark = pytest.mark.browser
ATTACK = '<img src=x onerror="window.attacked = true">'
SEED = f"""
import json
from bot.conversations.database import setup
setup("bot.console.settings")
from tests.console.reviewers import page_of, visited
long = "W" * 300 + " " + {ATTACK!r}
visits = [
    visited("older", "which bin do I put out", "and the blue box"),
    visited("newer", "they skipped us, write jo@example.com", "what ward am I in", long),
]
print(json.dumps([page_of(visit) for visit in visits]))
"""


@dataclass(frozen=True)
class Office:
    """A console on loopback, and the addresses of the visits in it, oldest first."""

    console: str
    visits: List[str]


@pytest.fixture
def office(console_template: Path, tmp_path: Path) -> Iterator[Office]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    database = databases.sqlite(Path(shutil.copy(console_template, tmp_path / "record.sqlite3")))
    environ = environment(RESIDENT_STATE=tmp_path, DATABASE_URL=database, CONSOLE_PORT=port)
    seeded = subprocess.run([sys.executable, "-c", SEED], check=True, cwd=ROOT, env=environ, capture_output=True, text=True)
    with served("bot.console.server", tmp_path / "console.log", environ, health=f"{url}/health"):
        yield Office(url, [url + address for address in json.loads(seeded.stdout)])


def opened(desk: BrowserContext, address: str) -> Page:
    """The page of an address, after signing in."""
    page = desk.new_page()
    page.goto(address)
    sign_in(page)
    return page


def sign_in(page: Page) -> None:
    page.get_by_label("User name").fill(NAME)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Transcript").wait_for()
    page.wait_for_load_state()  # keys and drafts come with the scripts


def turn(page: Page, number: int) -> str:
    """The words of a turn of the page, from 0."""
    return page.locator(".turn").nth(number).inner_text()


def there(found: Locator) -> None:
    """Waits for a page with that on it, and with the scripts that keys come with."""
    found.wait_for()
    found.page.wait_for_load_state()


def test_a_whole_review_day_by_keyboard(desk: BrowserContext, office: Office) -> None:
    older, newer = office.visits
    page = opened(desk, newer)
    assert violations(page) == []
    assert page.evaluate("window.attacked") is None
    assert "jo@example.com" not in page.locator("main").inner_text()

    page.keyboard.press("2")
    there(page.locator(".turn:target", has_text="what ward am I in"))
    assert f"Wrong {NAME}" in turn(page, 0)

    page.keyboard.press("k")
    page.keyboard.press("c")
    page.get_by_role("heading", name="Correct a turn").wait_for()
    assert violations(page) == []
    page.keyboard.type("article/garbage_missed")
    page.keyboard.press("Enter")
    there(page.locator(".turn:target", has_text="The proposal is saved."))

    page.keyboard.press("j")
    page.keyboard.press("1")
    there(page.locator(".turn:target", has_text="WWW"))
    assert f"Right {NAME}" in turn(page, 1)
    page.keyboard.press("4")
    there(page.locator("#review:target"))
    assert f"Not our service {NAME}" in turn(page, 2)

    page.keyboard.press("t")
    page.keyboard.type("missed pickup 3")
    page.keyboard.press("Enter")
    there(page.get_by_text("The tag is saved."))
    page.keyboard.press("m")
    page.keyboard.type("ask the Region, 1 or 2 of them")
    page.keyboard.press("Control+Enter")
    there(page.get_by_text("The note is saved."))
    assert page.get_by_label("New note").input_value() == ""
    assert "missed pickup 3" in page.locator(".tags").inner_text()

    page.keyboard.press("r")
    there(page.get_by_text("The visit before is marked as reviewed."))
    assert page.url.startswith(older)
    page.keyboard.press("f")
    there(page.get_by_text("Marked for follow-up."))
    assert violations(page) == []

    page.goto(f"{office.console}/proposals")
    assert "they skipped us, write [email]" in page.locator("main").inner_text()
    assert violations(page) == []


def test_n_and_p_lead_through_the_visits_and_keys_can_be_turned_off(desk: BrowserContext, office: Office) -> None:
    older, newer = office.visits
    page = opened(desk, newer)
    page.keyboard.press("n")
    page.wait_for_url(f"{older}*")
    page.keyboard.press("p")
    page.wait_for_url(f"{newer}*")
    page.evaluate("localStorage.setItem('console-keys-off', 'yes')")
    page.keyboard.press("j")
    page.keyboard.press("2")
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    page.evaluate("localStorage.removeItem('console-keys-off')")
    page.keyboard.press("j")
    assert "what ward am I in" in page.evaluate("document.activeElement.innerText")
    assert "Wrong clerk" not in page.locator("main").inner_text()


def test_a_note_is_not_lost_when_the_session_ended_meanwhile(desk: BrowserContext, office: Office) -> None:
    page = opened(desk, office.visits[0])
    page.get_by_label("New note").fill("a long thought\nwith two lines")
    elsewhere = desk.new_page()
    elsewhere.goto(f"{office.console}/proposals")
    elsewhere.get_by_role("button", name="Sign out").click()
    elsewhere.get_by_role("heading", name="Sign in").wait_for()
    page.get_by_role("button", name="Add note").click()
    sign_in(page)
    assert page.get_by_label("New note").input_value() == "a long thought\nwith two lines"
    page.get_by_role("button", name="Add note").click()
    page.get_by_text("The note is saved.").wait_for()
    assert "a long thought" in page.locator(".notes").inner_text()
    page.reload()
    assert page.get_by_label("New note").input_value() == ""


def test_it_is_used_without_scripts(browser: object, office: Office) -> None:
    context = browser.new_context(java_script_enabled=False, locale="fr-CA")  # type: ignore[attr-defined]
    page = context.new_page()
    page.goto(office.visits[1])
    page.get_by_label("Nom d'utilisateur").fill(NAME)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Mauvaise").first.click()
    page.get_by_role("link", name="Corriger").first.click()
    page.get_by_label("Ce que ça veut dire").fill("article/garbage_missed")
    page.get_by_role("button", name="Proposer").first.click()
    page.get_by_text("La proposition est enregistrée.").wait_for()
    context.close()


def test_the_pages_fit_a_phone(desk: BrowserContext, office: Office) -> None:
    page = opened(desk, office.visits[1])
    page.set_viewport_size({"width": 320, "height": 700})
    assert not too_wide(page)
    page.get_by_label("New tag").fill("W" * 40)
    page.keyboard.press("Enter")
    page.get_by_text("The tag is saved.").wait_for()
    assert not too_wide(page)
    assert violations(page) == []
    correct = desk.new_page()
    correct.set_viewport_size({"width": 320, "height": 700})
    correct.goto(office.visits[1])
    correct.get_by_role("link", name="Correct it").last.click()
    correct.get_by_role("heading", name="Correct a turn").wait_for()
    assert not too_wide(correct)
    correct.get_by_label("What it means", exact=True).fill("article/garbage_missed")
    correct.get_by_role("button", name="Propose").first.click()
    correct.get_by_text("The proposal is saved.").wait_for()
    correct.goto(f"{office.console}/proposals")
    assert "WWW" in correct.locator("main").inner_text()
    assert not too_wide(correct)
