"""Which stop, route and direction a resident's words mean, among those of the timetable.

Numbers are never guessed; names forgive slips, word by word. Towards "Fairway" is read from the fronts of the vehicles.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Dict, FrozenSet, Iterable, List, Sequence, Tuple

from rapidfuzz import fuzz

from actions.clients.timetable import PLATFORM, STATION, Route, Stop, Timetable
from bot.city import city
from bot.language.addresses import locate
from bot.language.street_words import DIRECTIONS, TYPES, folded

CLOSE_ENOUGH = 80  # of 100, for one word: "qeen" 89, "fisher" 92 of fischer
LONG_WORD = 4  # letters; shorter words take no slip
RAIL = {0, 1, 2, 5, 12}  # route types of GTFS: tram, subway, rail, cable tram, monorail
MOST_WORDS = 60  # of a message: time stays bounded

_WORD = re.compile(r"[a-z0-9]+")
_NUMBERED = re.compile(
    r"(?:\b(?:stops?|arrets?|stp)|#|\bn[o°º]\.?|\bnum(?:ber|ero))(?:[\s:#.]|number|num(?:ero)?|no\b|code|id\b|is\b|n°)*(\d{3,6})\b"
)
_BARE_NUMBER = re.compile(r"(?<![\d:.,$-])\b\d{3,6}\b(?![\d:%-]|[.,]\d)")
_ROUTE = re.compile(
    r"(?<![\d:.,$#-])\b(\d{1,3}[a-z]?)\b(?!\s*(?:am|pm|a\.m|p\.m|h|min|minutes?|mins?|hours?|heures?|m|km)\b|[\d:%-]|[.,]\d)"
)
_NOT_A_ROUTE = re.compile(
    r"(?:\b(?:at|around|by|before|after|until|till|in|dans|vers|avant|apres|a)|#|\b(?:stops?|arrets?)|\bn(?:o|umber|umero))[\s:#.]*$"
)
_ROUTE_WORDS = frozenset("bus route line ligne autobus number numero".split())
_RAIL_WORDS = frozenset("train trains tram trams lrt streetcar tramway metro subway".split())
_OPTIONAL = frozenset("station stn terminal terminus stop arret mall centre center plaza the platform bay quai".split())
_NEXT_PART = r"from|at|near|by|on|stop|de|depuis|a|au|chez|pres|arret"
_TOWARDS = re.compile(
    r"\b(?:to|towards?|bound for|direction|en direction de|vers|pour)\s+(?:the\s+|le\s+|la\s+)?"
    rf"(.+?)(?=\s*\b(?:{_NEXT_PART})\b|[,?.;]|$)"
)
_COMES_TO = re.compile(r"\b(?:come|comes|coming|get|gets|getting|arrive|arrives|arriving|closest|near|next|close)\s*$")


@dataclass(frozen=True)
class Meant:
    """What a text names. `code`: a number that was said to be a stop's, known or not; `stops`: each group is one name's stops."""

    code: str = ""
    stops: Tuple[Tuple[int, ...], ...] = ()
    routes: Tuple[int, ...] = ()
    headsign: str = ""


def read(timetable: Timetable, text: str) -> Meant:
    """What a resident's message names, as far as it does."""
    plain = folded(text).replace("'", "").replace("’", "")
    code, numbered = _stop_number(timetable, plain, text)
    routes = _routes(timetable, plain)
    headsign, rest = _headsign(timetable, plain)
    if code:
        return Meant(code, (numbered,) if numbered else (), routes, headsign)
    stops = _named(timetable, rest)
    if not stops and headsign:  # "when is it coming to Fairway": the place, not the direction
        stops, headsign = (_named(timetable, plain), "") if _COMES_TO.search(_before_towards(plain)) else ((), headsign)
    return Meant("", stops, routes, headsign)


def _stop_number(timetable: Timetable, plain: str, text: str) -> Tuple[str, Tuple[int, ...]]:
    said = _NUMBERED.search(plain)
    if said and not (len(said[1]) <= 3 and _is_route(timetable, said[1])):
        return said[1], stops_numbered(timetable, said[1])
    located = locate(text, town=city().short_name)
    for bare in _BARE_NUMBER.findall(plain):
        found = stops_numbered(timetable, bare)
        if found and not _is_route(timetable, bare) and not (located and located.address.civic == bare):
            return bare, found
    return "", ()


def stops_numbered(timetable: Timetable, code: str) -> Tuple[int, ...]:
    """The stops with this number on their sign; without signs, with this id."""
    signed = tuple(stop.number for stop in timetable.stops.values() if stop.code == code and stop.kind != STATION)
    return signed or tuple(stop.number for stop in timetable.stops.values() if not stop.code and stop.stop_id == code)


def _is_route(timetable: Timetable, name: str) -> bool:
    return any(route.short_name.casefold() == name.casefold() for route in timetable.routes.values())


def _routes(timetable: Timetable, plain: str) -> Tuple[int, ...]:
    """Routes by their number ("the 7", "bus 201"), by "train" and the like, or by their name beside "bus" or "route"."""
    by_name: Dict[str, List[int]] = {}
    for route in timetable.routes.values():
        by_name.setdefault(route.short_name.casefold(), []).append(route.number)
    found: List[int] = []
    for match in _ROUTE.finditer(plain):
        if match[1] in by_name and not _NOT_A_ROUTE.search(plain[: match.start()]):
            found += by_name[match[1]]
    words = set(_words(plain))
    for route in timetable.routes.values():
        names = set(_words(folded(route.long_name)))
        rail = route.kind in RAIL
        if rail and words & _RAIL_WORDS or names and names <= words and (rail or words & _ROUTE_WORDS and not _named(timetable, plain)):
            found.append(route.number)
    return tuple(dict.fromkeys(found))


