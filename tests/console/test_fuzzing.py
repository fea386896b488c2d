"""Whatever is sent to any address of the console, by nobody and by somebody who may do everything: never an error of ours."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any, Dict, List

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.console.filters import FIELDS
from bot.console.roles import ROLES
from bot.settings import ROOT
from tests.console.reviewers import account, visited
from tests.console.routes import Route, routes
from tests.odd_values import WRITABLE

EXAMPLES = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
CONSOLE = ROOT / "bot" / "console"
_TAKEN = re.compile(r"""(?:GET|POST)(?:\.get|\.getlist)?[(\[]f?"(\w+)|\bname="([\w-]+)\"""")
_SENSIBLE = ["", *"1 on en rest 2026-01-31 2026-01-31T09:30 reviewer garbage collection_day good csv / //x".split()]


def fields(*files: Path) -> List[str]:
    """Every field that these read or have in a form."""
    return sorted({name for path in files for pair in _TAKEN.findall(path.read_text()) for name in pair if name})


EVERY = sorted({*fields(*CONSOLE.glob("*.py"), *CONSOLE.rglob("*.html")), *FIELDS})
VALUES = st.sampled_from(_SENSIBLE) | WRITABLE
METHODS = st.sampled_from(["GET", "POST"])
_NUMBERS = st.sampled_from([1, 2, 10**6, 2**31, 2**63, 10**30])
_PERIODS = st.sampled_from(["csv", "xlsx", "2026-W05", "2026-13", "2026-01", "9999-99"])
_WORDS = WRITABLE.map(lambda text: text.replace("/", "") or "-") | _PERIODS


def drawn_form(data: st.DataObject, route: Route) -> Dict[str, str]:
    """Fields that the module of a view reads, and others."""
    own = fields(Path(inspect.getsourcefile(inspect.unwrap(route.view)) or ""))
    names = st.sampled_from(EVERY) | st.sampled_from(own) if own else st.sampled_from(EVERY)
    return data.draw(st.dictionaries(names, VALUES, max_size=8))


def drawn_address(data: st.DataObject, route: Route, key: str) -> str:
    """An address of a route, some of them of things that are there."""
    slugs = st.sampled_from([key, "0" * 32, "x", "garbage_missed"])
    parts = {"int": _NUMBERS, "slug": slugs, "string": _WORDS}
    return reverse(route.name, kwargs={part: data.draw(parts[kind]) for part, kind in route.arguments.items()})


def answer(browser: Client, method: str, where: str, form: Dict[str, str]) -> int:
    response = browser.get(where, form) if method == "GET" else browser.post(where, form)
    if response.streaming:
        b"".join(response)
    return response.status_code


@pytest.fixture
def visit(console_database: str) -> Any:
    return visited("a resident", "when is garbage day", "and recycling?")


@EXAMPLES
@given(st.data(), METHODS)
def test_somebody_who_may_do_everything(visit: Any, data: st.DataObject, method: str) -> None:
    from django.contrib.auth.models import User

    User.objects.filter(username="all of them").delete()
    browser = account("all of them", *ROLES).browser
    route = data.draw(st.sampled_from(routes()))
    assert answer(browser, method, drawn_address(data, route, visit.conversation_id), drawn_form(data, route)) < 500


@EXAMPLES
@given(st.data(), METHODS)
def test_nobody(visitor: Client, data: st.DataObject, method: str) -> None:
    route = data.draw(st.sampled_from(routes()))
    assert answer(visitor, method, drawn_address(data, route, "x"), drawn_form(data, route)) < 500


@pytest.mark.parametrize("name", ["sign_in", "sign_in_code", "own_password", "account_add"])
@settings(EXAMPLES, max_examples=30)
@given(st.dictionaries(st.sampled_from(["username", "password", "code", "old", "new", "again", "name", "next"]), WRITABLE))
def test_names_and_passwords(staff: Any, name: str, form: Dict[str, str]) -> None:
    for browser in (staff.browser, Client(SERVER_NAME="127.0.0.1")):
        assert answer(browser, "POST", reverse(name), form) < 500
