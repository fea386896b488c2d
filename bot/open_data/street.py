"""Which street a question is about: "on margaret ave", "sur la rue King", "on frederick"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Sequence, Tuple

from bot.language.found import Reading
from bot.language.known_streets import is_known, known_streets
from bot.language.street_words import TYPES, folded
from bot.language.streets import Street, Token, street_at, tokens_of
from bot.open_data.words import FILLER, grammar

MOST_BARE_WORDS = 3  # of a known name without its type
_ON = frozenset(("on", "along", "sur", "long"))  # "le long de"
_ARTICLES = frozenset(("the", "la", "le", "l'"))
_LINKS = _ARTICLES | {"de"}  # between "on" and the street
_ALSO_PATHS = frozenset(("Trl", "Sq", "Cir"))  # a trail or a square that is no known street is none


@dataclass(frozen=True)
class OnStreet:
    """The street as the city writes it, and where it stands in the reading."""

    name: str
    start: int
    end: int


def street_in(reading: Reading, taken: Sequence[Tuple[int, int]]) -> Optional[OnStreet]:
    """The street a question asks about.

    Args:
        taken: spans that say something else, such as the place behind "near".
    """
    tokens = tokens_of(reading.text)
    for at, token in enumerate(tokens):
        if any(start <= token.start < end for start, end in taken) or (at and tokens[at - 1].key.isdigit()):
            continue  # a number before it is that of a house
        on = _on(tokens, at)
        start = token.start if on is None else on.start
        found = street_at(tokens, at, "")
        a_thing = at > 0 and tokens[at - 1].key in _ARTICLES  # "along the river" is on no River Rd
        if found and (found.street_type or not a_thing) and _is_meant(found, on is not None):
            return OnStreet(found.line, start, tokens[found.behind - 1].end)
        bare = _bare(tokens, at) if (on and not a_thing) or _is_all(tokens) else None
        if bare:
            name, last = bare
            return OnStreet(name, start, last.end)
    return None


def _on(tokens: Sequence[Token], at: int) -> Optional[Token]:
    """The "on" before a token, if there is one."""
    while at > 0 and tokens[at - 1].key in _LINKS:
        at -= 1
    return tokens[at - 1] if at > 0 and tokens[at - 1].key in _ON else None


def _is_meant(street: Street, behind_on: bool) -> bool:
    """With its type a known street is one anywhere, another only behind "on": not every word before "place" or "drive" is a name."""
    if street.street_type and is_known(street.name):
        return True
    if not behind_on:
        return False
    if not street.street_type:
        return is_known(street.name)
    words = folded(street.name).split()
    return street.street_type in TYPES.values() and street.street_type not in _ALSO_PATHS and not _says_nothing(words)


def _says_nothing(words: Sequence[str]) -> bool:
    """Whether a word before the type is none of a name: "on a city street"."""
    return any(phrases.get((word,)) == FILLER for phrases in grammar().values() for word in words)


def _bare(tokens: Sequence[Token], at: int) -> Optional[Tuple[str, Token]]:
    """A known name without its type, and its last word."""
    known = {folded(name).replace("-", " "): name for name in known_streets()}
    for length in range(min(MOST_BARE_WORDS, len(tokens) - at), 0, -1):
        words = tokens[at : at + length]
        name = known.get(" ".join(word.key for word in words).replace("-", " "))
        if name:
            return name, words[-1]
    return None


def _is_all(tokens: Sequence[Token]) -> bool:
    """Whether a message is nothing but words of a name: the answer to which street."""
    return len(tokens) <= MOST_BARE_WORDS and all(token.text[:1].isalpha() for token in tokens)
