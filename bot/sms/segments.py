"""What a text costs as a text message: its encoding and its segments, counted as Twilio counts them.

Source: 3GPP TS 23.038 (alphabets) and 23.040 (joined messages), as in Twilio's `sms-segments-calculator`, the oracle of
`tests/interop/test_sms_segments.py`.
"""

from __future__ import annotations

from enum import Enum
from typing import Iterator

from bot.splitting import graphemes

_GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM7_EXTENSION = frozenset("\f^{}\\[~]|€")  # written as an escape and a letter: two septets
_FITS_GSM7 = _GSM7 | _GSM7_EXTENSION


class Encoding(str, Enum):
    """How a text travels. Its units are septets in GSM-7 and 16 bits in UCS-2."""

    GSM7 = "GSM-7"
    UCS2 = "UCS-2"


ALONE = {Encoding.GSM7: 160, Encoding.UCS2: 70}  # units in the only segment of a text
JOINED = {Encoding.GSM7: 153, Encoding.UCS2: 67}  # units in each of several: six octets say how they join


def not_gsm7(text: str) -> str:
    """The characters that make a text message UCS-2, each once, in order."""
    return "".join(dict.fromkeys(letter for letter in text if letter not in _FITS_GSM7))


def encoding_of(text: str) -> Encoding:
    """UCS-2 as soon as one character is in neither table of GSM-7."""
    return Encoding.GSM7 if _FITS_GSM7.issuperset(text) else Encoding.UCS2


def units(text: str) -> int:
    """Length in units of its encoding."""
    return sum(_sizes(text, encoding_of(text)))


def segments(text: str) -> int:
    """How many segments are paid for; 1 for an empty text.

    Escape pairs, surrogate pairs and graphemes are not cut between segments: what does not fit goes whole into the next.
    """
    encoding = encoding_of(text)
    sizes = list(_sizes(text, encoding))
    if sum(sizes) <= ALONE[encoding]:
        return 1
    count = room = 0
    for size in sizes:
        if size > room:
            count, room = count + 1, JOINED[encoding]
        room -= size
    return count


def _sizes(text: str, encoding: Encoding) -> Iterator[int]:
    """Units of each part that stays together."""
    if encoding is Encoding.GSM7:
        yield from (2 if letter in _GSM7_EXTENSION else 1 for letter in text)
        return
    for grapheme in graphemes(text):
        letters = [2 if ord(letter) > 0xFFFF else 1 for letter in grapheme]
        whole = sum(letters)
        if whole <= JOINED[encoding]:
            yield whole
        else:  # a heap of marks that no segment holds
            yield from letters
