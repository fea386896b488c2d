"""Is it reported already? Open requests of the same kind close to where a new one would be."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Dict, List, Optional

from actions.base import Turn
from actions.clients.open311 import Open311, Open311Error
from actions.clients.open311_shapes import Service, ServiceRequest
from actions.words import line, spoken_date, word
from bot.choosing import chosen
from bot.city import city
from bot.language.addresses import find_address
from bot.language.distances import between_m, rounded
from bot.language.identifiers import find_request_number
from bot.language.street_words import folded
from bot.messages import Place

WITHIN_M = 100  # a telephone is off by some 10 to 20 metres, and so is an address
SINCE = timedelta(days=30)
MOST = 3  # fit a text message
OWN = "own"  # the choice to send the report all the same


@dataclass(frozen=True)
class Nearby:
    """An open request. `metres` from the new one; `received` is a local date, empty where the city gives none."""

    number: str
    metres: int
    received: str


def nearby(open311: Open311, service: Service, place: Place, language: str, now: datetime) -> List[Nearby]:
    """Open requests of a service near a place, nearest first. Raises Open311Error."""
    since = now - SINCE
    found = []
    for request in open311.service_requests(service.service_code, since, language, status="open"):
        received = request.requested_datetime
        if request.status != "open" or (received and received < since):
            continue
        metres = _metres(place, request)
        if metres <= WITHIN_M:
            day = received.astimezone(city().timezone).date().isoformat() if received else ""
            found.append(Nearby(request.service_request_id, rounded(metres), day))
    return sorted(found, key=lambda one: one.metres)[:MOST]


def _metres(place: Place, request: ServiceRequest) -> float:
    """How far away a request is; without a point of its own only one at the same door is near."""
    if request.latitude is not None and request.longitude is not None:
        return between_m((place.latitude, place.longitude), (request.latitude, request.longitude))
    there, here = (find_address(text, town=city().short_name) for text in (request.address, place.label))
    return 0.0 if there and here and folded(there.door) == folded(here.door) else math.inf


async def look(turn: Turn, open311: Open311, service: Service, place: Optional[Place]) -> List[Dict[str, Any]]:
    """The same as JSON; nothing when the place is not known or the city cannot say: a report never waits for this."""
    if place is None or service.type == "blackbox":
        return []
    try:
        found = await asyncio.to_thread(nearby, open311, service, place, turn.language, datetime.now(city().timezone))
    except Open311Error:
        return []
    return [vars(one) for one in found]


def lines(found: List[Dict[str, Any]], language: str) -> List[str]:
    """Each request as the resident reads it: "Reported Monday, November 23, 40 m away: 26-000417"."""
    shown = []
    for row in found:
        day = spoken_date(datetime.fromisoformat(row["received"]).date(), language) if row["received"] else ""
        name = ("nearby" if row["metres"] else "nearby_here") if day else "nearby_undated"
        shown.append(line(name, language, day=day, metres=row["metres"], number=row["number"]))
    return shown


def titles(found: List[Dict[str, Any]], language: str) -> Dict[str, str]:
    """What may be chosen, by what it stands for: the number of a request, or OWN."""
    key = "same" if len(found) == 1 else "same_as"
    same = {str(row["number"]): word("duplicates", key, language).format(number=row["number"]) for row in found}
    return {**same, OWN: word("duplicates", OWN, language)}


def meant(turn: Turn, found: List[Dict[str, Any]]) -> Optional[str]:
    """The number whose problem the resident says is theirs, or OWN; None when the message says neither."""
    offered = titles(found, turn.language)
    tapped = turn.entity("answer")
    if tapped in offered:
        return tapped
    named = find_request_number(turn.text)
    if named in offered:
        return named
    index = chosen(turn.text, list(offered.values()), expected=True)
    if index is not None:
        return list(offered)[index]
    if turn.intent == "deny":
        return OWN
    return str(found[0]["number"]) if turn.intent == "affirm" and len(found) == 1 else None
