"""Unanswered topics, blind grading and knowledge in a real browser."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Iterator

import pytest

from tests.browser.conftest import too_wide, violations
from tests.browser.test_console import sign_in
from tests.console.processes import environment, run_python, served
from tests.conversations import databases
from tests.running import free_port

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser
FILL = "from bot.conversations.database import setup; setup('bot.console.settings'); from tests.browser.reviewed import fill; fill()"
PAGES = ["/topics", "/topics/1", "/grading", "/knowledge?topic=waste", "/knowledge/garbage_missed"]


@pytest.fixture(scope="module")
def console(console_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a console with work for reviewers."""
    state, port = tmp_path_factory.mktemp("reviewed"), free_port()
    database = databases.sqlite(Path(shutil.copy(console_template, state / "record.sqlite3")))
    environ = environment(DATABASE_URL=database, CONSOLE_PORT=port)
    run_python(FILL, environ)
    with served("bot.console.server", state / "console.log", environ, health=f"http://127.0.0.1:{port}/health"):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def page(desk: BrowserContext, console: str) -> Page:
    """A browser a reviewer has signed in with."""
    opened = desk.new_page()
    opened.goto(console)
    sign_in(opened)
    return opened


@pytest.mark.parametrize("address", PAGES)
def test_the_pages_suit_everybody_and_fit_a_phone(page: Page, console: str, address: str) -> None:
    page.goto(console + address)
    assert violations(page) == []
    page.set_viewport_size({"width": 320, "height": 700})
    assert not too_wide(page)
    assert violations(page) == []


def test_a_reviewer_decides_on_a_topic_by_keyboard_and_downloads_a_draft(page: Page, console: str) -> None:
    page.goto(console + "/topics")
    page.get_by_role("link", name="trampoline, yard, keep", exact=True).press("Enter")
    page.get_by_label("What the article is about").fill("Trampolines")
    page.keyboard.press("Enter")
    page.get_by_text("The proposal is saved.").wait_for()
    assert violations(page) == []
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download the draft").press("Enter")
    assert waiting.value.suggested_filename == "trampolines.yml"
    page.goto(console + "/topics")
    page.get_by_role("button", name="Ignore bees, hive").press("Enter")
    page.get_by_text("There are no such topics.").wait_for()


def test_a_reviewer_grades_a_week_by_keyboard(page: Page, console: str) -> None:
    page.goto(console + "/grading")
    page.get_by_role("link", name="Grade 20").first.press("Enter")
    left = 4
    while left:
        page.get_by_text(f"Left for you: {left}.").wait_for()
        if left == 3:
            assert violations(page) == []
            page.set_viewport_size({"width": 320, "height": 700})
            assert not too_wide(page)
            page.set_viewport_size({"width": 1280, "height": 900})
        page.get_by_role("button", name="Right", exact=True).press("Enter")
        left -= 1
    page.get_by_role("heading", name="Where the two did not agree").wait_for()
    assert "Nothing left for you" in page.locator("main").inner_text()
