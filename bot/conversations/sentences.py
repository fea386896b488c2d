"""The sentences the gateway and the worker say themselves: `data/responses.yml`."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Mapping, Optional

from babel.dates import format_date

from bot.city import city
from bot.messages import Source
from bot.settings import settings
from bot.yaml_files import safe_load


@lru_cache(maxsize=1)
def _sentences() -> Mapping[str, Mapping[str, str]]:
    with (settings().data_folder / "responses.yml").open(encoding="utf-8") as file:
        shape: Mapping[str, Mapping[str, str]] = safe_load(file)
    return shape


def say(key: str, language: Optional[str], **values: str) -> str:
    """One sentence in a language; in every language of the city, a line each, while the resident's is not known.

    Raises KeyError when the key is not in `data/responses.yml`.
    """
    rows = _sentences()[key]
    languages = [language] if language in rows else list(city().languages)
    return "\n".join(rows[one].format(phone=city().phone, **values) for one in languages if one)


def announce(key: str, texts: Mapping[str, str], language: Optional[str]) -> str:
    """A sentence around the words of staff, which are there in each language of the city; which languages, as with `say`."""
    languages = [language] if language in texts else city().languages
    return "\n".join(say(key, one, message=texts[one]) for one in languages if one)


def source_line(source: Source, language: Optional[str]) -> str:
    """Where an answer comes from, in one language: a source is named once, however little we know of its reader."""
    known = language if language in city().languages else city().languages[0]
    if source.as_of is None:
        return say("source", known, name=source.name, url=source.url)
    day = format_date(date.fromisoformat(source.as_of), format="long", locale=known)
    if known == "fr":
        day = re.sub(r"^1 ", "1er ", day)  # CLDR has no pattern for it
    return say("source_as_of", known, name=source.name, url=source.url, date=day)
