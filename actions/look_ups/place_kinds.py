"""The kinds of places that can be looked for, and which of them a message names: `data/places.yml`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, List, Mapping, Optional, Sequence, Set, Tuple

from actions.clients.arcgis_where import Is
from bot.language.found import Found, Reading
from bot.place_names import kinds_in
from bot.settings import settings
from bot.yaml_files import safe_load

WORDS_BEFORE, WORDS_BEHIND = 2, 3  # "a fast public charger", "a charger that is fast"
_PART_END = re.compile(r"[,;:.?!]")


@dataclass(frozen=True)
class Detail:
    """One more field of a place. Texts are by language; `only`: the one value that is told; `values`: what to say for a value;
    `about`: what a resident asks for that it answers; `each`: said of every place of a list, not of the first alone."""

    field: str
    words: Mapping[str, str]
    only: Optional[str] = None
    unit: str = ""
    about: str = ""
    each: bool = False
    values: Optional[Mapping[str, Mapping[str, str]]] = None


@dataclass(frozen=True)
class Wish:
    """Some of a kind: fast chargers of the chargers. `where`: the layer's field and values; `title` and `words` by language.

    `beside`: words that count only next to the kind's name: "quick question" is no quick charger."""

    id: str
    title: Mapping[str, str]
    words: Mapping[str, Sequence[str]]
    where: Mapping[str, Sequence[str]]
    beside: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class PlaceKind:
    """A kind of place.

    Args:
        fields: the layer's for name, address, hours, phone and link.
        article: the id of the one that stands in.
        choice: whether it is offered; not where another kind holds it.
        wishes: some of the kind that are asked for.
        season: what is said of places that are open for a part of the year, by language.
    """

    id: str
    title: Mapping[str, str]
    words: Mapping[str, Sequence[str]]
    layer: str
    fields: Mapping[str, str]
    article: str
    where: Tuple[Is, ...] = ()
    details: Tuple[Detail, ...] = ()
    choice: bool = True
    wishes: Tuple[Wish, ...] = ()
    season: Optional[Mapping[str, str]] = None

    def only(self, wish: Optional[str]) -> PlaceKind:
        """Those of the kind that a wish means, with their own title; all of them without one."""
        found = next((one for one in self.wishes if one.id == wish), None)
        if found is None:
            return self
        others = tuple(one for one in self.where if one.field not in found.where)
        wanted = tuple(Is(field, tuple(values)) for field, values in found.where.items())
        return replace(self, title=found.title, where=(*others, *wanted))

    @property
    def every_field(self) -> List[str]:
        """All fields of the layer that are needed, each once."""
        every = (*self.fields.values(), *(one.field for one in self.details), *(one.field for one in self.where))
        return list(dict.fromkeys(every))


@dataclass(frozen=True)
class NotHeld:
    """A kind of place that no layer has. `article`: the id of one that may help; `urgent`: whoever looks for it may need 911."""

    id: str
    title: Mapping[str, str]
    words: Mapping[str, Sequence[str]]
    article: Optional[str] = None
    urgent: bool = False


@dataclass(frozen=True)
class Areas:
    """Where neighbourhoods are: a layer of outlines. `also`: what residents call them; `common`: words that alone mean none."""

    layer: str
    name: str
    also: Mapping[str, Mapping[str, Sequence[str]]]
    common: Tuple[str, ...]


@lru_cache(maxsize=1)
def _file() -> Mapping[str, Any]:
    with (settings().data_folder / "places.yml").open(encoding="utf-8") as file:
        return dict(safe_load(file))


@lru_cache(maxsize=1)
def place_kinds() -> Mapping[str, PlaceKind]:
    """Every kind by its id, in the order of the file."""
    return {row["id"]: _kind(row) for row in _file()["kinds"]}


@lru_cache(maxsize=1)
def kinds_not_held() -> Mapping[str, NotHeld]:
    """Every kind that no layer has, by its id."""
    return {row["id"]: NotHeld(**row) for row in _file()["not_held"]}


@lru_cache(maxsize=1)
def known_areas() -> Areas:
    """Where the neighbourhoods are."""
    return Areas(**{**_file()["areas"], "common": tuple(_file()["areas"]["common"])})


def place_words(section: str) -> Any:
    """A section of words of the file: by language, or by what they ask for."""
    return _file()[section]


def wish_in(kind: PlaceKind, reading: Reading) -> Optional[Wish]:
    """Which of the kind a message asks for; None: any."""
    said = set(re.findall(r"\w+", reading.plain))
    beside = {word for one in kinds_in(reading) if one.value == kind.id for word in _beside(reading.plain, one)}
    return next((wish for wish in kind.wishes if _any_of(wish.words) & said or _any_of(wish.beside) & beside), None)


def _any_of(languages: Mapping[str, Sequence[str]]) -> Set[str]:
    return {word for words in languages.values() for word in words}


def _beside(plain: str, named: Found) -> List[str]:
    """The words of a kind's name, and those next to it within the same part of the sentence."""
    before = re.findall(r"\w+", _PART_END.split(plain[: named.start])[-1])[-WORDS_BEFORE:]
    behind = re.findall(r"\w+", _PART_END.split(plain[named.end :])[0])[:WORDS_BEHIND]
    return [*before, *re.findall(r"\w+", plain[named.start : named.end]), *behind]


def says_open(reading: Reading) -> bool:
    """Whether a message asks for a place that is open."""
    words = {word for texts in _file()["open"].values() for word in texts}
    return not words.isdisjoint(re.findall(r"\w+", reading.plain))


def _kind(row: Mapping[str, Any]) -> PlaceKind:
    where = tuple(Is(field, tuple(values)) for field, values in row.get("where", {}).items())
    details = tuple(Detail(**detail) for detail in row.get("details", ()))
    wishes = tuple(Wish(**wish) for wish in row.get("wishes", ()))
    return PlaceKind(**{**row, "where": where, "details": details, "wishes": wishes})