def _before_towards(plain: str) -> str:
    found = _TOWARDS.search(plain)
    return plain[: found.start()] if found else ""


def _headsign(timetable: Timetable, plain: str) -> Tuple[str, str]:
    """What the front says of the vehicles meant by "to Fairway", and the text without it."""
    fronts = dict.fromkeys(headsign for served in timetable.served.values() for _, headsign in served)
    for match in _TOWARDS.finditer(plain):
        said = _words(match[1])
        for front in fronts:
            wanted = [word for word in _words(folded(front)) if word not in _OPTIONAL]
            if wanted and said and all(any(_same(one, word) for word in said) for one in wanted):
                return front, f"{plain[: match.start()]} {plain[match.end() :]}"
    return "", plain


def _words(plain: str) -> List[str]:
    return _WORD.findall(plain.replace("'", ""))[:MOST_WORDS]


def _same(one: str, said: str) -> bool:
    return one == said or min(len(one), len(said)) >= LONG_WORD and one[0] == said[0] and fuzz.ratio(one, said) >= CLOSE_ENOUGH


def _key(name: str) -> FrozenSet[str]:
    """The words of a stop's name that must be said."""
    words = _words(folded(name))
    town = set(_words(folded(city().short_name)))
    streets = {word for word in words if word in TYPES or word in DIRECTIONS}
    return frozenset(words) - _OPTIONAL - streets - town or frozenset(words) - _OPTIONAL


def _named(timetable: Timetable, plain: str) -> Tuple[Tuple[int, ...], ...]:
    """The stops of the names that the text holds, the names with most words; one group per name."""
    words, keys = _words(plain), _by_name(timetable)
    heard: Dict[str, bool] = {}

    def hears(word: str) -> bool:
        if word not in heard:
            heard[word] = any(_same(word, said) for said in words)
        return heard[word]

    held = [key for key in keys if key and all(map(hears, key))]
    most = max(map(len, held), default=0)
    return tuple(tuple(_boarded(timetable, keys[key])) for key in held if len(key) == most)


@lru_cache(maxsize=1)
def _by_name(timetable: Timetable) -> Dict[FrozenSet[str], List[Stop]]:
    """The stops and stations by the words of their name."""
    found: Dict[FrozenSet[str], List[Stop]] = {}
    for stop in timetable.stops.values():
        if stop.kind in (PLATFORM, STATION):
            found.setdefault(_key(stop.name), []).append(stop)
    return found


def _boarded(timetable: Timetable, stops: Iterable[Stop]) -> List[int]:
    """The stops themselves and the platforms of those that are stations."""
    stations = {stop.stop_id for stop in stops if stop.kind == STATION}
    numbers = [stop.number for stop in stops if stop.kind != STATION]
    numbers += [stop.number for stop in timetable.stops.values() if stop.parent in stations]
    return list(dict.fromkeys(numbers))


@dataclass(frozen=True)
class Boarding:
    """One stop, or several nobody need choose between, and what can be boarded there."""

    stops: Tuple[int, ...]
    served: Tuple[Tuple[int, str], ...]  # route and headsign, the most frequent first


def boardings(timetable: Timetable, stops: Sequence[int], *, routes: Sequence[int] = (), headsign: str = "") -> List[Boarding]:
    """Stops that differ in where one gets to from them, in the order given; only those that are served as wanted."""
    found = []
    for stop in stops:
        served = tuple(
            (route, front)
            for route, front in timetable.served.get(stop, {})
            if (not routes or route in routes) and (not headsign or front == headsign)
        )
        if served:
            found.append(Boarding((stop,), served))
    fronts = {boarding.stops[0]: frozenset(front for _, front in boarding.served) for boarding in found}
    groups = groupby(sorted(found, key=lambda one: sorted(fronts[one.stops[0]])), key=lambda one: fronts[one.stops[0]])
    joined = [_joined(list(rows)) for _, rows in groups]
    return sorted(joined, key=lambda one: list(stops).index(one.stops[0]))


def _joined(rows: Sequence[Boarding]) -> Boarding:
    served = tuple(dict.fromkeys(pair for row in rows for pair in row.served))
    return Boarding(tuple(stop for row in rows for stop in row.stops), served)


def nearest(
    timetable: Timetable, latitude: float, longitude: float, *, within_m: float, routes: Sequence[int] = ()
) -> List[Tuple[float, int]]:
    """Metres and number of the stops around a point where something can be boarded, nearest first."""
    rows = (
        (stop.metres_from(latitude, longitude), stop.number)
        for stop in timetable.stops.values()
        if any(not routes or route in routes for route, _ in timetable.served.get(stop.number, {}))
    )
    return sorted(row for row in rows if row[0] <= within_m)


def route_title(route: Route) -> str:
    """What riders call it: "7", but "301 ION" on rails."""
    if route.kind in RAIL and route.long_name and route.short_name:
        return f"{route.short_name} {route.long_name}"
    return route.name
