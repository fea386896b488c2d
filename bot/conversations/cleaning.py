"""A resident's text as the rest of the system may take it: plain, bounded, without invisible characters.

Cleaning comes before anything looks for personal information: a card number in full-width digits or with a zero-width
space inside is found only after it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MAX_CHARACTERS = 2_000  # a resident's message; SMS ends at 1,600

_MAX_MARKS = 4  # combining marks on one letter; more is decoration that breaks the display of the next reader
_LINE_ENDS = re.compile(r"\r\n?|[\u0085\u2028\u2029\v\f]")
_DROPPED = {"Cc", "Cf", "Cs", "Co"}  # control, format (zero-width, direction), lone surrogates, private use
_INVISIBLE = re.compile(r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\u20e3\U000e0000-\U000e0fff]")
_SPACES = re.compile(r"[^\S\n]+")


@dataclass(frozen=True)
class Cleaned:
    """`text` may be empty when nothing readable was sent; `cut`: it was longer than MAX_CHARACTERS."""

    text: str
    cut: bool


def _plain(character: str) -> str:
    if character == "\n":
        return character
    if character == "\t":
        return " "
    category = unicodedata.category(character)
    if category in _DROPPED:
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(character))  # digits of every script read as 0 to 9
    return character


def _limit_marks(text: str) -> str:
    kept, marks = [], 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if marks <= _MAX_MARKS:
            kept.append(character)
    return "".join(kept)


def legible(text: str) -> str:
    """NFKC, digits of every script as ASCII, no control, zero-width, direction or surrogate characters; spaces as they are."""
    if text.isascii() and text.isprintable():
        return text
    text = _LINE_ENDS.sub("\n", text)
    if not text.isascii():
        # Normalised twice: what is dropped may have kept apart two characters that combine.
        text = unicodedata.normalize("NFKC", text)
        text = _INVISIBLE.sub("", text)
    text = "".join(map(_plain, text))
    if not text.isascii():
        text = _limit_marks(unicodedata.normalize("NFKC", text))
    return text


def tidy(text: str) -> str:
    """Legible, with single spaces."""
    return _SPACES.sub(" ", legible(text)).strip()


def clean(text: str) -> Cleaned:
    """A resident's text: tidy, and at most MAX_CHARACTERS of it."""
    text = tidy(text)
    return Cleaned(text=text[:MAX_CHARACTERS].rstrip(), cut=len(text) > MAX_CHARACTERS)
