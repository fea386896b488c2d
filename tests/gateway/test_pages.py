"""Everything else the public may ask the gateway for, and what it may not."""

from __future__ import annotations

import subprocess
import sys
from typing import Any, Dict, List

import pytest
import requests

from bot.city import city
from tests.gateway.conftest import Gateway
from tests.gateway.resident import Resident
from tests.running import ROOT


def get(running: Dict[str, Any], path: str, **headers: str) -> requests.Response:
    return requests.get(running["url"] + path, headers=headers, timeout=30)


def test_the_demo_page_names_the_city_in_the_readers_language(running: Dict[str, Any]) -> None:
    page = get(running, "/", **{"Accept-Language": "fr-CA,fr;q=0.9"})
    assert page.status_code == 200
    assert '<html lang="fr"' in page.text
    assert city().name["fr"] in page.text
    assert '<html lang="en"' in get(running, "/?lang=en", **{"Accept-Language": "fr"}).text


def test_every_file_the_demo_page_asks_for_is_there(running: Dict[str, Any]) -> None:
    kinds = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
    files = [part.split('"')[0] for part in get(running, "/").text.split('="/static/')[1:]]
    assert len(files) > 2
    for name in files:
        found = get(running, f"/static/{name}")
        assert found.status_code == 200
        assert found.headers["Content-Type"] == kinds[name.rpartition(".")[2]]


ALLOWED = {"script-src", "style-src", "img-src", "connect-src", "form-action"}  # our own files and addresses, and nothing else of anybody's
EXAMPLES = {"static/<str:name>": "static/demo.js", r"^media/(?P<media_id>[0-9a-f]{32})$": f"media/{'0' * 32}"}
FOR_ANY_SITE = ("/widget.js",)


def addresses() -> List[str]:
    """Every public address, from the gateway's own list, and one that is none."""
    code = "from bot.conversations.database import setup; setup('bot.gateway.settings'); from bot.gateway.urls import urlpatterns"
    listed = f"{code}; print(*(route.pattern for route in urlpatterns), sep='\\n')"
    done = subprocess.run([sys.executable, "-c", listed], cwd=ROOT, check=True, capture_output=True, text=True)
    found = [f"/{EXAMPLES.get(route, route)}" for route in done.stdout.splitlines()]
    assert len(found) > 10
    return [*found, "/nothing/here"]


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "DELETE"])
def test_every_answer_forbids_foreign_scripts_and_frames_and_does_not_name_its_server(running: Dict[str, Any], method: str) -> None:
    for path in addresses():
        answer = requests.request(method, running["url"] + path, headers={"Origin": "https://elsewhere.example"}, timeout=30)
        assert answer.status_code < 500 or path == "/health"  # most parts are not started here
        headers = answer.headers
        policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
        assert policy == {"default-src": "'none'", "frame-ancestors": "'none'", "base-uri": "'none'", **dict.fromkeys(ALLOWED, "'self'")}
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Permissions-Policy"] == "camera=(), geolocation=(self), microphone=()"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers.get("Access-Control-Allow-Origin") == ("*" if path in FOR_ANY_SITE and answer.ok else None)
        assert "Server" not in headers
        assert "Strict-Transport-Security" not in headers  # it is called over HTTP here
        assert "Set-Cookie" not in headers


@pytest.mark.parametrize(
    "path",
    [
        "/sign-in",
        "/conversations",
        "/admin/",
        "/static/../settings.py",
        "/static/..%2fsettings.py",
        "/static/%2e%2e/settings.py",
        "/static/",
        "/static/nothing.js",
        "/static/.",
        "/webhooks/",
        "/webhooks/rest/",
        "/webhooks/rest/webhook/",
        "/webhooks/turn/",
        "/%00",
        "/%ff",
        "/health/",
        "/" + "x" * 5000,
    ],
    ids=lambda path: path[:30],
)
def test_there_is_nothing_else(running: Dict[str, Any], path: str) -> None:
    refused = get(running, path)
    assert refused.status_code == 404
    assert refused.json() == {"error": "no such page"}


def test_none_of_the_consoles_addresses_is_served(running: Dict[str, Any]) -> None:
    listing = "from bot.console.urls import urlpatterns; print(*(route.pattern for route in urlpatterns), sep='\\n')"
    code = f"from bot.conversations.database import setup; setup('bot.console.settings'); {listing}"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    console = {f"/{route}" for route in done.stdout.splitlines()} - {"/", "/health"}
    assert console
    for path in console:
        assert get(running, path.replace("<", "x").replace(">", "x")).status_code == 404


def test_the_key_is_asked_for_once_one_is_set(database_url: str, gateway: Gateway) -> None:
    with gateway(database_url, REST_API_KEY="the key of the city") as url:
        resident = Resident(url)
        for wrong in (None, {"X-Api-Key": ""}, {"X-Api-Key": "another"}, {"X-Api-Key": "the key of the cit"}):
            refused = resident.post("hello", headers=wrong)
            assert refused.status_code == 401
            assert "the key" not in refused.json()["error"].replace("the API key", "")
        assert resident.post(7, headers={"X-Api-Key": "the key of the city"}).status_code == 400  # let in, and then refused for its shape


def test_with_a_public_address_and_no_key_rest_is_closed(database_url: str, gateway: Gateway) -> None:
    with gateway(database_url, PUBLIC_URL="https://chat.example.org") as url:
        refused = Resident(url).post("hello")
        assert refused.status_code == 401
        assert "REST_API_KEY" in refused.json()["error"]
        assert refused.headers["Strict-Transport-Security"] == "max-age=31536000"
