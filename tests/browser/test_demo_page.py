"""The demo page in a real browser: where a newcomer meets the product."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import Town, too_wide, violations
from tests.browser.widget import answers, wait_for_lines
from tests.conversations.assistant import messages

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


def test_a_question_of_the_page_opens_the_chat_and_is_answered(page: Page, town: Town) -> None:
    town.assistant.reply = lambda turn: messages(f"You said: {turn['text']}")
    page.get_by_role("button", name="Report a pothole").click()
    wait_for_lines(page, 2)
    assert answers(page) == ["You said: Report a pothole"]


def test_the_conversation_goes_on_when_the_page_changes_its_language(page: Page, town: Town) -> None:
    town.assistant.reply = lambda turn: messages("Every Tuesday.")
    page.get_by_role("button", name="Report a pothole").click()
    wait_for_lines(page, 2)
    page.get_by_role("link", name="Français").click()
    page.get_by_role("heading", level=1, name="Comment pouvons-nous vous aider?").wait_for()
    page.get_by_label("Votre question").wait_for()
    wait_for_lines(page, 2)
    assert page.locator("html").get_attribute("lang") == "fr"


def test_a_browser_that_prefers_french_gets_page_and_chat_in_french(browser: Browser, town: Town) -> None:
    with browser.new_context(locale="fr-CA") as context:
        opened = context.new_page()
        opened.goto(town.gateway)
        assert opened.get_by_role("heading", level=1).inner_text() == "Comment pouvons-nous vous aider?"
        opened.get_by_role("button", name="Poser une question").click()
        opened.get_by_label("Votre question").wait_for()


def test_without_javascript_the_page_gives_the_phone_number_and_a_link(browser: Browser, town: Town) -> None:
    with browser.new_context(java_script_enabled=False, locale="en-CA") as context:
        opened = context.new_page()
        opened.goto(town.gateway)
        person = opened.get_by_role("region", name="Talk to a person")
        assert person.get_by_role("link", name="519-741-2345").get_attribute("href") == "tel:519-741-2345"
        assert person.get_by_role("link", name="Contact the city").is_visible()
        assert "needs JavaScript" in opened.locator("body").inner_text()
        assert opened.get_by_role("button").count() == 0, "nothing that would do nothing"


def test_the_page_says_that_it_is_a_demo_on_sample_data(page: Page) -> None:
    words = page.locator("body").inner_text()
    assert "Demonstration page." in words
    assert "Sample data." in words


@pytest.mark.parametrize("width", [320, 1280])
def test_the_page_fits_and_is_accessible(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    page.get_by_role("button", name="Ask a question").wait_for()
    assert violations(page) == []
    assert not too_wide(page)
