"""A clerk signs in at an OpenID provider that nobody here wrote: `oidc-provider-mock`.

It lives in an environment of its own, since it needs pydantic 2.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, Dict, Iterator

import pytest
import requests

from tests.console.conftest import console_template
from tests.console.processes import environment, served
from tests.conversations import databases
from tests.interop.venvs import foreign_venv
from tests.running import free_port, stop, wait_until_healthy

pytestmark = pytest.mark.interop
__all__ = ["console_template"]
PERSON = "ana@city.example"


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    program = foreign_venv("oidc-provider-mock", "oidc-provider-mock==0.3.4") / "oidc-provider-mock"
    port, log = free_port(), tmp_path_factory.mktemp("provider") / "provider.log"
    with log.open("wb") as output:
        process = subprocess.Popen([program, "--host", "127.0.0.1", "--port", str(port)], stdout=output, stderr=output)
    try:
        wait_until_healthy(f"http://127.0.0.1:{port}/.well-known/openid-configuration", process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        stop(process)


@pytest.fixture(scope="module")
def console(provider: str, console_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    state, port = tmp_path_factory.mktemp("console"), free_port()
    environ = environment(
        RESIDENT_STATE=state,
        DATABASE_URL=databases.sqlite(Path(shutil.copy(console_template, state))),
        CONSOLE_PORT=port,
        OIDC_ISSUER=requests.get(f"{provider}/.well-known/openid-configuration", timeout=5).json()["issuer"],
        OIDC_CLIENT_ID="console",
        OIDC_CLIENT_SECRET="a secret",
        OIDC_ROLES="Chat Reviewers=reviewer",
    )
    with served("bot.console.server", state / "console.log", environ, health=f"http://127.0.0.1:{port}/health"):
        yield f"http://127.0.0.1:{port}"


def known(provider: str, subject: str, **claims: Any) -> None:
    requests.put(f"{provider}/users/{subject}", json=claims, timeout=5).raise_for_status()


def signs_in(console: str, subject: str) -> requests.Session:
    """A browser in which somebody has pressed the button and signed in at the provider."""
    browser = requests.Session()
    form = browser.get(f"{console}/sign-in/openid?next=/account", timeout=10)
    browser.last = browser.post(form.url, data={"sub": subject}, timeout=10)  # type: ignore[attr-defined]
    return browser


def page(answer: requests.Response) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", answer.text.partition("<main")[2]).split())


def test_a_reviewer_signs_in_and_comes_to_the_page_they_wanted(provider: str, console: str) -> None:
    claims: Dict[str, Any] = {"roles": ["Chat Reviewers"], "preferred_username": PERSON}
    known(provider, "s-1", **claims)
    answer = signs_in(console, "s-1").last  # type: ignore[attr-defined]
    assert (answer.status_code, answer.url) == (200, f"{console}/account"), page(answer)
    assert PERSON in page(answer)
    assert "Reviewer" in page(answer)


def test_somebody_without_a_role_is_told_so(provider: str, console: str) -> None:
    known(provider, "s-2", roles=["Everybody"])
    answer = signs_in(console, "s-2").last  # type: ignore[attr-defined]
    assert answer.status_code == 403
    assert "your city account has no role in this console" in page(answer)
