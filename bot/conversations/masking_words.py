"""The words the masking looks for (`data/masking_words.yml`, `data/streets.yml`), and how finders hand over what they found."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, FrozenSet, Iterable, Mapping, NamedTuple

from bot.language.known_streets import known_streets
from bot.language.street_words import folded
from bot.settings import settings
from bot.yaml_files import safe_load

TAKEN = "\0"  # stands where something was found: no finder reads on across it


class Piece(NamedTuple):
    """A part of a text, and what is shown in its place; None: it stays as it is, whatever it looks like."""

    start: int
    end: int
    marker: str | None


@lru_cache(maxsize=1)
def words() -> Mapping[str, Any]:
    """`data/masking_words.yml`."""
    shape: Mapping[str, Any] = safe_load((settings().data_folder / "masking_words.yml").read_text(encoding="utf-8"))
    return shape


@lru_cache(maxsize=1)
def street_names() -> str:
    """The names of the city's streets as alternatives of a regular expression, empty where the city has no list."""
    return one_of(name.lower() for name in known_streets())


def one_of(phrases: Iterable[str]) -> str:
    """Phrases as alternatives, the longest first; an apostrophe may be missing, a hyphen may be a space."""
    longest = sorted(set(phrases), key=len, reverse=True)
    return "|".join(re.escape(phrase).replace("'", "['’]?").replace(r"\-", "[ -]?").replace(r"\ ", " ") for phrase in longest)


@lru_cache(maxsize=8)
def word_set(name: str) -> FrozenSet[str]:
    """A list of words as they are compared: folded."""
    return frozenset(map(folded, words()[name]))


def lowered(text: str) -> str:
    """A text in lower case, as long as it was. Patterns for one case are many times faster than those for both."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(letter.lower()[:1] for letter in text)


def begins(alternatives: str) -> str:
    """The letters that alternatives begin with, as a look-ahead that fails fast."""
    return f"(?=[{re.escape(''.join(sorted({one[:1] for one in alternatives.split('|') if one})))}])"


def blanked(text: str, pieces: Iterable[Piece]) -> str:
    """The text, nothing moved, with the pieces made unreadable."""
    for start, end, _ in pieces:
        text = f"{text[:start]}{TAKEN * (end - start)}{text[end:]}"
    return text
