"""The city's own list of street names (`data/streets.yml`), and which of its names a resident means."""

from __future__ import annotations

from functools import lru_cache
from typing import Iterable, Optional, Tuple

from rapidfuzz import fuzz, process

from bot.language.street_words import folded
from bot.settings import settings
from bot.yaml_files import safe_load

CLOSE_ENOUGH = 85  # of 100; with the margin below, "qeen" finds Queen and "king" does not find Kingswood
CLEAR_MARGIN = 5


@lru_cache(maxsize=1)
def known_streets() -> Tuple[str, ...]:
    """The names of the city's streets without type and direction, empty where the city has no list."""
    path = settings().data_folder / "streets.yml"
    return tuple(safe_load(path.read_text(encoding="utf-8"))["names"]) if path.exists() else ()


@lru_cache(maxsize=1024)
def is_known(name: str) -> bool:
    """Whether a name is one of the city's streets, or close to one."""
    return closest_street(name, known_streets()) is not None


def closest_street(name: str, known: Iterable[str]) -> Optional[str]:
    """The known street name this one must mean: the same, or close and clearly closer than any other; else None."""
    by_key = {folded(street): street for street in known}
    key = folded(name)
    if key in by_key:
        return by_key[key]
    ranked = process.extract(key, by_key.keys(), scorer=fuzz.ratio, limit=2)
    if not ranked or ranked[0][1] < CLOSE_ENOUGH:
        return None
    if len(ranked) > 1 and ranked[0][1] - ranked[1][1] < CLEAR_MARGIN:
        return None
    return by_key[ranked[0][0]]
