"""Questions about places that were just listed: "hours of the second one", "show me more". Words are in `data/places.yml`."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any, Dict, List, Mapping, Optional, Sequence

from rapidfuzz import fuzz

from actions.look_ups.around import Near
from actions.look_ups.place_kinds import PlaceKind, place_words
from actions.words import today
from bot.language.dates import moments
from bot.language.found import Reading
from bot.language.street_words import folded
from bot.place_names import every_kind_in

SAME_NAME = 88  # of 100: how alike a name in a message and one of the list are
_THERE_IS = re.compile(r"\b(?:is there|are there|there is|there are|there's|y a[- ]t[- ]il|il y a|y a|s'il (?:vous|te) plait)\b")
_FIRST_THING = re.compile(r"\b(?:at first|first thing|first of all|premierement|en premier)\b")
_WORD = re.compile(r"[a-z0-9]+(?:['-][a-z0-9]+)*")


def kept(found: Sequence[Near], kind: PlaceKind) -> List[Dict[str, Any]]:
    """The rows as the state holds them: JSON, with the fields that are told and no others."""
    return [{**asdict(one), "attributes": {name: one.attributes.get(name) for name in kind.every_field}} for one in found]


def row_of(shape: Mapping[str, Any]) -> Near:
    """A row of the state."""
    return Near(shape["metres"], (shape["point"][0], shape["point"][1]), shape["attributes"])


def detail_asked(text: str) -> Optional[str]:
    """Which detail of a place a message asks for: "hours", "phone"; None when it asks for none."""
    plain = Reading.of(text).plain
    return next((detail for detail, words in place_words("asked").items() if _says(plain, words)), None)


def asks_more(text: str) -> bool:
    """Whether a message asks for more places of the same kind."""
    return _says(Reading.of(text).plain, place_words("more"))


def points_back(text: str) -> bool:
    """Whether a message only points at what it is about: "its hours", "their email"."""
    return _says(_THERE_IS.sub(" ", Reading.of(text).plain), place_words("pointers"))


def row_meant(text: str, names: Sequence[str], *, of_another: bool = False) -> Optional[int]:
    """The row that a message is about: by its name, by its place in the list, or the first one that is only pointed at; None: none.

    A message that names a kind of place points at none of the list: "is there a library open"; one that names another kind
    (`of_another`) counts in no list either, and a day is no place in it: "open on the second of july".
    """
    reading = Reading.of(text)
    plain = folded(reading.text)
    alike = [fuzz.partial_ratio(folded(name), plain) if len(plain) >= len(name) else 0 for name in names]
    if alike and max(alike) >= SAME_NAME and alike.count(max(alike)) == 1:
        return alike.index(max(alike))
    if of_another:
        return None
    said = set(_WORD.findall(_FIRST_THING.sub(" ", reading.without(moments(reading, today())).plain)))
    for place, words in enumerate(place_words("ordinals")):
        if said & set(words):
            return place if place < len(names) else None
    return 0 if names and points_back(text) and not every_kind_in(Reading.of(text)) else None


def _says(plain: str, languages: Mapping[str, Any]) -> bool:
    phrases = [phrase for texts in languages.values() for phrase in texts]
    return any(re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", plain) for phrase in phrases)
