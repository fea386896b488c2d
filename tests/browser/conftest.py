from __future__ import annotations

import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterator, List

import pytest

from tests.console.conftest import console_template
from tests.console.processes import environment, served
from tests.conversations import databases
from tests.conversations.assistant import FakeAssistant
from tests.conversations.assistant import served as assistant_served
from tests.running import ROOT, free_port

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

__all__ = ["console_template"]
SCREENSHOTS = ROOT / "results" / "browser"  # one of each test's last state, to look at
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Town:
    """Real gateway, worker and console on loopback; the assistant behind them is the tests'. `site`: of another site's pages."""

    gateway: str
    console: str
    site: str
    assistant: FakeAssistant
    database: str


@pytest.fixture(scope="package")
def town(console_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town_at_work(console_template, tmp_path_factory.mktemp("town")) as built:
        yield built


@pytest.fixture(scope="module")
def patient_town(console_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town where nobody writes too fast."""
    with town_at_work(console_template, tmp_path_factory.mktemp("patient"), "tests.browser.patient_gateway") as built:
        yield built


@contextmanager
def town_at_work(template: Path, state: Path, gateway_module: str = "bot.gateway.server") -> Iterator[Town]:
    database = databases.sqlite(Path(shutil.copy(template, state / "record.sqlite3")))
    gateway, console, site, assistant = free_port(), free_port(), free_port(), FakeAssistant()
    with assistant_served(assistant) as assistant_port:
        environ = environment(
            RESIDENT_PROFILE="sandbox",
            RESIDENT_STATE=state,
            DATABASE_URL=database,
            GATEWAY_PORT=gateway,
            CONSOLE_PORT=console,
            ASSISTANT_PORT=assistant_port,
            WEBCHAT_ORIGINS=f"http://127.0.0.1:{site}",
        )
        urls = [f"http://127.0.0.1:{port}" for port in (gateway, console, site)]
        with (
            served("bot.conversations.worker", state / "worker.log", environ),
            served(gateway_module, state / "gateway.log", environ, health=f"{urls[0]}/static/demo.css"),
            served("bot.console.server", state / "console.log", environ, health=f"{urls[1]}/health"),
        ):
            yield Town(*urls, assistant, database)


# One for the package, not for the session: while it runs, Django sees an event loop in this thread and refuses its database.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert program, f"no browser: install Debian's package chromium, or another of {', '.join(BROWSERS)}"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, chromium_sandbox=False)  # containers have no user namespaces
        yield running
        running.close()


@pytest.fixture
def desk(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    """A browser of its own, English, on a desk. A screenshot of each page is kept, and nothing may have gone wrong in any."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-CA")
    context.set_default_timeout(15_000)
    wrong: List[str] = []
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    context.on("console", lambda line: wrong.append(line.text) if line.type == "error" and not about_a_message(line) else None)
    yield context
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"\W+", "_", request.node.name)
    for number, page in enumerate(context.pages):
        page.screenshot(path=SCREENSHOTS / f"{name}_{number}.png", full_page=True)
    context.close()
    assert wrong == []


def about_a_message(line: ConsoleMessage) -> bool:
    """Whether the browser tells of a message that could not be sent: tests do that on purpose, and the page copes."""
    return "/webhooks/" in line.location["url"] or "ERR_INTERNET_DISCONNECTED" in line.text


@pytest.fixture
def page(desk: BrowserContext, town: Town) -> Page:
    """The demo page."""
    opened = desk.new_page()
    opened.goto(town.gateway)
    return opened


def violations(page: Any) -> List[str]:
    """What axe-core finds wrong for people with disabilities: rule and place."""
    from axe_playwright_python.sync_playwright import Axe

    page.wait_for_load_state()
    found = Axe().run(page).response
    assert len(found["passes"]) > 10
    return [f"{rule['id']}: {node['target']}" for rule in found["violations"] for node in rule["nodes"]]


def too_wide(page: Any) -> bool:
    """Whether the page must be scrolled sideways."""
    page.wait_for_load_state()
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))
