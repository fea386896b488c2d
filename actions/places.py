"""Finds a resident's address among those a city system knows.

Source of the order: city-apis reference, 8: exact, then without the type, then close names; the number is never guessed, and
a direction that was given counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Sequence, Tuple

from actions.clients.waste import Place, Waste
from bot.city import city
from bot.language.addresses import Address, find_address
from bot.language.known_streets import closest_street
from bot.language.other_towns import other_town
from bot.language.street_words import folded

MOST_CHOICES = 3
FEW_LETTERS = (3, 1)  # of a street's name, to search for what it may be a misspelling of


@dataclass(frozen=True)
class Found:
    """`places` is what the address means: one, several to choose from, or none. `sure` False: only names like it."""

    places: Tuple[Place, ...]
    sure: bool = True


def find_places(waste: Waste, wanted: Address, language: str, *, town: str = "") -> Found:
    """The places an address may be. Raises WasteError.

    Args:
        town: one around the city in which it is; the calendar may know it too, and a place of the same name here is not meant.
    """
    if town:
        known = waste.places(f"{wanted.civic}{wanted.suffix} {wanted.street} {wanted.street_type}".strip() + f", {town}", language)
        return Found(tuple(same_door(wanted, [place for place in known if other_town(place.name) == town])[:MOST_CHOICES]))
    known = waste.places(f"{wanted.civic}{wanted.suffix} {wanted.street} {wanted.street_type}".strip(), language)
    same = same_door(wanted, known)
    for letters in FEW_LETTERS:
        if same:
            break
        known = waste.places(f"{wanted.civic} {wanted.street[:letters]}", language)
        same, like = same_door(wanted, known), like_it(wanted, known)
        if like and not same:
            return Found(tuple(like[:MOST_CHOICES]), sure=False)
    return Found(tuple(same[:MOST_CHOICES]))


def _read(places: Sequence[Place]) -> List[Tuple[Place, Address]]:
    read = ((place, find_address(place.name, town=city().short_name)) for place in places)
    return [(place, address) for place, address in read if address]


def same_door(wanted: Address, places: Sequence[Place]) -> List[Place]:
    """The places with this number, street and direction, and with this type if any has it."""
    same = [
        (place, address)
        for place, address in _read(places)
        if (address.civic, address.suffix, folded(address.street)) == (wanted.civic, wanted.suffix, folded(wanted.street))
        and wanted.direction in ("", address.direction)
    ]
    typed = [(place, address) for place, address in same if address.street_type == wanted.street_type]
    return [place for place, _ in typed or same]


def like_it(wanted: Address, places: Sequence[Place]) -> List[Place]:
    """The places with this number in a street of nearly this name, or of this name in another direction."""
    numbered = [(place, address) for place, address in _read(places) if address.civic == wanted.civic]
    name = closest_street(wanted.street, [address.street for _, address in numbered])
    if name is None:  # words behind the name were taken for a part of it: "king garbage"
        name = next((address.street for _, address in numbered if folded(wanted.street).startswith(folded(address.street) + " ")), None)
    named = [(place, address) for place, address in numbered if address.street == name]
    directed = [(place, address) for place, address in named if address.direction == wanted.direction]
    return [place for place, _ in directed or named]
