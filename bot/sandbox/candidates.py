"""Which places of the sandbox a line of text may mean: doors, corners, streets, facilities, neighbourhoods."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import product
from typing import Dict, Iterable, Iterator, List, Optional, Sequence, Tuple

from rapidfuzz import fuzz

from bot.sandbox.districts import neighbourhood_at, postal_code
from bot.sandbox.places import begin, search_words
from bot.sandbox.seeds import seed
from bot.sandbox.streets import CORNER_M, Point, Street, between, corner, distance_m, streets

ALIKE = 82.0  # of 100: names less alike than this are different names
_TYPES = frozenset("st ave rd dr blvd cres crt pl way".split())
_DIRECTIONS = frozenset("nsew")
_MEET = re.compile(r"\s*(?:&|@|/|\band\b|\bet\b|\bat\b)\s*", re.IGNORECASE)
_CORNER = re.compile(r"^\s*(?:(?:the )?(?:corner|intersection) of|(?:au )?(?:coin|angle|intersection)(?: de)?)\s+", re.IGNORECASE)
_UNIT = re.compile(r"(?:\b(?:unit|apt|suite|ste|app|unité)\b\.?|#)\s*\w+,?|^\s*\w{1,4}-(?=\d)", re.IGNORECASE)
_NO_SUCH_DOOR = 15.0  # what a street loses when the number asked for is not on it


@dataclass(frozen=True)
class Candidate:
    """One place. `score`: 0 to 100, how well it fits the text; `attributes`: those of this place alone, by ArcGIS's names."""

    address: str
    addr_type: str
    point: Point
    score: float
    attributes: Dict[str, str] = field(default_factory=dict)


def candidates(text: str) -> List[Candidate]:
    """The places a text may mean, best first; empty when it means none."""
    line = _CORNER.sub("", _UNIT.sub(" ", text))
    sides = [search_words(side) for side in _MEET.split(line)]
    if len(sides) == 2 and all(sides):
        found = list(_corners(*sides))
        return _best(found) if found else _best(_named(search_words(line)))
    words = search_words(line)
    if not words:
        return []
    if words[0].isdecimal() and len(words) > 1:
        return _best(_doors(int(words[0]), words[1:]))
    return _best([*_named(words), *_streets(words)])


def _best(found: Iterable[Candidate]) -> List[Candidate]:
    return sorted(found, key=lambda one: -one.score)


def _doors(number: int, words: Sequence[str]) -> Iterator[Candidate]:
    """Doors with the number; a street that may be meant but has no such door is a candidate of its own, further down."""
    for name, score in _fitting(words):
        on = next((street for street in streets() if street.name == name and street.first <= number <= street.last), None)
        if on is None:
            yield _street(name, score - _NO_SUCH_DOOR)
            continue
        point, door = on.door(number), f"{number} {name}"
        postal = postal_code(point, f"{name} {number // 100}")
        yield Candidate(door, "PointAddress", point, score, {"AddNum": str(number), "StAddr": door, "Postal": postal, **_parts(name)})


def _streets(words: Sequence[str]) -> Iterator[Candidate]:
    return (_street(name, score) for name, score in _fitting(words))


def _street(name: str, score: float) -> Candidate:
    on = next(street for street in streets() if street.name == name)
    return Candidate(name, "StreetName", between(on.start, on.end, 0.5), score, {"StAddr": name, **_parts(name)})


def _corners(one: Sequence[str], other: Sequence[str]) -> Iterator[Candidate]:
    """Corners of streets that fit the two sides; of several names for one place, the best."""
    pairs = [((name, name2), (score + score2) / 2) for (name, score), (name2, score2) in product(_fitting(one), _fitting(other))]
    taken: List[Point] = []
    for (name, name2), score in sorted(pairs, key=lambda pair: -pair[1]):
        place = _meeting(name, name2)
        if place and all(distance_m(place, there) > CORNER_M for there in taken):
            taken.append(place)
            yield Candidate(f"{name} & {name2}", "StreetInt", place, score, {"StAddr": f"{name} & {name2}"})


def _meeting(name: str, name2: str) -> Optional[Point]:
    if name == name2:
        return None
    stretches = product(_stretches(name), _stretches(name2))
    return next((place for place in (corner(one, other) for one, other in stretches) if place), None)


def _stretches(name: str) -> List[Street]:
    return [street for street in streets() if street.name == name]


def _named(words: Sequence[str]) -> Iterator[Candidate]:
    """Facilities and neighbourhoods."""
    for row in seed("facilities")["facilities"]:
        score = _alike(words, search_words(row["name"]))
        if score is not None:
            number, street = row["address"].split(" ", 1)
            door = next(_doors(int(number), search_words(street)))
            attributes = {"PlaceName": row["name"], "Type": row["category"], "Place_addr": row["address"]}
            yield Candidate(row["name"], "POI", door.point, score, {**door.attributes, **attributes})
    for row in seed("neighbourhoods")["neighbourhoods"]:
        score = _alike(words, search_words(row["name"]))
        if score is not None:
            middle = (row["middle"][0], row["middle"][1])
            yield Candidate(row["name"], "Locality", middle, score, {"PlaceName": row["name"], "Type": "Neighborhood"})


def _alike(asked: Sequence[str], words: Sequence[str]) -> Optional[float]:
    """How well words name a place: 100 all of them, 80 and more a part of them, less when misspelt; None not at all."""
    if begin(asked, words):
        return 80.0 + 20.0 * sum(map(len, asked)) / sum(map(len, words))
    ratio = fuzz.token_sort_ratio(" ".join(asked), " ".join(words))
    return ratio if ratio >= ALIKE else None


def _fitting(words: Sequence[str]) -> List[Tuple[str, float]]:
    """Names of streets that words may mean, each once, with a score."""
    scores = {street.name: _fit(words, search_words(street.name)) for street in streets()}
    return [(name, score) for name, score in scores.items() if score is not None]


def _fit(asked: Sequence[str], words: Sequence[str]) -> Optional[float]:
    """The name may be misspelt, type and direction may be missing; a direction that is given is never another one."""
    (name, kind, direction), (name2, kind2, direction2) = _split(asked), _split(words)
    score = fuzz.ratio(name, name2)
    if score < ALIKE or (direction and direction2 and direction != direction2):
        return None
    kind_off = 0.0 if kind == kind2 else 6.0 if kind else 1.5
    direction_off = 0.0 if direction == direction2 else 4.0 if direction else 3.0
    return score - kind_off - direction_off


def _split(words: Sequence[str]) -> Tuple[str, str, str]:
    """Name, type and direction of a street."""
    rest = list(words)
    direction = rest.pop() if len(rest) > 1 and rest[-1] in _DIRECTIONS else ""
    kind = rest.pop() if len(rest) > 1 and rest[-1] in _TYPES else ""
    return " ".join(rest), kind, direction


def _parts(name: str) -> Dict[str, str]:
    """A street's name in ArcGIS's fields, as the city writes them."""
    rest = name.split()
    direction = rest.pop() if rest[-1].casefold() in _DIRECTIONS else ""
    kind = rest.pop() if rest[-1].casefold() in _TYPES else ""
    return {"StName": " ".join(rest), "StType": kind, "StDir": direction}


def attributes(found: Candidate) -> Dict[str, object]:
    """Everything that is known of a candidate but the city's name, by ArcGIS's names."""
    latitude, longitude = found.point
    usual = {"Score": found.score, "Match_addr": found.address, "Addr_type": found.addr_type, "X": longitude, "Y": latitude}
    return {**usual, "Nbrhd": neighbourhood_at(found.point), **found.attributes}
