"""The secrets the processes share: from the environment or from files in production, made once on a laptop.

On a laptop they are kept in `<state folder>/secrets.json`, readable by its owner only. Losing the file makes the sealed
texts unreadable, which is the point of sealing.
"""

from __future__ import annotations

import json
import os
import secrets as entropy
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

from bot.settings import SettingError, settings, value_of


@dataclass(frozen=True, repr=False)
class Secrets:
    """Each field can be given as an environment variable of the same name in upper case, or by file; 64 hexadecimal digits each."""

    master_key: str  # wraps the data keys of conversations and seals tracker rows and routes
    lookup_key: str  # keys the HMAC that finds a conversation by address
    internal_secret: str  # sent between our own servers
    django_secret_key: str


def _from_file(path: Path) -> Secrets:
    try:
        return Secrets(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        made = {row.name: entropy.token_hex(32) for row in fields(Secrets)}
        draft = path.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(made, file)
        try:
            os.link(draft, path)  # fails when another process was first: its secrets count
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        return Secrets(**json.loads(path.read_text(encoding="utf-8")))


@lru_cache(maxsize=1)
def secrets() -> Secrets:
    """The secrets of this process: the environment's if they are there, else the laptop's file. Raises SettingError for some of them."""
    given = {row.name: value_of(os.environ, row.name.upper()) for row in fields(Secrets)}
    if all(given.values()):
        return Secrets(**given)
    if any(given.values()):  # made up here, the others would be another copy's
        missing = ", ".join(name.upper() for name, value in given.items() if not value)
        raise SettingError(f"some secrets are set, so all must be: {missing}")
    return _from_file(settings().state_folder / "secrets.json")
