"""Takes where something is out of a message that is to be understood: an address, a corner or a street says nothing of what is meant."""

from __future__ import annotations

import re
from typing import Optional, Sequence, Tuple

from bot.language.addresses import without_address
from bot.language.corners import corner_in
from bot.language.street_words import ADVERBS, CORNER_LINKS, CORNER_WORDS, COURTESIES, LEAD_INS, NEAR_JOINTS, ON, PLACE_JOINTS, folded
from bot.language.streets import Token, clean, street_in, tokens_of

_WORD, _LEAST_LETTERS = re.compile(r"[^\W\d_]{2,}"), 5
_SAY_NOTHING = LEAD_INS | COURTESIES | ADVERBS
_BEFORE_A_PLACE = PLACE_JOINTS | NEAR_JOINTS | ON | CORNER_WORDS | CORNER_LINKS
_ABOUT_THE_ROAD = frozenset(
    folded(
        """
        closed closure closures closing construction detour detours reopen reopened reopening roadwork shut
        barrée barrées chantier chantiers détour fermé fermée fermées fermeture fermetures rouvre travaux
        """
    ).split()
)
_BEFORE_A_STREET = ON | frozenset("at @ near".split())


def without_place(text: str) -> str:
    """The text without its address, else without its corner, or the street behind "on"; hardly more than a place stays whole.

    Where a road is said to be closed or worked on, the road is what is meant, and stays.
    """
    rest = without_address(text)
    if rest != text:
        return rest
    cleaned = clean(text)
    tokens = tokens_of(cleaned)
    if any(token.key in _ABOUT_THE_ROAD for token in tokens):
        return text
    span = _corner(tokens) or _street(tokens)
    if span is None:
        return text
    first, behind = span
    rest = " ".join(f"{cleaned[: tokens[first].start]} {cleaned[tokens[behind - 1].end :]}".split())
    return rest if _says_what(rest) else text


def _says_what(rest: str) -> bool:
    """Whether what is left of a text says something: two words do, and one that is none of those beside a place."""
    words = _WORD.findall(rest)
    return len(words) > 1 or any(len(word) >= _LEAST_LETTERS and folded(word) not in _SAY_NOTHING for word in words)


def _corner(tokens: Sequence[Token]) -> Optional[Tuple[int, int]]:
    """Where a corner stands with the words that lead to it; between other words only with some: not in "do king and queen meet"."""
    corner = corner_in(tokens, "")
    if corner is None:
        return None
    first = _led_to(tokens, corner.start)
    at_an_end = corner.start == 0 or corner.behind == len(tokens)
    return (first, corner.behind) if at_an_end or first < corner.start else None


def _street(tokens: Sequence[Token]) -> Optional[Tuple[int, int]]:
    """Where a street stands with "on", "at" or "sur" in front of it."""
    found = street_in(tokens, "")
    if found is None:
        return None
    street, start = found
    first = _led_to(tokens, start)
    led = any(token.key in _BEFORE_A_STREET for token in tokens[first:start])
    return (first, street.behind) if led else None


def _led_to(tokens: Sequence[Token], start: int) -> int:
    first = start
    while first > 0 and tokens[first - 1].key in _BEFORE_A_PLACE:
        first -= 1
    return first
