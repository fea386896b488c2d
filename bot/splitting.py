"""A text cut into parts that fit a channel's messages."""

from __future__ import annotations

import re
from typing import Callable, Iterator, List

import regex

from bot.links import LINK

Fits = Callable[[str], bool]

_GRAPHEME = regex.compile(r"[\r\n]|\X")
_SENTENCE_END = re.compile(r"""[.!?…]["')»\]]*(?=\s)|(?=\n)""")
_WORD_END = re.compile(r"(?<=\S)(?=\s)")


def graphemes(text: str) -> List[str]:
    """What a reader takes for one character each; CR and LF apart."""
    found: List[str] = _GRAPHEME.findall(text)
    return found


def split(text: str, fits: Fits, ending: str = "") -> List[str]:
    """Parts that fit, in order; every one but the last has the ending behind it. One part when all fits, none when there is no text.

    A part ends with a sentence or a line if it is at least half full then, else with a word. Only a word that no part holds is
    cut: between graphemes, and beside a link unless no part holds the link.

    Args:
        fits: whether a text is short enough; if one is, so is each beginning of it.
    Raises:
        ValueError: the ending leaves no room for text.
    """
    parts, rest = [], text.strip()
    while not fits(rest):
        end = _end(rest, fits, ending)
        parts.append(rest[:end].rstrip() + ending)
        rest = rest[end:].lstrip()
    return [*parts, rest] if rest else parts


def _end(text: str, fits: Fits, ending: str) -> int:
    """Where the first part of the text ends, which does not fit whole."""
    most = _most(text, fits, ending)
    head = text[: most + 1]  # what follows the last character that fits says whether a word ends there
    sentences = [match.end() for match in _SENTENCE_END.finditer(head) if most / 2 <= match.end() <= most]
    words = [match.end() for match in _WORD_END.finditer(head)]
    for ends in (sentences, words, _ends_of_graphemes(text, most)):
        last = max(ends, default=0)
        if last:
            return last
    return most


def _most(text: str, fits: Fits, ending: str) -> int:
    """How many characters fit before the ending."""
    enough, too_many = 0, len(text)
    while too_many - enough > 1:
        middle = (enough + too_many) // 2
        if fits(text[:middle].rstrip() + ending):
            enough = middle
        else:
            too_many = middle
    if not enough:
        raise ValueError("the ending leaves no room for text")
    return enough


def _ends_of_graphemes(text: str, most: int) -> Iterator[int]:
    """Ends of graphemes within the first `most` characters, outside links."""
    links = [link.span() for link in LINK.finditer(text)]
    end = 0
    for grapheme in graphemes(text):
        end += len(grapheme)
        if end > most:
            return
        if not any(start < end < stop for start, stop in links):
            yield end
