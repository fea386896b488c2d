"""Measures of a text: words, how it compares with another, and what it costs as a text message."""

from __future__ import annotations

import re
import unicodedata

# 3GPP TS 23.038, the characters a text message can hold at 7 bits; those of the extension table count twice.
_GSM7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM7_EXTENSION = set("^{}\\[~]|€")
_FITS_GSM7 = _GSM7 | _GSM7_EXTENSION
MOST_GSM7 = 306  # two joined parts of 153 characters
MOST_UCS2 = 201  # three joined parts of 67 characters


def words(text: str) -> int:
    return len(text.split())


def comparable(text: str) -> str:
    """The text without case, accents, punctuation and repeated spaces: two texts residents would call the same are equal."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[^\W_]+", plain))


def not_gsm7(text: str) -> str:
    """The characters that make a text message UCS-2, each once, in order."""
    return "".join(dict.fromkeys(letter for letter in text if letter not in _FITS_GSM7))


def sms_length(text: str) -> int:
    """Length in septets, or in UTF-16 units when a character is outside GSM-7."""
    if not_gsm7(text):
        return len(text.encode("utf-16-be")) // 2
    return len(text) + sum(letter in _GSM7_EXTENSION for letter in text)
