"""Finds names where somebody declares them: "my name is", "je m'appelle", "c'est Marie Tremblay à l'appareil"."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Iterator, Tuple

from bot.conversations.masking_words import Piece, begins, lowered, one_of, words
from bot.language.street_words import NOT_NAMES, TYPES, folded

_NAME = "[name]"
_WORD = re.compile(r"[^\W\d_]\.(?:-[^\W\d_]\.)?|[^\W\d_](?:['’.-]?[^\W\d_]){0,30}")
_GAP = r"[ \n.,:;=(\"«“–-]{0,4}"
_MOST_WORDS, _MOST_SMALL_WORDS = 4, 2


@lru_cache(maxsize=1)
def _cues() -> Tuple[Tuple[re.Pattern[str], int], ...]:
    """What a name stands behind, with how many capitals it then needs."""
    lists = words()["names"]
    return tuple((_cue(one_of(lists[key])), capitals) for key, capitals in (("before", 0), ("before_capital", 1), ("before_two", 2)))


def _cue(phrases: str) -> re.Pattern[str]:
    return re.compile(rf"{begins(phrases)}(?<![\w'’])(?:{phrases})(?!\w){_GAP}")


@lru_cache(maxsize=1)
def _behind() -> re.Pattern[str]:
    return re.compile(rf"[\s,]{{1,2}}(?:{one_of(words()['names']['behind'])})\b", re.IGNORECASE)


@lru_cache(maxsize=1)
def _never() -> frozenset[str]:
    return frozenset(map(folded, words()["names"]["never"])) | NOT_NAMES


def names(text: str) -> Iterator[Piece]:
    """Names behind the words that announce one; in small letters two words at most."""
    lower = lowered(text)
    for cue, capitals in _cues():
        for match in cue.finditer(lower):
            end = _end_of_name(text, match.end(), capitals)
            if end:
                yield Piece(match.end(), end, _NAME)


def _end_of_name(text: str, start: int, capitals: int) -> int:
    """Where the name that begins here ends; 0 when none does."""
    at, end, count, capital = start, 0, 0, 0
    while count < _MOST_WORDS:
        word = _WORD.match(text, at)
        if word is None:
            break
        key, upper = folded(word[0]).strip("."), word[0][0].isupper()
        small_enough = upper or not capital and count < _MOST_SMALL_WORDS
        if key in _never() or (count and key in TYPES) or not small_enough:
            break
        count, capital, end = count + 1, capital + upper, word.end()
        if text[end : end + 1] != " ":
            break
        at = end + 1
    if capital >= capitals or (capitals == 2 and not capital and _behind().match(text, end)):
        return end
    return 0
