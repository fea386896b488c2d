"""Neighbourhoods: which of them a message names, and where their middle is. From a layer of outlines, kept for a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, List, Optional, Tuple

from actions.clients.arcgis import ArcGIS, arcgis_from_settings
from actions.clients.kept import Kept
from actions.look_ups.place_kinds import Areas, known_areas
from bot.language.distances import Point, middle
from bot.language.found import Found, Reading
from bot.language.names import Name, name_words, names
from bot.messages import Place

DAY_S = 86_400.0
SHORT_WORD = 3  # letters of a word that alone names no neighbourhood


@dataclass(frozen=True)
class NamedAreas:
    """What a message names: where it stands, and the neighbourhoods that may be meant."""

    found: Tuple[Found, ...]
    places: Tuple[Place, ...]


class Neighbourhoods:
    """The neighbourhoods of the city. Safe to use from several threads."""

    def __init__(self, server: Optional[ArcGIS] = None, areas: Optional[Areas] = None) -> None:
        self._areas = areas or known_areas()
        self._server = server or arcgis_from_settings()
        self._kept: Kept[Dict[str, Point]] = Kept(ttl_s=DAY_S, stale_s=30 * DAY_S, keep=bool)

    def named(self, reading: Reading) -> NamedAreas:
        """The neighbourhoods a message names: by their name, by what residents call them, else by one word of their name.

        Raises ArcGISError.
        """
        middles = self._kept.get("", self._load).value
        whole = names(reading, _whole_names(middles, self._areas))
        found = whole or names(reading, _single_words(middles, self._areas))
        said = {name_words(name): name for name in middles}
        places = []
        for one in found[:1]:
            words = reading.text[one.start : one.end]
            for name in one.value.split("|"):
                label = words if whole and name_words(words) not in said else name  # "downtown" stays what residents call it
                places.append(Place(label, *middles[name]))
        return NamedAreas(tuple(found), tuple(places))

    def _load(self) -> Dict[str, Point]:
        if self._server is None:
            return {}
        rows = self._server.layer(self._areas.layer, [self._areas.name]).features(fields=[self._areas.name], geometry=True)
        outlines = {
            str(row.attributes[self._areas.name]): max(row.paths, key=len) for row in rows if row.attributes[self._areas.name] and row.paths
        }
        return {name: middle(outline) for name, outline in outlines.items()}


def _whole_names(middles: Dict[str, Point], areas: Areas) -> List[Name]:
    own = [(name, name) for name in middles]
    also = [
        (name, spelling) for name, said in areas.also.items() if name in middles for spellings in said.values() for spelling in spellings
    ]
    return [Name("area", name, name_words(spelling), frozenset()) for name, spelling in own + also if name_words(spelling)]


def _single_words(middles: Dict[str, Point], areas: Areas) -> List[Name]:
    """ "doon" for Lower Doon and Doon South: an id may hold several names."""
    by_word: Dict[str, List[str]] = {}
    for name in middles:
        for word in set(name_words(name)) - set(areas.common):
            if len(word) > SHORT_WORD:
                by_word.setdefault(word, []).append(name)
    return [Name("area", "|".join(found), (word,), frozenset()) for word, found in by_word.items()]
