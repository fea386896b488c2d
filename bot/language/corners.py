"""Reads the corner of two streets in a resident's message, in English or French: "king at queen", "au coin de King et Queen"."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Optional, Sequence, Tuple

from bot.language.address_alone import address_words
from bot.language.known_streets import closest_street, is_known, known_streets
from bot.language.street_words import (
    CORNER_JOINTS,
    CORNER_LINKS,
    CORNER_WORDS,
    COURTESIES,
    FRENCH_PARTICLES,
    LEAD_INS,
    NEAR_JOINTS,
    ON,
    PLACE_JOINTS,
    PLACE_WORDS,
    folded,
)
from bot.language.streets import Street, Token, clean, is_known_exactly, is_sure, known_start, names_before, skip, street_at, tokens_of

ARTICLES = frozenset("the a an le les un une".split())
WORDS_OF_A_KIND = 3  # before a corner: "street light out king and weber"


@dataclass(frozen=True)
class Corner:
    """Two crossing streets; `start` and `behind` are the indexes of their first token and of the one after their last."""

    first: Street
    second: Street
    start: int

    @property
    def line(self) -> str:
        return f"{self.first.line} & {self.second.line}"

    @property
    def behind(self) -> int:
        return self.second.behind


def find_corner(text: str, *, town: str = "", typed: bool = False) -> Optional[str]:
    """Two crossing streets, "King St W & Queen St N"; None when the message names none.

    Args:
        typed: two names that are known are not enough ("king & queen" may be a pub).
    """
    corner = corner_in(tokens_of(clean(text)), folded(town), typed=typed)
    return corner.line if corner else None


def corner_in(tokens: Sequence[Token], town: str, *, typed: bool = False) -> Optional[Corner]:
    """The same corner with its place among the tokens."""
    cued = any(token.key in CORNER_WORDS for token in tokens)
    for at, token in enumerate(tokens):
        corner = _corner_at(tokens, at, town) if token.key in CORNER_JOINTS else None
        if corner and (cued or is_typed(corner)):
            return corner
        if corner and not typed and _is_known_corner(tokens, corner):
            return replace(corner, first=_as_known(corner.first), second=_as_known(corner.second))
    for at, token in enumerate(tokens):
        corner = _corner_at(tokens, at, town) if token.key in PLACE_JOINTS | NEAR_JOINTS else None
        if corner and is_sure(corner.first) and is_sure(corner.second):
            return corner
    return None


def _corner_at(tokens: Sequence[Token], joint: int, town: str) -> Optional[Corner]:
    before, second = _street_before(tokens, joint, town), _street_behind(tokens, joint + 1, town)
    return Corner(before[0], second, before[1]) if before and second else None


def is_typed(corner: Corner) -> bool:
    """Whether two names with "and" between them have the type of a street."""
    types = [street.street_type for street in (corner.first, corner.second)]
    return all(types) or any(street.street_type and is_sure(street) for street in (corner.first, corner.second))


def _is_known_corner(tokens: Sequence[Token], corner: Corner) -> bool:
    """Whether two bare names are streets: known, behind a place word ("at king and weber") or a kind of problem; or nothing else is said.

    Two names that are plain words too need the place word: "trees green and young".
    """
    names = [street.name for street in (corner.first, corner.second)]
    before = tokens[corner.start - 1] if corner.start else None
    if before and (before.key in PLACE_WORDS | ON | NEAR_JOINTS or before.text.casefold() == "à"):
        return all(map(is_known, names))
    articled = any(token.key in ARTICLES for token in tokens[max(0, corner.start - 1) : corner.behind])
    behind = [token.key for token in tokens[corner.behind :] if token.text[0].isalnum()]
    if articled or not all(key in COURTESIES for key in behind):
        return False
    exact = [is_known_exactly(name) for name in names]
    said = [token.key for token in tokens[: corner.start] if token.text[0].isalnum()]
    if all(key in LEAD_INS | ON for key in said):
        return all(exact) or any(is_known(one) and not is_known_exactly(other.split()[0]) for one, other in (names, names[::-1]))
    plain_words = address_words("plain_names")
    return all(exact) and len(said) <= WORDS_OF_A_KIND and not all(folded(name) in plain_words for name in names)


def _as_known(street: Street) -> Street:
    """The street as the city writes its name, where that is known."""
    return replace(street, name=closest_street(street.name, known_streets()) or street.name)


def _street_before(tokens: Sequence[Token], joint: int, town: str) -> Optional[Tuple[Street, int]]:
    """The street that ends at a joint, or at the words that lead to a corner ("king st at the corner"), and where it begins."""
    end = joint
    while end > 0 and tokens[joint].key in CORNER_WORDS and tokens[end - 1].key in CORNER_LINKS:
        end -= 1
    while end > 0 and tokens[end - 1].text == ",":
        end -= 1
    first = names_before(tokens, end, town)
    known = known_start(tokens[:end], first, end, town)
    for start in range(first if known is None else known, end):
        street = street_at(tokens[:end], start, town, trusted=True)
        if street and street.behind == end:
            return street, start
    return None


def _street_behind(tokens: Sequence[Token], at: int, town: str) -> Optional[Street]:
    """The street that begins behind a joint; behind "by the" stands a thing."""
    joint = tokens[at - 1].key
    links = CORNER_LINKS if joint in CORNER_WORDS else FRENCH_PARTICLES if joint in NEAR_JOINTS else FRENCH_PARTICLES | {"the"}
    at = skip(tokens, at, links)
    if at >= len(tokens) or tokens[at].key in CORNER_WORDS:
        return None
    return street_at(tokens, at, town, trusted=True)
