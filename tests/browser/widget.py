"""The chat widget as somebody at a browser uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List

from tests.conversations.assistant import Reply, messages

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

# Everything the announcer was ever given, in order: what a screen reader says of new messages.
HEARD = """() => {
  window.heard = [];
  const root = document.querySelector('resident-chat').shadowRoot;
  const added = (records) => records.forEach((one) => one.addedNodes.forEach((node) => window.heard.push(node.textContent)));
  new MutationObserver(added).observe(root.querySelector('[aria-live=polite]'), { childList: true, subtree: true, characterData: true });
}"""


def answer(*shapes: Dict[str, Any], language: str = "en") -> Reply:
    return messages(messages=list(shapes), language=language)


def open_chat(page: Page) -> None:
    page.get_by_role("button", name="Ask a question").click()
    page.get_by_role("dialog", name="Ask a question online").wait_for()


def ask(page: Page, text: str) -> None:
    page.get_by_label("Your question").fill(text)
    page.keyboard.press("Enter")


def log(page: Page) -> Locator:
    return page.get_by_role("log")


def lines(page: Page) -> Locator:
    """What was said, without the greeting."""
    return page.locator(".said .line")


def wait_for_lines(page: Page, number: int) -> None:
    lines(page).nth(number - 1).wait_for()
    assert lines(page).count() == number


def said(page: Page) -> List[str]:
    return page.locator(".said .line .text").all_inner_texts()


def answers(page: Page) -> List[str]:
    return page.locator(".said .line.assistant .text").all_inner_texts()


def listen(page: Page) -> None:
    """From now on `heard` tells what the announcer was given."""
    page.evaluate(HEARD)


def heard(page: Page) -> List[str]:
    found: List[str] = page.evaluate("window.heard")
    return found


def wait_until(page: Page, true: Any) -> None:
    """Until `true()`; the page goes on meanwhile."""
    for _ in range(600):
        if true():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it did not happen")
