"""The chat widget on pages of other sites: strict policies, their own colours and words, and sites that may not hold it."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ContextManager, Iterator
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import Town, violations
from tests.browser.widget import ask, heard, listen, open_chat, said, wait_for_lines
from tests.conversations.assistant import messages
from tests.loopback import Handler, serving

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser
PAUSE_S = 2


class _Site(Handler):
    protocol_version = "HTTP/1.0"  # a connection that is kept would go on with the page before
    policy: str
    html: str
    pause_before: str = ""

    def do_GET(self) -> None:
        body = self.html.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", self.policy)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        first = body.partition(self.pause_before.encode())[0] if self.pause_before else body
        self.wfile.write(first)
        if first != body:
            time.sleep(PAUSE_S)
            self.wfile.write(body[len(first) :])


def site(town: Town, attributes: str = "", lang: str = "en", port: int = 0, pause_before: str = "") -> ContextManager[int]:
    """A page of another site; its policy is what docs/widget.md says it needs, and nothing else.

    `pause_before`: the words of the page the site waits before, long enough for the widget to come first.
    """
    gateway = town.gateway
    policy = f"default-src 'self'; script-src {gateway}; connect-src {gateway}; img-src {gateway}; style-src 'self'; base-uri 'none'"
    script = f'<script async src="{gateway}/widget.js" {attributes}></script>'
    body = "<body><main><h1>Garbage</h1></main></body>"
    html = f'<!DOCTYPE html><html lang="{lang}"><head><title>Garbage</title>{script}</head>{body}</html>'
    return serving(_Site, port, policy=policy, html=html, pause_before=pause_before)


@contextmanager
def listed(desk: BrowserContext, town: Town, **more: Any) -> Iterator[Page]:
    """A page of the site that the gateway knows."""
    with site(town, port=urlsplit(town.site).port or 0, **more):
        page = desk.new_page()
        page.goto(town.site)
        yield page


def test_it_works_on_a_site_with_a_strict_policy(desk: BrowserContext, town: Town) -> None:
    town.assistant.reply = lambda turn: messages("Hello.")
    with listed(desk, town) as page:
        open_chat(page)
        ask(page, "hello")
        wait_for_lines(page, 2)
        page.reload()
        wait_for_lines(page, 2)
        assert violations(page) == []


def test_on_a_page_that_comes_slowly_the_keyboard_still_reaches_the_chat_last(desk: BrowserContext, town: Town) -> None:
    with listed(desk, town, pause_before="<main>") as page:
        page.get_by_role("button", name="Ask a question").wait_for()
        assert page.evaluate("document.body.lastElementChild.localName") == "resident-chat"


def test_on_a_site_that_is_not_listed_there_is_no_launcher(browser: Any, town: Town) -> None:
    with browser.new_context() as context, site(town) as port:
        page = context.new_page()
        with page.expect_event("requestfailed", lambda request: request.url.endswith("/webhooks/webchat/words")):
            page.goto(f"http://127.0.0.1:{port}")
        assert page.get_by_role("button").count() == 0
        assert page.get_by_role("heading", name="Garbage").is_visible(), "the page is none the worse"


def test_a_page_gives_it_its_own_words_its_side_and_its_colour(desk: BrowserContext, town: Town) -> None:
    attributes = 'data-title="Ask Kay" data-launcher="Need help?" data-position="left" data-color="#ffd54f" data-theme="light"'
    with listed(desk, town, attributes=attributes) as page:
        launcher = page.get_by_role("button", name="Need help?")
        launcher.wait_for()
        box = launcher.bounding_box()
        assert box is not None
        assert box["x"] < 100
        assert launcher.evaluate("one => getComputedStyle(one).backgroundColor") == "rgb(255, 213, 79)"
        assert launcher.evaluate("one => getComputedStyle(one).color") == "rgb(0, 0, 0)", "black can be read on yellow, white cannot"
        launcher.click()
        page.get_by_role("dialog", name="Ask Kay").wait_for()
        assert violations(page) == []


def test_on_the_left_of_a_phone_it_fills_the_screen(desk: BrowserContext, town: Town) -> None:
    with listed(desk, town, attributes='data-position="left"') as page:
        page.set_viewport_size({"width": 360, "height": 640})
        open_chat(page)
        box = page.get_by_role("dialog").bounding_box()
        assert box is not None
        assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 360, 640)


def test_a_colour_that_is_none_leaves_the_one_that_is_there(desk: BrowserContext, town: Town) -> None:
    with listed(desk, town, attributes='data-color="ffd54f" data-theme="light"') as page:
        launcher = page.get_by_role("button", name="Ask a question")
        launcher.wait_for()
        colours = "one => [getComputedStyle(one).backgroundColor, getComputedStyle(one).color]"
        assert launcher.evaluate(colours) == ["rgb(11, 79, 108)", "rgb(255, 255, 255)"]


@pytest.mark.parametrize(("attributes", "lang"), [('data-language="fr"', "en"), ("", "fr-CA")])
def test_it_speaks_the_language_it_is_told_or_else_the_pages(desk: BrowserContext, town: Town, attributes: str, lang: str) -> None:
    with listed(desk, town, attributes=attributes, lang=lang) as page:
        page.get_by_role("button", name="Poser une question").wait_for()


def test_a_language_from_right_to_left_turns_it_round(desk: BrowserContext, town: Town) -> None:
    def turned(route: Any) -> None:
        response = route.fetch()
        words = response.json()
        words["en"]["direction"] = "rtl"
        route.fulfill(response=response, json=words)

    desk.route("**/webhooks/webchat/words", turned)
    with listed(desk, town) as page:
        town.assistant.reply = lambda turn: messages("مرحبا")
        open_chat(page)
        ask(page, "hello")
        wait_for_lines(page, 2)
        own, answer = (page.locator(".said .line").nth(number).bounding_box() for number in (0, 1))
        assert own is not None
        assert answer is not None
        assert own["x"] < answer["x"], "the resident is on the left now"
        send, text = page.get_by_role("button", name="Send").bounding_box(), page.get_by_label("Your question").bounding_box()
        assert send is not None
        assert text is not None
        assert send["x"] < text["x"]


def test_a_conversation_outlives_its_tab_only_where_the_page_asks_for_it(desk: BrowserContext, town: Town) -> None:
    town.assistant.reply = lambda turn: messages("Hello.")
    for attributes, kept in (("", []), ("data-remember", ["hello", "Hello."])):
        with listed(desk, town, attributes=attributes) as page:
            open_chat(page)
            ask(page, "hello")
            wait_for_lines(page, 2)
            page.close()
            again = desk.new_page()
            again.goto(town.site)
            again.get_by_role("button", name="Ask a question").wait_for()
            listen(again)
            open_chat(again)
            again.wait_for_timeout(1000)
            assert said(again) == kept
            assert heard(again) == [], "what was said before is not read out again"
            again.close()
