"""Reads street names in a resident's message: a street alone, or the street behind a number. Corners: `corners.py`.

The shape decides (name, type, direction), in English ("King St W") and French ("rue King Ouest"); the canonical form is
the city's English one.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import AbstractSet, FrozenSet, Iterable, List, Optional, Sequence, Tuple

from bot.language.known_streets import is_known, known_streets
from bot.language.street_words import (
    AFTER_EST,
    BEHIND_A_STREET,
    CORNER_WORDS,
    DIRECTIONS,
    FRENCH_ONLY_DIRECTIONS,
    FRENCH_PARTICLES,
    FRENCH_TYPES,
    NOT_NAMES,
    ON,
    TYPES,
    WEAK_TYPES,
    folded,
)
from bot.language.towns import single_words

MOST_CHARACTERS = 1000  # of a message: a place stands near its beginning, and time stays bounded
MOST_NAME_WORDS = 4
MOST_BARE_NAME_WORDS = 2  # a name with neither type nor direction behind it

_TOKEN = re.compile(r"1/2(?!\d)|[^\W_]+(?:['\-][^\W_]+)*|[^\w\s]")
_ORDINAL = re.compile(r"\d{1,3}(?:st|nd|rd|th|e|er|re|ere|eme)$")
_SHORTENED = re.compile(r"(?:c|j|m|n|qu|s|t)'")  # c'est, j'ai, n'est, qu'on, s'il
_ELIDED = re.compile(r"[dl]'")  # before what is a word of its own: l'avenue, d'avenue, l'angle
_PARTICIPLE = re.compile(r"..(?:é|ée|és|ées)$")
_SAINT = "st"  # also a street's type


@dataclass(frozen=True)
class Token:
    """A word or a sign, with its place in the text; `key` is what it is compared by."""

    text: str
    key: str
    start: int
    end: int


@dataclass(frozen=True)
class Street:
    """A street as read; absent parts are empty, `behind` is the index of the first token after it."""

    name: str
    street_type: str
    direction: str
    behind: int

    @property
    def line(self) -> str:
        return " ".join(part for part in (self.name, self.street_type, self.direction) if part)


def clean(text: str) -> str:
    """The beginning of a text on one line, with one spelling of each sign."""
    text = text[:MOST_CHARACTERS].replace("½", " 1/2").replace("’", "'").replace("–", "-").replace("—", "-")
    return " ".join(unicodedata.normalize("NFKC", text).split())


def tokens_of(text: str) -> List[Token]:
    """The words and signs of a cleaned text; "l'avenue" is two."""
    tokens: List[Token] = []
    for found in _TOKEN.finditer(text):
        word, key, start = found.group(), folded(found.group()), found.start()
        if _ELIDED.match(key) and key[2:] in FRENCH_TYPES.keys() | CORNER_WORDS:
            tokens.append(Token(word[:2], key[:2], start, start + 2))
            word, key, start = word[2:], key[2:], start + 2
        tokens.append(Token(word, key, start, found.end()))
    return tokens


def _capitalized(word: str) -> str:
    """ "FISCHER-HALLMAN" gives "Fischer-Hallman", "o'brien" "O'Brien", "queen's" "Queen's"."""
    return re.sub(r"((?:^|-)[^\W\d_]|'[^\W\d_](?=[^\W\d_]))", lambda found: found[0].upper(), word.lower())


def _name(words: Iterable[str]) -> str:
    return " ".join(_capitalized(word) for word in words)


def _may_name(token: Token, town: str) -> bool:
    key = token.key
    if key in NOT_NAMES or key == town or _SHORTENED.match(key):
        return False
    return key[:1].isalpha() or bool(_ORDINAL.match(key))


def _goes_on(tokens: Sequence[Token], at: int, town: str) -> bool:
    """Whether a street that has begun may have this word too: "king corner queen" is two streets, "rue du Carrefour" is one.

    A town around the city ends it, "king waterloo", unless it is called so: "old guelph rd".
    """
    token = tokens[at]
    if token.key in single_words() and not (at + 1 < len(tokens) and tokens[at + 1].key in TYPES):
        return False
    return _may_name(token, town) and token.key not in CORNER_WORDS


def _names(tokens: Sequence[Token], at: int, town: str, *, goes_on: bool) -> bool:
    """Whether the word at an index may be one of a street's name; `goes_on`: not its first."""
    return _goes_on(tokens, at, town) if goes_on else _may_name(tokens[at], town)


