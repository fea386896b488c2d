"""The console as the process manager starts it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import requests

from tests.console.processes import environment, served
from tests.console.staff import NAME, PASSWORD
from tests.conversations import databases
from tests.running import free_port


def test_the_console_serves_staff_over_http_on_loopback(console_template: Path, tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    database = databases.sqlite(Path(shutil.copy(console_template, tmp_path / "record.sqlite3")))
    environ = environment(RESIDENT_STATE=tmp_path, DATABASE_URL=database, CONSOLE_PORT=port)
    log = tmp_path / "console.log"
    with served("bot.console.server", log, environ, health=f"{url}/health"):
        with requests.Session() as browser:
            token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.get(f"{url}/", timeout=10).text)
            assert token
            form = {"csrfmiddlewaretoken": token[1], "username": NAME, "password": PASSWORD, "next": "/"}
            page = browser.post(f"{url}/sign-in", form, timeout=10)
            assert (page.status_code, page.url) == (200, f"{url}/")
            assert "Nothing waits here." in page.text
            for path in ("/sign-in", "/topics"):  # signed in or not, nobody fills the disk
                refused = browser.post(f"{url}{path}", data=b"x" * 300_000, timeout=10)
                assert (refused.status_code, refused.headers["X-Content-Type-Options"]) == (413, "nosniff")
            assert "text/css" in browser.get(f"{url}/static/console.css", timeout=10).headers["Content-Type"]
    assert NAME not in log.read_text(encoding="utf-8")
