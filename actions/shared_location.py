"""What a place means that a resident shared from their telephone: the address there, as far as the city knows one."""

from __future__ import annotations

import asyncio
from typing import Optional

from actions.base import Turn, outcome_of
from actions.clients.errors import CityError
from actions.clients.geocoder import Geocoder
from bot.city import city
from bot.language.addresses import Address, find_address
from bot.messages import Place


async def address_at(turn: Turn, geocoder: Optional[Geocoder], place: Place) -> Optional[Address]:
    """The address a place is labelled with, else the nearest one; None when neither is known, or the city cannot say now."""
    labelled = find_address(place.label, town=city().short_name)
    if labelled or geocoder is None:
        return labelled
    try:
        nearest = await asyncio.to_thread(geocoder.address_at, place, turn.language)
    except CityError as err:
        turn.outcome = outcome_of(err)
        return None
    return find_address(nearest or "", town=city().short_name)