def skip(tokens: Sequence[Token], at: int, words: AbstractSet[str]) -> int:
    """The index of the first token from `at` on that is none of the words."""
    while at < len(tokens) and tokens[at].key in words:
        at += 1
    return at


def _skip_dot(tokens: Sequence[Token], at: int) -> int:
    return at + 1 if at < len(tokens) and tokens[at].text == "." and tokens[at - 1].end == tokens[at].start else at


def _direction(tokens: Sequence[Token], at: int, *, french: bool = False) -> Tuple[str, int]:
    """The direction at a token and the index behind it; "" and the same index when there is none."""
    if at >= len(tokens):
        return "", at
    key = tokens[at].key
    found = DIRECTIONS.get(key) or (FRENCH_ONLY_DIRECTIONS.get(key) if french else None)
    if found is None:
        return "", at
    if key == "est" and at + 1 < len(tokens):
        following = tokens[at + 1].key
        if following[:1].isalpha() and following not in AFTER_EST:
            return "", at
    return found, _skip_dot(tokens, at + 1)


def direction_at(tokens: Sequence[Token], at: int) -> str:
    """The direction at a token, N, S, E or W; "" when there is none."""
    return _direction(tokens, at)[0]


def _run(tokens: Sequence[Token], at: int, town: str) -> List[int]:
    """Indexes of the words from `at` on that may belong to a street, its type and its direction."""
    found: List[int] = []
    while at < len(tokens) and len(found) < MOST_NAME_WORDS + 2 and _names(tokens, at, town, goes_on=bool(found)):
        found.append(at)
        at += 1
        if len(tokens[at - 1].text) <= len("blvd"):
            at = _skip_dot(tokens, at)  # "St. Leger", "Ave."
    return found


def _french_street(tokens: Sequence[Token], at: int, town: str) -> Optional[Street]:
    at = skip(tokens, at, FRENCH_PARTICLES)  # "200 de la rue King"
    if at >= len(tokens) or tokens[at].key not in FRENCH_TYPES:
        return None
    street_type = FRENCH_TYPES[tokens[at].key]
    at = skip(tokens, _skip_dot(tokens, at + 1), FRENCH_PARTICLES)
    words: List[str] = []
    ends: List[int] = []
    direction = ""
    while at < len(tokens) and len(words) < MOST_NAME_WORDS and _names(tokens, at, town, goes_on=bool(words)):
        if words:
            direction, behind = _direction(tokens, at, french=True)
            if direction:
                at = behind
                break
            if tokens[at].key == "est":
                break
        if _is_participle(tokens[at]) and not is_known(_name([*words, tokens[at].text])):
            break
        words.append(tokens[at].text)
        at += 1
        ends.append(at)
    known = _longest_known(words)
    if known and not direction:  # "rue frederick bloquée"
        words, at = words[:known], ends[known - 1]
    if not words or (len(words) == 1 and folded(words[0]) in TYPES):  # "Avenue Rd" is English
        return None
    return Street(_name(words), street_type, direction, at)


def _is_participle(token: Token) -> bool:
    """Whether a French word says what happened to a street, and is not its name: "rue inondée", but "rue Sauvé"."""
    return bool(_PARTICIPLE.search(token.text)) and token.text.islower()


def _longest_known(words: Sequence[str]) -> int:
    """How many of the first words are the name of a known street, written as the city does; 0 when none are."""
    keys = _known_keys()
    return next((count for count in range(len(words), 0, -1) if folded(_name(words[:count])) in keys), 0)


@lru_cache(maxsize=1)
def _known_keys() -> FrozenSet[str]:
    return frozenset(map(folded, known_streets()))


def _english_street(tokens: Sequence[Token], at: int, town: str) -> Optional[Street]:
    run = _run(tokens, at, town)
    behind_first = list(enumerate(run))[1 : MOST_NAME_WORDS + 1]
    for types, indexes in ((TYPES, behind_first), (WEAK_TYPES, behind_first[::-1])):  # "Forest Hill Way" ends in Way
        for position, index in indexes:
            if tokens[index].key in types:
                direction, behind = _direction(tokens, _skip_dot(tokens, index + 1))
                return Street(_name(tokens[i].text for i in run[:position]), types[tokens[index].key], direction, behind)
    return None


