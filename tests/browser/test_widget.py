"""The chat widget in a real browser, on the real gateway and worker: what a resident sees and can do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, List

import pytest

from tests.browser.conftest import Town, violations
from tests.browser.widget import answer, ask, heard, lines, listen, log, open_chat, said, wait_for_lines, wait_until
from tests.conversations.assistant import messages

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser
SOURCE = {"name": "Waste calendar", "url": "https://waste.example/calendar", "as_of": "2026-03-01"}
LINK = {"title": "Report it online", "url": "https://city.example/report"}
PLACE = {"label": "200 King St W", "latitude": 43.4503, "longitude": -80.4917}
QUESTION = {"text": "Shall I file it?", "choices": [{"title": "Yes", "payload": "/affirm"}, {"title": "No", "payload": "/deny"}]}
ATTACK = '<img src=x onerror="window.attacked = true"><script>window.attacked = true</script>'


def test_a_question_gets_an_answer_with_its_source_its_link_and_its_place(page: Page, town: Town) -> None:
    town.assistant.reply = lambda turn: answer({"text": "Every Tuesday.\nOut by 7 a.m.", "source": SOURCE, "link": LINK, "place": PLACE})
    open_chat(page)
    ask(page, "when is garbage")
    wait_for_lines(page, 2)
    assert said(page) == ["when is garbage", "Every Tuesday.\nOut by 7 a.m."]
    reply = lines(page).nth(1)
    for part in ("Source: Waste calendar", "as of March 1, 2026", "200 King St W"):
        assert part in reply.inner_text()
    map_link, more, source = (link.get_attribute("href") or "" for link in reply.get_by_role("link").all())
    assert (more, source) == (LINK["url"], SOURCE["url"])
    assert "43.4503" in map_link
    assert "-80.4917" in map_link
    assert page.get_by_text("The assistant is writing").is_hidden()


def test_a_picture_is_shown_with_its_words_and_as_words_when_it_cannot_be(page: Page, town: Town) -> None:
    there = {"text": "Here.", "picture": {"url": f"{town.gateway}/static/demo.svg", "alt": "A speech bubble"}}
    missing = {"text": "And here.", "picture": {"url": f"{town.gateway}/webhooks/nothing.png", "alt": "A chart of water use"}}
    town.assistant.reply = lambda turn: answer(there, missing)
    open_chat(page)
    ask(page, "show me")
    wait_for_lines(page, 3)
    page.get_by_role("img", name="A speech bubble").wait_for()
    log(page).get_by_text("A chart of water use").wait_for()
    assert log(page).get_by_role("img").count() == 1


def test_each_answer_is_announced_once_and_the_log_itself_never(page: Page, town: Town) -> None:
    town.assistant.reply = lambda turn: answer({"text": "First part."}, {"text": "Second part.", "source": SOURCE})
    open_chat(page)
    listen(page)
    for number in (1, 2):
        ask(page, "hello")
        wait_for_lines(page, 3 * number)
    source = "Source: Waste calendar (opens in a new window), as of March 1, 2026"
    assert heard(page) == ["Assistant: First part.", f"Assistant: Second part.\n{source}"] * 2
    assert page.locator("[aria-live=polite]").count() == 1
    assert log(page).get_attribute("aria-live") == "off"
    page.reload()
    page.get_by_role("dialog", name="Ask a question online").wait_for()
    listen(page)
    wait_for_lines(page, 6)
    page.wait_for_timeout(500)
    assert heard(page) == [], "what was said before is not said again"


def test_a_tapped_choice_is_sent_and_shown_by_its_words_and_counts_once(page: Page, town: Town) -> None:
    town.assistant.reply = lambda turn: messages("It is filed.") if turn["choice"] else answer(QUESTION)
    open_chat(page)
    ask(page, "report a pothole")
    yes = page.get_by_role("button", name="Yes")
    yes.focus()
    page.keyboard.press("Enter")
    wait_for_lines(page, 4)
    assert said(page)[2:] == ["Yes", "It is filed."]
    assert town.assistant.ran[-1]["choice"] == "/affirm"
    assert yes.evaluate("button => button === button.getRootNode().activeElement"), "the keyboard keeps its place"
    turns = len(town.assistant.ran)
    page.get_by_role("button", name="No").click(force=True)
    ask(page, "done")
    wait_for_lines(page, 6)
    assert len(town.assistant.ran) == turns + 1, "the choice not taken is over"


def test_whether_an_answer_helped_is_asked_by_the_worker_and_a_vote_leaves_the_choices_open(page: Page, town: Town) -> None:
    action = {"name": "action_answer_article", "outcome": "ok", "answered": "article/garbage_missed"}
    shape = {"text": "Look for a sticker.", "choices": [{"title": "Blue box", "payload": "/blue_box"}]}
    town.assistant.reply = lambda turn: messages("A box.") if turn["choice"] else messages(messages=[shape], actions=[action])
    open_chat(page)
    ask(page, "they skipped my garbage")
    thumbs = page.get_by_role("group", name="Did this help?")
    thumbs.get_by_role("button", name="No").click()
    wait_for_lines(page, 4)
    assert "sorry that it did not help" in said(page)[3]
    thumbs.get_by_role("button", name="Yes").click()
    wait_for_lines(page, 6)
    page.get_by_role("button", name="Blue box").click()
    wait_for_lines(page, 8)
    assert [turn["choice"] for turn in town.assistant.ran[-2:]] == [None, "/blue_box"]


def test_whether_an_answer_helped_is_said_with_thumbs_and_leaves_its_choices_open(page: Page) -> None:
    choices = [{"title": "Find my collection day", "payload": "choice_day"}]
    yes, no = {"title": "Yes", "payload": "choice_yes"}, {"title": "No", "payload": "choice_no"}
    feedback = {"question": "Did this help?", "yes": yes, "no": no}
    at = "2026-11-28T12:00:00+00:00"
    asked = {"from": "you", "number": 1, "at": at, "id": "x" * 32, "text": "when"}
    answered = {"from": "assistant", "number": 1, "at": at, "text": "Tuesday.", "choices": choices, "feedback": feedback, "language": "en"}
    batch = json.dumps({"lines": [asked, answered], "position": "1.1", "waiting": False})
    posted: List[Any] = []

    def take(route: Any) -> None:
        posted.append(route.request.post_data_json)
        route.fulfill(status=202, json={"session": "x", "new": True})

    page.route("**/webhooks/webchat/messages", take)
    event = f"id: 1.1\ndata: {batch}\n\n"
    page.route("**/webhooks/webchat/events", lambda route: route.fulfill(content_type="text/event-stream", body=event))
    open_chat(page)
    ask(page, "when")
    thumbs = page.get_by_role("group", name="Did this help?")
    thumbs.get_by_role("button", name="No").click()
    thumbs.get_by_role("button", name="Yes").click()
    wait_until(page, lambda: [body.get("choice") for body in posted[1:]] == ["choice_no", "choice_yes"])
    assert thumbs.get_by_role("button", pressed=True).all_inner_texts() == ["Yes"]
    assert page.get_by_role("button", name="Find my collection day").get_attribute("aria-disabled") is None
    assert violations(page) == []
    assert page.get_by_role("dialog").locator(".feedback button").evaluate_all("all => all.every((one) => one.offsetHeight >= 44)")


def test_a_reload_in_the_middle_brings_everything_back_and_the_draft_too(page: Page, town: Town) -> None:
    town.assistant.reply = lambda turn: messages("It is filed.") if turn["choice"] else answer(QUESTION)
    open_chat(page)
    ask(page, "report a pothole")
    wait_for_lines(page, 2)
    page.get_by_label("Your question").fill("half a sen")
    page.reload()
    wait_for_lines(page, 2)
    assert page.get_by_label("Your question").input_value() == "half a sen"
    page.get_by_role("button", name="Yes").click()
    wait_for_lines(page, 4)
    assert said(page) == ["report a pothole", "Shall I file it?", "Yes", "It is filed."]


def test_what_is_sent_while_another_tab_looks_on_is_in_both_and_neither_doubles_it(page: Page, desk: BrowserContext, town: Town) -> None:
    town.assistant.reply = lambda turn: messages(f"You said: {turn['text']}")
    open_chat(page)
    ask(page, "from the first")
    wait_for_lines(page, 2)
    second = desk.new_page()
    second.goto(town.gateway)
    open_chat(second)
    wait_for_lines(second, 2)
    ask(second, "from the second")
    for tab in (page, second):
        wait_for_lines(tab, 4)
        assert said(tab) == ["from the first", "You said: from the first", "from the second", "You said: from the second"]
    assert len({turn["conversation"] for turn in town.assistant.ran[-2:]}) == 1
    second.get_by_role("button", name="Options").click()
    second.get_by_role("button", name="Start over").click()
    second.get_by_role("button", name="Yes").click()
    for tab in (page, second):
        wait_until(tab, lambda tab=tab: said(tab) == [])


def test_first_messages_in_two_tabs_make_one_conversation(page: Page, desk: BrowserContext, town: Town) -> None:
    town.assistant.reply = lambda turn: messages(f"You said: {turn['text']}")
    second = desk.new_page()
    second.goto(town.gateway)
    for tab in (page, second):
        open_chat(tab)
    page.get_by_label("Your question").fill("one")
    second.get_by_label("Your question").fill("two")
    for tab in (page, second):
        tab.get_by_role("button", name="Send").click()
    for tab in (page, second):
        wait_for_lines(tab, 4)
        assert sorted(said(tab)) == ["You said: one", "You said: two", "one", "two"]


def test_markup_from_either_side_stays_text(page: Page, town: Town) -> None:
    evil = {"name": ATTACK, "url": "javascript:window.attacked=true"}
    link = {"title": ATTACK, "url": 'https://city.example/"onmouseover="window.attacked=true'}
    picture = {"url": "javascript:window.attacked=true", "alt": ATTACK}
    place = {"label": ATTACK, "latitude": 43.4503, "longitude": -80.4917}
    choices = [{"title": ATTACK, "payload": "/x"}]
    shape = {"text": ATTACK, "source": evil, "link": link, "choices": choices, "picture": picture, "place": place}
    town.assistant.reply = lambda turn: answer(shape)
    open_chat(page)
    ask(page, ATTACK)
    wait_for_lines(page, 2)
    for line in (0, 1):
        assert ATTACK in lines(page).nth(line).inner_text()
    assert page.locator(".log img, .log script, [aria-live] img, [aria-live] script").count() == 0
    assert page.locator(".log a[href^='javascript']").count() == 0
    page.reload()
    wait_for_lines(page, 2)
    assert page.evaluate("window.attacked") is None


def test_another_language_is_asked_for_in_the_conversation_too(page: Page, town: Town) -> None:
    town.assistant.reply = lambda turn: messages("D'accord.", language="fr")
    open_chat(page)
    page.get_by_label("Your question").fill("half a sen")
    page.get_by_role("button", name="Options").click()
    page.get_by_role("button", name="Français").click()
    assert page.get_by_label("Votre question").input_value() == "half a sen"
    assert lines(page).count() == 0, "nothing is said in a conversation that has not begun"
    page.get_by_label("Votre question").fill("bonjour")
    page.keyboard.press("Enter")
    wait_for_lines(page, 2)
    assert town.assistant.ran[-1]["language"] == "fr"
    assert lines(page).nth(1).locator(".text").get_attribute("lang") == "fr", "an answer is read out in its own language"
    page.get_by_role("button", name="Options").click()
    page.get_by_role("button", name="English").click()
    wait_for_lines(page, 4)
    assert said(page)[2] == "Continue in English, please."
    assert town.assistant.ran[-1]["choice"] == '/switch_language{"language": "en"}', "in a report it would be the description"
    page.reload()
    page.get_by_label("Your question").wait_for()


def test_end_and_delete_asks_first_and_leaves_nothing_on_either_side(page: Page, desk: BrowserContext, town: Town) -> None:
    town.assistant.reply = lambda turn: messages("It is filed.")
    open_chat(page)
    ask(page, "my secret")
    wait_for_lines(page, 2)

    def end(answer: str) -> None:
        page.get_by_role("button", name="Options").click()
        page.get_by_role("button", name="End and delete").click()
        page.get_by_role("button", name=answer, exact=True).click()

    end("No")
    assert lines(page).count() == 2
    end("Yes")
    log(page).get_by_text("The conversation is deleted.").wait_for()
    assert lines(page).count() == 0
    kept = page.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}])")
    assert "secret" not in kept
    before = town.assistant.ran[-1]["conversation"]
    ask(page, "hello again")
    wait_for_lines(page, 2)
    assert town.assistant.ran[-1]["conversation"] != before


def test_the_conversation_can_be_saved_as_text(page: Page, town: Town) -> None:
    town.assistant.reply = lambda turn: answer({"text": "Every Tuesday.", "source": SOURCE})
    open_chat(page)
    ask(page, "when is garbage")
    wait_for_lines(page, 2)
    page.get_by_role("button", name="Options").click()
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Save the conversation").click()
    words = downloading.value.path().read_text(encoding="utf-8")
    for part in ("You", "when is garbage", "Assistant", "Every Tuesday.", SOURCE["url"]):
        assert part in words


def test_a_person_can_be_reached_in_every_state_and_whom_one_writes_to_is_said_first(page: Page) -> None:
    open_chat(page)
    words = page.get_by_role("dialog").inner_text()
    for sentence in ("You are writing to an automated assistant", "What you write is stored", "call 911"):
        assert sentence in words
    assert page.get_by_role("dialog").get_by_role("link", name="519-741-2345").is_visible()
    assert page.get_by_role("dialog").get_by_role("link", name="Contact the city").is_visible()


def test_an_answer_that_comes_while_the_panel_is_closed_is_told_of_by_the_launcher(page: Page, town: Town) -> None:
    town.assistant.reply = lambda turn: messages("Here it is.")
    open_chat(page)
    page.route("**/webhooks/webchat/events", lambda route: route.abort())
    page.get_by_label("Your question").fill("hello")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    page.unroute("**/webhooks/webchat/events")
    page.get_by_role("button", name="Ask a question: new answer").click()
    wait_for_lines(page, 2)
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Ask a question", exact=True).wait_for()


def test_pages_that_load_it_twice_have_one_and_may_take_it_away_again(page: Page, town: Town) -> None:
    page.add_script_tag(url=f"{town.gateway}/widget.js?again")
    page.wait_for_timeout(300)
    assert page.locator("resident-chat").count() == 1
    open_chat(page)
    page.evaluate("window.chat = document.querySelector('resident-chat'); window.chat.remove()")
    page.wait_for_timeout(100)
    page.evaluate("document.body.append(window.chat)")
    page.get_by_role("dialog", name="Ask a question online").wait_for()
    town.assistant.reply = lambda turn: messages("Still here.")
    ask(page, "hello")
    wait_for_lines(page, 2)


def test_it_works_where_a_browser_keeps_nothing(page: Page, desk: BrowserContext, town: Town) -> None:
    desk.add_init_script(
        "for (const name of ['sessionStorage', 'localStorage'])"
        " Object.defineProperty(window, name, { get() { throw new DOMException('blocked', 'SecurityError'); } });"
        "delete window.BroadcastChannel;"
    )
    town.assistant.reply = lambda turn: messages("Every Tuesday.")
    page.reload()
    open_chat(page)
    ask(page, "when is garbage")
    wait_for_lines(page, 2)
