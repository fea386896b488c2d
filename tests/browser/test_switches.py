"""The page of switches in a real browser: for everybody, on a desk and on a phone, and what the demo page shows of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Iterator, List

import pytest

from bot.city import city
from tests.browser.conftest import Town, too_wide, violations
from tests.browser.test_console import sign_in
from tests.browser.widget import ask, lines, open_chat, said
from tests.console.processes import environment, run_python
from tests.conversations.assistant import messages

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser
EDITOR = (
    "from bot.conversations.database import setup; setup('bot.console.settings'); from django.contrib.auth.models import Group, User; "
    "User.objects.get(username='clerk').groups.add(Group.objects.get_or_create(name='editor')[0])"
)
NOTHING = (
    "from bot.conversations.database import setup; setup(); from bot.conversations.models import Notice, Pause, SwitchedOff; "
    "[model.objects.all().delete() for model in (Notice, Pause, SwitchedOff)]"
)


@pytest.fixture
def page(desk: BrowserContext, town: Town) -> Iterator[Page]:
    """A browser an editor has signed in with, on the page of switches; nothing stays switched."""
    run_python(EDITOR, environment(DATABASE_URL=town.database))
    opened = desk.new_page()
    opened.goto(town.console)
    sign_in(opened)
    opened.goto(f"{town.console}/switches")
    yield opened
    run_python(NOTHING, environment(DATABASE_URL=town.database))


def later(hours: int) -> str:
    return (datetime.now(city().timezone) + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")


def reads_before_an_answer(opened: Page, town: Town) -> List[str]:
    """What a resident reads who writes until there is a notice: the worker reads the switches again within two seconds."""
    town.assistant.reply = lambda turn: messages(f"You said: {turn['text']}")
    opened.goto(town.gateway)
    open_chat(opened)
    for number in range(15):
        ask(opened, f"hello {number}")
        lines(opened).filter(has_text=f"You said: hello {number}").wait_for()
        if len(said(opened)) > 2 * (number + 1):
            break
    return said(opened)


def test_a_notice_is_previewed_put_up_read_by_a_resident_and_taken_down(page: Page, desk: BrowserContext, town: Town) -> None:
    notice = page.get_by_role("form", name="Put up a notice")
    notice.get_by_label("Message in English").fill("A storm is coming tonight.")
    notice.get_by_label("Message in French").fill("Une tempête arrive ce soir.")
    notice.get_by_label("Ends").fill(later(3))
    notice.get_by_role("button", name="Preview").press("Enter")
    page.get_by_text("Nothing is switched yet.").wait_for()
    assert page.get_by_text("City notice: A storm is coming tonight.").count() == 3
    assert violations(page) == []
    page.get_by_role("form", name="Put up a notice").get_by_role("button", name="Put up now").press("Enter")
    page.get_by_text("The notice is up.").wait_for()
    assert violations(page) == []

    assert "City notice: A storm is coming tonight." in reads_before_an_answer(desk.new_page(), town)
    page.get_by_role("button", name="Take down").press("Enter")
    page.get_by_text("The notice is down.").wait_for()
    assert page.get_by_text("No notice is up or planned.").is_visible()


def test_the_page_suits_everybody_and_fits_a_phone_with_everything_switched(page: Page) -> None:
    page.get_by_label("Topic", exact=True).select_option("waste")
    page.get_by_role("button", name="Switch off").first.press("Enter")
    page.get_by_text("It is switched off.").wait_for()
    pause = page.get_by_role("form", name="Pause a channel")
    pause.get_by_label("Channel").select_option("sms")
    pause.get_by_label("Message in English").fill("We are back on Monday.")
    pause.get_by_label("Message in French").fill("Nous revenons lundi.")
    pause.get_by_role("button", name="Pause a channel").press("Enter")
    page.get_by_text("The channel is paused.").wait_for()
    assert violations(page) == []
    page.set_viewport_size({"width": 320, "height": 700})
    assert not too_wide(page)
    assert violations(page) == []
    page.get_by_role("button", name="Answer again").press("Enter")
    page.get_by_text("The channel answers again.").wait_for()
    page.get_by_role("button", name="Switch on again").press("Enter")
    page.get_by_text("It is answered again.").wait_for()
    assert page.get_by_text("In force now").count() == 0
