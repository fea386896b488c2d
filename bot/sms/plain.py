"""A text made cheap for SMS without loss: typographic characters become those of GSM-7 that mean the same.

Words stay as they are written: letters that GSM-7 lacks (ê, ç, œ) are left, and the text is UCS-2 then. What has a cheap
form gets it all the same, since another part of the text may do without such letters.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Dict

from bot.links import LINK
from bot.sms.segments import not_gsm7

_SAME = {
    "'": "‘’‚‛′‵ʹʻʼʽˈˊˋ´`",
    '"': "“”„‟″‶ʺˮ〝〞",
    "-": "‐‑‒–―−⁃•‣◦▪·",
    "/": "⁄∕÷",
    "...": "…",
    "x": "×",
    "<=": "≤",
    ">=": "≥",
    "->": "→",
    "(C)": "©",
    "(R)": "®",
    "(TM)": "™",
    "1/4": "¼",
    "1/2": "½",
    "3/4": "¾",
    "1/3": "⅓",
    "2/3": "⅔",
    "ff": "ﬀ",
    "fi": "ﬁ",
    "fl": "ﬂ",
    "ffi": "ﬃ",
    "ffl": "ﬄ",
}
_FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if code != 0xFF40} | {0xFF40: "'"}
_CHARACTERS: Dict[int, str] = {ord(letter): cheap for cheap, letters in _SAME.items() for letter in letters} | _FULL_WIDTH

_UNSEEN = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff]")  # control characters, zero-width spaces
_LINE_END = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# Joiners and marks of direction: part of emoji and of other scripts, dropped only where nothing else needs UCS-2.
_JOINERS = re.compile("[\u200c-\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_IN_CONTEXT = (
    (re.compile(r"«[^\S\n]*|[^\S\n]*»"), '"'),
    (re.compile(r"‹[^\S\n]*|[^\S\n]*›"), "'"),
    (re.compile(r"(?<=\w)—(?=\w)"), " - "),
    (re.compile("—"), "-"),
    (re.compile(r"(?<=\d)(?=[¼½¾⅓⅔])"), " "),  # 2½ is not 21/2
    (re.compile(r"(?<=[^\W\d])²"), "2"),  # m², but not 10²
    (re.compile(r"(?<=[^\W\d])³"), "3"),
)


def plain(text: str) -> str:
    """The text with quotes, dashes, ellipses, fractions, bullets and spaces that GSM-7 has.

    Links stay to the letter. Runs of spaces become one, runs of empty lines one, and nothing is left at either end.
    """
    pieces, end = [], 0
    for link in LINK.finditer(text):
        pieces += [_cheap(text[end : link.start()]), link[0]]
        end = link.end()
    cheap = "".join([*pieces, _cheap(text[end:])])
    bare = _JOINERS.sub("", cheap)
    return _tidy(cheap if not_gsm7(_tidy(bare)) else bare)


def _cheap(text: str) -> str:
    text = unicodedata.normalize("NFC", _UNSEEN.sub("", text))
    text = _LINE_END.sub("\n", text)
    for pattern, cheap in _IN_CONTEXT:
        text = pattern.sub(cheap, text)
    return unicodedata.normalize("NFC", text.translate(_CHARACTERS))


def _tidy(text: str) -> str:
    text = re.sub(r"[^\S\n]+", " ", text)
    text = re.sub(r" ?\n ?", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()
