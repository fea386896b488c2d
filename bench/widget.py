"""What the chat widget costs a visitor: bytes, time until it can be used, memory. `python -m bench.widget`.

A real Chromium on the real gateway and worker; the assistant behind answers at once, so that the widget is measured and nothing else.
The slow rows are with the processor slowed down four times, as on an old phone.
"""

from __future__ import annotations

import gzip
import os
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any, List, Tuple

os.environ.setdefault("RESIDENT_STATE", tempfile.mkdtemp(prefix="resident-bench-"))

from bot.conversations.database import setup

setup()

from playwright.sync_api import CDPSession, Page, sync_playwright  # noqa: E402

from bot.settings import ROOT  # noqa: E402
from tests.browser.conftest import BROWSERS  # noqa: E402
from tests.conversations import databases  # noqa: E402
from tests.conversations.assistant import messages  # noqa: E402
from tests.gateway.starting import system_at_work  # noqa: E402

SLOWER = 4
TRIES = 15
MESSAGES = 500  # of the resident; as many answers come
PEERS_KB = (("RasaHQ/chat-widget 0.1.19", 53), ("Deep Chat 2.4.2", 111), ("Bürokratt 3.3.1, first load", 149), ("rasa-webchat 1.0.1", 211))
CLICK = """async () => {
  const chat = document.querySelector('resident-chat');
  const started = performance.now();
  chat.shadowRoot.querySelector('.launcher').click();
  while (chat.shadowRoot.activeElement?.id !== 'text') await new Promise((done) => setTimeout(done));
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - started;
}"""
LAUNCHER = "() => document.querySelector('resident-chat')?.shadowRoot.querySelector('.launcher') ? performance.now() : 0"
Row = Tuple[str, str]


def sizes() -> List[Row]:
    built = (ROOT / "bot" / "widget" / "widget.js").read_bytes()
    rows = [("this widget", f"{len(built) / 1000:.1f} KB, {len(gzip.compress(built, 9)) / 1000:.1f} KB compressed")]
    return rows + [(name, f"{size} KB compressed (measured 2026-11-23)") for name, size in PEERS_KB]


def opening(browser: Any, url: str, slower: int) -> List[Row]:
    ready, usable = [], []
    for _ in range(TRIES):
        with browser.new_context(locale="en-CA") as context:
            page = context.new_page()
            context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
            page.goto(url)
            ready.append(page.wait_for_function(LAUNCHER).json_value())
            usable.append(page.evaluate(CLICK))
    name = f"processor {slower} times slower: " if slower > 1 else ""
    return [
        (f"{name}page asked for until the launcher is there", f"{statistics.median(ready):.0f} ms"),
        (f"{name}click until the panel is drawn and takes a question", f"{statistics.median(usable):.0f} ms"),
    ]


def heap_mb(tools: CDPSession) -> float:
    tools.send("HeapProfiler.collectGarbage")
    found = {row["name"]: row["value"] for row in tools.send("Performance.getMetrics")["metrics"]}
    return float(found["JSHeapUsedSize"]) / 1e6


def memory(page: Page, tools: CDPSession) -> List[Row]:
    tools.send("Performance.enable")
    page.get_by_role("button", name="Ask a question").click()
    page.get_by_label("Your question").wait_for()
    empty = heap_mb(tools)
    ask = "text => { document.querySelector('resident-chat').ask(text); }"
    for number in range(MESSAGES):
        page.evaluate(ask, f"number {number}: when is garbage collected at 200 King St W?")
    page.locator(".said .line").nth(2 * MESSAGES - 1).wait_for(timeout=300_000)
    rows = [("memory of the page, panel open and empty", f"{empty:.1f} MB")]
    rows.append((f"memory after {MESSAGES} messages and their answers", f"{heap_mb(tools):.1f} MB"))
    page.reload()
    started = page.evaluate("performance.now()")
    page.locator(".said .line").nth(2 * MESSAGES - 1).wait_for()
    rows.append((f"a reload brings {2 * MESSAGES} lines back within", f"{page.evaluate('performance.now()') - started:.0f} ms"))
    return rows


def main() -> None:
    folder = Path(tempfile.mkdtemp())
    database = databases.sqlite(folder / "record.sqlite3")
    databases.migrate(database)
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    rows = sizes()
    with system_at_work(database, folder, gateway="tests.browser.patient_gateway") as (url, fake), sync_playwright() as playwright:
        fake.reply = lambda turn: messages(f"Every Tuesday, out by 7 a.m. You said: {turn['text']}")
        browser = playwright.chromium.launch(executable_path=program, chromium_sandbox=False)
        for slower in (1, SLOWER):
            rows += opening(browser, url, slower)
        page = browser.new_page(locale="en-CA")
        page.goto(url)
        rows += memory(page, page.context.new_cdp_session(page))
        browser.close()
    for name, value in rows:
        print(f"| {name} | {value} |")


if __name__ == "__main__":
    main()
