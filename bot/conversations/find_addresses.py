"""Finds street addresses for the masking: a number before a street, with a type or on the city's own list of streets.

`bot.language.addresses` reads the one address that serves a task; here every one is to be hidden, in a message or a log line.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Iterator, Optional, Tuple

from bot.city import city
from bot.conversations.masking_words import Piece, lowered, street_names, word_set
from bot.language.street_words import COUNTED, FRENCH_TYPES, LEAD_INS, NOT_NAMES, TYPES, UNIT_WORDS, WEAK_TYPES, folded

_ADDRESS = "[address]"

_STRONG = rf"(?:{'|'.join(sorted({*TYPES} - {'cr', 'av', 'tr', 'pl'}, key=len, reverse=True))}|highway|hwy|mews)"
_WEAK = rf"(?:{'|'.join(sorted(WEAK_TYPES, key=len, reverse=True))}|cove)"
_FRENCH = rf"(?:{'|'.join(sorted({*FRENCH_TYPES, 'allée'}, key=len, reverse=True))})\.?"
_COMPASS = r"(?:,?\s(?:north|south|east|west|nord|sud|est|ouest|[nsewo])\b\.?)"
_UNIT = rf"(?:{'|'.join(sorted(UNIT_WORDS - {'#', 'local', 'unite'}, key=len, reverse=True))}|unité|#)"
_BEFORE = re.compile(rf"(?:(?:(?<!\w){_UNIT}\.?|#)\s?\w{{1,5}}(?:,\s?|\s-\s|\s|-)|(?<!\w)[0-9a-z]{{1,4}}-)$")
_AFTER = rf"(?:,?\s{_UNIT}\.?\s?\w{{1,5}}\b)?"
# The street stands on the same line: "December 8", and "Green bin" below it, is none.
_CIVIC = re.compile(r"(?<![\w.,$/:+])(?<!\d )(?<!\d-)\d{1,5}(?:\s?[a-d]\b|\s1/2|\s(?:bis|ter))?(?:-\d{1,5}\b)?,?[^\S\n]")
_NUMBER_BEHIND = re.compile(r",?\s(?:number|num|no\.?|numéro|numero|#)\s?\d{1,5}\b")
_NAME = r"(?:[^\W\d_]|\d{1,3}(?:st|nd|rd|th|er?|re|eme)\b)[\w.'’-]{0,30}"
_OF_THE = r"(?:de\sla\s|de\sl['’]|du\s|des\s|de\s|d['’])?"
_MOST_WORDS = 4
_TYPES = rf"(?:{_STRONG}|{_WEAK}|pl|av|cr)\b\.?"
_LONGEST_UNIT, _LONGEST_STREET = 24, 60  # characters before a civic number, before a number that stands behind its street


@lru_cache(maxsize=1)
def _streets() -> Tuple[re.Pattern[str], ...]:
    """What makes a number before it an address."""
    shapes = [
        rf"(?P<name>(?:{_NAME}\s){{1,{_MOST_WORDS}}}?)(?:{_STRONG}|(?P<weak>{_WEAK}))\b\.?(?P<compass>{_COMPASS})?{_AFTER}",
        rf"{_OF_THE}{_FRENCH}\s{_OF_THE}(?P<name>{_NAME})(?:\s{_STRONG}\b\.?)?(?P<compass>{_COMPASS})?{_AFTER}",
    ]
    if street_names():
        named = rf"(?P<listed>{street_names()})\b(?P<type>\s{_TYPES})?(?P<compass>{_COMPASS})?"
        shapes.insert(0, rf"{_OF_THE}(?P<french>{_FRENCH}\s{_OF_THE})?{named}{_AFTER}")
    return tuple(map(re.compile, shapes))


@lru_cache(maxsize=1)
def _listed_street() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{street_names() or '(?!)'})(?:\s{_TYPES})?{_COMPASS}?$")


def addresses(text: str) -> Iterator[Piece]:
    """Street addresses: "45 queen st n", "unit 5, 45 Queen Street North", "200, rue King Ouest", and "45 queen" of a listed street."""
    lower, at = lowered(text), 0
    while True:
        civic = _CIVIC.search(lower, at)
        if civic is None:
            break
        at = civic.end()
        for pattern in _streets():
            street = pattern.match(lower, civic.end())
            if street and _is_address(lower, text, civic.start(), street):
                unit = _BEFORE.search(lower[max(0, civic.start() - _LONGEST_UNIT) : civic.start()])
                yield Piece(civic.start() - (len(unit[0]) if unit else 0), street.end(), _ADDRESS)
                at = street.end()
                break
    for number in _NUMBER_BEHIND.finditer(lower):
        begin = max(0, number.start() - _LONGEST_STREET)
        listed = _listed_street().search(lower[begin : number.start()])
        if listed:
            yield Piece(begin + listed.start(), number.end(), _ADDRESS)


def _is_address(lower: str, text: str, start: int, street: re.Match[str]) -> bool:
    found = street.groupdict()
    before = re.search(r"(\w+)\W{1,3}$", lower[max(0, start - 24) : start])
    word = folded(before[1]) if before else ""
    if word in word_set("not_of_a_house"):
        return False
    if "listed" in found:
        return bool(found["type"] or found["compass"] or found["french"]) or _may_end(lower, street.end())
    name = [folded(part).strip(".") for part in found["name"].split()]
    if any(part in NOT_NAMES or part in COUNTED or part in UNIT_WORDS for part in name):
        return False
    if found.get("weak") and not found["compass"]:
        return word in LEAD_INS or text[street.start() : street.start() + 1].isupper() or not (before or _follows(lower, street.end()))
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
    return (word in NOT_NAMES or word in UNIT_WORDS or word == folded(city().short_name)) and word not in COUNTED
