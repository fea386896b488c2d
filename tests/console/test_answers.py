"""What holds for every answer of the console, errors too."""

from __future__ import annotations

import hashlib
import html
import json
import re

import pytest
from django.test import Client
from django.urls import Resolver404, get_resolver, resolve

from bot.settings import ROOT
from tests.console.staff import Staff, visible

POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)


def break_the_inbox(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> None:
        raise RuntimeError("the record is on fire")

    monkeypatch.setattr("bot.console.inbox.groups", fails)


def test_pages_and_errors_allow_no_script_but_ours_and_no_frame(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = staff.browser
    browser.raise_request_exception = False
    answers = {200: [browser.get("/"), browser.get("/health"), browser.get("/static/console.css")], 404: [browser.get("/nothing")]}
    answers[400] = [browser.get("/", SERVER_NAME="evil.example")]
    answers[403] = [Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True).post("/sign-in")]
    break_the_inbox(monkeypatch)
    answers[500] = [browser.get("/")]
    for status, group in answers.items():
        for response in group:
            assert response.status_code == status
            assert response["Content-Security-Policy"] == POLICY
            assert response["X-Frame-Options"] == "DENY"
            assert response["X-Content-Type-Options"] == "nosniff"
            assert response["Referrer-Policy"] == "same-origin"
            assert response["Cross-Origin-Opener-Policy"] == "same-origin"
            assert response["Permissions-Policy"] == "camera=(), geolocation=(), microphone=()"


def test_an_error_inside_is_one_sentence_without_its_details(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    staff.browser.raise_request_exception = False
    break_the_inbox(monkeypatch)
    page = visible(staff.browser.get("/").content.decode())
    assert "Something went wrong on our side." in page
    assert "fire" not in page


def test_pages_are_not_kept_by_browsers(staff: Staff) -> None:
    assert staff.browser.get("/")["Cache-Control"] == "no-store"


def test_health_needs_no_account(visitor: Client) -> None:
    response = visitor.get("/health")
    assert (response.status_code, response.json()) == (200, {"state": "ok"})


def test_health_tells_when_the_record_cannot_be_read(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError, connection

    def refuses() -> None:
        raise OperationalError("no database")

    monkeypatch.setattr(connection, "cursor", refuses)
    response = visitor.get("/health")
    assert (response.status_code, response.json()) == (503, {"state": "down"})


@pytest.mark.parametrize("name", ["..%2fsettings.py", "settings.py", "console.css%00"])
def test_only_the_known_files_are_served(visitor: Client, name: str) -> None:
    assert visitor.get(f"/static/{name}").status_code == 404


def concrete(urlconf: str) -> list[str]:
    """Every address of a URLconf with something in its open places."""
    patterns = [str(pattern.pattern) for pattern in get_resolver(urlconf).url_patterns]
    return ["/" + pattern.replace("<str:name>", "x").replace("<slug:key>", "x").replace("<int:number>", "1") for pattern in patterns]


def test_the_gateway_serves_nothing_of_the_console_and_the_console_nothing_of_the_gateway(console_database: str) -> None:
    shared = {"/", "/health", "/static/x"}  # each has its own
    own = {urlconf: set(concrete(urlconf)) - shared for urlconf in ("bot.console.urls", "bot.gateway.urls")}
    assert all(own.values())
    for here, there in (("bot.console.urls", "bot.gateway.urls"), ("bot.gateway.urls", "bot.console.urls")):
        for address in own[there]:
            with pytest.raises(Resolver404):
                resolve(address, here)
        for address in shared:
            assert resolve(address, here).func.__module__.startswith(here.removesuffix("urls"))


def test_htmx_is_the_released_file() -> None:
    from bot.console.plain import STATIC

    noted = re.search(r"`([0-9a-f]{64})`", (ROOT / "docs/decisions/htmx.md").read_text(encoding="utf-8"))
    assert noted
    assert hashlib.sha256((STATIC / "htmx.min.js").read_bytes()).hexdigest() == noted[1]


def test_scripts_are_served_and_set_up_to_run_nothing_but_themselves(staff: Staff) -> None:
    page = staff.page("/conversations")
    for name in re.findall(r'<script src="(/static/[^"]+)"', page):
        assert staff.browser.get(name)["Content-Type"] == "text/javascript"
    config = json.loads(html.unescape(re.findall(r"name=\"htmx-config\" content='([^']+)'", page)[0]))
    assert config == {
        "allowEval": False, "selfRequestsOnly": True, "includeIndicatorStyles": False, "historyCacheSize": 0, "refreshOnHistoryMiss": True
    }  # fmt: skip
    assert not re.search(r"<script(?! src=)|\son\w+=|\sstyle=|javascript:", page)
