"""What staff typed, or are shown only once, in a real browser: a session that ends, a button pressed twice, a part that fails."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Iterator

import pytest

from tests.browser.conftest import Town
from tests.browser.test_accounts import console as administrator
from tests.browser.test_console import sign_in
from tests.browser.test_switches import EDITOR, later
from tests.browser.test_switches import page as switches
from tests.console.processes import environment, run_python
from tests.console.staff import NAME, PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

__all__ = ["administrator", "switches"]
pytestmark = pytest.mark.browser
WANTED = (
    "from bot.conversations.database import setup; setup('bot.console.settings'); from bot.review.models import Proposal; "
    "Proposal.objects.create(kind='answer', label='article/garbage_missed', words='say when', language='en', by='ed')"
)
NOT_WANTED = (
    "from bot.conversations.database import setup; setup(); from bot.review.models import Proposal; Proposal.objects.all().delete()"
)


@pytest.fixture
def answer(desk: BrowserContext, town: Town) -> Iterator[Page]:
    """A browser an editor has signed in with, on the page on which to write an answer."""
    environ = environment(DATABASE_URL=town.database)
    run_python(EDITOR, environ)
    run_python(WANTED, environ)
    opened = desk.new_page()
    opened.goto(town.console)
    sign_in(opened)
    opened.goto(f"{town.console}/proposals")
    opened.get_by_role("link", name="Write the answer").click()
    yield opened
    run_python(NOT_WANTED, environ)


def signs_in_again(page: Page) -> None:
    page.get_by_label("User name").fill(NAME)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")


def test_an_answer_is_not_lost_when_the_session_ended_meanwhile(answer: Page, desk: BrowserContext) -> None:
    english, sms = answer.get_by_label("Answer (English)"), answer.get_by_label("Text message (English)")
    written = "The truck comes back on Saturday. Leave the cart at the curb. You do not need to call."
    english.fill(written)
    desk.clear_cookies(name="console_session")
    answer.get_by_role("button", name="Save the answer").click()
    signs_in_again(answer)
    answer.get_by_role("heading", name="Write the answer").wait_for()
    answer.wait_for_load_state()
    assert english.input_value() == written
    assert sms.input_value() != ""
    address = answer.url
    answer.get_by_role("button", name="Save the answer").click()
    answer.get_by_text("The answer is saved.").wait_for()
    answer.wait_for_load_state()
    assert answer.evaluate("Object.keys(sessionStorage).filter(name => name.startsWith('draft/'))") == []
    answer.goto(address)
    assert english.input_value() == written, "what was saved"


def test_a_notice_is_not_lost_when_the_session_ended_meanwhile(switches: Page, desk: BrowserContext) -> None:
    notice = switches.get_by_role("form", name="Put up a notice")
    notice.get_by_label("Message in English").fill("A storm is coming tonight.")
    notice.get_by_label("Message in French").fill("Une tempête arrive ce soir.")
    notice.get_by_label("Ends").fill(later(3))
    desk.clear_cookies(name="console_session")
    notice.get_by_role("button", name="Put up now").click()
    signs_in_again(switches)
    switches.get_by_role("heading", name="Switches").wait_for()
    switches.wait_for_load_state()
    assert notice.get_by_label("Message in French").input_value() == "Une tempête arrive ce soir."
    notice.get_by_role("button", name="Put up now").click()
    switches.get_by_text("The notice is up.").wait_for()
    switches.wait_for_load_state()
    assert notice.get_by_label("Message in French").input_value() == ""


def test_ctrl_enter_shows_a_notice_before_it_is_up(switches: Page) -> None:
    notice = switches.get_by_role("form", name="Put up a notice")
    notice.get_by_label("Message in French").fill("Une tempête arrive ce soir.")
    notice.get_by_label("Ends").fill(later(3))
    notice.get_by_label("Message in English").fill("A storm is coming tonight.")
    notice.get_by_label("Message in English").press("Control+Enter")
    switches.get_by_text("Nothing is switched yet.").wait_for()


COUNTED = """button => {
    let sent = 0;
    document.addEventListener("submit", (event) => { sent += !event.defaultPrevented; event.preventDefault(); });
    button.click();
    button.click();
    return sent;
}"""


def test_a_button_that_is_pressed_twice_sends_its_form_once(administrator: Page) -> None:
    """Otherwise the second answer, that the name is taken, takes the place of the one that shows the password."""
    administrator.get_by_role("link", name="Accounts").click()
    administrator.get_by_label("User name").fill("jo")
    administrator.get_by_role("checkbox", name=re.compile("^Viewer")).check()
    administrator.wait_for_load_state()
    assert administrator.get_by_role("button", name="Add an account").evaluate(COUNTED) == 1


def test_two_files_may_be_taken_one_after_the_other(administrator: Page) -> None:
    administrator.get_by_role("link", name="Numbers", exact=True).click()
    take = administrator.get_by_role("form", name="Numbers")
    for button in ("CSV", "Excel"):
        with administrator.expect_download() as download:
            take.get_by_role("button", name=button).click()
        assert download.value.suggested_filename.endswith({"CSV": ".csv", "Excel": ".xlsx"}[button])


def test_who_signs_out_on_another_page_leaves_no_draft(switches: Page) -> None:
    notice = switches.get_by_role("form", name="Put up a notice")
    notice.get_by_label("Message in English").fill("Nobody else is to read this.")
    switches.get_by_role("link", name="Inbox").click()
    switches.wait_for_load_state()
    switches.get_by_role("button", name="Sign out").click()
    switches.get_by_role("button", name="Sign in").wait_for()
    assert switches.evaluate("Object.keys(sessionStorage).filter(name => name.startsWith('draft/'))") == []


def test_the_inbox_stays_when_the_sign_of_versions_fails(browser: Browser, town: Town) -> None:
    page = browser.new_page()  # not at the desk: the browser tells of the failure
    page.route("**/publish/versions/sign", lambda route: route.fulfill(status=502, body="bad gateway"))
    page.goto(town.console)
    with page.expect_response("**/publish/versions/sign"):
        sign_in(page)
    page.wait_for_timeout(300)
    assert page.url.rstrip("/") == town.console
    assert page.get_by_role("heading", name="Inbox").is_visible()
    page.close()
