"""What `resident doctor --production` looks at besides: what is fine on a laptop and wrong where residents write.

Each check says whether all is well and why, in a sentence without a secret.
"""

from __future__ import annotations

import os
import re
from dataclasses import fields
from ipaddress import ip_address
from typing import Callable, List, Mapping, Optional, Tuple

from bot.running.parts import ALL
from bot.secrets import Secrets
from bot.settings import Settings, value_of

SHORTEST_KEY = 32
_KEY = re.compile(r"[0-9a-fA-F]{64}")


def profile(config: Settings) -> Tuple[bool, str]:
    return config.profile == "live", f"{config.profile}" + ("" if config.profile == "live" else ": residents would read sample data")


def kept_secrets(config: Settings, environ: Optional[Mapping[str, str]] = None) -> Tuple[bool, str]:
    """The secrets come from outside; those of a laptop's state folder would differ from copy to copy, and be lost with it."""
    given = {row.name.upper(): value_of(os.environ if environ is None else environ, row.name.upper()) for row in fields(Secrets)}
    missing = [name for name, value in given.items() if not value]
    if missing:
        return False, f"not set: {', '.join(missing)} (each copy would make up its own)"
    short = [name for name, value in given.items() if not _KEY.fullmatch(value)]
    if short:
        return False, f"not 64 hexadecimal digits: {', '.join(short)} (`openssl rand -hex 32` makes one)"
    if len(set(given.values())) < len(given):
        return False, "two of them are the same: make each by itself"
    return True, "all set"


def databases(config: Settings) -> Tuple[bool, str]:
    lite = [
        variable
        for variable, url in (("DATABASE_URL", config.record_database_url), ("TRACKER_DATABASE_URL", config.tracker_url))
        if url.startswith("sqlite:")
    ]
    if not lite:
        return True, "PostgreSQL, for any number of copies"
    elsewhere = any((config.assistant_at, config.actions_at, config.console_at))
    if elsewhere or len(lite) == 1:
        return False, f"{' and '.join(lite)}: SQLite, which only processes of one machine share; give a postgresql:// address"
    return True, "SQLite: one copy of each part, on this machine. For several copies give postgresql:// addresses"


def address(config: Settings) -> Tuple[bool, str]:
    if not config.public_url:
        return False, "PUBLIC_URL is not set: pictures and text messages need it, and REST is open without it"
    if not config.public_url.startswith("https://"):
        return False, "PUBLIC_URL must begin with https://"
    return True, f"residents come to {config.residents_url}"


def rest(config: Settings) -> Tuple[bool, str]:
    if config.rest_api_key is None:
        return bool(config.public_url), "closed" if config.public_url else "open to everybody: set REST_API_KEY or PUBLIC_URL"
    if len(config.rest_api_key) < SHORTEST_KEY:
        return False, f"REST_API_KEY can be guessed: give it {SHORTEST_KEY} characters"
    return True, "open to who has the key"


def console(config: Settings) -> Tuple[bool, str]:
    if config.console_public_url is None:
        return _is_loopback(config.private_host), "this machine only" if _is_loopback(config.private_host) else "CONSOLE_URL is not set"
    if not config.console_public_url.startswith("https://"):
        return False, "CONSOLE_URL must begin with https://: passwords would be readable on the way"
    return True, f"staff come to {config.console_public_url}" + ("" if config.oidc_issuer else ", with local accounts")


def proxies(config: Settings) -> Tuple[bool, str]:
    known = [proxy for proxy in config.trusted_proxies if not _is_loopback(proxy)]
    if not _is_loopback(config.host) and not known:
        return False, "TRUSTED_PROXIES does not name the reverse proxy: all residents would count as one caller"
    return True, ", ".join(config.trusted_proxies)


def watched(config: Settings) -> Tuple[bool, str]:
    unseen = [part.name for part in ALL if not part.sandbox_only and part.name not in config.monitoring_ports]
    if unseen:
        return False, "not watched: " + ", ".join(f"{name.upper()}_MONITORING_PORT" for name in unseen)
    if not config.synthetic_every_s:
        return False, "SYNTHETIC_EVERY_S is 0: a broken assistant looks like a quiet night"
    return True, f"every part, and a question every {config.synthetic_every_s} s"


def model(config: Settings) -> Tuple[bool, str]:
    from bot.assistant.training import model_path

    path = model_path()
    return path.exists(), path.name if path.exists() else "none fits the data: `resident train` makes one"


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:  # a network, or another name
        return False


CHECKS: List[Tuple[str, Callable[[Settings], Tuple[bool, str]]]] = [
    ("profile", profile),
    ("secrets", kept_secrets),
    ("databases", databases),
    ("address", address),
    ("REST", rest),
    ("console", console),
    ("proxies", proxies),
    ("watched", watched),
    ("trained", model),
]
