"""Words that nobody can read, left out: the number of another office's letter, the tail of a link, a hand on the keyboard.

To a sentence encoder they may say anything at all and drown what is around them: "mon bac est brisé" with an order number behind it was
about nothing any more, and "it is deep" was danger.
"""

from __future__ import annotations

import re
from typing import AbstractSet, Callable

_WORD = re.compile(r"\b(?=\d*[A-Za-z])[0-9A-Za-z]{8,}\b")  # shorter ones say little either way
_LETTERS = 2.25  # to a piece, on average: who needs more pieces spells out. docs/decisions/intent-classifier.md says how many words do
_BEGINNING = 32  # characters that are looked at
_MOST = 16  # words looked at in one text: bounds the time


def without_unreadable(text: str, known: AbstractSet[str], pieces: Callable[[str], int]) -> str:
    """The text without its unreadable words; a text of nothing else stays whole.

    Args:
        known: words that are read whatever they look like, in lower case.
        pieces: how many word pieces an encoder, which knows parts of words in many languages, makes of a word.
    """
    left = _MOST

    def kept(match: re.Match[str]) -> str:
        nonlocal left
        word = match.group().lower()
        if left == 0 or word in known:
            return match.group()
        left -= 1
        word = word[:_BEGINNING]
        return "" if len(word) <= _LETTERS * pieces(word) else match.group()

    read = _WORD.sub(kept, text)
    return read if any(character.isalnum() for character in read) else text
