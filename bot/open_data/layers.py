"""What a layer of open data is: its fields, the words residents have for them, and what may not be asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Dict, Iterable, Mapping, Optional, Tuple

from bot.open_data.query import Value
from bot.settings import settings

CATEGORY, TEXT, LABEL, DATE = "category", "text", "label", "date"
NUMBER, MONEY, LENGTH = "number", "money", "length"
MEASURED = (NUMBER, MONEY, LENGTH)  # kinds that statistics can be worked out of
KINDS = (CATEGORY, TEXT, LABEL, DATE, *MEASURED)

Words = Mapping[str, str]
"""A text per language."""
Names = Mapping[str, Tuple[str, ...]]
"""Ways to say it per language."""


@dataclass(frozen=True)
class FieldValue:
    """One value of a category. `alone`: its name says which layer is meant: "how many demolitions"."""

    value: Value
    title: Words
    synonyms: Names = field(default_factory=dict)
    alone: bool = False


@dataclass(frozen=True)
class Field:
    """One field of a layer.

    Kinds: a category has known values, so it can be a condition and a grouping; a text only a grouping; a label belongs to one row and is
    only shown. `statistics` of a measured field; `most`, `least`: what the row with the most of it is called ("longest");
    `total`: what is added up when it is counted ("how many parking spaces"); `happened`: words for what a date is the date of.
    `not_of`: values of other fields with which this one says nothing: new homes of a demolition.
    """

    id: str
    name: str
    kind: str
    title: Words
    synonyms: Names = field(default_factory=dict)
    values: Tuple[FieldValue, ...] = ()
    numbered: bool = False  # its values are whole numbers, said behind its name: "ward 3"
    streets: bool = False  # its values are names of streets
    alone: bool = False  # its values, or what is added up, say which layer is meant
    unit: Optional[str] = None
    statistics: Tuple[str, ...] = ()
    most: Names = field(default_factory=dict)
    least: Names = field(default_factory=dict)
    total: Names = field(default_factory=dict)
    happened: Names = field(default_factory=dict)
    not_of: Mapping[str, Tuple[str, ...]] = field(default_factory=dict)

    def value(self, value: Value) -> Optional[FieldValue]:
        """The value as described, None when it is none of this field."""
        return next((one for one in self.values if one.value == value), None)


@dataclass(frozen=True)
class Layer:
    """One layer. `service`: behind the base URL of the back end `open_data`. `row`: one row and several, per language.

    `date`, `largest` and `sort` are ids of fields: which days a question is about, what "largest" means, and what rows are sorted into
    when "the most common" is asked. `shows`: fields of a single row. `short`: names that count beside other words of the layer ("lot").
    `personal`: words for what is never told. `until`: the field of a row's last day, where it goes on behind its date; empty: nobody knows.
    `thing`: the field whose value makes rows one thing, where they are pieces of it: a trail in sections.
    `stock`: rows stay, so a year alone ("trees in 2010") does not say whether those are meant that came in it.
    """

    id: str
    service: str
    title: Words
    row: Mapping[str, Tuple[str, str]]
    synonyms: Names
    page: str
    fields: Tuple[Field, ...]
    shows: Tuple[str, ...]
    date: Optional[str] = None
    largest: Optional[str] = None
    sort: Optional[str] = None
    short: Names = field(default_factory=dict)
    personal: Names = field(default_factory=dict)
    until: Optional[str] = None
    thing: Optional[str] = None
    stock: bool = False

    def field(self, field_id: str) -> Optional[Field]:
        """The field of an id, None when there is none."""
        return next((one for one in self.fields if one.id == field_id), None)

    @property
    def street(self) -> Optional[Field]:
        """The field that says on which street a row is, None when none does."""
        return next((one for one in self.fields if one.streets), None)


class Catalogue:
    """All layers, in the order of their file. `metres`: how far "near" reaches when nobody says."""

    def __init__(self, portal: str, metres: int, layers: Iterable[Layer]) -> None:
        self.portal = portal
        self.metres = metres
        self.layers: Tuple[Layer, ...] = tuple(layers)
        self._by_id: Dict[str, Layer] = {layer.id: layer for layer in self.layers}

    def layer(self, layer_id: str) -> Optional[Layer]:
        """The layer of an id, None when there is none."""
        return self._by_id.get(layer_id)


def layers_file() -> Path:
    return settings().data_folder / "open_data.yml"


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The layers of this process, read once. Raises `bot.knowledge.problems.KnowledgeError` listing every error."""
    from bot.open_data.loading import load

    return load(layers_file())
