"""Which role gets to which page. The pages are found in the list of addresses, so a new one is tested too."""

from __future__ import annotations

from typing import List

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from bot.console.roles import ROLES
from bot.review.models import AuditEntry
from tests.console.routes import routes
from tests.console.staff import NAME, PASSWORD, Staff, resident_writes, visible

# What issue 10 says each role may do.
MAY = {
    "viewer": {"read"},
    "reviewer": {"read", "review"},
    "editor": {"read", "review", "edit", "switch", "export"},
    "privacy_officer": {"read", "export", "reveal", "dispose", "audit"},
    "administrator": {"read", "review", "edit", "switch", "publish", "export", "audit", "accounts"},
}
OPEN_TO_ALL = {"sign_in", "sign_in_code", "openid_start", "openid_done", "language", "health", "static_file"}
SIGNED_IN = {"sign_out"}  # whatever the role
NOT_ABOUT_A_CONVERSATION = {"name", "number", "month", "form"}  # parts of addresses that name a file, an account, a report, a kind of file
# Each notes what it shows as an action of its own (`reveal`, `export`, `view_topic`, `view_to_grade`, …): see the tests of these pages.
NOTED_BY_THEMSELVES = {"reveal", "person", "topic", "topic_draft", "grading_turn"}
# A form's address, asked for: leads back to the page, which is noted.
LEAD_BACK = {"proposal_decide", "visit_mark", "visit_assign", "visit_tag", "visit_untag", "visit_note", "turn_verdict"}


@pytest.fixture
def anybody(console_database: str) -> Client:
    """A browser whose errors are answers."""
    return Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)


def signed_in(browser: Client, role: str) -> None:
    user, _ = User.objects.get_or_create(username=f"the-{role}")
    user.groups.set([Group.objects.get_or_create(name=role)[0]] if role else [])
    browser.force_login(user)
    session = browser.session
    session["signed_in_at"] = 1e12
    session.save()


def answers(browser: Client, address: str) -> List[int]:
    """The states of a GET, unless it leads to the page above, and of a POST, unless it is not made for that."""
    asked, sent = browser.get(address).status_code, browser.post(address).status_code
    return [*([] if asked == 303 else [asked]), *([] if sent == 405 else [sent])]


def test_the_roles_are_those_of_the_table_and_no_other() -> None:
    assert {role: {ability.value for ability in abilities} for role, abilities in ROLES.items()} == MAY
    assert not [role for role, may in MAY.items() if {"reveal", "accounts"} <= may]


@pytest.mark.parametrize("role", ["", *MAY])
def test_each_page_lets_in_the_roles_that_may_and_no_others(anybody: Client, role: str) -> None:
    for route in routes():
        if route.name in OPEN_TO_ALL | SIGNED_IN:
            continue
        assert route.ability, f"{route.name} has no @needs"
        signed_in(anybody, role)
        found = answers(anybody, route.address)
        assert found, route.name
        if route.ability in MAY.get(role, set()):
            assert all(status < 500 and status != 403 for status in found), (route.name, role, found)
        else:
            assert set(found) == {403}, (route.name, role, found)


def test_whoever_is_signed_out_is_asked_to_sign_in_on_every_page(anybody: Client) -> None:
    for route in routes():
        if route.name not in OPEN_TO_ALL:
            for answer in (anybody.get(route.address), anybody.post(route.address)):
                assert answer.status_code in (302, 405), route.name
                assert answer.status_code == 405 or answer["Location"].startswith("/sign-in?next="), route.name


def test_every_post_needs_its_page_s_token_from_a_script_too(console_database: str) -> None:
    browser = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True)
    tried = 0
    for route in routes():
        for headers in ({}, {"HX-Request": "true"}):
            signed_in(browser, "administrator")
            User.objects.get(username="the-administrator").groups.add(Group.objects.get_or_create(name="privacy_officer")[0])
            response = browser.post(route.address, {"username": "x", "language": "fr"}, headers=headers)
            if response.status_code != 405:
                tried += 1
                assert response.status_code == 403, route.name
                assert "This was not allowed." in visible(response.content.decode()), route.name
    assert tried >= 20


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_form_s_address_that_a_browser_asks_for_leads_to_a_page_above_it(anybody: Client, language: str) -> None:
    """After signing in again, or changing the language on a page that answered a form."""
    led = []
    for route in routes():
        for role in ("administrator", "privacy_officer"):
            signed_in(anybody, role)
            answer = anybody.get(route.address, headers={"Accept-Language": language})
            assert answer.status_code != 405, route.name
            if answer.status_code == 303:
                led.append(route.name)
                assert route.address.startswith(answer["Location"])
                assert anybody.get(answer["Location"]).status_code != 405
    assert {"publish_roll_back", "notice_put_up", "own_second_factor", "account_add", "sign_out", "audit_file", "purge"} <= set(led)


@pytest.mark.parametrize("address", ["/privacy/find", "/switches/on", "/publish/1/judge"])
def test_a_nul_in_what_is_sent_is_refused_with_a_sentence(anybody: Client, address: str) -> None:
    signed_in(anybody, "administrator")
    for fields in ({"key": "a\0b", "name": "a\0b"}, {"a\0b": "x"}):
        answer = anybody.post(address, fields)
        assert (answer.status_code, "The request could not be read." in visible(answer.content.decode())) == (400, True)


def test_signing_in_again_after_a_form_sent_too_late_opens_its_page(visitor: Client) -> None:
    late = visitor.post("/account/password", {"old": "x"})
    assert late["Location"] == "/sign-in?next=/account/password"
    page = visitor.post("/sign-in", {"username": NAME, "password": PASSWORD, "next": "/account/password"}, follow=True)
    assert (page.status_code, page.redirect_chain[-1][0]) == (200, "/account")
    assert "Your account" in visible(page.content.decode())


def test_looking_at_a_conversation_is_noted_on_every_page_that_shows_one(anybody: Client) -> None:
    about = []
    for route in routes():
        if route.arguments.keys() - NOT_ABOUT_A_CONVERSATION:
            for role in MAY:
                signed_in(anybody, role)
                if anybody.get(route.address).status_code not in (403, 303):
                    about.append(route)
                    break
    assert "conversation" in {route.name for route in about}
    assert {route.name for route in about if not route.audited} <= NOTED_BY_THEMSELVES | LEAD_BACK


def test_a_look_at_a_conversation_is_in_the_audit_log_and_one_that_found_nothing_is_not(staff: Staff) -> None:
    key = resident_writes("one", "hello").conversation_id
    staff.page(f"/conversations/{key}")
    staff.browser.get("/conversations/abc")
    assert list(AuditEntry.objects.filter(action="view").values_list("by", "subject")) == [(NAME, f"conversation:{key}")]
