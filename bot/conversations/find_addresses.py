"""Finds street addresses for the masking: a number before a street, with a type or on the city's own list of streets.

`bot.language.addresses` reads the one address that serves a task; here every one is to be hidden, in a message or a log line.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Iterator, Optional, Tuple

from bot.city import city
from bot.conversations.masking_words import Piece, street_names, word_set
from bot.language.street_words import FRENCH_TYPES, LEAD_INS, NOT_NAMES, TYPES, UNIT_WORDS, WEAK_TYPES, folded

_ADDRESS = "[address]"

_STRONG = rf"(?:{'|'.join(sorted({*TYPES} - {'cr', 'av', 'tr', 'pl'}, key=len, reverse=True))}|highway|hwy|mews)"
_WEAK = rf"(?:{'|'.join(sorted(WEAK_TYPES, key=len, reverse=True))}|cove)"
_FRENCH = rf"(?:{'|'.join(sorted({*FRENCH_TYPES, 'allée'}, key=len, reverse=True))})\.?"
_COMPASS = r"(?:,?\s(?:north|south|east|west|nord|sud|est|ouest|[nsewo])\b\.?)"
_UNIT = rf"(?:{'|'.join(sorted(UNIT_WORDS - {'#', 'local', 'unite'}, key=len, reverse=True))}|unité|#)"
_BEFORE = rf"(?:(?:\b{_UNIT}\.?|#)\s?\w{{1,5}}(?:,\s?|\s-\s|\s|-)|\b[0-9a-z]{{1,4}}-)?"
_AFTER = rf"(?:,?\s{_UNIT}\.?\s?\w{{1,5}}\b)?"
_CIVIC = r"(?<![\w.,$/:+-])(?<!\d )\d{1,5}(?:\s?[a-d]\b|\s1/2|\s(?:bis|ter))?(?:-\d{1,5}\b)?"
_NAME = r"[^\W_][\w.'’-]{0,30}"
_OF_THE = r"(?:de\sla\s|de\sl['’]|du\s|des\s|de\s|d['’])?"
_MOST_WORDS = 4


@lru_cache(maxsize=1)
def _patterns() -> Tuple[re.Pattern[str], ...]:
    civic = rf"{_BEFORE}(?P<civic>{_CIVIC}),?\s(?:rue\sou\s)?"
    shapes = [
        rf"{civic}(?P<name>(?:{_NAME}\s){{1,{_MOST_WORDS}}}?)(?:{_STRONG}|(?P<weak>{_WEAK}))\b\.?(?P<compass>{_COMPASS})?{_AFTER}",
        rf"{civic}{_OF_THE}{_FRENCH}\s{_OF_THE}(?P<name>{_NAME})(?:\s{_STRONG}\b\.?)?(?P<compass>{_COMPASS})?{_AFTER}",
    ]
    listed = street_names()
    if listed:
        types = rf"(?:{_STRONG}|{_WEAK}|pl|av|cr)\b\.?"
        shapes += [
            rf"{civic}{_OF_THE}(?P<french>{_FRENCH}\s{_OF_THE})?(?P<listed>{listed})\b(?P<type>\s{types})?(?P<compass>{_COMPASS})?{_AFTER}",
            rf"\b(?P<listed>{listed})\b(?P<type>\s{types})?(?P<compass>{_COMPASS})?,?\s(?:number|num|no\.?|numéro|numero|#)\s?\d{{1,5}}\b",
        ]
    return tuple(re.compile(shape, re.IGNORECASE) for shape in shapes)


def addresses(text: str) -> Iterator[Piece]:
    """Street addresses: "45 queen st n", "unit 5, 45 Queen Street North", "200, rue King Ouest", and "45 queen" of a listed street."""
    for pattern in _patterns():
        at = 0
        while True:
            match = pattern.search(text, at)
            if match is None:
                break
            at = match.end()
            if _is_address(text, match):
                yield Piece(match.start(), match.end(), _ADDRESS)
            else:
                at = match.end("civic") if "civic" in pattern.groupindex else match.start() + 1


def _is_address(text: str, match: re.Match[str]) -> bool:
    found = match.groupdict()
    if "civic" not in found:
        return True
    before = re.search(r"(\w+)\W{1,3}$", text[max(0, match.start() - 24) : match.start()])
    word = folded(before[1]) if before else ""
    if word in word_set("not_of_a_house"):
        return False
    if "listed" in found:
        return bool(found["type"] or found["compass"] or found["french"]) or _may_end(text, match.end())
    name = [folded(part).strip(".") for part in found["name"].split()]
    if any(part in NOT_NAMES or part in word_set("counted") or part in UNIT_WORDS for part in name):
        return False
    if found.get("weak") and not found["compass"]:
        return word in LEAD_INS or found["name"][:1].isupper() or not before and not _follows(text, match.end())
    return True


def _follows(text: str, at: int) -> Optional[str]:
    """The word behind a place, if only a space is between."""
    following = re.match(r"\s?([^\W\d_][\w'’-]*)", text[at : at + 40])
    return folded(following[1]) if following else None


def _may_end(text: str, at: int) -> bool:
    """Whether a street without type and direction may end here: "45 queen please" does, "2 queen mattresses" does not."""
    word = _follows(text, at)
    if word is None:
        return True
    return (word in NOT_NAMES or word in UNIT_WORDS or word == folded(city().short_name)) and word not in word_set("counted")
