"""Numbers in words as figures: "five one nine 742 oh 098" is read as "519 742 0 098", "cinq cent dix-neuf" as "519".

Only for looking: what is found in the figures is replaced in the text as it was written. Digits may be said one by one, in pairs or
in hundreds, in English or French. An O among digits is a zero, an I or l before one a one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Dict, List, Tuple

from bot.conversations.masking_words import begins, lowered

_VALUES: Dict[str, int] = {
    word: value
    for value, words in {
        0: "zero zéro oh nought",
        1: "one un",
        2: "two deux",
        3: "three trois",
        4: "four quatre",
        5: "five cinq",
        6: "six",
        7: "seven sept",
        8: "eight huit",
        9: "nine neuf",
        10: "ten dix",
        11: "eleven onze",
        12: "twelve douze",
        13: "thirteen treize",
        14: "fourteen quatorze",
        15: "fifteen quinze",
        16: "sixteen seize",
        17: "seventeen",
        18: "eighteen",
        19: "nineteen",
        20: "twenty vingt vingts",
        30: "thirty trente",
        40: "forty fourty quarante",
        50: "fifty cinquante",
        60: "sixty soixante",
        70: "seventy",
        80: "eighty",
        90: "ninety",
        100: "hundred cent cents",
    }.items()
    for word in words.split()
}
_REPEATS = {"double": 2, "triple": 3}
_JOINTS = ("and", "et")
_WORD = "|".join(sorted([*_VALUES, *_REPEATS], key=len, reverse=True))
_BETWEEN = r"[^\w\n]{1,3}"
_RUN = re.compile(rf"\b{begins(_WORD)}(?:{_WORD})(?:{_BETWEEN}(?:(?:{'|'.join(_JOINTS)}){_BETWEEN})?(?:{_WORD}))*\b")
_LETTERS = re.compile(r"[^\W\d_]+")
_SLIPPED = re.compile(r"(?<![^\W_])[OIl]{1,3}(?=[0-9])[0-9OIl]*|(?<=[0-9])O+(?![^\W0-9OIl_])[0-9OIl]*")
_AS_DIGIT = str.maketrans("OIl", "011")


@dataclass(frozen=True)
class InFigures:
    """`text` in figures; `_moved`: where each changed piece is in it (start, end) and in what was written (start, end)."""

    text: str
    _moved: Tuple[Tuple[int, int, int, int], ...] = ()

    def written(self, start: int, end: int) -> Tuple[int, int]:
        """Where a piece of `text` is in what was written; whole words of it."""
        return self._place(start, 0), self._place(end, 1)

    def _place(self, at: int, side: int) -> int:
        index = bisect_right(self._moved, (at, len(self.text), 0, 0)) - 1
        if index < 0:
            return at
        start, end, was_start, was_end = self._moved[index]
        if start < at < end:
            return (was_start, was_end)[side]
        return was_start if at == start else was_end + at - end


def in_figures(text: str) -> InFigures:
    """A text with the numbers in it that are two or more words, or one word between digits, in figures."""
    pieces: List[str] = []
    moved: List[Tuple[int, int, int, int]] = []
    at, length = 0, 0
    for run in _RUN.finditer(lowered(text)):
        words = _LETTERS.findall(run.group())
        if len(words) < 2 and not _between_digits(text, run):
            continue
        digits = _read(words)
        pieces += [text[at : run.start()], digits]
        length += run.start() - at + len(digits)
        moved.append((length - len(digits), length, run.start(), run.end()))
        at = run.end()
    pieces.append(text[at:])
    figures = "".join(pieces)
    return InFigures(_SLIPPED.sub(lambda found: found[0].translate(_AS_DIGIT), figures), tuple(moved))


def _between_digits(text: str, run: re.Match[str]) -> bool:
    return (
        text[max(0, run.start() - 2) : run.start()].strip(" -.,").isdecimal() and text[run.end() : run.end() + 2].strip(" -.,").isdecimal()
    )


def _read(words: List[str]) -> str:
    """The digits that number words stand for: "five", "nineteen" gives "519", "quatre", "vingt", "douze" gives "92"."""
    digits: List[str] = []
    at, times = 0, 1
    while at < len(words):
        word = words[at]
        if word in _REPEATS:
            times = _REPEATS[word]
        elif word not in _JOINTS:
            value, at = _number(words, at)
            digits.append(str(value) * times)
            times = 1
        at += 1
    return "".join(digits)


def _number(words: List[str], at: int) -> Tuple[int, int]:
    """The number below 1000 that begins at a word, and where its last word is."""
    value, following = _VALUES[words[at]], _value(words, at + 1)
    if value == 100 or (1 <= value <= 9 and following == 100):
        hundreds, last = (1, at) if value == 100 else (value, at + 1)
        after = last + 2 if last + 1 < len(words) and words[last + 1] in _JOINTS else last + 1
        if 0 < _value(words, after) < 100:
            rest, after = _below_hundred(words, after)
            return hundreds * 100 + rest, after
        return hundreds * 100, last
    return _below_hundred(words, at)


def _below_hundred(words: List[str], at: int) -> Tuple[int, int]:
    value = _VALUES[words[at]]
    if value == 4 and words[at] == "quatre" and _value(words, at + 1) == 20:
        value, at = 80, at + 1
    if value < 20 and not (value == 10 and words[at] == "dix"):
        return value, at
    after = at + 2 if at + 1 < len(words) and words[at + 1] in _JOINTS else at + 1
    unit = _value(words, after)
    if value == 10:
        return (value + unit, after) if 7 <= unit <= 9 else (value, at)
    if value in (60, 80) and 10 <= unit <= 19:
        rest, after = _below_hundred(words, after)
        return value + rest, after
    return (value + unit, after) if 1 <= unit <= 9 else (value, at)


def _value(words: List[str], at: int) -> int:
    return _VALUES.get(words[at], -1) if at < len(words) else -1
