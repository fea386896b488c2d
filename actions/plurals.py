"""Singular and plural, in English and French."""

from __future__ import annotations

from functools import lru_cache
from typing import FrozenSet

_PLURALS = (("ies", "y"), ("ves", "fe"), ("ves", "f"), ("eaux", "eau"), ("aux", "al"), ("es", ""), ("s", ""), ("x", ""))


@lru_cache(maxsize=4096)
def forms_of(word: str) -> FrozenSet[str]:
    """A word without accents and capitals, and what it may be the plural of."""
    return frozenset({word} | {word[: -len(end)] + put for end, put in _PLURALS if word.endswith(end) and len(word) > len(end) + 1})
