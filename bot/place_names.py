"""Which kinds of places a message names ("nearest pool and library"): the words of `data/places.yml`."""

from __future__ import annotations

from functools import lru_cache
from typing import FrozenSet, List, Tuple

from bot.language.found import Found, Reading
from bot.language.names import Name, name_words, names
from bot.settings import settings
from bot.yaml_files import safe_load


@lru_cache(maxsize=1)
def _names() -> Tuple[Tuple[Name, ...], FrozenSet[str]]:
    """The names of every kind, and which kinds the city's layers have."""
    with (settings().data_folder / "places.yml").open(encoding="utf-8") as file:
        shape = safe_load(file)
    every = tuple(
        Name("place", row["id"], name_words(spelling + plural), frozenset())
        for row in (*shape["kinds"], *shape["not_held"])
        for spellings in row["words"].values()
        for spelling in spellings
        for plural in ("", "s")
    )
    return every, frozenset(row["id"] for row in shape["kinds"])


def kinds_in(reading: Reading) -> List[Found]:
    """The kinds a message names, from left to right; each one's value is the kind's id."""
    held = _names()[1]
    return [found for found in every_kind_in(reading) if found.value in held]


def every_kind_in(reading: Reading) -> List[Found]:
    """The same with those that no layer has: bike parking is no parking."""
    return names(reading, _names()[0])
