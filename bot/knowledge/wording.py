"""Measures of a text: words, how it compares with another, and how much an article may say in a text message."""

from __future__ import annotations

import re
import unicodedata
from itertools import filterfalse

MOST_GSM7 = 306  # two joined parts of 153 characters
MOST_UCS2 = 201  # three joined parts of 67 characters
_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> int:
    return len(text.split())


def comparable(text: str) -> str:
    """The text without case, accents, punctuation and repeated spaces: two texts residents would call the same are equal."""
    plain = text.lower() if text.isascii() else _plain(text)
    return " ".join(_WORD.findall(plain))


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(filterfalse(unicodedata.combining, unicodedata.normalize("NFKD", folded)))
