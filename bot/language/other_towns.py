"""Reads whether the place of a message is in a town around the city, where the city itself can do nothing."""

from __future__ import annotations

from typing import Optional, Sequence

from bot.city import city
from bot.language.address_alone import address_words
from bot.language.addresses import locate
from bot.language.contacts import find_postal_code
from bot.language.corners import find_corner
from bot.language.street_words import CORNER_JOINTS, COURTESIES, FRENCH_TYPES, LEAD_INS, NOT_NAMES, PLACE_JOINTS, TYPES, WEAK_TYPES, folded
from bot.language.streets import Token, clean, direction_at, is_sure, street_at, tokens_of
from bot.language.towns import town_at

MOST_STREET_TOKENS = 6
WORDS_BEFORE_IN = 3  # among which one may say that it is about who lives there: "live with my son in"
_IN = frozenset("in within inside dans au a".split())
# Between "in" and the town's name: "in the city of", "au centre-ville de".
_QUALIFIERS = frozenset("the city town township of downtown uptown centre-ville ville de la".split())
_REGION = frozenset("region regional regionale regions county municipality municipalite".split())  # it has its name of a town
_BEFORE_A_STREET = PLACE_JOINTS | CORNER_JOINTS | frozenset("on near by sur pres".split())


def other_town(text: str) -> Optional[str]:
    """The town around the city in which a message says its place is; None when it says none, or that it is in the city.

    A town counts behind an address, a corner or a street, before an address, and where it is all that is said. Behind "in" it counts
    where no other address or corner is named, and nobody is only said to live there.
    """
    text = clean(text)
    placed = bool(locate(text, town=city().short_name) or find_corner(text, town=city().short_name))
    tokens = [token for token in tokens_of(text) if token.text != "."]
    keys = [token.key for token in tokens]
    found: Optional[str] = None
    for at in range(len(tokens)):
        town, words = town_at(keys, at)
        if not town or not _is_where(text, tokens, at, at + words, placed=placed):
            continue
        if town == city().short_name:
            return None
        found = found or town
    return found


def _is_where(text: str, tokens: Sequence[Token], at: int, behind: int, *, placed: bool) -> bool:
    """Whether the name of a town from one token to another is that of the place, not of a street, a region or another thing.

    `placed`: the text holds an address or a corner, so that the town must stand at it.
    """
    following = tokens[behind].key if behind < len(tokens) else ""
    if following in _REGION | TYPES.keys() | WEAK_TYPES.keys() or direction_at(tokens, behind):
        return False
    before = at - 1
    if before >= 0 and tokens[before].key in FRENCH_TYPES.keys() - TYPES.keys():
        return False
    if _ends_with_place(text[: tokens[at].start]):
        return True
    if before >= 0 and tokens[before].key in {*FRENCH_TYPES, folded(city().short_name)}:
        return False
    rest = [token.key for token in (*tokens[:at], *tokens[behind:]) if token.text[0].isalnum()]
    if all(key in LEAD_INS | COURTESIES | {"in", "ontario"} for key in rest):
        return True
    if before < 0 and _begins_with_address(text[tokens[behind - 1].end :]):
        return True
    while before >= 0 and tokens[before].key in _QUALIFIERS:
        before -= 1
    if before < 0 or tokens[before].key not in _IN:
        return False
    if placed:
        return _ends_with_place(text[: tokens[before].start])
    said = " ".join(["", *(token.key for token in tokens[max(0, before - WORDS_BEFORE_IN) : before]), ""])
    if any(f" {words} " in said for words in address_words("who_is_in_a_town")):
        return False
    return tokens[before].text.casefold() != "a" or not following[:1].isalpha() or following in NOT_NAMES  # "a waterloo thing"


def _ends_with_place(text: str) -> bool:
    """Whether a text ends with an address, a corner, or a street that cannot be another word."""
    postal = find_postal_code(text)
    text = (text[: postal.start] if postal and not text[postal.end :].strip(" ,.") else text).rstrip(" ,.")
    if not text:
        return False
    located = locate(text, town=city().short_name)
    if located and located.end >= len(text):
        return True
    corner = find_corner(text, town=city().short_name)
    if corner and folded(text).endswith(folded(corner.split(" & ")[1])):
        return True
    tokens = tokens_of(text)
    for start in range(max(0, len(tokens) - MOST_STREET_TOKENS), len(tokens)):
        placed = start > 0 and tokens[start - 1].key in _BEFORE_A_STREET
        street = street_at(tokens, start, folded(city().short_name), trusted=placed)
        if street and street.behind == len(tokens) and is_sure(street):
            return True
    return False


def _begins_with_address(text: str) -> bool:
    text = text.lstrip(" ,:.")
    located = locate(text, town=city().short_name)
    return located is not None and located.start == 0
