"""The words of `data/telegram.yml`: the commands of the menu and what is on the keyboards."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Mapping, Optional, Tuple

from bot.messages import Choice
from bot.settings import settings
from bot.yaml_files import safe_load

ASKS_LANGUAGE = "telegram_language"  # the sentence of `data/responses.yml` that comes with a choice of languages

# `/help`, `/help@CityBot`; `/start` may bring the parameter of a link (t.me/CityBot?start=parameter). More words are a message.
_COMMAND = re.compile(r"/([a-z]+)(?:@\w+)?(?:(?<=/start) [\w-]{1,64})?", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class Command:
    """What the menu offers: answered like a choice with this `payload`, or with our own `sentence`. `does`: what it says there."""

    does: Mapping[str, str]
    payload: Optional[str] = None
    sentence: str = ""


@lru_cache(maxsize=1)
def _words() -> Mapping[str, Any]:
    with (settings().data_folder / "telegram.yml").open(encoding="utf-8") as file:
        shape: Mapping[str, Any] = safe_load(file)
    return shape


@lru_cache(maxsize=1)
def commands() -> Mapping[str, Command]:
    """The commands by their name, in the order of the menu."""
    return {name: Command(**row) for name, row in _words()["commands"].items()}


def command(text: str) -> Optional[Command]:
    """The command a message is, if it is nothing else."""
    found = _COMMAND.fullmatch(text.strip())
    return commands().get(found[1].lower()) if found else None


def language_choices() -> Tuple[Choice, ...]:
    """The languages to choose from, each named in itself."""
    return tuple(Choice(name, switch_language(language)) for language, name in _words()["languages"].items())


def switch_language(language: str) -> str:
    """The payload of the choice of a language."""
    return f"/switch_language{json.dumps({'language': language})}"


def share_location(language: Optional[str]) -> str:
    """What is on the button that shares the resident's location; in every language while theirs is not known."""
    rows: Mapping[str, str] = _words()["share_location"]
    return rows[language] if language and language in rows else " / ".join(rows.values())
