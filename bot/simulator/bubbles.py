"""A text message as a phone shows it, with what it costs below."""

from __future__ import annotations

import textwrap
from typing import List

from bot.sms.segments import ALONE, JOINED, Encoding, encoding_of, not_gsm7, segments, units

WIDEST = 56  # columns of a text
OWN_INDENT = 20  # columns by which the phone's own texts stand to the right


def bubble(text: str, sender: str, columns: int, *, own: bool) -> List[str]:
    """Lines no longer than `columns`: who wrote it, the text, and its price."""
    indent = " " * (OWN_INDENT if own and columns > 2 * OWN_INDENT else 0)
    width = max(1, min(WIDEST, columns - len(indent) - 2))
    wrapped = [part for line in text.splitlines() or [""] for part in textwrap.wrap(line, width, break_on_hyphens=False) or [""]]
    return [f"{indent}┌ {sender}", *(f"{indent}│ {line}" for line in wrapped), f"{indent}└ {price(text)}"]


def price(text: str) -> str:
    """Segments, which are what is paid for; the encoding, with what makes it a dear one; units of all those that are paid for."""
    count, encoding = segments(text), encoding_of(text)
    room = ALONE[encoding] if count == 1 else count * JOINED[encoding]
    because = f" because of {not_gsm7(text)}" if encoding is Encoding.UCS2 else ""
    return f"{many_segments(count)}, {encoding.value}{because}, {units(text)} of {room} units"


def many_segments(count: int) -> str:
    return "1 segment" if count == 1 else f"{count} segments"
