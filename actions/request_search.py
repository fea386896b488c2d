"""Requests a resident asks about without a number: near a place, or their own of this conversation."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Dict, List, Optional, Sequence, Set

from actions.clients.open311 import Open311
from actions.clients.open311_shapes import Service, ServiceRequest
from actions.filing import own_references
from actions.report_words import is_general
from bot.city import city
from bot.conversations import submissions
from bot.conversations.submissions import token_of
from bot.knowledge.wording import comparable
from bot.language.addresses import find_address
from bot.language.corners import find_corner
from bot.language.distances import between_m
from bot.language.street_words import folded
from bot.language.streets import find_street

WITHIN_M = 200  # "by the market" is not exact
SINCE = timedelta(days=89)  # a list covers 90 days (GeoReport v2): the 90th would be cut off where the clocks changed since
MOST = 5
LEAST_LETTERS = 4  # of a word that names a kind of problem


@dataclass(frozen=True)
class Own:
    """One of a resident's own: `request` None when the city does not know it (yet); `token` while it has no number."""

    number: str
    token: str
    request: Optional[ServiceRequest]


def near(open311: Open311, service: Optional[Service], place: Dict[str, Any], language: str, now: datetime) -> List[ServiceRequest]:
    """Open requests at a place, the nearest first, or the newest on a street. Raises Open311Error.

    Args:
        place: `name` (an address, a corner, a street or a place), and `latitude` and `longitude` where they are known.
    """
    found = open311.service_requests(service.service_code if service else "", now - SINCE, language, status="open")
    still_open = [request for request in found if request.status == "open"]
    newest_first = sorted(still_open, key=lambda one: one.requested_datetime or now, reverse=True)
    away = [(_metres(place, request), request) for request in newest_first]
    return [request for metres, request in sorted(away, key=lambda pair: pair[0]) if metres <= WITHIN_M][:MOST]


def service_named(text: str, services: Sequence[Service]) -> Optional[Service]:
    """The service whose name shares a word with a text; None when none does, or several do."""
    said = set(comparable(text).split())
    named = [one for one in services if not said.isdisjoint(_words_of(one))]
    return named[0] if len(named) == 1 else None


def _words_of(service: Service) -> Set[str]:
    """The words of a service's name that no other request is called by, in one and several."""
    words = {word for word in comparable(service.service_name).split() if len(word) >= LEAST_LETTERS and not is_general(word)}
    return words | {f"{word}s" for word in words}


def own(open311: Open311, conversation: str, language: str) -> List[Own]:
    """What was reported or is followed in a conversation, newest first; tokens that have a number now are remembered by it.

    Raises Open311Error.
    """
    found = []
    for reference in own_references(conversation)[:MOST]:
        token = token_of(reference.reference)
        number = (open311.request_number(token, language) or "") if token else reference.reference
        if token and number:
            submissions.finish(reference.key, number)
        found.append(Own(number, token, open311.service_request(number, language) if number else None))
    return found


def _metres(place: Dict[str, Any], request: ServiceRequest) -> float:
    """How far away a request is: not at all at the same address or on the street; without end where nobody can say."""
    if _is_on(place["name"], request.address):
        return 0.0
    if "latitude" not in place or request.latitude is None or request.longitude is None:
        return math.inf
    return between_m((place["latitude"], place["longitude"]), (request.latitude, request.longitude))


def _is_on(name: str, address: str) -> bool:
    """Whether an address is at this address or corner, or on this street; a type or direction counts where both have one."""
    wanted, there = find_address(name, town=city().short_name), find_address(address, town=city().short_name)
    if wanted:
        return there is not None and wanted.civic == there.civic and _same_street(wanted.street_line, there.street_line)
    if find_corner(name, town=city().short_name):
        return {folded(part) for part in _streets(name)} == {folded(part) for part in _streets(address)}
    return any(_same_street(name, street) for street in ([there.street_line] if there else _streets(address)))


def _streets(text: str) -> Sequence[str]:
    corner = find_corner(text, town=city().short_name)
    if corner:
        return corner.split(" & ")
    street = find_street(text, town=city().short_name)
    return [street] if street else []


def _same_street(one: str, other: str) -> bool:
    """Whether two streets may be the same: one says all that the other says, in its order."""
    shorter, longer = sorted((folded(one).split(), folded(other).split()), key=len)
    return bool(shorter) and longer[: len(shorter)] == shorter
