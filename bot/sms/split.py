"""An answer cut into text messages, each small enough to be read and paid for."""

from __future__ import annotations

import re
from typing import Iterator, List

from bot.sms.links import LINK
from bot.sms.segments import graphemes, segments

MOST_SEGMENTS = 3  # of one part; Twilio's own limit of 1,600 characters is far away then

_SENTENCE_END = re.compile(r"""[.!?…]["')»\]]*(?=\s)|(?=\n)""")
_WORD_END = re.compile(r"(?<=\S)(?=\s)")


def split(text: str, notice: str) -> List[str]:
    """Parts of at most MOST_SEGMENTS segments each, in order; every one but the last ends with the notice on its own line.

    A part ends with a sentence or a line if it is at least half full then, else with a word. Only a word that no part holds
    is cut: between graphemes, and beside a link unless no part holds the link. One part when all fits, none when there is no text.

    Args:
        notice: how to get the rest ("Reply MORE for the rest.").
    Raises:
        ValueError: the notice leaves no room for text.
    """
    ending = f"\n{notice}"
    parts, rest = [], text.strip()
    while segments(rest) > MOST_SEGMENTS:
        end = _end(rest, ending)
        parts.append(rest[:end].rstrip() + ending)
        rest = rest[end:].lstrip()
    return [*parts, rest] if rest else parts


def _end(text: str, ending: str) -> int:
    """Where the first part of the text ends, which does not fit whole."""
    most = _most(text, ending)
    head = text[: most + 1]  # what follows the last character that fits says whether a word ends there
    sentences = [match.end() for match in _SENTENCE_END.finditer(head) if most / 2 <= match.end() <= most]
    words = [match.end() for match in _WORD_END.finditer(head)]
    for ends in (sentences, words, _ends_of_graphemes(text, most)):
        last = max(ends, default=0)
        if last:
            return last
    return most


def _most(text: str, ending: str) -> int:
    """How many characters fit before the ending."""
    fits, fits_not = 0, len(text)
    while fits_not - fits > 1:
        middle = (fits + fits_not) // 2
        if segments(text[:middle].rstrip() + ending) <= MOST_SEGMENTS:
            fits = middle
        else:
            fits_not = middle
    if not fits:
        raise ValueError("the notice leaves no room for text")
    return fits


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
