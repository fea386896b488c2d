"""Numbers and the monthly report in a real browser, on a desk, on a phone and on paper."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Iterator

import openpyxl
import pytest

from tests.browser.conftest import SCREENSHOTS, too_wide, violations
from tests.console.processes import environment, run_python, served
from tests.console.staff import NAME, PASSWORD
from tests.conversations import databases
from tests.running import free_port

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser
FILL = (
    "from bot.conversations.database import setup; setup('bot.console.settings'); "
    "from tests.browser.numbered import fill, versions; fill(); versions(); "
)
EDITOR = "from django.contrib.auth.models import Group, User; User.objects.get().groups.add(Group.objects.get_or_create(name='editor')[0])"
OCTOBER = "/numbers?from=2026-10-01&to=2026-10-31"


@pytest.fixture(scope="module")
def console(console_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a console with two months behind it."""
    state, port = tmp_path_factory.mktemp("numbered"), free_port()
    environ = environment(DATABASE_URL=databases.sqlite(Path(shutil.copy(console_template, state / "record.sqlite3"))), CONSOLE_PORT=port)
    run_python(FILL + EDITOR, environ)
    with served("bot.console.server", state / "console.log", environ, health=f"http://127.0.0.1:{port}/health"):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def page(desk: BrowserContext, console: str) -> Page:
    """A browser an editor has signed in with."""
    opened = desk.new_page()
    opened.goto(console)
    opened.get_by_label("User name").fill(NAME)
    opened.get_by_label("Password").fill(PASSWORD)
    opened.keyboard.press("Enter")
    opened.get_by_role("button", name="Sign out").wait_for()
    return opened


@pytest.mark.parametrize("address", [OCTOBER, "/report/2026-10", "/numbers?from=2020-01-01&to=2020-01-01"])
def test_the_pages_suit_everybody_and_fit_a_phone(page: Page, console: str, address: str) -> None:
    page.goto(console + address)
    assert violations(page) == []
    for details in page.locator("main details").all():
        details.evaluate("one => { one.open = true }")
    assert violations(page) == []
    page.set_viewport_size({"width": 320, "height": 700})
    assert not too_wide(page)
    assert violations(page) == []


@pytest.mark.parametrize(("language", "code"), [("English", "en"), ("Français", "fr")])
def test_versions_are_compared_on_a_phone_without_scrolling_sideways(page: Page, console: str, language: str, code: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{console}/publish/versions")
    page.get_by_role("button", name=language).press("Enter")
    page.locator(f"html[lang={code}]").wait_for()
    page.wait_for_load_state()
    tables = page.locator("table.figures")
    tables.last.wait_for()
    assert tables.count() == 2
    assert tables.evaluate_all("all => all.map((one) => one.offsetWidth - one.parentElement.clientWidth).filter((more) => more > 0)") == []
    assert page.locator("main ul").last.evaluate("one => parseFloat(getComputedStyle(one).paddingInlineStart)") > 15, "room for its marks"
    assert not too_wide(page)
    assert violations(page) == []


def test_charts_have_names_and_keep_their_size(page: Page, console: str) -> None:
    page.goto(console + OCTOBER)
    for name in ("Messages per day", "Messages by weekday and hour"):
        drawing = page.get_by_role("img", name=name)
        drawing.wait_for()
        box = drawing.bounding_box()
        assert box
        assert box["width"] > 400
        assert 150 < box["height"] < 300
    bars = page.locator("td.bar svg").first.bounding_box()
    assert bars
    assert bars["width"] > 100


def test_a_bar_and_a_number_lead_to_conversations(page: Page, console: str) -> None:
    page.goto(console + OCTOBER)
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Handed over"))
    count = row.get_by_role("cell").first.inner_text()
    row.locator("td.bar a").click()
    page.get_by_role("heading", name="Conversations").wait_for()
    assert f"Conversations found: {count}" in page.locator("main").inner_text()


def test_the_period_is_changed_by_keyboard(page: Page, console: str) -> None:
    page.goto(console + OCTOBER)
    page.get_by_label("Channel", exact=True).select_option("sms")
    page.get_by_role("button", name="Show").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**channel=sms**")
    assert page.get_by_label("From").input_value() == "2026-10-01"


def test_files_are_taken_along(page: Page, console: str) -> None:
    page.goto(console + OCTOBER)
    with page.expect_download() as csv:
        page.get_by_role("form", name="Conversations").get_by_role("button", name="CSV").click()
    assert csv.value.suggested_filename == "conversations-2026-10-01-2026-10-31.csv"
    assert len(csv.value.path().read_bytes().splitlines()) > 50
    with page.expect_download() as book:
        page.get_by_role("form", name="Numbers").get_by_role("button", name="Excel").click()
    assert openpyxl.load_workbook(io.BytesIO(book.value.path().read_bytes())).sheetnames == ["Numbers"]


def test_the_report_prints_without_what_is_for_the_screen(page: Page, console: str) -> None:
    page.goto(console + "/report/2026-10")
    page.emulate_media(media="print", color_scheme="light")
    for screen_only in ("header", "nav", "summary", "button"):
        assert not any(one.is_visible() for one in page.locator(screen_only).all()), screen_only
    for kept in ("h1", "svg.days", "svg.heat", "table.figures"):
        assert page.locator(kept).first.is_visible(), kept
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    printed = page.pdf(path=SCREENSHOTS / "report.pdf", format="Letter", print_background=False)
    assert 1 <= printed.count(b"/Type /Page\n") <= 5
