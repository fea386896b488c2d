"""Where a problem is: a corner or a place with a name, as the city's locator knows it."""

from __future__ import annotations

import asyncio
import string
from typing import Any, Dict, List, Optional

from actions.base import Turn
from actions.clients.errors import CityError
from actions.clients.geocoder import Geocoder, Located
from actions.offering import index_meant
from actions.report_answers import LONGEST_PLACE, place_in
from actions.report_described import names_in
from actions.report_words import without_lead_in
from bot.city import city
from bot.language.corners import find_corner
from bot.language.found import Reading
from bot.language.names import known_names, names, written
from bot.language.street_words import folded
from bot.language.streets import find_street
from bot.messages import Place

FACILITY = "facility"
MOST_OPTIONS = 3
MOST_LOOKED_FOR = 4  # names that the locator is asked for
MOST_CROSSING_WORDS = 4
MOST_NAME_WORDS = 8  # of an answer that may name a place

Option = Dict[str, Any]
"""A place to be confirmed, as JSON: `label`, `said` (the resident's words) and, where it is known, `latitude` and `longitude`."""


def as_written(text: str) -> str:
    """A place in the resident's own words."""
    return " ".join(text.split())[:LONGEST_PLACE]


async def crossing(street: str, text: str, geocoder: Optional[Geocoder], language: str) -> List[Option]:
    """The corners that a short answer may mean on a street named before: only with a street that is known to cross.

    Without a locator to ask, only one that says it is a street: "victoria st", not "victoria".
    """
    named = without_lead_in(text)
    if not named or len(named.split()) > MOST_CROSSING_WORDS:
        return []
    corner = find_corner(f"{street} & {named}", town=city().short_name)
    if corner is None:
        return []
    found = await located(corner, geocoder, language)
    if found is None:
        return [_option(corner)] if find_street(named, town=city().short_name) else []
    return [_option(one.name, at=one) for one in found if one.kind == "corner"][:MOST_OPTIONS]


async def landmarks(text: str, geocoder: Optional[Geocoder], language: str, *, named_only: bool = False) -> List[Option]:
    """The places a text may name: a facility of the city, or what the locator calls so.

    Args:
        named_only: the text says more than a place, so that only the name of a facility counts.
    """
    known = [one.value for one in names(Reading.of(text), known_names()) if one.kind == FACILITY]
    said = as_written(text)
    if known:
        name = written(FACILITY, known[0])
        found = await located(name, geocoder, language) or []
        return [_option(name, "" if named_only else said, at=found[0] if found else None)]
    for name, sure in names_in(text)[:MOST_LOOKED_FOR]:
        found = [one for one in await located(name, geocoder, language) or [] if one.kind != "address" and folded(one.name) == folded(name)]
        if found or (sure and named_only):
            label = found[0].name if found else string.capwords(name)
            return [_option(label, "" if named_only else said, at=found[0] if found else None)]
    searched = without_lead_in(said)
    if named_only or not searched or len(searched.split()) > MOST_NAME_WORDS:
        return []
    found = [one for one in await located(searched, geocoder, language) or [] if one.kind != "address"]
    named = [one for one in found if folded(one.name) == folded(searched)]
    return [_option(one.name, said, at=one) for one in named or found][:MOST_OPTIONS]


async def located(text: str, geocoder: Optional[Geocoder], language: str) -> Optional[List[Located]]:
    """What the city's locator finds; None when there is no locator, or it cannot say now."""
    if geocoder is None:
        return None
    try:
        return await asyncio.to_thread(geocoder.candidates, text, language)
    except CityError:
        return None


def described(text: str) -> Option:
    """A place in the resident's own words, to be shown back."""
    return {**_option(as_written(text)), "described": True}


def _option(label: str, said: str = "", at: Optional[Located] = None) -> Option:
    where = {"latitude": at.latitude, "longitude": at.longitude} if at else {}
    return {"label": label, "said": said, **where}


def option_meant(turn: Turn, options: List[Option]) -> Optional[Option]:
    """The offered place a message takes: the only one with a yes, one that was tapped, or one it names."""
    if len(options) == 1 and turn.intent == "affirm":
        return options[0]
    index = index_meant(turn, [option["label"] for option in options])
    return None if index is None else options[index]


def take(turn: Turn, option: Option) -> None:
    """Makes a place the report's: with the resident's words where they say more than its name."""
    label, said = str(option["label"]), str(option.get("said") or "")
    more = len(without_lead_in(said).split()) > len(label.split()) + 1
    point = [option["latitude"], option["longitude"]] if "latitude" in option else None
    turn.set(report_location=(f"{label} ({said})" if more else label)[:LONGEST_PLACE], report_point=point, report_options=None)


async def point_of(location: str, point: Optional[List[float]], geocoder: Optional[Geocoder], language: str) -> Optional[Place]:
    """Where a report's place is: as it was shared or chosen, else as the locator finds its address; None when nobody can say."""
    if point:
        return Place(location, *point)
    if not place_in(location):
        return None
    found = await located(location, geocoder, language)
    return Place(location, found[0].latitude, found[0].longitude) if found and len(found) == 1 else None
