"""The text of a message as the language modules read it."""

from __future__ import annotations

import re
import unicodedata

_DIGIT = re.compile(r"\d")
MAX_CHARACTERS = 2000  # of one text; what a resident wants stands at its beginning, and time stays bounded


def legible(text: str) -> str:
    """The beginning of the text without what nobody sees: zero-width characters, marks of direction, control characters."""
    text = text[:MAX_CHARACTERS]
    return text if text.isprintable() else "".join(map(_seen, text))


def _seen(character: str) -> str:
    kind = unicodedata.category(character)
    if kind == "Cc":
        return " "
    return "" if kind in ("Cf", "Cs") else character


def plain(text: str) -> str:
    """The text as it is compared: bounded, one case, without accents (residents leave them out), every digit a 0."""
    folded = text[:MAX_CHARACTERS].casefold()
    if not folded.isascii():
        folded = "".join(character for character in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(character))
    return _DIGIT.sub("0", folded)
