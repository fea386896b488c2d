"""Roads as residents and city systems write them: "king", "King Street", "rue King Ouest" and "KING ST W" may be the same."""

from __future__ import annotations

import re
from typing import Iterable, Optional

from bot.language.corners import find_corner
from bot.language.known_streets import closest_street
from bot.language.street_words import DIRECTIONS, NOT_NAMES, folded
from bot.language.streets import Street, clean, street_at, tokens_of

FEWEST_LETTERS = 4  # of a name that is found without its type


def read_road(text: str) -> Optional[Street]:
    """A text that is nothing but the name of a road."""
    return street_at(tokens_of(clean(text)), 0, "", trusted=True)


def same_road(asked: str, known: str) -> bool:
    """Whether a known road is one a resident may mean: a type or a direction that either leaves out does not matter."""
    one, other = read_road(asked), read_road(known)
    if one is None or other is None:
        return folded(asked) == folded(known)
    if closest_street(one.name, [other.name]) is None:
        return False
    return _agree(one.street_type, other.street_type) and _agree(one.direction, other.direction)


def named_road(text: str, known: Iterable[str]) -> Optional[str]:
    """The known road that a text names without its type, with the direction behind it if there is one; None when it names none.

    Names are words as well: "river" counts only where a small word, a direction or nothing follows, not in "river trail".
    """
    words = re.findall(r"[^\W_]+(?:'[^\W_]+)*", folded(clean(text)))
    roads = [road for road in map(read_road, known) if road is not None]
    names = {folded(road.name).replace("-", " "): road.name for road in roads}
    for length in (3, 2, 1):
        for at in range(len(words) - length + 1):
            key, behind = " ".join(words[at : at + length]), (words[at + length : at + length + 1] or [""])[0]
            if key in names and len(key) >= FEWEST_LETTERS and key not in NOT_NAMES and _may_follow(behind):
                return f"{names[key]} {'' if behind == 'est' else DIRECTIONS.get(behind, '')}".rstrip()
    return None


def named_corner(text: str, known: Iterable[str]) -> Optional[str]:
    """Two of the known roads with a joint between them, "near king and victoria"; None when the text names none."""
    corner = find_corner(f"corner {text}")
    if corner is None:
        return None
    roads = list(known)
    halves = corner.split(" & ")
    return corner if all(any(same_road(half, road) for road in roads) for half in halves) else None


def _agree(one: str, other: str) -> bool:
    return not one or not other or one == other


def _may_follow(word: str) -> bool:
    return not word or word in NOT_NAMES or word in DIRECTIONS or word == "ouest"
