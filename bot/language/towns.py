"""The names of the city and of the towns around it (`data/city.yml`) as they stand among the words of a message."""

from __future__ import annotations

from functools import lru_cache
from typing import FrozenSet, Mapping, Sequence, Tuple

from bot.city import city
from bot.language.street_words import folded


@lru_cache(maxsize=1)
def neighbours() -> Mapping[Tuple[str, ...], str]:
    """The towns around the city by the words of each of their names, in lower case without accents and points."""
    named = [(name, town) for town, parts in city().neighbours.items() for name in (town, *parts)]
    return {tuple(folded(name).replace(".", "").split()): town for name, town in named}


@lru_cache(maxsize=1)
def first_words() -> FrozenSet[str]:
    """The words that their names begin with; "st" alone begins many a street."""
    return frozenset(words[0] for words in neighbours())


@lru_cache(maxsize=1)
def single_words() -> FrozenSet[str]:
    """The names that are one word."""
    return frozenset(words[0] for words in neighbours() if len(words) == 1)


def town_at(keys: Sequence[str], at: int) -> Tuple[str, int]:
    """The town, the city itself too, that words name from `at` on, and how many of them; "" and 0 when they name none."""
    if keys[at] == folded(city().short_name):
        return city().short_name, 1
    if keys[at] in first_words():
        for words, town in neighbours().items():
            if tuple(keys[at : at + len(words)]) == words:
                return town, len(words)
    return "", 0
