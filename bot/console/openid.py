"""Signing in at the city's OpenID provider: authorization code with PKCE, state and nonce. Authlib does the protocol.

Who somebody is, is the provider's subject for them, never a name or an e-mail address; their roles are what it says at each sign-in.
"""

from __future__ import annotations

import logging
import re
from functools import lru_cache
from typing import Any, Dict, List, Mapping, Optional

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import DjangoOAuth2App, OAuth
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from joserfc.errors import JoseError

from bot.console import accounts
from bot.console.models import OpenIdAccount
from bot.console.roles import ROLES
from bot.review import audit
from bot.settings import settings

ALGORITHMS = ["RS256"]  # what every provider signs with; `none` and whatever else a token says is refused
TIMEOUT_S = (3.05, 10)  # to connect, to answer
LEEWAY_S = 60  # clocks differ
NAME_LENGTH = 140  # of the 150 that fit: a number may follow
SUBJECT = "openid"  # of an entry of the audit log, where no account is known
# A provider that answers otherwise than agreed makes the protocol's own errors, and those of Python where nobody checked.
WRONG = (requests.RequestException, AuthlibBaseError, JoseError, RuntimeError, LookupError, TypeError, ValueError, AttributeError)

log = logging.getLogger(__name__)


class OpenIdError(Exception):
    """Nobody is signed in. `code`: one of the group of words `openid_problems`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def go(request: HttpRequest, back_to: str) -> HttpResponse:
    """Sends the reader to the provider, which sends them to the address `back_to`. Raises OpenIdError."""
    try:
        answer: HttpResponse = _provider().authorize_redirect(request, back_to)
    except WRONG as err:
        raise _told(err) from err
    return answer


def come_back(request: HttpRequest) -> User:
    """The account of whom the provider sent back, with the roles it says they have. Raises OpenIdError."""
    return _account(_claims(request))


def _claims(request: HttpRequest) -> Mapping[str, Any]:
    """What a token says whose signature, issuer, audience, times and nonce are right; when it has no roles, with what userinfo adds."""
    config = settings()
    try:
        provider = _provider()
        options = {"iss": {"essential": True, "value": config.oidc_issuer}, "aud": {"essential": True, "value": config.oidc_client_id}}
        token = provider.authorize_access_token(request, claims_options=options, leeway=LEEWAY_S)
        claims: Dict[str, Any] = token["userinfo"]
        if not (isinstance(claims["sub"], str) and 0 < len(claims["sub"]) <= 255):
            raise ValueError("a subject is up to 255 characters")
        if config.oidc_roles_claim not in claims and "userinfo_endpoint" in provider.server_metadata:
            more: Dict[str, Any] = provider.userinfo(token=token)
            if more.get("sub") != claims["sub"]:  # OpenID Connect Core 5.3.2
                raise ValueError("of somebody else")
            claims = {**more, **claims}
    except WRONG as err:
        if isinstance(err, JoseError):
            audit.note("", "sign_in_failed", SUBJECT)
        raise _told(err) from err
    return claims


@lru_cache(maxsize=1)
def _client() -> DjangoOAuth2App:
    config = settings()
    return OAuth().register(
        "openid",
        client_id=config.oidc_client_id,
        client_secret=config.oidc_client_secret,
        server_metadata_url=f"{str(config.oidc_issuer).rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid profile", "code_challenge_method": "S256", "default_timeout": TIMEOUT_S},
    )


def _provider() -> DjangoOAuth2App:
    """The provider, which is asked once for its addresses and must be whom the settings name."""
    client = _client()
    said = client.load_server_metadata()
    if said.get("issuer") != settings().oidc_issuer:
        _client.cache_clear()
        log.warning("OIDC_ISSUER is not what the provider calls itself")
        raise OpenIdError("refused")
    said["id_token_signing_alg_values_supported"] = ALGORITHMS
    return client


def _told(err: Exception) -> OpenIdError:
    """The one place where what can go wrong on the way becomes a sentence. The log gets no word of the provider's: it may name somebody."""
    log.warning("OpenID sign-in: %s %s", type(err).__name__, getattr(err, "claim", ""))
    return OpenIdError("down" if isinstance(err, requests.RequestException) else "refused")


def roles_of(claims: Mapping[str, Any]) -> List[str]:
    """The roles of `roles.ROLES` that the claim stands for, by the setting OIDC_ROLES."""
    config = settings()
    said = claims.get(config.oidc_roles_claim, [])
    given = {said} if isinstance(said, str) else set(filter(lambda one: isinstance(one, str), said if isinstance(said, list) else []))
    pairs = [row.rpartition("=") for row in config.oidc_roles]
    wanted = {role.strip() for name, _, role in pairs if name.strip() in given}
    return [role for role in ROLES if role in wanted]


def _account(claims: Mapping[str, Any]) -> User:
    roles = roles_of(claims)
    key = {"issuer": settings().oidc_issuer, "subject": claims["sub"]}
    found = OpenIdAccount.objects.select_related("user").filter(**key).first()
    user = known = found.user if found else None
    try:
        with transaction.atomic():
            if user is None and roles:
                user = User(username=_free_name(claims))
                user.set_unusable_password()
                user.save()
                OpenIdAccount.objects.create(user=user, **key)
                audit.note(user.get_username(), "account_add", accounts.subject(user))
            if user is not None:
                accounts.take_roles(user, roles)
    except accounts.AccountError as err:
        if known:  # the roles it had are not what the provider says
            accounts.take_roles(known, [])
        raise _refused(known, err.code) from err
    except IntegrityError as err:  # somebody signed in for the first time twice at once, or the name was just taken
        raise OpenIdError("refused") from err
    if user is None or not roles:
        raise _refused(known, "no_role")
    if not user.is_active:
        raise _refused(known, "disabled")
    return user


def _refused(user: Optional[User], code: str) -> OpenIdError:
    audit.note("", "sign_in_failed", accounts.subject(user) if user else SUBJECT)
    return OpenIdError(code)


def _free_name(claims: Mapping[str, Any]) -> str:
    """How the account is called here: as at the provider, with a number when somebody else is already called so."""
    said = str(claims.get("preferred_username") or claims.get("name") or claims["sub"])
    name = re.sub(r"[^\w.@+-]", "_", said)[:NAME_LENGTH]
    number, free = 1, name
    while User.objects.filter(username__iexact=free).exists():
        number += 1
        free = f"{name}-{number}"
    return free
