"""What a question about buses wants besides the next one: the last of the day, a way to go, or the other way. `data/transit_words.yml`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Iterable, Mapping, Optional, Pattern

from bot.language.found import Reading
from bot.settings import settings
from bot.yaml_files import safe_load

_NEVER = re.compile(r"(?!)")


def asks_last(text: str) -> bool:
    """Whether the last departures of a day are asked for: "last bus", "how late does it run", "le dernier bus"; not whoever missed it."""
    plain = _pattern("not_last").sub(" ", _plain(text))
    return bool(_pattern("last").search(plain)) and not _pattern("next").search(plain)


def asks_other_way(text: str) -> bool:
    """Whether the opposite of what was told is asked for."""
    return bool(_pattern("other_way").search(_plain(text)))


def headed(text: str, *, answer: bool = False) -> Optional[str]:
    """Where a resident is headed: north, south, east or west; None when that is not said.

    Args:
        answer: to the question which way; then the word alone is enough.
    """
    plain = _plain(text)
    sections = ("headed", "alone") if answer else ("headed",)
    return next((way for section in sections for way in _words()[section] if _pattern(section, way).search(plain)), None)


def _plain(text: str) -> str:
    return Reading.of(text).plain.replace("’", "'")


@lru_cache(maxsize=1)
def _words() -> Mapping[str, Any]:
    with (settings().data_folder / "transit_words.yml").open(encoding="utf-8") as file:
        return dict(safe_load(file))


@lru_cache(maxsize=16)
def _pattern(section: str, way: Optional[str] = None) -> Pattern[str]:
    languages: Mapping[str, Iterable[str]] = _words()[section][way] if way else _words()[section]
    texts = [re.escape(text).replace(r"\#", r"\d+") for words in languages.values() for text in words]
    return re.compile(rf"(?<!\w)(?:{'|'.join(texts)})(?!\w)") if texts else _NEVER
