"""Photos and places in the chat widget."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.browser.conftest import Town, violations
from tests.browser.widget import answer, log, open_chat, said, wait_for_lines
from tests.conversations.assistant import messages

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser
HERE = {"latitude": 43.4516, "longitude": -80.4925}


def photo(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(file, "PNG")
    return file.getvalue()


def choose(page: Page, name: str, content: bytes) -> None:
    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name="Add a photo").click()
    choosing.value.set_files({"name": name, "mimeType": "image/png", "buffer": content})


def test_a_photo_is_made_small_and_sent_and_is_still_there_after_a_reload(page: Page, town: Town) -> None:
    town.assistant.reply = lambda turn: messages(f"{len(turn['media'])} photo came.")
    open_chat(page)
    with page.expect_request("**/webhooks/webchat/photos*") as sent:
        choose(page, "pothole.png", photo(2400, 1600))
    picture = Image.open(io.BytesIO(sent.value.post_data_buffer or b""))
    assert (picture.format, picture.size) == ("JPEG", (1600, 1067))
    wait_for_lines(page, 2)
    assert said(page) == ["Photo", "1 photo came."]
    page.reload()
    wait_for_lines(page, 2)
    assert said(page) == ["Photo", "1 photo came."]


def test_a_photo_outlives_a_lost_connection_and_a_reload(page: Page, town: Town) -> None:
    town.assistant.reply = lambda turn: messages(f"{len(turn['media'])} photo came.")
    open_chat(page)
    page.route("**/webhooks/webchat/photos*", lambda route: route.abort())
    choose(page, "pothole.png", photo(600, 400))
    log(page).get_by_role("alert").wait_for()
    page.unroute("**/webhooks/webchat/photos*")
    page.reload()
    wait_for_lines(page, 2)
    assert said(page) == ["Photo", "1 photo came."]


def test_a_file_that_is_no_photo_is_not_sent(page: Page) -> None:
    open_chat(page)
    choose(page, "notes.png", b"these are words")
    log(page).get_by_text("This file is no photo that can be sent here.").wait_for()


def test_the_place_is_shared_after_a_question_and_only_then(page: Page, desk: BrowserContext, town: Town) -> None:
    desk.grant_permissions(["geolocation"])
    desk.set_geolocation(HERE)  # type: ignore[arg-type]
    where = {"text": "Where is it?", "asks_location": True}
    town.assistant.reply = lambda turn: messages("Got it.") if turn["location"] else answer(where)
    open_chat(page)
    page.get_by_label("Your question").fill("report a pothole")
    page.keyboard.press("Enter")
    wait_for_lines(page, 2)
    turns = len(town.assistant.ran)
    log(page).get_by_role("button", name="Share where I am").click()
    page.get_by_role("button", name="No", exact=True).click()
    page.wait_for_timeout(500)
    assert len(town.assistant.ran) == turns
    assert violations(page) == []
    log(page).get_by_role("button", name="Share where I am").click()
    page.get_by_role("button", name="Yes", exact=True).click()
    wait_for_lines(page, 4)
    assert said(page)[2:] == ["My location", "Got it."]
    assert town.assistant.ran[-1]["location"] == {**HERE, "label": ""}
    log(page).get_by_role("button", name="Share where I am").click(force=True)
    assert page.get_by_text("Share where you are now?").is_hidden(), "that question is over"


def test_a_browser_that_does_not_tell_the_place_leaves_the_address_to_the_resident(page: Page) -> None:
    open_chat(page)
    page.get_by_role("button", name="Share where I am").click()
    page.get_by_role("button", name="Yes", exact=True).click()
    log(page).get_by_text("Your browser did not tell where you are.").wait_for()
