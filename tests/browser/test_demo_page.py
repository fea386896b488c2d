"""The demo page in a real browser, on the real gateway and worker: what a resident sees and can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict

import pytest

from tests.browser.conftest import Town, too_wide, violations
from tests.conversations.assistant import Reply, messages

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser
SOURCE = {"name": "Waste calendar", "url": "https://waste.example/calendar", "as_of": "2026-03-01"}
LINK = {"title": "Report it online", "url": "https://city.example/report"}
QUESTION = {"text": "Shall I file it?", "choices": [{"title": "Yes", "payload": "/affirm"}, {"title": "No", "payload": "/deny"}]}
ATTACK = '<img src=x onerror="window.attacked = true"><script>window.attacked = true</script>'


def answer(*shapes: Dict[str, Any], language: str = "en") -> Reply:
    return messages(messages=list(shapes), language=language)


def ask(page: Page, text: str) -> None:
    page.get_by_label("Your question").fill(text)
    page.keyboard.press("Enter")


def lines(page: Page) -> Any:
    return page.locator("#log .line")


def wait_for_lines(page: Page, number: int) -> None:
    lines(page).nth(number - 1).wait_for()
    assert lines(page).count() == number


def test_a_question_gets_an_answer_with_its_source(page: Page, town: Town) -> None:
    town.assistant.reply = lambda turn: answer({"text": "Every Tuesday.\nOut by 7 a.m.", "source": SOURCE, "link": LINK})
    ask(page, "when is garbage")
    wait_for_lines(page, 3)
    said = lines(page).nth(2)
    assert said.locator(".text").inner_text() == "Every Tuesday.\nOut by 7 a.m."
    assert "Source: Waste calendar" in said.inner_text()
    assert "as of March 1, 2026" in said.inner_text()
    assert [link.get_attribute("href") for link in said.get_by_role("link").all()] == [LINK["url"], SOURCE["url"]]
    assert page.get_by_text("The assistant is writing").is_hidden()


def test_each_answer_is_announced_once_and_the_transcript_itself_never(page: Page, town: Town) -> None:
    town.assistant.reply = lambda turn: messages("First part.", "Second part.")
    ask(page, "hello")
    wait_for_lines(page, 4)
    spoken = page.locator("[aria-live=polite]")
    assert spoken.count() == 1
    assert [part.split("\n")[-1] for part in spoken.locator("p").all_text_contents()] == ["First part.", "Second part."]
    assert page.get_by_role("log").get_attribute("aria-live") == "off"


def test_a_tapped_choice_is_sent_and_shown_by_its_words_and_counts_once(page: Page, town: Town) -> None:
    town.assistant.reply = lambda turn: messages("It is filed.") if turn["choice"] else answer(QUESTION)
    ask(page, "report a pothole")
    yes = page.get_by_role("button", name="Yes")
    yes.focus()
    page.keyboard.press("Enter")
    wait_for_lines(page, 5)
    assert lines(page).nth(3).locator(".text").inner_text() == "Yes"
    assert town.assistant.ran[-1]["choice"] == "/affirm"
    assert yes.evaluate("button => button === document.activeElement"), "the keyboard keeps its place"
    turns = len(town.assistant.ran)
    page.get_by_role("button", name="No").click(force=True)
    ask(page, "done")
    wait_for_lines(page, 7)
    assert len(town.assistant.ran) == turns + 1, "the choice not taken is over"


def test_whether_an_answer_helped_is_asked_below_it_and_a_vote_leaves_the_choices_open(page: Page, town: Town) -> None:
    action = {"name": "action_answer_article", "outcome": "ok", "answered": "article/garbage_missed"}
    shape = {"text": "Look for a sticker.", "choices": [{"title": "Blue box", "payload": "/blue_box"}]}
    town.assistant.reply = lambda turn: messages("A box.") if turn["choice"] else messages(messages=[shape], actions=[action])
    ask(page, "they skipped my garbage")
    group = page.get_by_role("group", name="Did this help?")
    group.get_by_role("button", name="No").click()
    wait_for_lines(page, 5)
    assert "sorry that it did not help" in lines(page).nth(4).inner_text()
    group.get_by_role("button", name="Yes").click()
    wait_for_lines(page, 7)
    assert group.locator(".chosen").all_text_contents() == ["Yes"]
    assert not violations(page)
    page.get_by_role("button", name="Blue box").click()
    wait_for_lines(page, 9)
    assert [turn["choice"] for turn in town.assistant.ran[-2:]] == [None, "/blue_box"]


def test_without_a_connection_nothing_is_lost_and_one_tap_sends_it(page: Page, desk: BrowserContext, town: Town) -> None:
    town.assistant.reply = lambda turn: messages(f"You said: {turn['text']}")
    desk.set_offline(True)
    ask(page, "water is coming up in my street")
    alert = page.get_by_role("alert")
    alert.wait_for()
    assert "Not sent." in alert.inner_text()
    assert "519-741-2345" in alert.inner_text()
    desk.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    wait_for_lines(page, 3)
    assert lines(page).nth(1).locator(".text").inner_text() == "water is coming up in my street"
    assert lines(page).nth(2).locator(".text").inner_text() == "You said: water is coming up in my street"
    assert page.get_by_role("alert").count() == 0


def test_an_answer_lost_on_its_way_is_fetched_by_trying_again_and_nothing_is_done_twice(page: Page, town: Town) -> None:
    town.assistant.reply = lambda turn: messages("Filed under 26-000417.")
    turns = len(town.assistant.ran)

    def lose_the_answer(route: Any) -> None:
        route.fetch()
        route.abort()

    page.route("**/webhooks/**", lose_the_answer)
    ask(page, "file it")
    page.get_by_role("alert").wait_for()
    page.unroute("**/webhooks/**")
    page.get_by_role("button", name="Try again").click()
    wait_for_lines(page, 3)
    assert lines(page).nth(2).locator(".text").inner_text() == "Filed under 26-000417."
    assert len(town.assistant.ran) == turns + 1


@pytest.mark.parametrize(
    ("status", "sentence"), [(429, "Too many messages at once."), (400, "This could not be sent as it is."), (503, "Not sent.")]
)
def test_a_refusal_says_what_to_do(page: Page, status: int, sentence: str) -> None:
    page.route("**/webhooks/**", lambda route: route.fulfill(status=status, json={"error": "no"}))
    ask(page, "hello")
    page.get_by_role("alert").wait_for()
    assert sentence in page.get_by_role("alert").inner_text()


def test_messages_sent_in_a_row_are_answered_in_their_order(page: Page, town: Town) -> None:
    town.assistant.reply = lambda turn: messages(f"You said: {turn['text']}")
    for number in range(4):
        ask(page, f"number {number}")
    wait_for_lines(page, 9)
    answers = [text for text in page.locator("#log .assistant .text").all_inner_texts() if text.startswith("You said")]
    assert answers == [f"You said: number {number}" for number in range(4)]


def test_markup_from_either_side_stays_text(page: Page, town: Town) -> None:
    evil = {"name": ATTACK, "url": "javascript:window.attacked=true", "as_of": ATTACK}
    choices = [{"title": ATTACK, "payload": "/x"}]
    link = {"title": ATTACK, "url": 'https://city.example/"onmouseover="window.attacked=true'}
    town.assistant.reply = lambda turn: answer({"text": ATTACK, "source": {**evil, "as_of": None}, "link": link, "choices": choices})
    ask(page, ATTACK)
    wait_for_lines(page, 3)
    for line in (1, 2):
        assert ATTACK in lines(page).nth(line).inner_text()
    assert page.locator("#log img, #log script, #announcer img, #announcer script").count() == 0
    assert page.locator("#log a[href^='javascript']").count() == 0
    assert page.evaluate("window.attacked") is None


def test_the_page_changes_its_language_in_mid_conversation(page: Page, town: Town) -> None:
    town.assistant.reply = lambda turn: messages("Chaque mardi.", language="fr")
    ask(page, "hello")
    wait_for_lines(page, 3)
    page.get_by_label("Your question").fill("half a sen")
    page.get_by_role("link", name="Français").click()
    assert page.locator("html").get_attribute("lang") == "fr"
    assert page.get_by_role("heading", level=1).inner_text() == "Comment pouvons-nous vous aider?"
    assert page.get_by_label("Votre question").input_value() == "half a sen"
    assert lines(page).count() == 3, "the conversation stays"
    assert lines(page).nth(2).locator(".text").get_attribute("lang") == "fr", "an answer is read out in its own language"
    page.get_by_role("button", name="Signaler un nid-de-poule").click()
    wait_for_lines(page, 5)
    assert town.assistant.ran[-1]["text"] == "Signaler un nid-de-poule"


def test_a_browser_that_prefers_french_gets_the_page_in_french(browser: Browser, town: Town) -> None:
    with browser.new_context(locale="fr-CA") as context:
        opened = context.new_page()
        opened.goto(town.gateway)
        assert opened.get_by_role("heading", level=1).inner_text() == "Comment pouvons-nous vous aider?"


def test_without_javascript_the_page_gives_the_phone_number_and_a_link(browser: Browser, town: Town) -> None:
    with browser.new_context(java_script_enabled=False, locale="en-CA") as context:
        opened = context.new_page()
        opened.goto(town.gateway)
        chat = opened.get_by_role("region", name="Ask a question online")
        assert "519-741-2345" in chat.get_by_role("link").first.inner_text()
        assert chat.get_by_role("link", name="Contact the city").is_visible()
        assert opened.get_by_label("Your question").is_hidden()


def test_the_page_says_that_it_is_a_demo_on_sample_data_and_that_nobody_sits_at_the_other_end(page: Page) -> None:
    words = page.locator("body").inner_text()
    for sentence in ("Demonstration page.", "Sample data.", "You are writing to an automated assistant"):
        assert sentence in words


@pytest.mark.parametrize("width", [320, 1280])
def test_it_fits_and_is_accessible_in_every_state(page: Page, desk: BrowserContext, town: Town, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    assert violations(page) == []
    town.assistant.reply = lambda turn: answer({"text": "https://city.example/" + "long/" * 30, "source": SOURCE}, QUESTION)
    ask(page, "W" * 200)
    page.get_by_role("button", name="Yes").wait_for()
    desk.set_offline(True)
    ask(page, "hello")
    page.get_by_role("alert").wait_for()
    desk.set_offline(False)
    assert violations(page) == []
    assert not too_wide(page)
    page.get_by_role("link", name="Français").click()
    assert violations(page) == []
    assert not too_wide(page)
