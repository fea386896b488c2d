"""The console under a name of its own: cookies, headers and addresses when a proxy of ours ends HTTPS."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Dict, Iterator

import pytest
import requests

from tests.console.processes import environment, served
from tests.console.staff import NAME, PASSWORD
from tests.conversations import databases
from tests.running import free_port

HOST = "console.example.org"
PROXIED = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}


@pytest.fixture(scope="module")
def console(console_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    state, port = tmp_path_factory.mktemp("proxied"), free_port()
    environ = environment(
        RESIDENT_STATE=state,
        DATABASE_URL=databases.sqlite(Path(shutil.copy(console_template, state))),
        CONSOLE_PORT=port,
        CONSOLE_URL=f"https://{HOST}",
    )
    with served("bot.console.server", state / "console.log", environ, health=f"http://127.0.0.1:{port}/health"):
        yield f"http://127.0.0.1:{port}"


def signs_in(console: str, **headers: str) -> requests.Response:
    """Through the proxy. The cookies are Secure, so they are carried by hand."""
    form = requests.get(f"{console}/sign-in", headers=PROXIED, timeout=10)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form.text)
    assert token
    said = {**PROXIED, "Origin": f"https://{HOST}", "Referer": f"https://{HOST}/sign-in", **headers}
    data = {"username": NAME, "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
    return requests.post(f"{console}/sign-in", data=data, headers={**said, "Cookie": cookies(form)}, allow_redirects=False, timeout=10)


def cookies(answer: requests.Response) -> str:
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in answer.cookies)


def test_a_clerk_signs_in_and_the_cookies_are_bound_to_this_host_and_to_https(console: str) -> None:
    answer = signs_in(console)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    names: Dict[str, str] = {cookie.name: str(cookie.secure) for cookie in answer.cookies}
    assert names == {"__Host-console_session": "True", "__Host-csrftoken": "True"}
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    page = requests.get(f"{console}/", headers={**PROXIED, "Cookie": cookies(answer)}, timeout=10)
    assert f"<strong>{NAME}</strong>" in page.text


def test_another_site_s_form_is_refused(console: str) -> None:
    assert signs_in(console, Origin="https://evil.example").status_code == 403


def test_whoever_comes_without_https_is_sent_to_it(console: str) -> None:
    answer = requests.get(f"{console}/accounts?x=1", headers={"Host": HOST}, allow_redirects=False, timeout=10)
    assert (answer.status_code, answer.headers["Location"]) == (301, f"https://{HOST}/accounts?x=1")
    assert requests.get(f"{console}/health", timeout=10).json() == {"state": "ok"}


def test_another_name_is_not_answered(console: str) -> None:
    answer = requests.get(f"{console}/sign-in", headers={**PROXIED, "Host": "evil.example"}, allow_redirects=False, timeout=10)
    assert answer.status_code in (301, 400)
    assert "evil.example" not in answer.headers.get("Location", "")


@pytest.mark.parametrize(
    ("public", "peer", "said", "counted"),
    [
        ("https://console.example.org", "127.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("https://console.example.org", "127.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("https://console.example.org", "127.0.0.1", "not an address", "127.0.0.1"),
        ("https://console.example.org", "192.0.2.9", "203.0.113.7", "192.0.2.9"),
        ("", "127.0.0.1", "203.0.113.7", "127.0.0.1"),
    ],
    ids=["the proxy's word", "its last word", "no word", "from elsewhere", "no proxy"],
)
def test_only_a_proxy_of_ours_says_who_called(console_database: str, public: str, peer: str, said: str, counted: str) -> None:
    from django.http import HttpRequest, HttpResponse
    from django.test import RequestFactory, override_settings

    from bot.console.middleware import behind_proxy

    seen = []

    def page(request: HttpRequest) -> HttpResponse:
        seen.append((request.META["REMOTE_ADDR"], request.META.get("HTTP_X_FORWARDED_PROTO")))
        return HttpResponse()

    with override_settings(CSRF_TRUSTED_ORIGINS=[public] if public else []):
        behind_proxy(page)(RequestFactory().get("/", REMOTE_ADDR=peer, headers={"X-Forwarded-For": said, "X-Forwarded-Proto": "https"}))
    assert seen == [(counted, "https" if public and peer == "127.0.0.1" else None)]
