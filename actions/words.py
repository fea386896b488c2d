"""Words that are not sentences: titles, list lines and dates. The words are in `data/wording.yml`, dates are Babel's."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Mapping, Optional, Sequence, cast

import yaml
from babel.dates import format_date, format_time
from babel.lists import format_list

from bot.city import city
from bot.settings import settings

LOCALES = {"en": "en_CA", "fr": "fr_CA"}


@lru_cache(maxsize=1)
def wording() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """`data/wording.yml`: section, key, language."""
    with (settings().data_folder / "wording.yml").open(encoding="utf-8") as file:
        return cast(Mapping[str, Mapping[str, Mapping[str, str]]], yaml.safe_load(file))


def title(section: str, key: str, language: str) -> Optional[str]:
    """A title, None when the section has no such key."""
    row = wording()[section].get(key)
    return row[language] if row else None


def word(section: str, key: str, language: str) -> str:
    """A word that must be there."""
    return wording()[section][key][language]


def line(name: str, language: str, **values: Any) -> str:
    """One line of a list."""
    return word("lines", name, language).format(**values)


def spoken_date(day: date, language: str, *, year: bool = False) -> str:
    """A date as it is said: "Tuesday, December 1", "mardi 1er décembre"."""
    pattern = {"en": "EEEE, MMMM d", "fr": "EEEE d MMMM"}[language] + ({"en": ", y", "fr": " y"}[language] if year else "")
    text = format_date(day, pattern, locale=LOCALES[language])
    return re.sub(r"\b1 (?=[^\W\d])", "1er ", text) if language == "fr" else text  # CLDR has no pattern for "1er"


def spoken_time(moment: datetime, language: str) -> str:
    """A time of day as it is said: "3:05 p.m.", "15 h 05"."""
    text = format_time(moment, "short", tzinfo=city().timezone, locale=LOCALES[language])
    return " ".join(text.split())  # CLDR writes spaces that cost a text message


def joined(parts: Sequence[str], language: str) -> str:
    """ "a, b and c"."""
    return format_list(list(parts), locale=LOCALES[language])


def today() -> date:
    """Today where the city is."""
    return datetime.now(city().timezone).date()


def below(lines: Sequence[str]) -> str:
    """Lines to stand below a sentence; nothing at all without lines."""
    return "".join(f"\n{one}" for one in lines)
