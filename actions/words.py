"""Words that are not sentences: titles, list lines and dates. The words are in `data/wording.yml`, dates are Babel's."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Mapping, Optional, Sequence, cast

import yaml
from babel.dates import format_date
from babel.lists import format_list
from rapidfuzz import fuzz, process

from bot.city import city
from bot.language.street_words import folded
from bot.settings import settings

SURE_TITLE = 85  # of 100: how close what a resident writes must be to a choice's title
LOCALES = {"en": "en_CA", "fr": "fr_CA"}

ORDINALS = {"first": 1, "second": 2, "third": 3, "premier": 1, "premiere": 1, "deuxieme": 2, "seconde": 2, "troisieme": 3}
_NUMBER = re.compile(rf"(?:#|no|option|number|le|la)?\s*(\d{{1,2}})|(?:the |le |la )?({'|'.join(ORDINALS)})(?: one| choice| choix)?")


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


def joined(parts: Sequence[str], language: str) -> str:
    """ "a, b and c"."""
    return format_list(list(parts), locale=LOCALES[language])


def chosen(text: str, titles: Sequence[str]) -> Optional[int]:
    """Which of the offered titles a message means: by its number in the list, or by its words; None when it is not clear."""
    said, keys = folded(text).strip(" .!?"), [folded(offered).strip(" .!?") for offered in titles]
    number = _NUMBER.fullmatch(said)
    if number:
        index = (int(number[1]) if number[1] else ORDINALS[number[2]]) - 1
        return index if 0 <= index < len(titles) else None
    if said in keys:
        return keys.index(said)
    holding = [index for index, key in enumerate(keys) if len(said) > 2 and re.search(rf"\b{re.escape(said)}\b", key)]
    within = [index for index, key in enumerate(keys) if len(key) > 2 and re.search(rf"\b{re.escape(key)}\b", said)]
    for found in (holding, within):
        if len(found) == 1:
            return found[0]
    best = process.extractOne(said, keys, scorer=fuzz.ratio, score_cutoff=SURE_TITLE)
    return best[2] if best else None


def today() -> date:
    """Today where the city is."""
    return datetime.now(city().timezone).date()


def below(lines: Sequence[str]) -> str:
    """Lines to stand below a sentence; nothing at all without lines."""
    return "".join(f"\n{one}" for one in lines)
