"""Signing in with a city account, at an OpenID provider that may lie. `tests/interop/test_openid.py` has one nobody here wrote."""

from __future__ import annotations

import time
from typing import Any, Callable, Dict, Iterator, List

import pytest
import requests
from django.contrib.auth.models import User
from django.test import Client
from joserfc.jwk import RSAKey

from bot.review.models import AuditEntry
from bot.settings import Settings
from tests.console.openid_provider import CLIENT, SECRET, Provider, served
from tests.console.staff import NAME, Staff, visible
from tests.running import free_port

ROLES = ("Chat Reviewers=reviewer", "Chat Admins=administrator", "Clerks=privacy_officer")


@pytest.fixture
def provider() -> Iterator[Provider]:
    made = Provider()
    made.claims = {"sub": "s-1", "preferred_username": "ana@city.example", "roles": ["Chat Reviewers", "Everybody"]}
    with served(made):
        yield made


@pytest.fixture
def configure(console_database: str, provider: Provider, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes the console one that knows the provider."""
    from bot.console import openid

    def set_up(**more: Any) -> None:
        given = {"oidc_issuer": provider.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET, "oidc_roles": ROLES}
        config = Settings(**{**given, **more})
        for module in ("openid", "openid_pages", "sign_in"):
            monkeypatch.setattr(f"bot.console.{module}.settings", lambda: config)
        openid._client.cache_clear()

    return set_up


@pytest.fixture
def browser(configure: Callable[..., None]) -> Client:
    configure()
    return Client(SERVER_NAME="127.0.0.1")


def comes_back(browser: Client, next_page: str = "") -> str:
    """The address that the provider sends the browser back to."""
    answer = browser.get("/sign-in/openid", {"next": next_page})
    assert answer.status_code == 302, visible(answer.content.decode())
    back = requests.get(answer["Location"], allow_redirects=False, timeout=5).headers["Location"]
    assert back.startswith("http://127.0.0.1:5080/sign-in/openid/done?")
    return back.removeprefix("http://127.0.0.1:5080")


def signs_in(browser: Client, next_page: str = "") -> str:
    """Where signing in leads; when it is refused, what the page says."""
    answer = browser.get(comes_back(browser, next_page))
    return str(answer["Location"]) if answer.status_code == 302 else visible(answer.content.decode())


def test_a_reviewer_signs_in_with_their_city_account(browser: Client, provider: Provider) -> None:
    page = browser.get("/sign-in?next=/account").content.decode()
    assert 'href="/sign-in/openid?next=%2Faccount"' in page
    browser.get("/sign-in/openid")
    before = browser.session.session_key
    assert signs_in(browser, "/account") == "/account"
    assert browser.session.session_key != before
    account = Staff(browser).reads("/account")
    assert "ana@city.example" in account
    assert "Roles Reviewer" in account
    assert "You sign in with your city account." in account
    asked = provider.asked[-1]
    assert (asked["response_type"], asked["code_challenge_method"], asked["scope"]) == ("code", "S256", "openid profile")
    assert not User.objects.get(username="ana@city.example").has_usable_password()
    rows = AuditEntry.objects.order_by("id").values_list("by", "action", "reason")
    assert list(rows) == [
        ("ana@city.example", "account_add", ""),
        ("ana@city.example", "account_roles", "reviewer"),
        ("ana@city.example", "sign_in_openid", ""),
    ]


def test_an_account_is_found_by_its_subject_whatever_it_is_called_now(browser: Client, provider: Provider) -> None:
    signs_in(browser)
    provider.claims["preferred_username"] = "ana.new@city.example"
    provider.claims["roles"] = ["Chat Admins"]
    elsewhere = Client(SERVER_NAME="127.0.0.1")
    signs_in(elsewhere)
    assert User.objects.filter(openid__isnull=False).count() == 1
    assert elsewhere.get("/accounts").status_code == 200
    assert browser.get("/accounts").status_code == 200, "the new role counts for the session that was there"


def test_nobody_gets_a_local_account_by_being_called_so(browser: Client, provider: Provider) -> None:
    provider.claims |= {"preferred_username": NAME, "email": f"{NAME}@city.example"}
    signs_in(browser)
    assert f"Signed in as {NAME}-2" in Staff(browser).reads("/")
    provider.claims["sub"] = "s-2"
    other = Client(SERVER_NAME="127.0.0.1")
    signs_in(other)
    assert f"Signed in as {NAME}-3" in Staff(other).reads("/")


def test_signing_out_ends_the_session_here(browser: Client) -> None:
    signs_in(browser)
    assert browser.post("/sign-out")["Location"] == "/sign-in"
    assert browser.get("/").status_code == 302


REFUSED = "Your city account did not let you in."
HOUR = 3600
LIES: Dict[str, Dict[str, Any]] = {
    "another sign-in's nonce": {"nonce": "x"},
    "no nonce": {"nonce": None},
    "for another application": {"aud": "payroll"},
    "for several applications, and not said for which": {"aud": [CLIENT, "payroll"]},
    "somebody else's issuer": {"iss": "https://evil.example"},
    "expired": {"exp": int(time.time()) - HOUR},
    "never expires": {"exp": None},
    "from tomorrow": {"iat": int(time.time()) + 24 * HOUR, "exp": int(time.time()) + 48 * HOUR},
    "of nobody": {"sub": None},
    "of an empty subject": {"sub": ""},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=list(LIES))
def test_a_token_that_is_not_for_this_sign_in_is_refused(browser: Client, provider: Provider, lie: Dict[str, Any]) -> None:
    provider.claims |= lie
    assert REFUSED in signs_in(browser)
    assert browser.get("/").status_code == 302
    assert not User.objects.filter(openid__isnull=False).exists()


@pytest.mark.parametrize("algorithm", ["none", "HS256", "another key"])
def test_a_token_that_the_provider_did_not_sign_is_refused(browser: Client, provider: Provider, algorithm: str) -> None:
    if algorithm == "another key":
        provider.key = RSAKey.generate_key(2048, {"kid": "first"})
    else:
        provider.algorithm = algorithm
    assert REFUSED in signs_in(browser)
    assert browser.get("/").status_code == 302


def test_an_answer_that_was_not_asked_for_here_is_refused(browser: Client, provider: Provider) -> None:
    address = comes_back(browser)
    stranger = Client(SERVER_NAME="127.0.0.1")
    assert REFUSED in visible(stranger.get(address).content.decode())
    assert REFUSED in visible(browser.get(address.replace("state=", "state=x")).content.decode())
    assert browser.get(address).status_code == 302, "the one who asked"
    assert stranger.get(address).status_code == 403
    assert REFUSED in visible(stranger.get("/sign-in/openid/done?error=access_denied&state=x").content.decode())


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_signing_in_leads_to_our_own_pages_only(browser: Client, wanted: str) -> None:
    assert signs_in(browser, wanted) == "/"


@pytest.mark.parametrize("roles", [["Everybody"], [], "Everybody", None, {"a": 1}, [7]])
def test_who_has_no_role_is_told_so(browser: Client, provider: Provider, roles: Any) -> None:
    provider.claims["roles"] = roles
    assert "your city account has no role in this console" in signs_in(browser)
    assert not User.objects.filter(openid__isnull=False).exists()
    assert AuditEntry.objects.filter(action="sign_in_failed").count() == 1


@pytest.mark.parametrize(("subject", "said"), [("s-1", "/"), ("s-2", REFUSED)], ids=["theirs", "somebody else's"])
def test_roles_may_be_said_at_the_userinfo_address_of_the_same_person(browser: Client, provider: Provider, subject: str, said: str) -> None:
    provider.metadata = {"userinfo_endpoint": f"{provider.issuer}/userinfo"}
    provider.claims["roles"] = None
    provider.userinfo = {"sub": subject, "roles": ["Chat Reviewers"]}
    assert said in signs_in(browser)
    assert User.objects.filter(groups__name="reviewer", openid__isnull=False).exists() == (said == "/")


def test_who_loses_every_role_loses_the_session_s_too(browser: Client, provider: Provider) -> None:
    signs_in(browser)
    provider.claims["roles"] = []
    assert "no role" in signs_in(Client(SERVER_NAME="127.0.0.1"))
    assert browser.get("/").status_code == 403


def test_two_roles_that_nobody_may_have_together_are_told(browser: Client, provider: Provider) -> None:
    provider.claims["roles"] = ["Chat Admins", "Clerks"]
    assert "two roles that one person may not have together" in signs_in(browser)
    assert not User.objects.filter(openid__isnull=False).exists()


def test_who_has_two_such_roles_from_now_on_keeps_none_of_those_from_before(browser: Client, provider: Provider) -> None:
    signs_in(browser)
    assert browser.get("/").status_code == 200
    provider.claims["roles"] = ["Chat Admins", "Clerks"]
    assert "two roles that one person may not have together" in signs_in(Client(SERVER_NAME="127.0.0.1"))
    assert browser.get("/").status_code == 403
    assert list(AuditEntry.objects.filter(action="account_roles").order_by("id").values_list("reason", flat=True))[-1] == ""


def test_a_disabled_account_stays_out(browser: Client) -> None:
    signs_in(browser)
    User.objects.filter(openid__isnull=False).update(is_active=False)
    assert "Your account in this console is disabled." in signs_in(browser)
    assert browser.get("/").status_code == 302


@pytest.mark.parametrize("how", ["dead", "failing", "garbage"])
def test_a_provider_that_is_down_is_said_and_local_accounts_still_work(
    browser: Client, provider: Provider, configure: Callable[..., None], how: str
) -> None:
    if how == "dead":
        configure(oidc_issuer=f"http://127.0.0.1:{free_port()}")
    provider.down = how == "failing"
    if how == "garbage":
        provider.metadata = {"authorization_endpoint": None}
    answer = browser.get("/sign-in/openid")
    page = visible(answer.content.decode())
    assert ("cannot be reached right now" if how != "garbage" else REFUSED) in page
    assert "User name" in page
    assert Staff(browser).sign_in()["Location"] == "/"


def test_a_provider_that_goes_down_half_way_is_said(browser: Client, provider: Provider) -> None:
    address = comes_back(browser)
    provider.down = True
    answer = browser.get(address)
    assert answer.status_code == 503
    assert "cannot be reached right now" in visible(answer.content.decode())


def test_a_provider_that_calls_itself_otherwise_is_not_ours(browser: Client, provider: Provider) -> None:
    provider.metadata = {"issuer": "https://evil.example"}
    assert REFUSED in visible(browser.get("/sign-in/openid").content.decode())


def test_without_a_provider_there_is_no_button_and_no_way(visitor: Client) -> None:
    assert "city account" not in Staff(visitor).reads("/sign-in")
    assert visitor.get("/sign-in/openid").status_code == 404
    assert visitor.get("/sign-in/openid/done?code=1&state=2").status_code == 404


def test_local_accounts_can_be_turned_off(browser: Client, configure: Callable[..., None]) -> None:
    configure(console_local_sign_in="off")
    page = Staff(browser).reads("/sign-in")
    assert "Sign in with your city account" in page
    assert "User name" not in page
    assert Staff(browser).sign_in().status_code == 403
    assert signs_in(browser) == "/"


def test_an_administrator_cannot_give_a_city_account_a_password_or_roles(browser: Client) -> None:
    from bot.console import accounts

    signs_in(browser)
    user = User.objects.get(openid__isnull=False)
    for change in (lambda: accounts.reset_password(user, "ada"), lambda: accounts.set_roles(user, ["editor"], "ada")):
        with pytest.raises(accounts.AccountError, match="provider"):
            change()
    browser.post("/account/password", {"old": "", "new": "four quiet snow ploughs", "again": "four quiet snow ploughs"})
    assert not User.objects.get(pk=user.pk).has_usable_password()


def test_neither_token_nor_secret_is_in_the_log(browser: Client, provider: Provider, caplog: pytest.LogCaptureFixture) -> None:
    provider.claims["nonce"] = "x"
    signs_in(browser)
    words: List[str] = [record.getMessage() for record in caplog.records]
    assert any("OpenID sign-in: InvalidClaimError nonce" in line for line in words)
    assert not [line for line in words if SECRET in line or "eyJ" in line or "ana@" in line]
