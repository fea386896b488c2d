"""What a question about places says: what is looked for, and the words that say near what."""

from __future__ import annotations

import re
from typing import List, Optional, Sequence

from bot.city import city
from bot.language.found import Found, Reading
from bot.language.names import known_names, names
from bot.language.street_words import folded

MOST_WORDS = 5  # of a place's name
FEWEST_LETTERS = 3

_OF = r"d(?:e la |e l'|es |u |e |')"
_NEAR = re.compile(
    r"\b(?:(?:near|nearest|close|closest|next)\b[^,;.?!]{0,40}? to |(?:near|close by|beside|around|by|at|from|in) |"
    rf"(?:pres|proches?|autour|a cote|aux alentours) {_OF}|(?:chez|vers|dans|aux?|a la|a) |a l')"
)
_FILLERS = re.compile(r"^(?:to|from|at|the|la|le|les|l'|du|de|des|my|mon|ma|mes|our|notre|nos|area of|quartier(?: de)?|secteur(?: de)?)\s+")
_TAIL = re.compile(
    r"\W*(?:area|neighbou?rhood|please|pls|plz|thanks|svp|merci|s'il vous plait|today|now|tonight|ce soir|open|ouverte?s?)?\W*$"
)
_END = re.compile(r"[,;:.?!|(]")
# Behind "near" these name no place.
_NOWHERE = frozenset(
    """
    me here us my house home place work there that this it them him her his their where you we i the a city town area
    neighbourhood neighborhood environs distance nearest closest which what pied foot car bike bus auto velo
    put use get go park play swim walk sit read charge leave plug
    moi ici nous chez maison coin quartier secteur ville travail la ca ou vous je on mon ma mes notre nos
    """.split()
)
_LINKS = frozenset("near close to by at around from in pres proche de d a l s".split())


def facility_in(reading: Reading) -> Optional[Found]:
    """The facility of `data/names/` that a message names."""
    found = [one for one in names(reading, known_names()) if one.kind == "facility"]
    return found[0] if found else None


def facility_name(facility: Found) -> str:
    """What the city calls it."""
    return next(" ".join(name.words) for name in known_names() if (name.kind, name.id) == (facility.kind, facility.value))


def is_nowhere(text: str) -> bool:
    """Whether an answer says where the resident is, which only they know: "near me", "à la maison"."""
    words = re.findall(r"[^\W_]+", Reading.of(text).plain)
    return bool(words) and set(words) <= _NOWHERE | _LINKS


def outside(found: Sequence[Found], taken: Sequence[Found]) -> List[Found]:
    """What does not stand in the words that were taken for something else."""
    return [one for one in found if all(one.end <= other.start or other.end <= one.start for other in taken)]


def said_near(reading: Reading) -> List[str]:
    """The names behind "near", "in" or "at", the longest first; none that is no place: "near me", "in my area"."""
    found = [one for one in _NEAR.finditer(reading.plain) if one.group() != "a " or reading.text[one.start()] in "Àà"]  # "il y a" is no "à"
    names_found: List[str] = []
    for one in found:
        name = _name(_END.split(reading.plain[one.end() :])[0])
        if name:
            start = reading.plain.index(name, one.end())
            names_found.append(reading.text[start : start + len(name)])
    return names_found


def _name(text: str) -> Optional[str]:
    name = _TAIL.sub("", text).strip()
    while _FILLERS.match(name):
        name = _FILLERS.sub("", name, count=1)
    words = name.split()
    if (
        not words
        or len(words) > MOST_WORDS
        or words[0] in {*_NOWHERE, folded(city().short_name)}
        or len(name) < FEWEST_LETTERS
        or not name[0].isalpha()
    ):
        return None
    return name
