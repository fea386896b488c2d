"""Around which place a question asks: "within 500 m of 200 king st w", "près de l'hôtel de ville"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Optional, Sequence

from bot.language.addresses import locate
from bot.language.corners import find_corner
from bot.language.found import Reading
from bot.language.known_streets import is_known
from bot.language.road_names import read_road
from bot.open_data.dates import When
from bot.open_data.query import Near

MOST_NAME_WORDS = 5
MOST_METRES = 20_000
CORNER_METRES = 100  # of what is said to be at a corner or a house, not near it

_UNITS = {"m": 1, "k": 1000}
_DISTANCE = r"(?P<number>\d+(?:[.,]\d+)?|an?|un) ?-? ?(?P<unit>m|met(?:er|re)s?|k|km|kms|kilomet(?:er|re)s?)(?: radius| rayon)?"
_OF = r"(?:of|from|to|around|away from|de la|de l'|du|des|de|d'|autour de la|autour de l'|autour du|autour des|autour de|au tour de)"
_NEAR = re.compile(
    rf"(?<!\w)(?:(?:(?:within|in|a moins de|moins de|dans un rayon de|a) )?(?:a )?{_DISTANCE} {_OF}"
    r"|near to|near|nearby|close to|around|next to|beside|surrounding|in the area of|in the vicinity of"
    r"|(?:tout )?pres de la|(?:tout )?pres de l'|(?:tout )?pres du|(?:tout )?pres des|(?:tout )?pres de|(?:tout )?pres d'"
    r"|proches? de la|proches? de l'|proches? du|proches? des|proches? de|proches? d'"
    r"|autour de la|autour de l'|autour du|autour des|autour de|autour d'"
    r"|aux alentours de la|aux alentours de l'|aux alentours du|aux alentours de"
    r"|a proximite de la|a proximite de l'|a proximite du|a proximite des|a proximite de|a cote de la|a cote de l'|a cote du|a cote de"
    r")(?:(?<=')| )(?:the |la |le |l')?(?=\S)"
)
_AT = re.compile(r"(?<!\w)(?:at|on|a|au|sur)(?: the| le| la)? |(?<!\w)a l'(?=intersection)")
_OWN = re.compile(  # only the resident knows where
    r"(?:my (?:house|home|place|address|street|apartment|location|work|office|school)|where i (?:live|am|work)"
    r"|me|here|us|our (?:house|home|place)"
    r"|chez (?:moi|nous)|ma (?:maison|rue|position)|mon (?:adresse|appartement|travail|bureau|ecole)|moi|ici|nous|la ou j'habite)(?!\w)"
)
_NAME_ENDS = re.compile(
    r"[?!.,;:(]|(?<!\S)(?:in|since|by|per|during|between|from|last|this|that|with|were|was|are|is|have|has|had|which|what|how|for|over|and"
    r"|en|depuis|par|pendant|entre|cette|cet|ce|qui|avec|sont|dans|il|y|combien|quel|quelle|ont|ete|chaque|selon|pour|et|please|svp|planted|issued|reported)(?!\S)"
)

_STREET = (
    r"(?:(?!and\b|et\b|in\b|since\b|which\b|what\b|how\b|combien\b)[a-z][\w.'-]*)"
    r"(?: (?:st|street|ave|avenue|rd|road|dr|drive|blvd|n|s|e|w|north|south|east|west)\b\.?){0,2}"
)
_CORNER = re.compile(
    rf"(?:(?:the )?(?:corner|intersection) of |l'intersection de |coin (?:de |des |du )?)?{_STREET} (?:and|et|&) {_STREET}(?!\w)"
)


@dataclass(frozen=True)
class Around:
    """Where a question asks, and where that stands in the reading. A place that only the resident knows ("me") is empty."""

    near: Near
    start: int
    end: int


def around(reading: Reading, taken: Sequence[When], metres: int) -> Optional[Around]:
    """The place a question asks about.

    Args:
        taken: times of the message: a place ends where one begins.
        metres: how far "near" reaches without a distance.
    """
    for match in _NEAR.finditer(reading.plain):
        behind = min((when.start for when in taken if when.start > match.end()), default=len(reading.plain))
        said = reading.text[match.end() : behind]
        reach = _metres(match, metres)
        own = _OWN.match(reading.plain, match.end())
        if own:
            return Around(Near("", reach), match.start(), own.end())
        if said[:1].isdigit():
            found = locate(said)
            if found and found.start == 0:
                return Around(Near(found.address.door, reach), match.start(), match.end() + found.end)
            continue
        end = _NAME_ENDS.search(reading.plain[match.end() : behind])
        crossing = _CORNER.match(reading.plain, match.end(), behind)
        corner = find_corner(f"corner {reading.text[crossing.start() : crossing.end()]}") if crossing else None
        if crossing and corner:
            return Around(Near(corner, reach), match.start(), crossing.end())
        name = said[: end.start()] if end else said
        if 0 < len(name.split()) <= MOST_NAME_WORDS:
            return Around(Near(" ".join(name.split()), reach), match.start(), match.end() + len(name))
    return _at_a_corner(reading)


def _at_a_corner(reading: Reading) -> Optional[Around]:
    """ "at king and victoria", "au coin de Weber et Ottawa": two known streets, or two with their types."""
    for match in _AT.finditer(reading.plain):
        crossing = _CORNER.match(reading.plain, match.end())
        corner = find_corner(f"corner {reading.text[crossing.start() : crossing.end()]}") if crossing else None
        if crossing and corner and all(_is_street(half) for half in corner.split(" & ")):
            return Around(Near(corner, CORNER_METRES), match.start(), crossing.end())
        said = reading.text[match.end() :]
        found = locate(said) if said[:1].isdigit() else None
        if found and found.start == 0:
            return Around(Near(found.address.door, CORNER_METRES), match.start(), match.end() + found.end)
    return None


def _is_street(half: str) -> bool:
    """Whether half of a corner is a street and not two words around "and": "on monday and tuesday"."""
    road = read_road(half)
    return road is not None and (bool(road.street_type) or is_known(road.name))


def _metres(match: re.Match[str], otherwise: int) -> int:
    if not match["unit"]:
        return otherwise
    number = float(match["number"].replace(",", ".")) if match["number"][0].isdigit() else 1.0
    return max(1, min(round(number * _UNITS[match["unit"][0]]), MOST_METRES))
