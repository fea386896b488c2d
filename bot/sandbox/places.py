"""The addresses the sandbox's waste calendar knows: `data/sandbox/waste.yml`, and a search that forgives how they are written."""

from __future__ import annotations

import re
import unicodedata
import uuid
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from bot.city import city
from bot.sandbox.seeds import seed

MOST_SUGGESTIONS = 10
_NAMESPACE = uuid.UUID("5a4d504c-4500-11ee-8888-abcdefabcdef")  # any fixed one: the same address always has the same place id
_POSTAL_CODE = re.compile(r"\b[a-z]\d[a-z] ?\d[a-z]\d\b")


@dataclass(frozen=True)
class Zone:
    """Where collection is on the same days. `day`: a key of `days` in the seeds; `week`: a or b."""

    day: str
    week: str

    @property
    def zone_id(self) -> int:
        return 10 * (list(seed("waste")["days"]).index(self.day) + 1) + "ab".index(self.week)


@dataclass(frozen=True)
class Place:
    """One address. `zone` None: a building that is not served."""

    place_id: str
    parcel_id: int
    name: str
    zone: Optional[Zone]


@dataclass(frozen=True)
class _Stretch:
    """Numbers of one street that share a zone; `words` are the street's name as it is searched."""

    street: str
    first: int
    last: int
    zone: Zone
    words: Tuple[str, ...]


def place(place_id: str) -> Optional[Place]:
    """The place with this id, in any case; None when there is none."""
    return _places().get(place_id.upper())


def suggest(query: str) -> List[Place]:
    """The places a query may mean, at most ten: its words begin words of the address, in the same order.

    A number with a street is exact (`20 king` is not 200); a number alone may be the beginning of one.
    """
    words = search_words(query)
    number = words[0] if words and words[0].isdecimal() else None
    street = words[1:] if number else words
    if not words:
        return []
    found = (
        _place_at(stretch, candidate)
        for stretch in _stretches()
        if begin(street, stretch.words)
        for candidate in _numbers(stretch, number, exact=bool(street))
    )
    return list(islice(found, MOST_SUGGESTIONS))


def _numbers(stretch: _Stretch, number: Optional[str], *, exact: bool) -> Iterator[int]:
    for candidate in range(stretch.first, stretch.last + 1):
        text = str(candidate)
        if number is None or text == number or (not exact and text.startswith(number)):
            yield candidate


def begin(asked: Sequence[str], words: Sequence[str]) -> bool:
    """Whether each asked word begins one of the words, in order; words between may be left out."""
    rest = iter(words)
    return all(any(word.startswith(part) for word in rest) for part in asked)


def search_words(text: str) -> Tuple[str, ...]:
    """An address as words to search by: lower case, no accents or signs, usual abbreviations, no city, province or postal code."""
    plain = unicodedata.normalize("NFKD", re.sub("['’]", "", text.casefold()))
    plain = re.sub(r"[^a-z0-9]+", " ", "".join(sign for sign in plain if not unicodedata.combining(sign)))
    plain = _POSTAL_CODE.sub(" ", plain).replace(city().short_name.casefold(), " ")
    spellings: Mapping[str, str] = seed("waste")["spellings"]
    words = (spellings.get(word, word) for word in plain.split())
    return tuple(word for word in words if word)


@cache
def _stretches() -> Tuple[_Stretch, ...]:
    return tuple(_stretch(row) for row in seed("waste")["streets"])


def _stretch(row: Mapping[str, Any]) -> _Stretch:
    first, last = row["numbers"]
    return _Stretch(row["street"], first, last, Zone(row["day"], row["week"]), search_words(row["street"]))


def _place_id(address: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, address)).upper()


def _place_at(stretch: _Stretch, number: int) -> Place:
    return _places()[_place_id(f"{number} {stretch.street}")]


@cache
def _places() -> Dict[str, Place]:
    unserved = set(seed("waste")["unserved"])
    every: Dict[str, Place] = {}
    for stretch in _stretches():
        for number in range(stretch.first, stretch.last + 1):
            address = f"{number} {stretch.street}"
            zone = None if address in unserved else stretch.zone
            place_id = _place_id(address)
            every[place_id] = Place(place_id, len(every) + 1, f"{address}, {city().short_name}", zone)
    return every