def _bare_street(tokens: Sequence[Token], at: int, town: str, trusted: bool) -> Optional[Street]:
    """A street without a type: "king w", or "king" and "st leger" alone where only an address can stand."""
    run = _run(tokens, at, town)
    for position, index in enumerate(run[1 : MOST_BARE_NAME_WORDS + 1], start=1):
        direction, behind = _direction(tokens, index)
        if direction:
            return Street(_name(tokens[i].text for i in run[:position]), "", direction, behind)
    if not trusted or not run:
        return None
    first = tokens[run[0]].key
    if first == _SAINT or first in DIRECTIONS:
        begins = len(run) > 1 < len(first)  # "st leger", "east river"
    else:
        begins = first not in TYPES.keys() | WEAK_TYPES.keys() and len(first) > 2
    if begins and len(run) <= MOST_BARE_NAME_WORDS:
        return Street(_name(tokens[i].text for i in run), "", "", run[-1] + 1)
    return None


def street_at(tokens: Sequence[Token], at: int, town: str, *, trusted: bool = False) -> Optional[Street]:
    """The street that begins at a token, None when none does.

    Args:
        town: folded name of the city, which is never part of a street.
        trusted: only a street can stand here, so a bare name counts.
    """
    return _french_street(tokens, at, town) or _english_street(tokens, at, town) or _bare_street(tokens, at, town, trusted)


def names_before(tokens: Sequence[Token], end: int, town: str) -> int:
    """Index of the first of the words right before `end` that may be a street's."""
    first = end
    while first > 0 and end - first < MOST_NAME_WORDS:
        if not (tokens[first - 1].text == "." or (_may_name(tokens[first - 1], town) and tokens[first - 1].key not in CORNER_WORDS)):
            break
        first -= 1
    return first


def known_start(tokens: Sequence[Token], first: int, end: int, town: str) -> Optional[int]:
    """Where in a run of words a street begins whose name is known: "dumped king st" is King St; None when none is."""
    for start in range(first, end):
        street = street_at(tokens, start, town, trusted=True)
        if street and street.behind >= end and is_known_exactly(street.name):
            return start
    return None


def find_street(text: str, *, town: str = "") -> Optional[str]:
    """A street named with its type, "King St W", or a known one behind "on", "on king"; None when there is none."""
    tokens = tokens_of(clean(text))
    found = street_in(tokens, folded(town))
    return found[0].line if found else None


def street_in(tokens: Sequence[Token], town: str) -> Optional[Tuple[Street, int]]:
    """The same street, with the index of its first token."""
    for at, token in enumerate(tokens):
        street, start = _french_street(tokens, at, town), at
        if street and _is_any_street(tokens, at) and not is_known(street.name):
            street = None
        if street is None and token.key in TYPES.keys() | WEAK_TYPES.keys():
            first = names_before(tokens, at, town)
            known = known_start(tokens, first, at, town)
            start = first if known is None else known
            street = _english_street(tokens, start, town) if start < at else None
            if street and token.key not in TYPES and not is_sure(street):
                street = None
        if street is None and token.key in ON:
            start = skip(tokens, at + 1, {"the", "la"})
            street = _on(tokens, start, town)
        if street is not None:
            return street, start
    return None


def _is_any_street(tokens: Sequence[Token], at: int) -> bool:
    """Whether the type of a French street only says what kind of thing it is: "un panneau de rue", not "de la rue King"."""
    type_at = skip(tokens, at, FRENCH_PARTICLES)
    return type_at > 0 and tokens[type_at - 1].key in ("de", "d'")


def _on(tokens: Sequence[Token], at: int, town: str) -> Optional[Street]:
    """The known street that stands behind "on" without its type, where nothing goes on that could make it another thing."""
    street = street_at(tokens, at, town, trusted=True) if at < len(tokens) else None
    if street is None or not is_known_exactly(street.name):
        return None
    behind = tokens[street.behind] if street.behind < len(tokens) else None
    return street if behind is None or behind.key in BEHIND_A_STREET or not behind.text[0].isalnum() else None


def is_known_exactly(name: str) -> bool:
    """Whether a name is one of the city's streets, and not only close to one."""
    return folded(name) in _known_keys()


def is_sure(street: Street) -> bool:
    """Whether a street is more than a word: neither the bench of "bench at king st" nor the night of "king st at night".

    A type that is a plain word too ("trail") makes only a known name sure.
    """
    if street.direction or (street.street_type and street.street_type not in WEAK_TYPES.values()):
        return True
    return is_known(street.name) or is_known(f"{street.name} {street.street_type}")
