"""The page of a version in a real browser: its gates, old and new answers side by side, going live and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Dict, Iterator

import pytest

from tests.browser.conftest import Town, too_wide, violations
from tests.browser.test_console import sign_in
from tests.browser.widget import ask, lines, open_chat
from tests.console.processes import environment, run_python
from tests.conversations.assistant import messages

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser
CLERK = (
    "from bot.conversations.database import setup; setup('bot.console.settings'); from django.contrib.auth.models import Group, User; "
    "User.objects.get(username='clerk').groups.{change}(Group.objects.get_or_create(name='administrator')[0])"
)
VERSION = """
from bot.conversations.database import setup; setup("bot.console.settings")
from bot.conversations.models import InboundMessage
from bot.publishing import versions
from bot.review.models import ChangedAnswer, Version
from bot.settings import settings
rows = [["waste", "120", "95.0 % [89.5, 97.7]", "95.8 % [90.6, 98.2]", "0", "1", "-1.2 … +2.8", "1.000"]]
head = ["group", "questions", "live", "candidate", "lost", "gained", "difference", "chance"]
tables = [{"name": "accuracy", "head": head, "rows": rows}]
gate = {"name": "accuracy", "passed": True, "facts": {"questions": "120", "worse": "", "lost": "0"}, "tables": tables}
made = Version.objects.create(by="claire", state="built", gates=[gate], asked_again=1)
said = lambda label, text: {"outcome": "sure", "labels": [label], "text": text}
was, now = said("article/noise", "Call by-law enforcement."), said("article/garbage_missed", "Look for a sticker first.")
ChangedAnswer.objects.create(version=made, inbound=InboundMessage.objects.latest("pk"), messages=2, topic="waste", was=was, now=now)
versions.folder(settings()).joinpath(str(made.pk), "data").mkdir(parents=True)
versions.finish(settings(), str(made.pk), versions.release_digest(settings()))
"""
UNDER_WAY = """
from bot.conversations.database import setup; setup("bot.console.settings")
from bot.review.models import Version
tables = [{"name": "missed", "head": ["question"], "rows": [["it smells of gas"]]}]
gate = {"name": "dangers", "passed": True, "facts": {"wordings": "1", "missed": "0"}, "tables": tables}
version, new = Version.objects.get_or_create(state="building", defaults={"by": "claire", "step": "articles", "gates": [gate]})
if not new:
    version.gates.append({"name": "conversations", "passed": True, "facts": {"conversations": "29", "wrong": "0"}, "tables": []})
    version.save()
"""
NO_VERSION = (
    "from bot.conversations.database import setup; setup(); from bot.review.models import Version; Version.objects.all().delete(); "
    "from bot.publishing import versions; from bot.settings import settings; versions.make_live(settings(), 'release')"
)


@pytest.fixture
def state(town: Town) -> Dict[str, str]:
    """The environment of programs that look after the town's versions."""
    folder = Path(town.database.removeprefix("sqlite:///")).parent
    return environment(DATABASE_URL=town.database, RESIDENT_STATE=folder)


@pytest.fixture
def page(desk: BrowserContext, town: Town, state: Dict[str, str]) -> Iterator[Page]:
    """A browser an administrator has signed in with, on the page of versions, where one waits to go live."""
    town.assistant.reply = lambda turn: messages(f"You said: {turn['text']}")
    resident = desk.new_page()
    resident.goto(town.gateway)
    open_chat(resident)
    ask(resident, "they drove past our cart")
    lines(resident).filter(has_text="You said: they drove past our cart").wait_for()
    run_python(CLERK.format(change="add"), state)
    run_python(VERSION, state)
    opened = desk.new_page()
    opened.goto(town.console)
    sign_in(opened)
    opened.goto(f"{town.console}/publish")
    yield opened
    run_python(NO_VERSION, state)
    run_python(CLERK.format(change="remove"), state)


def test_a_version_is_looked_at_accepted_let_go_live_and_taken_back(page: Page) -> None:
    assert violations(page) == []
    page.get_by_role("link", name="Version").first.click()
    page.get_by_role("heading", name="Not worse on held-out questions: Passed").wait_for()
    page.get_by_text("Share of right answers, with 95 % intervals (1)").click()
    assert page.get_by_role("cell", name="95.8 % [90.6, 98.2]").is_visible()
    assert page.get_by_text("they drove past our cart").is_visible()
    assert page.get_by_text("Call by-law enforcement.").is_visible()
    assert page.get_by_text("Look for a sticker first.").is_visible()
    assert page.get_by_role("button", name="Go live with this version").count() == 0
    assert violations(page) == []
    page.get_by_role("button", name="Accept", exact=True).press("Enter")
    page.get_by_text("What residents wrote lately: Passed").wait_for()
    page.get_by_role("button", name="Go live with this version").press("Enter")
    page.get_by_text("The version is going live.").wait_for()
    page.get_by_role("link", name="Publish", exact=True).first.click()
    page.get_by_role("button", name="Go back to the release").press("Enter")
    page.get_by_text("The version before is coming back.").wait_for()


def test_the_page_fits_a_phone_and_suits_everybody(page: Page) -> None:
    page.get_by_role("link", name="Version").first.click()
    page.get_by_text("Share of right answers, with 95 % intervals (1)").click()
    page.set_viewport_size({"width": 320, "height": 700})
    assert not too_wide(page)
    assert violations(page) == []


def test_a_gate_that_comes_closes_no_table_that_is_read_and_the_build_is_stopped(page: Page, state: Dict[str, str]) -> None:
    run_python(UNDER_WAY, state)
    page.reload()
    page.get_by_role("link", name="Version").first.click()
    page.get_by_text("Being built: Checking the articles").wait_for()
    table = page.get_by_text("Not met (1)")
    table.press("Enter")
    run_python(UNDER_WAY, state)
    page.get_by_role("heading", name="Conversation tests: Passed").wait_for()
    assert page.get_by_role("cell", name="it smells of gas").is_visible()
    assert table.evaluate("summary => summary === document.activeElement")
    assert violations(page) == []
    stop = page.get_by_role("button", name="Stop the build")
    stop.focus()
    with page.expect_response("**/publish/*"):
        pass
    page.wait_for_timeout(500)
    page.keyboard.press("Enter")
    page.get_by_text("The build is stopped.").wait_for()
    assert page.get_by_text("Stopped by").is_visible()
    assert stop.count() == 0
