"""The chat widget when the connection is bad: nothing a resident wrote is lost, and nothing comes twice."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, Callable, List
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import Town
from tests.browser.cutting import bad_connection
from tests.browser.widget import answers, ask, lines, log, open_chat, said, wait_for_lines, wait_until
from tests.conversations.assistant import messages
from tests.gateway.visitor import Visitor

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser
MESSAGES = 200


def test_without_a_connection_messages_are_kept_and_go_by_themselves_when_it_is_back(page: Page, desk: BrowserContext, town: Town) -> None:
    town.assistant.reply = lambda turn: messages(f"You said: {turn['text']}")
    open_chat(page)
    desk.set_offline(True)
    page.get_by_role("status").get_by_text("You are offline.").wait_for()
    ask(page, "water is coming up in my street")
    ask(page, "it is getting worse")
    kept = log(page).get_by_role("alert")
    kept.wait_for()
    assert "will be sent when the connection is back" in kept.inner_text()
    assert "519-741-2345" in page.get_by_role("status").inner_text()
    desk.set_offline(False)
    wait_for_lines(page, 4)
    assert answers(page) == ["You said: water is coming up in my street", "You said: it is getting worse"]
    assert page.get_by_role("alert").count() == 0
    assert page.get_by_role("status").inner_text() == ""


def test_what_was_not_sent_yet_outlives_a_reload(page: Page, desk: BrowserContext, town: Town) -> None:
    town.assistant.reply = lambda turn: messages(f"You said: {turn['text']}")
    open_chat(page)
    page.route("**/webhooks/webchat/messages", lambda route: route.abort())
    ask(page, "do not lose me")
    log(page).get_by_role("alert").wait_for()
    page.unroute("**/webhooks/webchat/messages")
    page.reload()
    wait_for_lines(page, 2)
    assert said(page) == ["do not lose me", "You said: do not lose me"]


def test_a_resident_may_ask_for_the_next_try(page: Page, town: Town) -> None:
    town.assistant.reply = lambda turn: messages("Here I am.")
    open_chat(page)
    page.route("**/webhooks/webchat/*", lambda route: route.fulfill(status=503, json={"error": "no"}, headers={"Retry-After": "600"}))
    ask(page, "hello")
    log(page).get_by_role("alert").wait_for()
    page.unroute("**/webhooks/webchat/*")
    page.get_by_role("button", name="Try again now").click()
    wait_for_lines(page, 2)


def test_an_answer_lost_on_its_way_does_nothing_twice(page: Page, town: Town) -> None:
    town.assistant.reply = lambda turn: messages("Filed under 26-000417.")
    turns = len(town.assistant.ran)
    lost = []

    def lose_the_answer(route: Any) -> None:
        route.fetch()
        route.abort()
        lost.append(route)
        page.unroute("**/webhooks/webchat/messages")

    open_chat(page)
    page.route("**/webhooks/webchat/messages", lose_the_answer)
    ask(page, "file it")
    wait_for_lines(page, 2)
    page.wait_for_timeout(1500)
    assert len(lost) == 1
    assert said(page) == ["file it", "Filed under 26-000417."]
    assert len(town.assistant.ran) == turns + 1


def test_a_message_that_cannot_be_taken_goes_back_to_be_changed(page: Page, town: Town) -> None:
    town.assistant.reply = lambda turn: messages(f"You said: {turn['text']}")
    open_chat(page)
    page.route("**/webhooks/webchat/messages", lambda route: route.fulfill(status=400, json={"error": "no"}))
    ask(page, "hello")
    log(page).get_by_role("alert").get_by_text("could not be sent as it is").wait_for()
    page.unroute("**/webhooks/webchat/messages")
    page.get_by_role("button", name="Change it").click()
    assert lines(page).count() == 0
    assert page.get_by_label("Your question").input_value() == "hello"
    page.keyboard.press("Enter")
    wait_for_lines(page, 2)


def test_a_message_that_goes_back_leaves_what_was_begun_meanwhile(page: Page) -> None:
    open_chat(page)
    page.route("**/webhooks/webchat/messages", lambda route: route.fulfill(status=400, json={"error": "no"}))
    ask(page, "hello")
    page.get_by_label("Your question").fill("a new thought")
    page.get_by_role("button", name="Change it").click()
    assert page.get_by_label("Your question").input_value() == "hello\na new thought"


def choose(page: Page, option: str) -> None:
    page.get_by_role("button", name="Options").click()
    page.get_by_role("button", name=option).click()
    page.get_by_role("button", name="Yes", exact=True).click()


def test_after_starting_over_while_a_message_is_on_its_way_the_next_one_is_answered(page: Page, town: Town) -> None:
    town.assistant.reply = lambda turn: messages(f"You said: {turn['text']}")
    held: List[Any] = []
    open_chat(page)
    ask(page, "first")
    wait_for_lines(page, 2)
    page.route("**/webhooks/webchat/messages", lambda route: route.continue_() if held else held.append((route, route.fetch())))
    ask(page, "on its way")
    wait_until(page, lambda: held)
    choose(page, "Start over")
    wait_until(page, lambda: lines(page).count() == 0)
    [(route, response)] = held
    route.fulfill(response=response)
    ask(page, "again")
    wait_until(page, lambda: said(page) == ["again", "You said: again"])


def read_with(page: Page, town: Town) -> Callable[[], List[Any]]:
    """Reads the conversation of a page as it is now, whatever the page does with its session."""
    visitor = Visitor(town.gateway)
    visitor.token = page.evaluate("JSON.parse(sessionStorage['resident-chat']).session.token")

    def read() -> List[Any]:
        lines: List[Any] = visitor.reads("0.0", wait=False)["lines"]
        return lines

    assert read()
    return read


def test_a_message_that_comes_behind_the_deletion_leaves_nothing_and_the_next_one_is_answered(page: Page, town: Town) -> None:
    town.assistant.reply = lambda turn: messages(f"You said: {turn['text']}")
    held: List[Any] = []
    open_chat(page)
    ask(page, "first")
    wait_for_lines(page, 2)
    deleted = read_with(page, town)
    page.route("**/webhooks/webchat/messages", lambda route: route.continue_() if held else held.append(route))
    ask(page, "on its way")
    wait_until(page, lambda: held)
    choose(page, "End and delete")
    log(page).get_by_text("The conversation is deleted.").wait_for()
    with page.expect_response("**/webhooks/webchat/end"):
        held[0].continue_()
    assert deleted() == []
    ask(page, "again")
    wait_until(page, lambda: said(page) == ["again", "You said: again"])


def over(page: Page) -> None:
    """A day passes: the session of the page counts no longer."""
    page.route("**/webhooks/webchat/events", lambda route: route.fulfill(status=401, json={"error": "over"}), times=1)
    page.reload()
    log(page).get_by_text("The earlier conversation is over").wait_for()


def test_what_was_said_before_the_session_was_over_is_deleted_with_the_rest(page: Page, town: Town) -> None:
    town.assistant.reply = lambda turn: messages(f"You said: {turn['text']}")
    open_chat(page)
    ask(page, "yesterday")
    wait_for_lines(page, 2)
    yesterday = read_with(page, town)
    over(page)
    ask(page, "today")
    wait_for_lines(page, 2)
    today = read_with(page, town)
    page.reload()
    wait_for_lines(page, 2)
    choose(page, "End and delete")
    log(page).get_by_text("The conversation is deleted.").wait_for()
    assert yesterday() == today() == []


def test_an_older_part_that_could_not_be_deleted_is_deleted_at_the_next_try(page: Page, town: Town) -> None:
    town.assistant.reply = lambda turn: messages(f"You said: {turn['text']}")
    open_chat(page)
    ask(page, "yesterday")
    wait_for_lines(page, 2)
    yesterday = read_with(page, town)
    over(page)
    ask(page, "today")
    wait_for_lines(page, 2)
    today = read_with(page, town)
    page.route("**/webhooks/webchat/end", lambda route: route.fulfill(status=503, json={"error": "busy"}), times=1)
    choose(page, "End and delete")
    log(page).get_by_text("It could not be deleted just now.").wait_for()
    choose(page, "End and delete")
    log(page).get_by_text("The conversation is deleted.").wait_for()
    assert yesterday() == today() == []


def test_nothing_is_called_deleted_that_is_not(page: Page, town: Town) -> None:
    town.assistant.reply = lambda turn: messages(f"You said: {turn['text']}")
    open_chat(page)
    ask(page, "yesterday")
    wait_for_lines(page, 2)
    yesterday = read_with(page, town)
    over(page)
    page.route("**/webhooks/webchat/end", lambda route: route.fulfill(status=401, json={"error": "over"}))
    choose(page, "End and delete")
    log(page).get_by_text("It could not be deleted just now.").wait_for()
    assert len(yesterday()) == 2
    page.unroute("**/webhooks/webchat/end")
    choose(page, "End and delete")
    log(page).get_by_text("The conversation is deleted.").wait_for()
    assert yesterday() == []


def test_a_session_that_is_over_makes_room_for_a_new_one_and_the_message_goes_with_it(page: Page, town: Town) -> None:
    town.assistant.reply = lambda turn: messages(f"You said: {turn['text']}")
    open_chat(page)
    ask(page, "yesterday")
    wait_for_lines(page, 2)
    over = """() => {
      const kept = JSON.parse(sessionStorage['resident-chat']);
      kept.session.token = 'x' + kept.session.token;
      sessionStorage['resident-chat'] = JSON.stringify(kept);
    }"""
    page.evaluate(over)
    page.reload()
    page.get_by_label("Your question").wait_for()
    ask(page, "today")
    wait_until(page, lambda: answers(page)[-1:] == ["You said: today"])
    assert said(page)[-2:] == ["today", "You said: today"]


def test_where_streams_are_held_back_the_widget_asks_instead(page: Page, town: Town) -> None:
    town.assistant.reply = lambda turn: messages(f"You said: {turn['text']}")
    held_back = """() => {
      const before = window.fetch;
      window.fetch = (address, options) => String(address).endsWith('/events')
        ? Promise.resolve(new Response(new ReadableStream({
            start(held) { options.signal.addEventListener('abort', () => held.error(new DOMException('', 'AbortError'))); } })))
        : before(address, options);
    }"""
    page.evaluate(held_back)
    open_chat(page)
    ask(page, "hello")
    wait_for_lines(page, 2)
    ask(page, "and again")
    wait_for_lines(page, 4)


def test_two_hundred_messages_over_a_connection_that_is_cut_at_random(desk: BrowserContext, patient_town: Town) -> None:
    chance = random.Random(7)
    patient_town.assistant.reply = lambda turn: messages(f"You said: {turn['text']}")
    turns = len(patient_town.assistant.ran)
    with bad_connection(urlsplit(patient_town.gateway).port or 0) as connection:
        page = desk.new_page()
        page.goto(f"http://127.0.0.1:{connection.port}")
        open_chat(page)
        for number in range(MESSAGES):
            page.evaluate("text => { document.querySelector('resident-chat').ask(text); }", f"number {number}")
            page.wait_for_timeout(chance.uniform(0, 120))
            if chance.random() < 0.15:
                connection.cut()
            if chance.random() < 0.05:
                connection.down = True
                connection.cut()
                page.wait_for_timeout(chance.uniform(100, 600))
                connection.down = False
            if number in (60, 140):
                page.reload()
                page.get_by_role("dialog").wait_for()
        wait_until(page, lambda: lines(page).count() >= 2 * MESSAGES)
        page.wait_for_timeout(1000)
        texts = said(page)
    own = [f"number {number}" for number in range(MESSAGES)]
    assert [text for text in texts if not text.startswith("You said")] == own
    assert [text for text in texts if text.startswith("You said")] == [f"You said: {text}" for text in own]
    assert [turn["text"] for turn in patient_town.assistant.ran[turns:]] == own
